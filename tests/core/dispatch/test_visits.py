"""The first command of a member's local day pays before it begins, whatever it is."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.chat import Ask, Confirm, Reply
from core.db import UnitOfWork
from core.members import service as members
from core.members.rules import MemberRules
from tests.fakes.rooms.garden import GARDEN
from tests.fakes.rooms.kiosk import KIOSK
from tests.house import NOON, House, Person, refused, text_of

LINE = "+10 coins for today's visit, day 1."


@pytest.fixture
def kiosk(house: House) -> House:
    house.move_in((GARDEN, KIOSK))
    return house


async def in_zone(person: Person, zone: str) -> None:
    member = await person.member()
    at = person.house.clock.now()
    await person.house.database.write(lambda uow: members.set_zone(uow, member, zone, at, MemberRules()))


class TestFirstCommandOfTheDay:
    async def test_pays_once(self, house: House):
        ann = house.person("ann")
        assert text_of(await ann.invokes("ping")) == f"Pong.\nA new day.\n{LINE}"
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
        assert text_of(await ann.invokes("ping")).endswith("+11 coins for today's visit, day 2.")

    async def test_begins_at_their_own_midnight(self, house: House):
        ann = house.person("ann")
        await ann.invokes("start")
        await in_zone(ann, "Asia/Tokyo")
        await ann.invokes("ping")
        house.clock.advance(timedelta(hours=3))
        assert text_of(await ann.invokes("ping")).endswith("+11 coins for today's visit, day 2.")

    async def test_is_not_start(self, house: House):
        ann = house.person("ann")
        assert text_of(await ann.invokes("start")) == "Hello."
        assert await ann.coins() == 0
        assert "+10 coins" in text_of(await ann.invokes("ping"))

    async def test_may_be_daily_itself(self, house: House):
        ann = house.person("ann")
        shown = text_of(await ann.invokes("daily"))
        assert shown.startswith("+10 coins. Day 1.")
        assert "for today's visit" not in shown
        assert await ann.coins() == 10
        assert refused(await ann.invokes("daily")) == "AlreadyVisited"
        assert await ann.coins() == 10

    async def test_may_be_daily_in_parallel(self, house: House):
        ann = house.person("ann")
        await asyncio.gather(*(ann.invokes("daily") for _ in range(20)))
        assert await ann.coins() == 10
        assert house.observer.bugs == []

    async def test_may_be_a_question(self, house: House):
        ann = house.person("ann")
        assert isinstance(await ann.invokes("plant", name="Ash", amount=200), Confirm)
        assert await ann.coins() == 10

    async def test_may_be_a_no(self, house: House):
        ann = house.person("ann")
        house.clock.set(NOON.replace(hour=23, minute=59))
        asked = await ann.invokes("plant", name="Ash", amount=200)
        house.clock.advance(timedelta(minutes=2))
        assert text_of(await ann.declines(asked)).splitlines()[-1] == "+11 coins for today's visit, day 2."

    async def test_counts_even_when_refused(self, house: House):
        ann = house.person("ann")
        assert refused(await ann.invokes("fail", how="refuse")) == "Sorry"
        assert await ann.coins() == 10

    async def test_counts_even_when_it_was_a_bug_of_ours(self, house: House):
        ann = house.person("ann")
        assert refused(await ann.invokes("fail", how="bug")) == "Broken"
        assert await ann.coins() == 10

    async def test_on_either_platform_is_one_day(self, house: House):
        ann, other = house.person("ann"), house.person("ann", "telegram")
        await ann.invokes("ping")
        await other.invokes("ping")
        assert await ann.coins() == await other.coins() == 10  # two people until they link

    async def test_costs_the_next_ones_no_statement(self, house: House, monkeypatch: pytest.MonkeyPatch):
        ann, ran, run = house.person("ann"), list[Any](), UnitOfWork.run

        def counted(uow: UnitOfWork, statement: Any, /, *values: Any, **params: Any) -> Any:
            ran.append(statement)
            return run(uow, statement, *values, **params)

        monkeypatch.setattr(UnitOfWork, "run", counted)
        took = []
        for command in ("start", "ping", "ping", "start"):
            ran.clear()
            await ann.invokes(command)
            took.append(len(ran))
        _, first, second, without = took
        assert first > second == without


class TestBefore:
    async def test_what_is_shown_it_is_paid(self, kiosk: House):
        ann = kiosk.person("ann")
        assert text_of(await ann.invokes("look")) == f"10 coins\n{LINE}"

    async def test_the_wallet_it_is_paid(self, kiosk: House):
        shown = text_of(await kiosk.person("ann").invokes("wallet"))
        assert "10 coins" in shown.splitlines()[0]
        assert shown.endswith(LINE)

    async def test_a_price_is_asked_it_is_paid(self, kiosk: House):
        ann = kiosk.person("ann")
        asked = await ann.invokes("tea", cost=8)
        assert text_of(asked) == f"Tea costs 8 coins.\nCosts: 8 coins\nYou have: 10 coins\n{LINE}"
        assert text_of(await ann.agrees(asked)) == "2 coins left."
        assert await kiosk.books_are_right()

    async def test_a_shortfall_it_is_paid(self, kiosk: House):
        ann = kiosk.person("ann")
        assert text_of(await ann.invokes("tea", cost=40)) == f"You have 10 coins; this needs 40 coins.\n{LINE}"
        assert text_of(await ann.invokes("look")) == "10 coins"
        assert refused(await ann.invokes("daily")) == "AlreadyVisited"

    async def test_the_answer_to_a_question_of_yesterday_it_is_paid(self, kiosk: House):
        ann = kiosk.person("ann")
        kiosk.clock.set(NOON.replace(hour=23, minute=59))
        asked = await ann.invokes("tea", cost=8)
        kiosk.clock.advance(timedelta(minutes=2))
        assert text_of(await ann.agrees(asked)) == "13 coins left.\n+11 coins for today's visit, day 2."


class TestForm:
    async def test_that_is_only_opened_is_no_visit(self, house: House):
        ann = house.person("ann")
        assert isinstance(await ann.invokes("plant"), Ask)
        assert await ann.coins() == 0
        assert await house.happened("visit") == []
        assert text_of(await ann.invokes("daily")).startswith("+10 coins. Day 1.")

    async def test_that_could_be_left_empty_is_no_visit_either(self, kiosk: House):
        ann = kiosk.person("ann")
        asked = await ann.invokes("menu")
        assert isinstance(asked, Ask)
        assert await ann.coins() == 0
        assert text_of(await ann.answers(asked, cost=3)) == f"10 coins left.\n{LINE}"

    async def test_with_a_wrong_field_is_no_visit_until_it_is_right(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount="many")
        assert isinstance(asked, Ask)
        assert await ann.coins() == 0
        assert LINE in text_of(await ann.answers(asked, amount=1)).splitlines()
        assert await ann.coins() == 10

    async def test_that_its_command_finds_wrong_is_no_visit(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Nettle", amount=1)
        assert isinstance(asked, Ask)
        assert await ann.coins() == 0
        assert await house.happened("visit") == []
        assert LINE in text_of(await ann.answers(asked, name="Ash")).splitlines()

    async def test_that_is_answered_in_parallel_pays_once(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash")
        answers = await asyncio.gather(*(ann.answers(asked, amount=1) for _ in range(20)))
        assert sum(LINE in text_of(answer) for answer in answers) == 1
        assert sum(isinstance(answer, Reply) for answer in answers) == 1
        assert await ann.coins() == 10
        assert house.observer.bugs == []

    async def test_that_nobody_may_fill_is_no_visit(self, house: House):
        ann = house.person("ann")
        assert refused(await ann.invokes("power own")) == "NotAllowed"
        assert await ann.coins() == 0


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
