"""A demo: every service level entered by use and left by payment, by the gate's own hand."""

from collections import Counter
from typing import Any

from core.chat import Outcome, Refusal, Reply
from core.gate.rules import GateLimits
from core.operations import pretend
from core.registry import ROOMS
from tests.databases import AnyDatabase
from tests.household import Household, Person, refused, text_of


def level(outcome: Outcome) -> str:
    assert isinstance(outcome, Reply), outcome
    (line,) = [line for line in text_of(outcome).splitlines() if line.startswith("AI for free: ")]
    return line.removeprefix("AI for free: ")


def opened(database: AnyDatabase, **gate: Any) -> Household:
    limits = GateLimits(new_days=0, burst_a_minute=10_000, **gate)
    return Household(database, gate=limits, rooms=(*ROOMS, pretend.ROOM))


async def uses(person: Person, *dollars: str) -> list[str]:
    return [level(await person.does("demo", "use", dollars=one)) for one in dollars]


class TestFree:
    async def test_every_level_by_use(self, database: AnyDatabase):
        house = opened(database)
        ann = house.person("ann")
        assert level(await ann.does("demo", "level")) == "normal"
        assert await uses(ann, "0.50", "0.05", "0.50", "0.50", "0.25") == [
            "normal", "gated", "gated", "gated offers", "gated reduced",
        ]  # fmt: skip
        closed = await ann.does("demo", "use", dollars="0.25")
        assert refused(closed) == "Closed"
        assert isinstance(closed, Refusal)
        assert "until 1 June" in closed.error.text

    async def test_a_change_is_told_once_with_why_and_the_way_back(self, database: AnyDatabase):
        house = opened(database)
        ann = house.person("ann")
        await uses(ann, "0.50", "0.05", "0.05", "0.50", "0.50", "0.25")
        await house.pass_time()
        told = [text for text in house.postbox.to(ann) if "AI this month" in text]
        assert len(told) == 2
        assert all("used" in text and "bought credits" in text for text in told)

    async def test_a_plan_is_a_way_out_of_every_one(self, database: AnyDatabase):
        house = opened(database)
        for number, used in enumerate((["0.50", "0.05"], ["1.00", "0.50", "0.05"], ["1.00", "0.50", "0.25", "0.10"])):
            person = house.person(f"person{number}")
            assert (await uses(person, *used))[-1] != "normal"
            assert level(await person.does("demo", "pay", what="premium")) == "normal"
            assert await uses(person, "1.00") == ["normal"]
        await house.books_hold()

    async def test_bought_credits_run_at_the_bottom(self, database: AnyDatabase):
        house = opened(database)
        ann = house.person("ann")
        await uses(ann, "1.00", "0.50", "0.25", "0.10", "0.10")
        assert refused(await ann.does("demo", "use", dollars="0.05")) == "Closed"
        await ann.does("demo", "pay", what="credits")
        streaming: Any = await ann.insists("ask", question="Is a newsletter worth it for pianists?", pay="credits")
        pieces = [piece async for piece in streaming.pieces]
        assert "80 credits paid" in text_of(pieces[-1])
        await house.books_hold()


class TestPlan:
    async def test_every_level_by_use_and_back_by_the_next_plan(self, database: AnyDatabase):
        house = opened(database)
        ann = house.person("ann")
        await ann.does("demo", "pay", what="premium")  # brings $11.352
        assert Counter(await uses(ann, *["1.00"] * 10)) == {"normal": 8, "reduced": 2}
        assert level(await ann.does("demo", "use", dollars="1.00", paid="plan")) == "basic"
        assert refused(await ann.does("demo", "use", dollars="0.05")) == "BasicOnly"
        assert level(await ann.does("demo", "use", dollars="0.50", paid="plan")) == "closed"
        closed = await ann.does("demo", "use", dollars="0.05")
        assert refused(closed) == "Closed"
        assert isinstance(closed, Refusal)
        assert "until 14 June" in closed.error.text
        assert level(await ann.does("demo", "use", dollars="1.00", paid="plan")) == "closed"
        assert refused(await ann.does("demo", "use", dollars="1.00", paid="plan")) == "PlanUsed"
        await house.pass_time()
        told = [text for text in house.postbox.to(ann) if "AI this month" in text]
        assert len(told) == 1
        assert level(await ann.does("demo", "pay", what="pro")) == "normal"
        await house.books_hold()

    async def test_a_plan_that_nobody_has_pays_for_nothing(self, database: AnyDatabase):
        house = opened(database)
        ann = house.person("ann")
        await ann.does("demo", "use", dollars="1.00", paid="plan")
        await ann.does("demo", "use", dollars="0.50", paid="plan")
        assert refused(await ann.does("demo", "use", dollars="0.50", paid="plan")) == "Closed"
