"""An event is stored before it is acknowledged, claimed once, and redone after a crash."""

import asyncio
from datetime import timedelta

import pytest

from core.db import UnitOfWork
from core.inbox import service as inbox
from tests.house import House


async def stored(house: House, key: str, payload: bytes = b"update") -> bool:
    now = house.clock.now()
    return await house.database.write(lambda uow: inbox.store(uow, key, "telegram", payload, now))


async def claim(house: House, key: str) -> bool | None:
    """None: it was done before. Else whether it had been stored."""
    now = house.clock.now()
    return await house.database.write(lambda uow: inbox.claim(uow, key, "telegram", now))


async def unanswered(house: House) -> dict[str, bool]:
    """Events that nobody was answered to, and whether they are done."""
    events = await house.database.read(lambda uow: inbox.unanswered(uow, "telegram"))
    return {event.key: event.done for event in events}


class TestInbox:
    async def test_keeps_what_came_until_it_is_done(self, house: House):
        assert await stored(house, "telegram:1", b"\x00\xff")
        found = await house.database.read(lambda uow: inbox.find(uow, "telegram:1"))
        assert found is not None
        assert (found.payload, found.at) == (b"\x00\xff", house.clock.now())
        assert await claim(house, "telegram:1")
        assert await house.database.read(lambda uow: inbox.find(uow, "telegram:1")) is None

    async def test_stores_one_key_once(self, house: House):
        fresh = await asyncio.gather(*(stored(house, "telegram:1") for _ in range(20)))
        assert sum(fresh) == 1

    @pytest.mark.parametrize("before", [True, False], ids=["stored before", "never stored"])
    async def test_is_claimed_once(self, house: House, before: bool):
        if before:
            await stored(house, "telegram:1")
        claims = await asyncio.gather(*(claim(house, "telegram:1") for _ in range(20)))
        assert [claimed for claimed in claims if claimed is not None] == [before]
        assert not await stored(house, "telegram:1")

    async def test_claimed_by_what_failed_is_not_claimed(self, house: House):
        await stored(house, "telegram:1")

        def crashes(uow: UnitOfWork) -> None:
            assert inbox.claim(uow, "telegram:1", "telegram", house.clock.now())
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await house.database.write(crashes)
        assert await unanswered(house) == {"telegram:1": False}
        assert await claim(house, "telegram:1")

    async def test_hands_out_what_a_crash_left_oldest_first(self, house: House):
        for key in ("telegram:2", "telegram:1"):
            await stored(house, key)
            house.clock.advance(timedelta(seconds=1))
        assert list(await unanswered(house)) == ["telegram:2", "telegram:1"]

    async def test_hands_out_what_a_crash_left_behind_however_many_answers_wait_to_be_fetched(self, house: House):
        now = house.clock.now()

        def waiting(uow: UnitOfWork) -> None:
            for number in range(1000):
                inbox.claim(uow, f"telegram:kept-{number}", "telegram", now, b"update")

        await house.database.write(waiting)
        house.clock.advance(timedelta(seconds=1))
        await stored(house, "telegram:left")
        assert list(await unanswered(house))[-1] == "telegram:left"

    async def test_keeps_the_answer_until_it_was_given(self, house: House):
        await stored(house, "telegram:1")
        now, write = house.clock.now(), house.database.write
        await claim(house, "telegram:1")
        await write(lambda uow: inbox.keep_answer(uow, "telegram:1", {"say": "🎉"}))
        (event,) = await house.database.read(lambda uow: inbox.unanswered(uow, "telegram"))
        assert (event.done, event.answer) == (True, {"say": "🎉"})
        await write(lambda uow: inbox.answered(uow, "telegram:1", now))
        assert await unanswered(house) == {}
        assert not await stored(house, "telegram:1")

    async def test_through_the_dispatcher_is_done_after_a_restart(self, house: House):
        ann = house.person("ann", "telegram")
        await stored(house, "telegram:7")
        house.move_in(house.rooms)
        (key,) = await unanswered(house)
        await ann.invokes("ping", key=key)
        assert await ann.invokes("ping", key=key) is None
        assert await unanswered(house) == {"telegram:7": True}
        assert await house.happened("ping") == ["telegram:7"]

    async def test_forgets_what_was_done_long_ago_and_nothing_else(self, house: House):
        await stored(house, "telegram:open")
        await claim(house, "telegram:old")
        house.clock.advance(timedelta(days=8))
        await claim(house, "telegram:new")
        before = house.clock.now() - timedelta(days=7)
        assert await house.database.write(lambda uow: inbox.expire(uow, before)) == 1
        assert list(await unanswered(house)) == ["telegram:open"]
        assert await claim(house, "telegram:new") is None
