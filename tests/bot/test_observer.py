"""What happened becomes a line and a number, and nobody's words or names are in either."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.web.metrics import Metrics
from bot.logging import redact
from bot.observer import ServiceObserver, TimedDatabase
from core.chat import Invocation, Place
from core.chat.catalog import Catalog
from core.clock import EPOCH
from core.desk import Desk
from core.errors import DatabaseBusy
from core.interaction import Interaction
from core.people import Actor, Identity


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def lines():
    with capture_logs() as captured:
        yield captured


def number(metrics, name, **labels):
    return metrics.registry.get_sample_value(name, labels)


class TestHandled:
    async def test_is_a_line_and_a_number_after_the_answer(self, metrics, lines):
        ServiceObserver(metrics).handled("/daily", "Reply", trace="T")
        assert lines == []
        await asyncio.sleep(0)
        assert lines == [
            {"event": "handled", "log_level": "info", "command": "/daily", "outcome": "Reply", "trace": "T"}
        ]
        assert number(metrics, "tandem_commands_total", command="/daily", outcome="Reply") == 1
        assert number(metrics, "tandem_refusals_total", command="/daily") is None

    async def test_a_refusal_is_counted_as_one(self, metrics, lines):
        ServiceObserver(metrics).handled("/gift", "Refusal", trace="T")
        await asyncio.sleep(0)
        assert number(metrics, "tandem_refusals_total", command="/gift") == 1


class TestErrors:
    def test_an_operational_one_is_a_warning(self, metrics, lines):
        error = DatabaseBusy()
        error.__cause__ = OSError("disk full")
        ServiceObserver(metrics).operational("/daily", error, trace="T")
        (line,) = lines
        assert (line["log_level"], line["error"], line["cause"]) == ("warning", "DatabaseBusy", "disk full")
        assert number(metrics, "tandem_operational_errors_total", what="/daily") == 1

    def test_a_bug_has_its_reference_and_its_trace(self, metrics, lines):
        error = KeyError("x")
        ServiceObserver(metrics).broken("/daily", error, trace="T", reference="AB23")
        (line,) = lines
        assert (line["log_level"], line["reference"], line["exc_info"]) == ("error", "AB23", error)
        assert number(metrics, "tandem_bugs_total", what="/daily") == 1

    def test_a_rows_key_is_no_label_and_hashed_in_the_log(self, metrics, lines):
        ServiceObserver(metrics).broken("members.erase 4711", KeyError(), trace="T", reference="R")
        assert number(metrics, "tandem_bugs_total", what="members.erase") == 1
        assert "4711" not in str(redact(b"salt")(None, "error", lines[0]))

    async def test_counts_nothing_without_a_tally(self, lines):
        observer = ServiceObserver()
        observer.handled("/daily", "Reply", trace="T")
        await asyncio.sleep(0)
        observer.operational("tick", DatabaseBusy(), trace="T")
        observer.broken("tick", KeyError(), trace="T", reference="R")
        assert len(lines) == 3


class TestNames:
    def test_what_somebody_typed_is_never_one(self):
        unused: Any = None
        desk = Desk(unused, Catalog([], {}), unused, unused, unused, unused, unused, unused)
        actor, place = Actor(Identity("console", "ann"), "Ann"), Place("console", "c")
        typed = Invocation(("my", "secret"), {}, actor, place, "k", EPOCH)
        assert Interaction(desk, typed, "T").name == "unknown"


class TestTimedDatabase:
    async def test_measures_each_write_also_one_that_fails(self, metrics):
        class Inner:
            async def write(self, unit):
                return unit(None)

            read = write

        def busy(uow):
            raise DatabaseBusy

        database = TimedDatabase(Inner(), metrics)
        assert await database.write(lambda uow: 7) == 7
        assert await database.read(lambda uow: 8) == 8
        with pytest.raises(DatabaseBusy):
            await database.write(busy)
        assert number(metrics, "tandem_database_write_seconds_count") == 2


class TestImports:
    @pytest.mark.parametrize("module", ["bot.observer", "bot.lifecycle", "bot.scheduler"])
    def test_cost_the_local_chat_nothing(self, module):
        heavy = "{'prometheus_client', 'apscheduler', 'structlog', 'aiohttp', 'uvloop'}"
        program = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"
