"""Costs and income: booked once, summed by month, moved by merges, kept true by goodbyes."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from core.costs import service as costs
from core.costs.reactions import POST
from core.costs.rules import Category, CostPrices, IncomeKind, Payer, nanos
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.facts import MemberErased, MembersMerged
from core.gate.errors import Closed
from core.ledger import holds
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.money import Coins, Nanos
from core.operations.reconcile import reconcile
from core.people import Member, Plan
from core.registry import ROOMS
from tests.gating import Gated

PRICES = CostPrices()


async def small(gated: Gated, member: Member, times: int = 1, category: Category = Category.EXTERNAL) -> bool:
    return await gated.do(lambda uow: costs.small(uow, member.id, category, times, gated.now, prices=PRICES))


class TestIncome:
    async def test_counts_once_by_its_key(self, gated: Gated) -> None:
        ann = await gated.member()
        assert await gated.brings(ann, "4.00", key="order:1")
        assert not await gated.brings(ann, "4.00", key="order:1")
        assert (await gated.month(ann)).earned == nanos("4.00")
        await gated.books_hold()

    async def test_what_is_taken_back_later_leaves_p(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.brings(ann, "4.00")
        lost = Nanos(nanos("4.00"))
        assert await gated.do(lambda uow: costs.reversed_income(uow, ann.id, lost, key="dispute:1", at=gated.now))
        assert (await gated.month(ann)).profit == nanos("4.00")
        await gated.books_hold()


class TestSmall:
    async def test_is_counted_at_once_and_posted_when_the_day_is_over(self, gated: Gated) -> None:
        ann = await gated.member()
        for _ in range(3):
            assert await small(gated, ann)
        assert (await gated.month(ann)).spent == nanos("0.003")
        assert await gated.day() is None
        await gated.books_hold()
        before = gated.now
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(days=1))
        gated.clock.set(before)
        assert (await gated.month(ann)).spent == nanos("0.003")
        assert (await gated.day()).spent == nanos("0.003")
        await gated.books_hold()

    async def test_what_is_free_leaves_no_row(self, gated: Gated) -> None:
        ann = await gated.member()
        assert await small(gated, ann, 5, Category.MESSAGE)
        assert (await gated.month(ann)).id == 0

    async def test_a_full_month_has_no_room(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "1.95")
        done = [await small(gated, ann) for _ in range(60)]
        assert sum(done) == 50
        assert (await gated.month(ann)).profit == -nanos("2.00")
        with pytest.raises(Closed):
            await gated.reserve(ann, "0.01")
        own = Nanos(nanos("0.01"))
        assert await gated.do(
            lambda uow: costs.own(uow, Category.EXTERNAL, own, key="settlement:1", at=gated.now, purpose="verdict")
        )
        await gated.books_hold()


class TestStakes:
    async def stake(self, gated: Gated, member: Member, amount: int, key: str):
        why = Why(Code.STAKED, key, gated.now)
        return await gated.do(lambda uow: holds.hold(uow, member.coin_wallet, Coins(amount), why, what="a stake"))

    async def coins(self, gated: Gated, member: Member, amount: int, net: str) -> None:
        source = LotSource.BOUGHT if net else LotSource.EARNED
        why = Why(Code.DEMO_GRANT, f"coins:{net}", gated.now)
        worth = Nanos(nanos(net or "0"))
        await gated.do(lambda uow: ledger.grant(uow, member.coin_wallet, Coins(amount), why, source=source, net=worth))

    async def test_bring_the_dollars_of_recharged_coins_that_were_consumed(self, gated: Gated) -> None:
        ann = await gated.member()
        await self.coins(gated, ann, 50, "")
        await self.coins(gated, ann, 500, "4.55")
        hold = await self.stake(gated, ann, 100, "stake:1")
        verdict = Why(Code.STAKE_CONSUMED, "consume:1", gated.now)
        back = Why(Code.STAKE_RETURNED, "return:1", gated.now)
        await gated.do(lambda uow: holds.release(uow, hold, Coins(20), back))
        await gated.do(lambda uow: holds.capture(uow, hold, None, verdict))
        for _ in range(3):
            await gated.do(costs.post_stakes)
        # 80 consumed, half of them recharged, each worth 0.91 cents.
        assert (await gated.month(ann)).earned == 40 * nanos("4.55") // 500
        await gated.books_hold()

    async def test_the_job_books_them(self, gated: Gated) -> None:
        ann = await gated.member()
        await self.coins(gated, ann, 500, "5.00")
        hold = await self.stake(gated, ann, 100, "stake:1")
        verdict = Why(Code.STAKE_CONSUMED, "consume:1", gated.now)
        await gated.do(lambda uow: holds.capture(uow, hold, None, verdict))
        assert POST in gated.house.catalog.jobs
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(minutes=1))
        assert (await gated.month(ann)).earned == nanos("1.00")


class TestMonths:
    async def test_a_change_of_plan_starts_one_and_never_a_second_free_one(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "1.00")
        await gated.on_plan(ann, Plan.PREMIUM)
        assert (await gated.month(ann)).cost == 0
        await gated.call(ann, "0.10")
        gated.clock.advance(timedelta(days=2))
        await gated.on_plan(ann, Plan.PRO)
        assert (await gated.month(ann)).cost == 0
        await gated.on_plan(ann, Plan.FREE)
        assert (await gated.month(ann)).cost == nanos("1.00")
        gated.clock.advance(timedelta(days=20))
        assert (await gated.month(ann)).cost == 0

    async def test_a_plan_that_has_run_out_is_free_again(self, gated: Gated) -> None:
        ann = await gated.member()
        until = gated.now + timedelta(days=1)
        await gated.do(lambda uow: entitlements.set_plan(uow, ann.id, Plan.PRO, gated.now, until))
        assert (await gated.month(ann)).plan is Plan.PRO
        gated.clock.advance(timedelta(days=1))
        assert (await gated.month(ann)).plan is Plan.FREE


class TestMerge:
    async def merge(self, gated: Gated, kept: Member, gone: Member) -> None:
        await gated.house.react(lambda uow: uow.record(MembersMerged(gated.now, kept=kept.id, gone=gone.id)))

    async def test_the_months_of_both_are_one_with_what_is_running(self, gated: Gated) -> None:
        ann, bob = await gated.member("ann"), await gated.member("bob")
        await gated.call(ann, "1.00")
        await gated.call(bob, "0.80")
        await small(gated, ann)
        await small(gated, bob)
        grant = await gated.reserve(bob, "0.05")
        await self.merge(gated, ann, bob)
        month = await gated.month(ann)
        assert (month.spent, month.reserved) == (nanos("1.802"), nanos("0.05"))
        await gated.books_hold()
        with pytest.raises(Closed):
            await gated.reserve(ann, "0.20")
        await gated.settle(grant, None)
        assert (await gated.month(ann)).spent == nanos("1.852")
        await gated.books_hold()

    async def test_whoever_still_names_the_one_who_is_gone_means_the_month_of_both(self, gated: Gated) -> None:
        ann, bob = await gated.member("ann"), await gated.member("bob")
        await gated.call(ann, "1.00")
        await gated.call(bob, "0.80")
        await self.merge(gated, ann, bob)
        kept = await gated.month(ann)
        assert await gated.month(bob) == kept
        assert await gated.do(lambda uow: costs.month(uow, bob.id, gated.now)) == kept

    async def test_a_chain_of_merges_finds_what_is_running(self, gated: Gated) -> None:
        ann, bob, cleo = [await gated.member(name) for name in ("ann", "bob", "cleo")]
        for member in (ann, bob):
            await gated.call(member, "0.10")
        grant = await gated.reserve(cleo, "0.05")
        await self.merge(gated, bob, cleo)
        await self.merge(gated, ann, bob)
        await gated.books_hold()
        await gated.release(grant)
        assert (await gated.month(ann)).cost == nanos("0.20")
        await gated.books_hold()

    async def test_the_paid_month_of_both_counts_and_the_free_one_stays(self, gated: Gated) -> None:
        ann, bob = await gated.member("ann"), await gated.member("bob")
        await gated.call(ann, "0.30")
        await gated.on_plan(ann, Plan.PREMIUM)
        gated.clock.advance(timedelta(hours=1))
        await gated.on_plan(bob, Plan.PRO)
        await gated.brings(bob, "20")
        await gated.call(bob, "1.00", Payer.PLAN)
        await gated.brings(ann, "8")
        await gated.call(ann, "0.50", Payer.PLAN)
        await self.merge(gated, ann, bob)
        month = await gated.month(ann)
        assert (month.plan, month.spent, month.earned) == (Plan.PRO, nanos("1.50"), nanos("28"))
        await gated.on_plan(ann, Plan.FREE)
        assert (await gated.month(ann)).spent == nanos("0.30")
        await gated.books_hold()


class TestErase:
    async def test_sums_stay_true_and_purposes_go(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.30")
        await gated.house.react(lambda uow: uow.record(MemberErased(gated.now, ann.id)))
        exports = [export for room in ROOMS if room.name in {"costs", "gate"} for export in room.exports]

        def held(uow: UnitOfWork) -> list[list[dict[str, Any]]]:
            return [export.rows(uow, ann.id) for export in exports]

        found = await gated.do(held)
        rows = [row for part in found for row in part]
        assert {row.get("purpose", "") for row in rows} == {""}
        assert sum(row["nanos"] for row in rows if row["table"] == "cost") == nanos("0.30")
        await gated.books_hold()


class TestReconcile:
    async def test_finds_a_sum_that_does_not_hold(self, gated: Gated) -> None:
        from core.costs.repository import MONTH

        ann = await gated.member()
        await gated.call(ann, "0.30")
        assert (await gated.do(reconcile)).holds
        await gated.do(lambda uow: uow.run(MONTH.update().values(spent=MONTH.c.spent - 1)))
        found = {finding.invariant for finding in (await gated.do(reconcile)).findings}
        assert found == {"a month's sums equal its rows", "a month counts every cost that is not self-paid"}


class TestKinds:
    async def test_every_kind_and_category_has_an_account(self, gated: Gated) -> None:
        ann = await gated.member()
        for kind in IncomeKind:
            await gated.brings(ann, "0.01", kind)
        for category in Category:
            key = f"own:{category}"
            await gated.do(partial(costs.own, category=category, nanos=Nanos(7), key=key, at=gated.now))
        assert (await gated.month(ann)).earned == len(IncomeKind) * nanos("0.01")
        await gated.books_hold()
