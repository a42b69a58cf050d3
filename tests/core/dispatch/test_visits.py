"""The first command of a member's local day pays, whatever it was, and says so to them alone."""

import asyncio
from datetime import timedelta

from core.chat import Ask, Confirm
from core.members import service as members
from core.members.rules import MemberRules
from tests.house import House, Person, refused, text_of


async def in_zone(person: Person, zone: str) -> None:
    member = await person.member()
    at = person.house.clock.now()
    await person.house.database.write(lambda uow: members.set_zone(uow, member, zone, at, MemberRules()))


class TestFirstCommandOfTheDay:
    async def test_pays_once(self, house: House):
        ann = house.person("ann")
        assert text_of(await ann.invokes("ping")) == "Pong.\nA new day.\n+10 coins, day 1."
        assert text_of(await ann.invokes("ping")) == "Pong."
        assert await ann.coins() == 10
        assert await house.books_are_right()

    async def test_in_parallel_pays_once(self, house: House):
        ann = house.person("ann")
        await ann.invokes("start")
        answers = await asyncio.gather(*(ann.invokes("ping") for _ in range(20)))
        assert sum("+10 coins" in text_of(answer) for answer in answers) == 1
        assert await ann.coins() == 10

    async def test_pays_again_the_next_day(self, house: House):
        ann = house.person("ann")
        await ann.invokes("ping")
        house.clock.advance(timedelta(hours=11, minutes=59, seconds=59))
        assert "coins" not in text_of(await ann.invokes("ping"))
        house.clock.advance(timedelta(seconds=1))
        assert text_of(await ann.invokes("ping")).endswith("+11 coins, day 2.")

    async def test_begins_at_their_own_midnight(self, house: House):
        ann = house.person("ann")
        await ann.invokes("start")
        await in_zone(ann, "Asia/Tokyo")
        await ann.invokes("ping")
        house.clock.advance(timedelta(hours=3))
        assert text_of(await ann.invokes("ping")).endswith("+11 coins, day 2.")

    async def test_is_not_start(self, house: House):
        ann = house.person("ann")
        assert text_of(await ann.invokes("start")) == "Hello."
        assert await ann.coins() == 0
        assert "+10 coins" in text_of(await ann.invokes("ping"))

    async def test_may_be_daily_itself(self, house: House):
        ann = house.person("ann")
        told = text_of(await ann.invokes("daily"))
        assert told.startswith("+10 coins. Day 1.")
        assert "+10 coins, day 1" not in told
        assert await ann.coins() == 10
        assert refused(await ann.invokes("daily")) == "AlreadyVisited"
        assert await ann.coins() == 10

    async def test_may_be_daily_in_parallel(self, house: House):
        ann = house.person("ann")
        await asyncio.gather(*(ann.invokes("daily") for _ in range(20)))
        assert await ann.coins() == 10
        assert house.observer.bugs == []

    async def test_may_be_an_open_form_or_a_question(self, house: House):
        ann, bob = house.person("ann"), house.person("bob")
        assert isinstance(await ann.invokes("plant"), Ask)
        assert isinstance(await bob.invokes("plant", name="Ash", amount=200), Confirm)
        assert await ann.coins() == await bob.coins() == 10

    async def test_counts_even_when_refused(self, house: House):
        ann = house.person("ann")
        assert refused(await ann.invokes("fail", how="refuse")) == "Sorry"
        assert await ann.coins() == 10

    async def test_counts_even_when_it_was_a_bug_of_ours(self, house: House):
        ann = house.person("ann")
        assert refused(await ann.invokes("fail", how="bug")) == "Broken"
        assert await ann.coins() == 10

    async def test_is_nobody_elses_business(self, house: House):
        told = text_of(await house.person("ann").invokes("poster"))
        assert told == "Look."
        assert await house.person("ann").coins() == 10

    async def test_on_either_platform_is_one_day(self, house: House):
        ann, other = house.person("ann"), house.person("ann", "telegram")
        await ann.invokes("ping")
        await other.invokes("ping")
        assert await ann.coins() == await other.coins() == 10  # two people until they link


class TestLeaving:
    async def test_members_begin_nothing(self, house: House):
        ann = house.person("ann")
        await ann.invokes("start")
        member = await ann.member()
        leaves_at = house.clock.now() + timedelta(days=30)
        await house.database.write(lambda uow: members.leave(uow, member.id, leaves_at))
        answer = await ann.invokes("gift", to=ann.identity)
        assert refused(answer) == "MemberLeaving"
        assert "You are leaving on 9 April" in answer.error.text
        assert text_of(await ann.invokes("ping")) == "Pong."  # the refused command was the visit
        assert await house.happened("gift") == []

    async def test_members_who_stay_begin_again(self, house: House):
        ann = house.person("ann")
        await ann.invokes("start")
        member = await ann.member()
        await house.database.write(lambda uow: members.leave(uow, member.id, house.clock.now()))
        await house.database.write(lambda uow: members.leave(uow, member.id, None))
        await ann.invokes("gift", to=ann.identity)
        assert len(await house.happened("gift")) == 1
