"""The two figures that were promised; `python -m tests.benchmarks.answers` prints them with the misses."""

from adapters.offline.model import OfflineModel
from core.assistant.service import Source
from tests.asking import Stage, staged
from tests.benchmarks import answers
from tests.databases import SqliteEngine, connect


class TestSession:
    async def test_of_thirty_messages_costs_a_third_of_naive_full_history_at_most(self, sqlite_engine: SqliteEngine):
        async with connect(sqlite_engine.fresh()) as database, staged(database) as made:
            found = await answers.session(made.stage, made.api, made.model)
            assert found.ours * 3 <= found.naive
            assert await made.stage.open_reservations() == 0


class TestTraffic:
    async def test_needs_sixty_percent_fewer_calls(self, sqlite_engine: SqliteEngine):
        async with connect(sqlite_engine.fresh()) as database:
            found = await answers.traffic(Stage(database, OfflineModel(priced=True)))
        assert found.sources[Source.MODEL] * 10 <= found.asked * 4
        assert len(found.misses) == found.sources[Source.MODEL]
        assert len(found.wrong) * 50 <= found.sources[Source.PREPARED]
