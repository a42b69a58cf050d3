"""No call passes the gate unseen. `test_mutations.py` deletes the gate's calls and wants these to fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.offline.model import OfflineModel
from core.assistant import selftest
from core.assistant.errors import GateMissing
from core.assistant.rules import AssistantLimits
from core.assistant.service import Source
from core.chat import Meanwhile, Reply
from core.costs.rules import IncomeKind, Payer, Prices
from core.gate.rules import GateLimits, Level
from tests.asking import Heard, Stage, Staged, listened, staged
from tests.databases import AnyDatabase
from tests.fakes.anthropic.fake import FakeAnthropic
from tests.fakes.anthropic.script import Say, Slow
from tests.household import text_of

CLOSED = GateLimits(cost_normal="0", cost_gated="0", cost_offers="0", cost_closed="0", profit_normal="0",
                    profit_reduced="0", profit_basic="0")  # fmt: skip


class TestReserve:
    async def test_comes_before_the_call(self, database: AnyDatabase):
        async with staged(database, gate=CLOSED) as made:
            ann = await made.stage.person(credits=0)
            assert (await made.stage.ask(ann, "Piano?")).refused == "Closed"
            assert made.api.requests == 0

    async def test_of_a_budget_of_nothing_is_nothing(self, database: AnyDatabase):
        gate = GateLimits(service_day="0", burst_a_minute=10_000)
        async with staged(database, gate=gate) as made:
            ann = await made.stage.person()
            assert (await made.stage.ask(ann, "Piano?")).refused == "BudgetUsed"
            assert made.api.requests == 0

    async def test_holds_the_worst_case_while_the_answer_comes(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        pieces = await stage.pieces(ann, "Piano?")
        await anext(pieces)
        month = await stage.month(ann)
        assert month.reserved > 500 * 10_000  # 500 tokens of output at $10 a million
        await pieces.aclose()
        assert (await stage.month(ann)).reserved == 0

    async def test_of_what_was_sold_runs_at_any_level(self, database: AnyDatabase):
        async with staged(database, gate=CLOSED) as made:
            ann = await made.stage.person(credits=200)
            heard = await made.stage.ask(ann, "Piano?", paid=True)
            assert heard.text == made.api.reply


class TestSettle:
    async def test_ends_every_reservation(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await stage.ask(ann, "Piano?")
        assert await stage.open_reservations() == 0
        assert 0 < await stage.cost(ann) < 20_000_000


class TestLevels:
    async def test_reduced_runs_the_small_model_and_a_shorter_answer(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        member = await ann.member()
        await stage.gated.brings(member, "5", IncomeKind.PLAN)
        await stage.gated.call(member, "3", Payer.PLAN)
        heard = await stage.ask(ann, "Piano?")
        assert isinstance(heard.last, Reply)
        (asked,) = api.asked
        if stage.answered[-1].level.is_reduced:
            assert asked.body["model"] == "claude-haiku-5-5"
            assert asked.body["max_tokens"] == 250
            assert "smaller model" in text_of(heard.last)
        else:
            assert asked.body["model"] == "claude-sonnet-5-5"

    async def test_what_a_reduced_level_answered_is_not_given_again(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        member = await ann.member()
        # Over a dollar and a half in cost, and over a dollar of profit: the better column says reduced.
        await stage.gated.brings(member, "4", IncomeKind.PLAN)
        await stage.gated.call(member, "2", Payer.PLAN)
        for _ in range(2):
            await stage.ask(ann, "Piano?")
            assert stage.answered[-1].level is Level.REDUCED
            assert stage.answered[-1].source is Source.MODEL
        assert [asked.body["model"] for asked in api.asked] == ["claude-haiku-5-5"] * 2

    async def test_basic_gives_the_closest_prepared_answer(self, stage: Stage, api: FakeAnthropic):
        stage.more = {"prepared": True}
        ann = await stage.person()
        member = await ann.member()
        await stage.gated.brings(member, "3", IncomeKind.PLAN)
        await stage.gated.call(member, "2.5", Payer.PLAN)
        heard = await stage.ask(ann, "How often should I post about pianos and violins?")
        assert heard.text.startswith("The closest prepared answer, free of charge.")
        assert (await stage.ask(ann, "Which piano is the loudest?")).refused == "BasicOnly"
        assert api.requests == 0


class TestSelfTest:
    async def test_passes_where_the_gate_stands_and_leaves_nothing(self, stage: Stage):
        before = await stage.house.do(_members)
        await selftest.prove(stage.database, stage.clock, stage.terms)
        assert await stage.house.do(_members) == before
        assert await stage.open_reservations() == 0

    async def test_stops_the_start_where_it_lets_a_call_pass(self, stage: Stage):
        class Generous(Prices):
            def worst(self, most, at):
                return 1

        with pytest.raises(GateMissing):
            await selftest.prove(stage.database, stage.clock, replace(stage.terms, prices=Generous()))
        assert await stage.open_reservations() == 0


@asynccontextmanager
async def occupied(database: AnyDatabase, then: str) -> AsyncIterator[tuple[Staged, Slow, "asyncio.Task[Heard]"]]:
    """The only place is taken by a slow answer, until it may go; what is answered to whoever comes then."""
    async with staged(database, limits=AssistantLimits(calls_at_once=1)) as made:
        slow = Slow(Say("First."))
        ann = await made.stage.person("ann")
        made.api.next(slow, Say(then))
        first = asyncio.create_task(made.stage.ask(ann, "Piano?"))
        await asyncio.wait_for(slow.arrived.wait(), 5)
        yield made, slow, first


class TestLine:
    async def test_lets_no_more_through_at_once_and_tells_the_place_meanwhile(self, database: AnyDatabase):
        async with occupied(database, "Second.") as (made, slow, first):
            pieces = await made.stage.pieces(await made.stage.person("bob"), "Violin?")
            place = await asyncio.wait_for(anext(pieces), 5)
            assert place == Meanwhile("Many ask at once: you are number 1 in line.")
            assert made.api.requests == 1
            slow.go.set()
            heard = await listened(pieces)
            assert [(await first).text, heard.text] == ["First.", "Second."]

    async def test_a_turn_that_nobody_waits_for_any_more_is_the_next_ones(self, database: AnyDatabase):
        async with occupied(database, "Third.") as (made, slow, first):
            bob = await made.stage.person("bob")
            gone = await made.stage.pieces(bob, "Violin?")
            await asyncio.wait_for(anext(gone), 5)
            await gone.aclose()
            slow.go.set()
            assert [(await first).text, (await made.stage.ask(bob, "Flute?")).text] == ["First.", "Third."]
            assert made.api.requests == 2


class TestOffline:
    async def test_goes_the_same_way(self, database: AnyDatabase):
        stage = Stage(database, OfflineModel(priced=True))
        ann = await stage.person()
        heard = await stage.ask(ann, "Piano?")
        assert "no AI is connected" in heard.text
        assert await stage.cost(ann) > 0

    async def test_costs_nothing_where_nobody_bills(self, database: AnyDatabase):
        stage = Stage(database, OfflineModel(priced=False))
        ann = await stage.person()
        await stage.ask(ann, "Piano?")
        assert await stage.cost(ann) == 0
        assert await stage.open_reservations() == 0


def _members(uow):
    from sqlalchemy import func, select

    from core.members.repository import MEMBER

    return uow.run(select(func.count()).select_from(MEMBER)).scalar()
