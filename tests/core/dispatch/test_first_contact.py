"""Who was never here becomes a member, once."""

import asyncio

from core.chat import Reply
from tests.house import House, text_of


class TestFirstContact:
    async def test_makes_a_member(self, house: House):
        ann = house.person("ann")
        assert isinstance(await ann.invokes("ping"), Reply)
        member = await ann.member()
        assert member.name == "Ann"
        assert member.joined_at == house.clock.now()

    async def test_in_parallel_makes_one_member(self, any_house: House):
        ann = any_house.person("ann")
        answers = await asyncio.gather(*(ann.invokes("ping") for _ in range(20)))
        assert all(text_of(answer).startswith("Pong.") for answer in answers)
        assert any_house.observer.bugs == []
