"""Who was never here becomes a member, once; and an event is done once."""

import asyncio
from dataclasses import replace

import pytest

from core.chat import Button, Command, Reply
from core.db import UnitOfWork
from core.facts import MemberArrived
from core.members import service as members
from core.people import Actor, Identity, Role
from tests.fakes.rooms.garden import GARDEN, start
from tests.fakes.rooms.tower import TOWER
from tests.house import House, Person, refused, text_of

NAMES = {
    "x" * 10_000: "x" * 64,
    "a\x00b\ud83dc": "abc",
    "\u202eadmin": "admin",
    "a\nb": "a b",
    "": "",
    "\x00": "",
    "\u200b\u200f": "",
    "\u3164": "",
    "\u2800 \u3164": "",
    "@everyone **Ann**": "@everyone **Ann**",
}


async def arrivals(house: House, person: Person, times: int) -> list[int]:
    """How many arrivals each of several parallel first contacts records."""

    def meet(uow: UnitOfWork) -> int:
        members.resolve(uow, person.actor, house.clock.now())
        return sum(isinstance(fact, MemberArrived) for fact in uow.facts)

    return await asyncio.gather(*(house.database.write(meet) for _ in range(times)))


class TestFirstContact:
    async def test_makes_a_member(self, house: House):
        ann = house.person("ann")
        assert isinstance(await ann.invokes("ping"), Reply)
        member = await ann.member()
        assert member.name == "Ann"
        assert member.joined_at == house.clock.now()

    async def test_in_parallel_makes_one_member(self, house: House):
        ann = house.person("ann")
        answers = await asyncio.gather(*(ann.invokes("ping") for _ in range(20)))
        assert all(text_of(answer).startswith("Pong.") for answer in answers)
        assert house.observer.bugs == []
        assert len(await house.happened("visit")) == 1

    async def test_in_parallel_is_one_arrival(self, house: House):
        assert sum(await arrivals(house, house.person("ann"), 20)) == 1

    async def test_of_somebody_given_to_before_is_one_arrival(self, house: House):
        ann, bob = house.person("ann"), house.person("bob", "telegram")
        await ann.invokes("gift", to={"platform": "telegram", "user_id": "bob", "name": "Bobby"})
        assert (await bob.member()).name == "Bobby"
        assert sum(await arrivals(house, bob, 20)) == 1

    async def test_of_somebody_given_to_before_brings_their_own_name(self, house: House):
        ann, bob = house.person("ann"), house.person("bob", "telegram")
        await ann.invokes("gift", to={"platform": "telegram", "user_id": "bob", "name": "Bobby"})
        before = await bob.member()
        await bob.invokes("ping")
        assert await bob.member() == replace(before, name="Bob", arrived=True)

    async def test_under_a_new_name_renames(self, house: House):
        ann = house.person("ann")
        await ann.invokes("ping")
        renamed = replace(ann.invocation("ping"), actor=Actor(ann.identity, "Queen Ann"))
        await house.dispatcher.handle(renamed)
        assert (await ann.member()).name == "Queen Ann"

    async def test_with_any_name_keeps_what_can_be_kept(self, house: House):
        for i, (shown, kept) in enumerate(NAMES.items()):
            person = house.person(f"n{i}")
            for _ in range(2):
                called = replace(person.invocation("ping"), actor=Actor(person.identity, shown))
                assert isinstance(await house.dispatcher.handle(called), Reply)
            assert (await person.member()).name == (kept or f"n{i}")

    async def test_of_two_platforms_is_two_members(self, house: House):
        here, there = house.person("ann", "discord"), house.person("ann", "telegram")
        await here.invokes("ping")
        await there.invokes("ping")
        assert await here.member() != await there.member()


class TestEvent:
    async def test_twice_is_done_once(self, house: House):
        ann = house.person("ann")
        assert isinstance(await ann.invokes("ping", key="discord:1"), Reply)
        assert await ann.invokes("ping", key="discord:1") is None
        assert await house.happened("ping") == ["discord:1"]

    async def test_twice_in_parallel_is_done_once(self, house: House):
        ann = house.person("ann")
        answers = await asyncio.gather(*(ann.invokes("ping", key="discord:1") for _ in range(20)))
        assert sum(answer is not None for answer in answers) == 1
        assert await house.happened("ping") == ["discord:1"]

    async def test_refused_is_not_refused_again(self, house: House):
        ann = house.person("ann")
        assert refused(await ann.invokes("fail", key="discord:1", how="refuse")) == "Sorry"
        assert await ann.invokes("fail", key="discord:1", how="refuse") is None

    async def test_of_anybody_else_with_the_same_key_is_the_same_event(self, house: House):
        await house.person("ann").invokes("ping", key="discord:1")
        assert await house.person("bob").invokes("ping", key="discord:1") is None

    async def test_out_of_order_is_done_all_the_same(self, house: House):
        ann = house.person("ann")
        await ann.invokes("ping", key="telegram:9")
        await ann.invokes("ping", key="telegram:8")
        assert await house.happened("ping") == ["telegram:9", "telegram:8"]

    async def test_of_an_unknown_command_is_refused(self, house: House):
        answer = await house.person("ann").invokes("fly \x00\ud800 " + "x" * 100)
        assert refused(answer) == "UnknownCommand"
        assert len(answer.error.text) <= 200

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("pnig", ("ping",)),
            ("PING_", ("ping",)),
            ("garden_wlak", ("garden", "walk")),
            ("xyzzy", None),
            ("", None),
        ],
    )
    async def test_offers_the_one_that_was_meant(self, house: House, typed: str, meant: tuple[str, ...] | None):
        walk = Command(("garden", "walk"), "Walk", run=start)
        secret = Command(("pnigs",), "Not for everybody", run=start, role=Role.ADMIN)
        house.move_in((replace(GARDEN, commands=(*GARDEN.commands, walk, secret)), TOWER))
        answer = await house.person("ann").invokes(typed)
        assert refused(answer) == "UnknownCommand"
        assert answer.buttons == ((Button(f"Did you mean /{' '.join(meant)}?", meant),) if meant else ())

    async def test_never_raises_for_a_stranger_from_nowhere(self, house: House):
        nobody = Person(house, Identity("nowhere", "x" * 64))
        assert isinstance(await nobody.invokes("ping"), Reply)
