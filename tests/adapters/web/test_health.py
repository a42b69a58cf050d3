"""Whether the process lives, and whether it can do its work."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from adapters.web import health
from core.schedule import service as schedule


async def asked(house, path):
    async with house.get(path) as answer:
        return answer.status, await answer.json()


class TestAlive:
    async def test_while_the_loop_turns(self, house):
        assert await asked(house, "/healthz") == (200, {"alive": True})


class TestReady:
    async def test_when_all_is_well(self, house, file):
        checks = {"database": "ok", "schedule": "ok"}
        assert await asked(house, "/readyz") == (200, {"ready": True, "checks": checks})
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT count(*) FROM due").fetchone() == (0,)

    async def test_not_while_the_database_is_locked(self, house, file):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            status, said = await asked(house, "/readyz")
        assert (status, said["ready"]) == (503, False)
        assert said["checks"]["database"].startswith("I can not reach my records")
        assert said["checks"]["schedule"] == "ok"

    async def test_not_while_due_rows_are_late(self, house, clock):
        await house.database.write(lambda uow: schedule.plan(uow, "job", "1", clock.now()))
        clock.advance(timedelta(seconds=59))
        assert (await asked(house, "/readyz"))[0] == 200
        clock.advance(timedelta(seconds=1))
        said = await house.public.schedule_state()
        assert said == "1 due rows are more than 60 s late: is the schedule running?"

    async def test_an_answer_is_given_again_for_a_moment(self, house, clock):
        assert (await asked(house, "/readyz"))[0] == 200
        await house.database.write(lambda uow: schedule.plan(uow, "job", "1", clock.now()))
        clock.advance(timedelta(hours=1))
        assert (await asked(house, "/readyz"))[0] == 200  # within the same second


class TestAdapters:
    @pytest.fixture
    def connected(self):
        return {"discord": True, "telegram": False}

    async def test_each_is_asked(self, house, connected):
        status, said = await asked(house, "/readyz")
        assert status == 503
        assert said["checks"]["discord"] == "ok"
        assert said["checks"]["telegram"] == "not connected"

    async def test_again_when_they_are_back(self, house, connected, monkeypatch):
        monkeypatch.setattr(health, "FRESH_SECONDS", 0)
        assert (await asked(house, "/readyz"))[0] == 503
        connected["telegram"] = True
        assert (await asked(house, "/readyz"))[0] == 200


class TestChecks:
    async def test_one_that_breaks_or_hangs_is_an_answer(self, monkeypatch):
        monkeypatch.setattr(health, "CHECK_SECONDS", 0.01)

        async def breaks():
            raise KeyError("who")

        async def hangs():
            await asyncio.Event().wait()
            return ""

        answer = await health.Readiness({"a": breaks, "b": hangs}).show(make_mocked_request("GET", "/readyz"))
        assert answer.status == 503
        said = json.loads(answer.text or "")
        assert said["checks"] == {"a": "broken: KeyError", "b": "no answer within 0.01 s"}
