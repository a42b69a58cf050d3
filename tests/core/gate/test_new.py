"""New identities: half the ladder, and what lifts it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from core.costs.rules import IncomeKind, nanos
from core.db import UnitOfWork
from core.facts import MembersMerged, MetricAccountConnected
from core.gate import standing
from core.gate.errors import Closed
from core.gate.rules import Level, Payer
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.money import Coins, Nanos
from core.people import Member, Plan
from core.privacy import service as privacy
from tests.gating import Gated, worth
from tests.household import SALT


class TestNewIdentity:
    async def test_has_half_the_ladder_for_a_week(self, gated: Gated) -> None:
        ann = await gated.member(days=6)
        await gated.call(ann, "0.975")
        with pytest.raises(Closed):
            await gated.reserve(ann, "0.01")
        gated.clock.advance(timedelta(days=1))
        await gated.reserve(ann, "0.01")

    async def test_until_they_pay(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        await gated.call(ann, "0.975")
        await gated.bought(ann, 100, "4.55")
        await gated.reserve(ann, "0.01")

    async def test_recharged_coins_are_paid_for_too(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        why = Why(Code.DEMO_GRANT, "coins", gated.now)
        net = Nanos(nanos("4.55"))
        await gated.do(
            lambda uow: ledger.grant(uow, ann.coin_wallet, Coins(500), why, source=LotSource.BOUGHT, net=net)
        )
        await gated.call(ann, "1.00")

    async def test_a_gift_is_no_payment_of_theirs(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        await gated.bought(ann, 100, "4.55", LotSource.GIFTED)
        with pytest.raises(Closed):
            await gated.reserve(ann, "1.00")

    async def test_nor_is_what_a_gift_has_paid(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        await gated.bought(ann, 100, "4.55", LotSource.GIFTED)
        await gated.call(ann, "0.05", Payer.SELF, hold=await gated.hold(ann, 100))
        await gated.on_plan(ann, Plan.PREMIUM)  # another month, to which it brought nothing
        with pytest.raises(Closed):
            await gated.reserve(ann, "1.00")

    async def test_what_they_bought_and_used_is(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        await gated.bought(ann, 10, "0.05")
        hold = await gated.hold(ann, 10)
        await gated.call(ann, "0.05", Payer.SELF, hold=hold)
        await gated.call(ann, "1.00")

    async def test_a_commission_is_no_payment_of_theirs(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        await gated.brings(ann, "0.01", IncomeKind.COMMISSION)
        with pytest.raises(Closed):
            await gated.reserve(ann, "1.00")

    async def test_until_they_connect_an_account(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        await gated.house.react(lambda uow: uow.record(MetricAccountConnected(gated.now, ann.id, 1)))
        await gated.call(ann, "1.00")


class TestYoungAccount:
    """Of somebody who was here for more than a week, on an account that the platform made a few weeks ago."""

    async def test_has_half_the_ladder_for_thirty_days(self, gated: Gated) -> None:
        ann = await gated.member(days=8, account=29)
        await gated.call(ann, "0.975")
        with pytest.raises(Closed):
            await gated.reserve(ann, "0.01")
        gated.clock.advance(timedelta(days=1))
        await gated.reserve(ann, "0.01")

    async def test_an_old_one_has_all_of_it(self, gated: Gated) -> None:
        await gated.call(await gated.member(days=8, account=30), "1.00")

    async def test_an_age_that_nobody_tells_says_nothing(self, gated: Gated) -> None:
        await gated.call(await gated.member(days=8), "1.00")

    async def test_an_old_one_is_no_acquaintance(self, gated: Gated) -> None:
        ann = await gated.member(days=6, account=4000)
        with pytest.raises(Closed):
            await gated.reserve(ann, "1.00")

    @pytest.mark.parametrize(("discord", "telegram", "new"), [(9, 4000, False), (4000, 9, False), (9, 8, True)])
    async def test_one_old_account_vouches_for_all(self, gated: Gated, discord: int, telegram: int, new: bool) -> None:
        ann = await gated.member("ann", "discord", days=8, account=discord)
        await gated.are_one(ann, await gated.member("ann_t", "telegram", days=8, account=telegram))
        assert await gated.do(lambda uow: standing.is_new(uow, ann, gated.now, gated.limits)) is new

    async def test_one_without_an_age_vouches_for_none(self, gated: Gated) -> None:
        ann = await gated.member("ann", "discord", days=8, account=9)
        await gated.are_one(ann, await gated.member("ann_t", "telegram", days=8))
        with pytest.raises(Closed):
            await gated.reserve(ann, "1.00")

    async def test_but_being_here_for_as_long_does(self, gated: Gated) -> None:
        ann = await gated.member("ann_t", "telegram", days=30)
        await gated.are_one(ann, await gated.member("ann", "discord", days=8, account=9))
        await gated.call(ann, "1.00")

    async def test_until_they_pay(self, gated: Gated) -> None:
        ann = await gated.member(days=8, account=9)
        await gated.bought(ann, 10, "0.05")
        await gated.call(ann, "0.975")
        await gated.call(ann, "0.05", Payer.SELF, hold=await gated.hold(ann, 10))
        await gated.reserve(ann, "0.01")

    async def test_until_they_connect_an_account(self, gated: Gated) -> None:
        ann = await gated.member(days=8, account=9)
        await gated.house.react(lambda uow: uow.record(MetricAccountConnected(gated.now, ann.id, 1)))
        await gated.call(ann, "1.00")

    @pytest.mark.parametrize(("days", "asked"), [(30, 0), (29, 1), (7, 1)])
    async def test_is_asked_for_only_where_it_decides(self, gated: Gated, days: int, asked: int) -> None:
        ann = await gated.member(days=days, account=4000)

        def unit(uow: UnitOfWork) -> int:
            counted = Counted(uow)
            handed: Any = counted
            assert not standing.is_new(handed, ann, gated.now, gated.limits)
            return counted.statements

        assert await gated.do(unit) == asked


class Counted:
    """A unit of work that counts its statements."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self.statements = 0

    def run(self, statement: Any, **params: Any) -> Any:
        self.statements += 1
        return self._uow.run(statement, **params)


