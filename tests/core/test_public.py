"""The front door on both engines: whether all is well, what waits, where a link leads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.clock import SetClock
from core.links import service as links
from core.public import Backlog, Public
from core.schedule import service as schedule

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return SetClock(NOON)


@pytest.fixture
def public(database, clock):
    nobody: Any = None  # no observer is needed while all is well
    return Public(database, clock, nobody)


class TestDatabase:
    async def test_can_be_written_and_nothing_is_left_of_it(self, public, database):
        before = await database.read(schedule.next_at)
        assert await public.database_state() == ""
        assert await database.read(schedule.next_at) == before


class TestSchedule:
    async def test_counts_what_is_late(self, public, database, clock):
        await database.write(lambda uow: schedule.plan(uow, "job", "1", NOON))
        assert await public.schedule_state() == ""
        assert (await public.backlog()) == Backlog(due_behind=1, announcements=0)
        clock.advance(timedelta(minutes=1))
        assert "1 due rows are more than 60 s late" in await public.schedule_state()


class TestFollow:
    async def test_counts_if_it_is_a_visit(self, public, database):
        target = "https://example.org/"
        code = await database.write(lambda uow: links.create(uow, target, "p", None, NOON))
        assert await public.follow(code, counts=False) == target
        assert await public.follow(code, counts=True, visitor="a") == target
        assert await database.read(lambda uow: links.visits(uow, code)) == links.Visits(1, 1)

    async def test_an_unknown_code_leads_nowhere(self, public):
        assert await public.follow("NOTHING2", counts=True) is None
