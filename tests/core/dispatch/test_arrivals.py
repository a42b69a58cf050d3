"""An event that is done at once is stored by being done: one transaction, and only then may it be acknowledged."""

import asyncio

import pytest

from core.chat import Refusal, Reply
from core.db import UnitOfWork
from core.errors import DatabaseBusy
from core.inbox import service as inbox
from core.mailroom import Arrival, Event, Mailroom, Pending
from tests.house import House


def arrival(key: str) -> Arrival:
    return Arrival(Event(key, b"update"))


async def pending(house: House) -> list[Pending]:
    return await Mailroom(house.database, house.clock, house.easel).pending("telegram")


class TestHandle:
    async def test_stores_what_it_does_and_its_answer(self, house: House):
        ann, came = house.person("ann", "telegram"), arrival("telegram:1")
        said = await house.dispatcher.handle(ann.invocation("ping", key="telegram:1"), came)
        assert isinstance(said, Reply)
        assert await came.kept
        (left,) = await pending(house)
        assert (left.event, left.at, left.done) == (came.event, house.clock.now(), True)
        assert left.answer is not None
        assert left.answer.message == said.message

    async def test_stores_a_refusal_with_what_stays_true(self, house: House):
        ann, came = house.person("ann", "telegram"), arrival("telegram:1")
        said = await house.dispatcher.handle(ann.invocation("fail", key="telegram:1", how="bug"), came)
        assert isinstance(said, Refusal)
        assert await came.kept
        (left,) = await pending(house)
        assert left.done
        assert left.answer is not None

    async def test_goes_on_for_others_when_one_who_waits_is_cancelled(self):
        came = arrival("telegram:1")
        waiting = asyncio.create_task(came.is_new())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        came.settle(new=True)
        assert await came.is_new()

    async def test_of_one_event_at_once_is_done_and_new_once(self, house: House):
        ann, several = house.person("ann", "telegram"), [arrival("telegram:1") for _ in range(10)]
        happened = await asyncio.gather(
            *[house.dispatcher.handle(ann.invocation("ping", key="telegram:1"), came) for came in several]
        )
        assert sum(outcome is not None for outcome in happened) == 1
        assert sum([await came.kept for came in several]) == 1
        assert await house.happened("ping") == ["telegram:1"]

    async def test_of_what_was_stored_before_does_it(self, house: House):
        ann, came = house.person("ann", "telegram"), arrival("telegram:1")
        await Mailroom(house.database, house.clock, house.easel).store("telegram", [came.event])
        assert isinstance(await house.dispatcher.handle(ann.invocation("ping", key="telegram:1"), came), Reply)
        assert [left.done for left in await pending(house)] == [True]

    async def test_by_a_busy_database_keeps_nothing_and_says_nothing(self, house: House, monkeypatch):
        async def busy(unit):
            raise DatabaseBusy

        ann, came = house.person("ann", "telegram"), arrival("telegram:1")
        with monkeypatch.context() as now:
            now.setattr(house.database, "write", busy)
            assert await house.dispatcher.handle(ann.invocation("ping", key="telegram:1"), came) is None
        assert isinstance(came.error, DatabaseBusy)
        assert not await came.kept
        again = arrival("telegram:1")
        assert isinstance(await house.dispatcher.handle(ann.invocation("ping", key="telegram:1"), again), Reply)
        assert await again.kept

    async def test_that_can_not_even_be_remembered_says_so(self, house: House, monkeypatch):
        def broken(uow: UnitOfWork, *_: object) -> None:
            raise ZeroDivisionError

        ann, came = house.person("ann", "telegram"), arrival("telegram:1")
        with monkeypatch.context() as now:
            now.setattr("core.interaction.members.resolve", broken)
            said = await house.dispatcher.handle(ann.invocation("ping", key="telegram:1"), came)
        assert isinstance(said, Refusal)
        assert isinstance(came.error, ZeroDivisionError)
        assert await pending(house) == []


class TestKeep:
    async def test_tells_the_new_from_the_old(self, house: House):
        mailroom = Mailroom(house.database, house.clock, house.easel)
        old, new = arrival("telegram:1"), arrival("telegram:2")
        await mailroom.store("telegram", [old.event])
        await mailroom.keep("telegram", [old, new])
        assert [await old.kept, await new.kept] == [False, True]
        assert [left.done for left in await pending(house)] == [False, False]

    async def test_that_fails_lets_nobody_wait(self, house: House, monkeypatch):
        async def busy(unit):
            raise DatabaseBusy

        came = arrival("telegram:1")
        monkeypatch.setattr(house.database, "write", busy)
        with pytest.raises(DatabaseBusy):
            await Mailroom(house.database, house.clock, house.easel).keep("telegram", [came])
        assert not await came.kept


class TestClaim:
    async def test_with_a_payload_is_of_a_stored_event(self, house: House):
        now = house.clock.now()
        claim = lambda uow: inbox.claim(uow, "telegram:1", "telegram", now, b"\x00\xff")  # noqa: E731
        assert await house.database.write(claim) is True
        assert await house.database.write(claim) is None
        (left,) = await pending(house)
        assert (left.event.payload, left.done, left.answer) == (b"\x00\xff", True, None)