class TestTrust:
    async def test_stays_when_it_is_given_twice(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        for why in ("metric account", "support"):
            await gated.do(partial(standing.trust, member=ann.id, why=why, at=gated.now))
        await gated.call(ann, "1.00", reduced=worth("0.01"))


class TestSecondFreeMonth:
    """Nobody has two free parts of one calendar month by being two members in it, one after the other."""

    async def back(self, gated: Gated) -> Member:
        """They come by, as if for the first time."""
        ann = gated.house.person("ann")
        await ann.does("daily")
        return await ann.member()

    async def goes(self, gated: Gated, member: Member) -> None:
        await gated.house.react(lambda uow: privacy.erase_now(uow, member.id, gated.now))

    async def test_is_not_had_by_leaving_and_coming_back(self, gated: Gated) -> None:
        await self.goes(gated, await gated.member())
        for _ in range(2):
            ann = await self.back(gated)
            with pytest.raises(Closed) as refusal:
                await gated.reserve(ann, "0.01")
            assert refusal.value.until == "1 June"
            await self.goes(gated, ann)

    async def test_begins_with_the_next_one(self, gated: Gated) -> None:
        await self.goes(gated, await gated.member())
        ann = await self.back(gated)
        gated.clock.set(datetime(2026, 6, 1, tzinfo=UTC))
        assert (await gated.reserve(ann, "0.01")).level is Level.NORMAL

    async def test_of_who_left_in_another_month_begins_at_once(self, gated: Gated) -> None:
        await self.goes(gated, await gated.member())
        gated.clock.advance(timedelta(days=40))
        assert (await gated.reserve(await self.back(gated), "0.01")).level is Level.NORMAL

    async def test_is_open_to_who_pays(self, gated: Gated) -> None:
        await self.goes(gated, await gated.member())
        ann = await self.back(gated)
        await gated.brings(ann, "5.00")
        assert (await gated.reserve(ann, "0.01")).level is Level.NORMAL

    async def test_is_not_had_by_an_identity_that_leaves_the_others(self, gated: Gated) -> None:
        kept, gone = await gated.member("ann"), await gated.member("bob", "telegram")
        await gated.house.react(lambda uow: uow.record(MembersMerged(gated.now, kept.id, gone.id)))
        leaving = gated.house.person("bob", "telegram").identity

        def leaves(uow: UnitOfWork) -> None:
            members.part(uow, kept.id, leaving, gated.now, SALT)

        await gated.house.react(leaves)
        parted = await gated.house.person("bob", "telegram").member()
        assert parted.id != kept.id
        with pytest.raises(Closed):
            await gated.reserve(parted, "0.01")
        assert (await gated.reserve(kept, "0.01")).level is Level.NORMAL
