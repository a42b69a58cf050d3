"""What comes from outside is stored before it is acknowledged, and applied once."""

import asyncio

import pytest

from core.chat.room import Forged
from core.inbox import service as inbox
from core.runner import Tick
from tests.fakes.rooms.effects import Overloaded
from tests.house import House

GOOD = {"signature": "good"}


class TestReceive:
    async def test_stores_then_applies_once(self, house: House):
        assert await house.runner.receive("till", b"1:paid", GOOD)
        assert await house.happened("till") == []
        assert await house.runner.run_due() == Tick(1, 0)
        assert await house.happened("till") == ["1:paid"]
        assert await house.due() == []

    async def test_again_is_acknowledged_and_not_applied(self, house: House):
        await house.runner.receive("till", b"1:paid", GOOD)
        assert not await house.runner.receive("till", b"1:paid", GOOD)
        await house.runner.run_due()
        assert not await house.runner.receive("till", b"1:paid", GOOD)
        await house.runner.run_due()
        assert await house.happened("till") == ["1:paid"]

    async def test_in_parallel_is_applied_once(self, house: House):
        fresh = await asyncio.gather(*(house.runner.receive("till", b"1:paid", GOOD) for _ in range(20)))
        assert sum(fresh) == 1
        await asyncio.gather(*(house.new_runner().run_due() for _ in range(4)))
        assert await house.happened("till") == ["1:paid"]

    async def test_out_of_order_is_applied_all_the_same(self, house: House):
        for body in (b"9:a", b"3:b"):
            await house.runner.receive("till", body, GOOD)
        await house.runner.run_due()
        assert sorted(await house.happened("till")) == ["3:b", "9:a"]

    @pytest.mark.parametrize(("name", "headers"), [("till", {}), ("till", {"signature": "bad"}), ("nobody", GOOD)])
    async def test_forged_is_not_stored(self, house: House, name: str, headers: dict[str, str]):
        with pytest.raises(Forged):
            await house.runner.receive(name, b"1:paid", headers)
        assert await house.due() == []
        assert await house.database.read(lambda uow: inbox.unanswered(uow, "hook:till")) == []

    async def test_whose_application_fails_is_kept_and_applied_later(self, house: House):
        house.outside.fails.append(Overloaded())
        await house.runner.receive("till", b"1:paid", GOOD)
        assert await house.runner.run_due() == Tick(0, 1)
        assert await house.happened("till") == []
        (kept,) = await house.database.read(lambda uow: inbox.unanswered(uow, "hook:till"))
        assert kept.payload == b"1:paid"
        await house.later(seconds=30)
        assert await house.happened("till") == ["1:paid"]
        assert await house.database.read(lambda uow: inbox.unanswered(uow, "hook:till")) == []
