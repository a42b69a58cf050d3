"""Reserve, settle, release: what each payer may run, what it books, and that each reservation ends once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.costs.errors import NoPrice
from core.costs.rules import nanos
from core.db import UnitOfWork
from core.gate import service as gate
from core.gate.errors import (
    BasicOnly,
    BreakerNear,
    BreakerOpen,
    BudgetUsed,
    Closed,
    PlanUsed,
    SoldTooLow,
    TooMuchLost,
    VisitNeeded,
)
from core.gate.rules import GateLimits, Level, Offer, Payer
from core.ids import HoldId
from core.ledger import holds
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.people import Plan
from core.usage import Usage, Worst
from tests.databases import AnyDatabase
from tests.gating import HAIKU, SONNET, Gated, used, worth

PARTNER = Offer("shop", "A shop", "https://shop.example", rewarded=True)


class TestReserve:
    async def test_sets_the_worst_case_aside(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.reserve(ann, Worst(SONNET, 1_000, 500))
        month = await gated.month(ann)
        # Input in its dearest class, 4 $ for a million; output 10 $.
        assert (month.reserved, month.spent) == (1_000 * 4_000 + 500 * 10_000, 0)
        await gated.books_hold()

    async def test_the_same_key_answers_with_the_same_grant(self, gated: Gated) -> None:
        ann = await gated.member()
        first, second = [await gated.reserve(ann, "0.02", key="once") for _ in range(2)]
        assert first == second
        assert (await gated.month(ann)).reserved == nanos("0.02")

    async def test_no_price_no_call(self, gated: Gated) -> None:
        ann = await gated.member()
        with pytest.raises(NoPrice):
            await gated.reserve(ann, Worst("a-model-of-tomorrow", 1, 1))

    async def test_fifty_at_once_of_somebody_new_do_not_pass_the_bound(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        calls = [gated.reserve(ann, "0.05") for _ in range(50)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert {type(error) for error in refused} == {Closed}, refused
        # Half of $1.95 for a new identity, in steps of 5 cents.
        assert len(answers) - len(refused) == 19
        assert (await gated.month(ann)).reserved == nanos("0.95")
        await gated.books_hold()


class TestLevels:
    async def test_free_part_then_gated_then_reduced_then_closed(self, database: AnyDatabase) -> None:
        gated = Gated(database)
        ann = await gated.member()
        seen = []
        for _ in range(40):
            try:
                seen.append((await gated.call(ann, "0.05", reduced=worth("0.05", HAIKU))).level)
            except Closed:
                break
        assert seen == [Level.NORMAL] * 10 + [Level.GATED] * 20 + [Level.GATED_OFFERS] * 5 + [Level.GATED_REDUCED] * 4
        assert (await gated.month(ann)).profit == -nanos("1.95")
        await gated.books_hold()

    async def test_a_visit_is_asked_for_where_there_is_an_offer(self, database: AnyDatabase) -> None:
        gated = Gated(database, GateLimits(offers=(PARTNER,), burst_a_minute=1_000))
        ann = await gated.member()
        await gated.call(ann, "0.50")
        with pytest.raises(VisitNeeded, match=r"\$0\.50.* 24 h"):
            await gated.reserve(ann, "0.05")

    async def test_income_opens_what_was_closed(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "1.95")
        with pytest.raises(Closed):
            await gated.reserve(ann, "0.05")
        await gated.brings(ann, "5.00")
        assert (await gated.reserve(ann, "0.04")).level is Level.NORMAL

    async def test_reduced_runs_the_cheaper_call(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.on_plan(ann, Plan.PREMIUM)
        await gated.brings(ann, "4.00")
        await gated.call(ann, "1.00", Payer.PLAN)
        cheap = worth("0.001", HAIKU)
        grant = await gated.reserve(ann, "0.05", reduced=cheap)
        assert (grant.level, grant.worst) == (Level.REDUCED, cheap)
        assert (await gated.month(ann)).reserved == nanos("0.001")

    async def test_basic_leaves_it_to_templates(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.on_plan(ann, Plan.PREMIUM)
        await gated.brings(ann, "4.00")
        await gated.call(ann, "3.50", Payer.PLAN)
        with pytest.raises(BasicOnly):
            await gated.reserve(ann, "0.05")


class TestPlanPaid:
    async def test_runs_in_full_above_the_bound(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.on_plan(ann, Plan.PREMIUM)
        await gated.brings(ann, "1.00")
        assert (await gated.call(ann, "2.94", Payer.PLAN)).level is Level.NORMAL
        with pytest.raises(PlanUsed):
            await gated.reserve(ann, "0.01", Payer.PLAN)
        await gated.books_hold()


class TestSelfPaid:
    async def test_runs_where_everything_is_closed_and_what_is_left_over_counts(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "1.95")
        await gated.bought(ann, 100, "0.45")
        hold = await gated.hold(ann, 20)
        await gated.call(ann, "0.05", Payer.SELF, hold=hold)
        assert await gated.count_prices() == 0
        assert (await gated.month(ann)).earned == 0
        await gated.pays(hold, 20)
        assert [await gated.count_prices() for _ in range(2)] == [1, 0]
        month = await gated.month(ann)
        assert (month.spent, month.earned, month.lost) == (nanos("1.95"), nanos("0.04"), 0)
        await gated.books_hold()

    async def test_the_next_call_finds_what_was_left_over(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "1.95")
        await gated.bought(ann, 100, "4.55")
        hold = await gated.hold(ann, 100)
        await gated.call(ann, "0.05", Payer.SELF, hold=hold)
        await gated.pays(hold, 100)
        assert (await gated.reserve(ann, "0.01")).level is Level.REDUCED

    async def test_what_was_not_delivered_is_the_platforms_loss(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.bought(ann, 100, "0.45")
        hold = await gated.hold(ann, 20)
        await gated.call(ann, "0.05", Payer.SELF, hold=hold)
        await gated.pays(hold, 2)
        await gated.count_prices()
        month = await gated.month(ann)
        assert (month.spent, month.earned, month.lost) == (0, 0, nanos("0.041"))
        await gated.books_hold()

    async def test_a_price_that_went_back_after_a_crash_brought_nothing(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.bought(ann, 100, "0.45")
        await gated.reserve(ann, "0.05", Payer.SELF, hold=await gated.hold(ann, 20))
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(minutes=31))
        await gated.house.pass_time(timedelta(minutes=6))
        month = await gated.month(ann)
        assert (month.spent, month.earned, month.lost) == (0, 0, nanos("0.05"))
        assert await gated.count_prices() == 0
        await gated.books_hold()

    async def test_nothing_is_waited_for_where_nothing_is_paid(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.bought(ann, 100, "0.45")
        hold = await gated.hold(ann, 20)
        grant = await gated.reserve(ann, "0.05", Payer.SELF, hold=hold)
        await gated.settle(grant, used(grant.worst), share=(0, 9))
        await gated.pays(hold, 0)
        assert await gated.count_prices() == 0
        assert (await gated.month(ann)).lost == nanos("0.05")

    async def test_a_price_below_cost_must_fit_into_the_month(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "1.90")
        await gated.bought(ann, 100, "0.10")
        grant = await gated.reserve(ann, "0.05", Payer.SELF, hold=await gated.hold(ann, 10))
        await gated.settle(grant, used(grant.worst))
        assert (await gated.month(ann)).spent == nanos("1.94")
        with pytest.raises(SoldTooLow):
            await gated.reserve(ann, "0.05", Payer.SELF, hold=await gated.hold(ann, 10))
        await gated.books_hold()


class TestPayerOf:
    @pytest.mark.parametrize(
        ("lots", "plan", "payer"),
        [
            ([LotSource.BOUGHT], Plan.FREE, Payer.SELF),
            ([LotSource.GIFTED, LotSource.BOUGHT], Plan.FREE, Payer.SELF),
            ([LotSource.ALLOWANCE], Plan.FREE, Payer.HOUSE),
            ([LotSource.ALLOWANCE], Plan.PREMIUM, Payer.PLAN),
            ([LotSource.ALLOWANCE, LotSource.BOUGHT], Plan.PREMIUM, Payer.PLAN),
            ([LotSource.ALLOWANCE, LotSource.BOUGHT], Plan.FREE, Payer.HOUSE),
            ([LotSource.EARNED, LotSource.BOUGHT], Plan.PREMIUM, Payer.HOUSE),
            ([LotSource.WELCOME], Plan.PRO, Payer.HOUSE),
        ],
    )
    async def test_by_the_lots_of_the_hold(self, gated: Gated, lots, plan, payer) -> None:
        ann = await gated.member()
        await gated.on_plan(ann, plan)
        for source in lots:
            await gated.bought(ann, 5, "0.02", source)
        hold = await gated.hold(ann, 5 * len(lots))
        plans = gated.house.plans
        assert await gated.do(lambda uow: gate.payer_of(uow, ann, hold, gated.now, plans)) is payer

    async def test_without_a_price_the_house(self, gated: Gated) -> None:
        ann = await gated.member()
        assert await gated.do(lambda uow: gate.payer_of(uow, ann, None, gated.now, gated.house.plans)) is Payer.HOUSE


class TestSettle:
    async def test_books_the_truth_once(self, gated: Gated) -> None:
        ann = await gated.member()
        grant = await gated.reserve(ann, Worst(SONNET, 1_000, 500))
        usage = Usage(input=100, cache_write_5m=200, cache_write_1h=300, cache_read=400, output=50)
        assert await gated.settle(grant, usage)
        assert not await gated.settle(grant, usage)
        assert not await gated.release(grant)
        month = await gated.month(ann)
        # 2, 2.50, 4, 0.20 and 10 dollars for a million.
        assert month.spent == 100 * 2_000 + 200 * 2_500 + 300 * 4_000 + 400 * 200 + 50 * 10_000
        assert month.reserved == 0
        await gated.books_hold()

    async def test_usage_that_is_missing_costs_the_worst(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.settle(await gated.reserve(ann, "0.05"), None)
        assert (await gated.month(ann)).spent == nanos("0.05")

    async def test_a_price_that_changes_meanwhile_changes_the_next_call(self, gated: Gated) -> None:
        gated.clock.set(datetime(2026, 10, 6, 23, 59, tzinfo=UTC))
        ann = await gated.member()
        read, most = Usage(cache_read=10_000), Worst(SONNET, 10_000, 0)
        before = await gated.reserve(ann, most)
        gated.clock.advance(timedelta(minutes=2))
        await gated.settle(before, read)
        await gated.settle(await gated.reserve(ann, most), read)
        assert (await gated.month(ann)).spent == 10_000 * 200 + 10_000 * 100

    async def test_a_call_that_ends_in_the_next_month_counts_in_its_own(self, gated: Gated) -> None:
        ann = await gated.member()
        grant = await gated.reserve(ann, "0.05")
        before = gated.now
        gated.clock.set(before.replace(month=6, day=1))
        await gated.settle(grant, used(grant.worst))
        assert (await gated.month(ann)).spent == 0
        gated.clock.set(before)
        assert (await gated.month(ann)).spent == nanos("0.05")
        await gated.books_hold()


class TestRelease:
    async def test_gives_everything_back_once(self, gated: Gated) -> None:
        ann = await gated.member()
        grant = await gated.reserve(ann, "0.05")
        assert await gated.release(grant)
        assert not await gated.release(grant)
        month, day = await gated.month(ann), await gated.day()
        assert (month.cost, day.spent, day.reserved, day.free_reserved) == (0, 0, 0, 0)
        await gated.books_hold()


class TestExpire:
    async def test_what_nobody_settled_cost_the_worst(self, gated: Gated) -> None:
        ann = await gated.member()
        grant = await gated.reserve(ann, "0.05")
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(minutes=29))
        assert (await gated.month(ann)).spent == 0
        await gated.house.pass_time(timedelta(minutes=10))
        assert (await gated.month(ann)).spent == nanos("0.05")
        assert not await gated.settle(grant, used(grant.worst))
        await gated.books_hold()


class TestLost:
    async def test_what_came_to_nothing_is_bounded_like_everything_else(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.bought(ann, 100, "4.00")
        for _ in range(3):
            hold = await gated.hold(ann, 100)
            grant = await gated.reserve(ann, "0.60", Payer.SELF, hold=hold)
            assert await gated.settle(grant, used(grant.worst), (0, 1))
            await self.gives_back(gated, hold)
        assert (await gated.month(ann)).lost == nanos("1.80")
        hold = await gated.hold(ann, 100)
        with pytest.raises(TooMuchLost):
            await gated.reserve(ann, "0.21", Payer.SELF, hold=hold)
        await gated.reserve(ann, "0.20", Payer.SELF, hold=hold)
        await gated.books_hold()

    async def gives_back(self, gated: Gated, hold: HoldId) -> None:
        """The price of what came to nothing."""

        def release(uow: UnitOfWork) -> None:
            holds.release(uow, hold, None, Why(Code.WORK_UNDONE, f"back:{hold}", gated.now))

        await gated.do(release)


class TestServiceDay:
    async def test_the_budget_is_for_those_who_bring_nothing(self, database: AnyDatabase) -> None:
        gated = Gated(database, GateLimits(service_day="0.10", burst_a_minute=1_000))
        ann, bob = await gated.member("ann"), await gated.member("bob")
        await gated.call(ann, "0.10")
        with pytest.raises(BudgetUsed):
            await gated.reserve(bob, "0.01")
        await gated.brings(bob, "4.00")
        await gated.reserve(bob, "0.01")
        gated.clock.advance(timedelta(hours=12))
        await gated.reserve(ann, "0.01")
        await gated.books_hold()

    async def test_zero_means_zero(self, database: AnyDatabase) -> None:
        gated = Gated(database, GateLimits(service_day="0"))
        with pytest.raises(BudgetUsed):
            await gated.reserve(await gated.member(), "0.01")

    async def test_the_breaker_stops_the_house_first_and_self_paid_calls_last(self, database: AnyDatabase) -> None:
        gated = Gated(database, GateLimits(breaker_day="1.00", service_day="15", burst_a_minute=1_000))
        ann = await gated.member()
        await gated.on_plan(ann, Plan.PRO)
        await gated.brings(ann, "9.00")
        await gated.bought(ann, 100, "9.00")
        hold = await gated.hold(ann, 100)
        await gated.call(ann, "0.80")
        with pytest.raises(BreakerNear):
            await gated.reserve(ann, "0.01")
        await gated.call(ann, "0.10", Payer.PLAN)
        with pytest.raises(BreakerNear):
            await gated.reserve(ann, "0.01", Payer.PLAN)
        # What even a sold call could not run on is said to be closed, not kept for sold ones.
        with pytest.raises(BreakerOpen):
            await gated.reserve(ann, "0.11", Payer.PLAN)
        await gated.call(ann, "0.10", Payer.SELF, hold=hold)
        with pytest.raises(BreakerOpen):
            await gated.reserve(ann, "0.01", Payer.SELF, hold=hold)
        await gated.books_hold()
