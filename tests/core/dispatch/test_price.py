"""A price is shown and agreed to before, and paid once."""

import asyncio

import pytest

from core.chat import Ask, Confirm, Reply
from core.entitlements import service as entitlements
from core.ledger.codes import LotSource
from core.people import Plan
from tests.house import House, Person, refused, text_of


async def on_plan(person: Person, plan: Plan) -> None:
    member, now = await person.member(), person.house.clock.now()
    await person.house.database.write(lambda uow: entitlements.set_plan(uow, member.id, plan, now, None))


class TestPrice:
    async def test_is_shown_with_the_balance(self, house: House):
        ann = await house.person("ann").has(credits=1_950)
        await ann.invokes("ping")
        asked = await ann.invokes("buy", cost=30)
        assert isinstance(asked, Confirm)
        assert text_of(asked) == "A lamp costs 30 credits.\nCosts: 30 credits\nYou have: 1,950 credits"
        assert await ann.credits() == 1_950

    async def test_is_paid_once(self, house: House):
        ann = await house.person("ann").has(credits=100)
        asked = await ann.invokes("buy")
        answers = await asyncio.gather(*(ann.agrees(asked) for _ in range(20)))
        assert sum(isinstance(answer, Reply) for answer in answers) == 1
        assert await ann.credits() == 70
        assert len(await house.happened("buy")) == 1
        assert await house.books_are_right()

    async def test_that_is_not_covered_is_refused_before_the_question(self, house: House):
        ann = await house.person("ann").has(credits=29)
        answer = await ann.invokes("buy")
        assert refused(answer) == "InsufficientFunds"
        assert answer.error.text == "You have 29 credits; this needs 30 credits."
        assert [button.command for button in answer.buttons] == [("buy",), ("wallet",)]

    async def test_that_is_not_covered_any_more_is_refused(self, house: House):
        ann = await house.person("ann").has(credits=50)
        first, second = await ann.invokes("buy"), await ann.invokes("buy")
        await ann.agrees(first)
        assert refused(await ann.agrees(second)) == "InsufficientFunds"
        assert await ann.credits() == 20
        assert len(await house.happened("buy")) == 1

    async def test_of_what_was_sold_alone_leaves_the_rest(self, house: House):
        ann = await house.person("ann").has(credits=40, bought=30)
        await ann.invokes("ping")
        asked = await ann.invokes("buy", sold=True)
        assert text_of(asked).endswith(
            "Costs: 30 credits\nTaken from: bought and gifted credits alone\nYou have: 30 credits"
        )
        await ann.agrees(asked)
        assert await ann.lots() == [(LotSource.WELCOME, 40)]
        assert await house.books_are_right()

    async def test_of_what_was_sold_alone_is_not_covered_by_the_rest(self, house: House):
        ann = await house.person("ann").has(credits=40, bought=29)
        answer = await ann.invokes("buy", sold=True)
        assert refused(answer) == "InsufficientFunds"
        assert answer.error.text == "You have 29 credits; this needs 30 credits."

    async def test_of_nothing_is_not_asked_for(self, house: House):
        ann = house.person("ann")
        assert text_of(await ann.invokes("buy", cost=0)).startswith("Bought.")
        assert await house.books_are_right()

    async def test_that_rose_after_the_question_is_asked_for_again(self, house: House):
        ann = await house.person("ann").has(credits=100)
        await on_plan(ann, Plan.PRO)
        asked = await ann.invokes("buy", cost=30)
        assert "Costs: 15 credits" in text_of(asked)
        await on_plan(ann, Plan.FREE)
        again = await ann.agrees(asked)
        assert isinstance(again, Confirm)
        assert "Costs: 30 credits" in text_of(again)
        # The second of two quick presses is below the question that was read.
        assert refused(await ann.agrees(asked)) == "AlreadyAnswered"
        assert await ann.credits() == 100
        assert isinstance(await ann.agrees(again), Reply)
        assert await ann.credits() == 70

    @pytest.mark.parametrize("cost", ["-5", "1,001", "30.5", "lots"])
    async def test_can_not_be_talked_down(self, house: House, cost: str):
        ann = await house.person("ann").has(credits=100)
        assert isinstance(await ann.invokes("buy", cost=cost), Ask)
        assert await ann.credits() == 100

    async def test_goes_back_when_the_handler_fails(self, house: House):
        ann = await house.person("ann").has(credits=100)
        asked = await ann.invokes("buy")
        house.catalog.commands["buy",].__dict__["run"] = broken
        assert refused(await ann.agrees(asked)) == "Broken"
        assert await ann.credits() == 100


def broken(*_: object) -> None:
    raise ZeroDivisionError("a bug")
