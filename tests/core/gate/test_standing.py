"""New identities, disputes, visits, pauses, and what members are told."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert

from core.chat import Visit
from core.costs.rules import IncomeKind, nanos
from core.db import UnitOfWork
from core.durations import day_in_words, in_words
from core.facts import MemberErased, MetricAccountConnected
from core.gate import pace, repository, room, standing, words
from core.gate.errors import Closed, Disputed, PremiumNeeded, Throttled, VisitNeeded
from core.gate.pace import Cause
from core.gate.rules import GateLimits, Level, Offer, Payer
from core.ledger import service as ledger
from core.ledger import statements
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.links import service as links
from core.money import Coins, Nanos
from core.people import Identity, Member, Plan, Role
from core.roles import service as roles
from tests.databases import AnyDatabase
from tests.gating import Gated, worth
from tests.household import NOON, refused, text_of

SHOP = Offer("shop", "A shop", "https://shop.example/a?b=c", about="Lamps", commission="up to 8%", rewarded=True)
BANK = Offer("bank", "A bank", "https://bank.example", expected="0.40")


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


class TestDispute:
    async def test_a_frozen_lot_closes_what_the_house_pays(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.bought(ann, 100, "4.55")
        hold = await gated.hold(ann, 10)
        lot = statements.LOT
        await gated.do(lambda uow: uow.run(lot.update().values(frozen=True)))
        with pytest.raises(Disputed):
            await gated.reserve(ann, "0.01")
        with pytest.raises(Exception, match="in dispute"):
            await gated.reserve(ann, "0.01", Payer.SELF, hold=hold)

    async def test_a_debt_closes_it_until_it_is_paid(self, gated: Gated) -> None:
        ann = await gated.member()
        why = Why(Code.DEMO_GRANT, "bought", gated.now)
        posted = await gated.do(lambda uow: ledger.grant(uow, ann.coin_wallet, Coins(10), why, source=LotSource.BOUGHT))
        spent, back = Why(Code.WORK_DONE, "spent", gated.now), Why(Code.REVERSAL, "back", gated.now)
        await gated.do(lambda uow: ledger.spend(uow, ann.coin_wallet, Coins(10), spent))
        await gated.do(lambda uow: ledger.reverse(uow, posted.transfer, back, debt_cap=10))
        with pytest.raises(Disputed):
            await gated.reserve(ann, "0.01")
        again = Why(Code.DEMO_GRANT, "again", gated.now)
        await gated.do(lambda uow: ledger.grant(uow, ann.coin_wallet, Coins(10), again, source=LotSource.BOUGHT))
        await gated.reserve(ann, "0.01")


class TestVisits:
    @pytest.fixture
    def partnered(self, database: AnyDatabase) -> Gated:
        return Gated(database, GateLimits(offers=(SHOP, BANK), burst_a_minute=1_000))

    async def test_a_visit_opens_it_for_a_day(self, partnered: Gated) -> None:
        ann = await partnered.member()
        await partnered.call(ann, "0.50")
        with pytest.raises(VisitNeeded):
            await partnered.reserve(ann, "0.01")
        way = await partnered.house.person("ann").does("offers", partner="shop")
        assert isinstance(way, Visit)
        assert way.url.startswith("https://tandem.example/r/")
        await self.follow(partnered, way.url)
        assert (await partnered.call(ann, "0.01")).level is Level.GATED
        partnered.clock.advance(timedelta(hours=23, minutes=59))
        await partnered.call(ann, "0.01")
        partnered.clock.advance(timedelta(minutes=1))
        with pytest.raises(VisitNeeded):
            await partnered.reserve(ann, "0.01")

    async def follow(self, partnered: Gated, url: str) -> None:
        def unit(uow):
            link = links.find(uow, url.rpartition("/")[2])
            assert link is not None
            links.note_visit(uow, link, partnered.now, "somebody")

        await partnered.do(unit)

    async def test_only_a_rewarded_one_does(self, partnered: Gated) -> None:
        ann = await partnered.member()
        await partnered.call(ann, "0.50")
        way = await partnered.house.person("ann").does("offers", partner="bank")
        assert isinstance(way, Visit)
        await self.follow(partnered, way.url)
        with pytest.raises(VisitNeeded):
            await partnered.reserve(ann, "0.01")

    async def test_somebody_elses_visit_does_not(self, partnered: Gated) -> None:
        ann, _ = await partnered.member(), await partnered.member("bob")
        await partnered.call(ann, "0.50")
        way = await partnered.house.person("bob").does("offers", partner="shop")
        assert isinstance(way, Visit)
        await self.follow(partnered, way.url)
        with pytest.raises(VisitNeeded):
            await partnered.reserve(ann, "0.01")

    @pytest.mark.parametrize(
        "offers", [(), (BANK,), (Offer("shop", "Ein Laden", "https://x.example", language="de", rewarded=True),)]
    )
    async def test_it_never_locks_for_want_of_an_offer(self, database: AnyDatabase, offers) -> None:
        gated = Gated(database, GateLimits(offers=offers))
        ann = await gated.member()
        await gated.call(ann, "0.50")
        assert (await gated.reserve(ann, "0.01")).level is Level.GATED


class TestOffers:
    async def test_are_listed_by_what_they_bring_and_labelled(self, database: AnyDatabase) -> None:
        gated = Gated(database, GateLimits(offers=(SHOP, BANK)))
        await gated.member()
        said = text_of(await gated.house.person("ann").does("offers"))
        assert said.index("A bank") < said.index("A shop")
        assert said.count("Partner link, we earn a commission") == 2
        assert "A visit keeps AI open for 24 h." in said

    async def test_one_link_for_a_member_and_an_offer(self, database: AnyDatabase) -> None:
        gated = Gated(database, GateLimits(offers=(SHOP,)))
        await gated.member()
        ways = [await gated.house.person("ann").does("offers", partner="shop") for _ in range(2)]
        assert len({way.url for way in ways if isinstance(way, Visit)}) == 1

    async def test_without_any_it_says_what_there_is(self, gated: Gated) -> None:
        await gated.member()
        said = text_of(await gated.house.person("ann").does("offers"))
        assert "AI never waits for one" in said


class TestPauses:
    @pytest.fixture
    def strict(self, database: AnyDatabase) -> Gated:
        return Gated(database, GateLimits(burst_a_minute=3, throttle_minutes=(1, 10)))

    async def flood(self, strict: Gated, ann, payer: Payer = Payer.HOUSE) -> None:
        for _ in range(3):
            await strict.reserve(ann, "0.01", payer)

    async def test_hold_up_every_payer_and_end(self, strict: Gated) -> None:
        ann = await strict.member()
        await self.flood(strict, ann)
        for payer in (Payer.HOUSE, Payer.PLAN, Payer.SELF):
            with pytest.raises(Throttled, match=r"3 times within a minute\. AI goes on in 1 min"):
                await strict.reserve(ann, "0.01", payer)
        strict.clock.advance(timedelta(minutes=1))
        await strict.reserve(ann, "0.01")

    async def test_copies_are_told_by_their_hash(self, strict: Gated) -> None:
        ann = await strict.member()
        for _ in range(5):
            strict.clock.advance(timedelta(seconds=61))
            await strict.reserve(ann, "0.01", digest="the same")
        with pytest.raises(Throttled, match="You sent the AI the same text 5 times in a row"):
            await strict.reserve(ann, "0.01", digest="something else")

    async def test_after_the_last_one_premium(self, strict: Gated) -> None:
        ann = await strict.member()
        for _ in range(3):
            await self.flood(strict, ann)
            strict.clock.advance(timedelta(minutes=11))
        with pytest.raises(PremiumNeeded):
            await strict.reserve(ann, "0.01")
        await strict.on_plan(ann, Plan.PREMIUM)
        await strict.brings(ann, "9.00")
        await strict.reserve(ann, "0.01", Payer.PLAN)

    async def test_the_day_that_is_named_is_the_day_it_opens(self, strict: Gated) -> None:
        ann = await strict.member()
        for _ in range(3):
            await self.flood(strict, ann)
            strict.clock.advance(timedelta(minutes=11))
        with pytest.raises(PremiumNeeded, match=r"for too many calls in a minute, .* until 21 May"):
            await strict.reserve(ann, "0.01")
        strict.clock.advance(timedelta(days=7))
        await strict.reserve(ann, "0.01")

    async def test_one_appeal_a_month_lifts_it(self, strict: Gated) -> None:
        ann, person = await strict.member(), strict.house.person("ann")
        assert refused(await person.does("appeal")) == "NothingToAppeal"
        await self.flood(strict, ann)
        assert "lifted" in text_of(await person.does("appeal"))
        await self.flood(strict, ann)
        assert refused(await person.does("appeal")) == "AppealUsed"
        strict.clock.advance(timedelta(days=30))
        await self.flood(strict, ann)
        assert "lifted" in text_of(await person.does("appeal"))

    async def test_staff_lifts_it_for_others_only(self, strict: Gated) -> None:
        ann, eve = await strict.member(), await strict.member("eve")
        await strict.do(lambda uow: roles.grant(uow, eve.id, Role.SUPPORT, "", by=None, at=strict.now))
        await self.flood(strict, ann)
        staff = strict.house.person("eve")
        assert "is lifted" in text_of(await staff.does("admin", "ease", member=strict.house.person("ann").identity))
        await strict.reserve(ann, "0.01")
        assert refused(await staff.does("admin", "ease", member=staff.identity)) == "OwnPause"
        assert refused(await strict.house.person("ann").does("admin", "ease", member=staff.identity)) == "NotAllowed"


class TestOutliers:
    """A day that is far from the member's own."""

    HABIT = 2

    @pytest.fixture
    def strict(self, database: AnyDatabase) -> Gated:
        limits = GateLimits(burst_a_minute=10_000, outlier_times=3, outlier_calls=5, throttle_minutes=(1,))
        return Gated(database, limits)

    async def calls(self, strict: Gated, ann: Member, times: int, payer: Payer = Payer.HOUSE) -> None:
        for _ in range(times):
            await strict.reserve(ann, "0.01", payer)

    async def with_a_habit(self, strict: Gated, name: str = "ann") -> Member:
        """Who has called twice on each of seven days, until yesterday."""
        ann = await strict.member(name)
        for _ in range(7):
            await self.calls(strict, ann, self.HABIT)
            strict.clock.advance(timedelta(days=1))
        return ann

    async def test_hold_up_and_say_why(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        words = r"On 21 May you called the AI at least 3 times as often as on your usual day\. AI goes on in 1 min"
        with pytest.raises(Throttled, match=words):
            await strict.reserve(ann, "0.01")
        strict.clock.advance(timedelta(minutes=1))
        await self.calls(strict, ann, 20)

    @pytest.mark.parametrize("payer", [Payer.PLAN, Payer.SELF])
    async def test_calls_count_whoever_pays(self, strict: Gated, payer: Payer) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 5)
        await self.calls(strict, ann, 1, payer)
        with pytest.raises(Throttled):
            await strict.reserve(ann, "0.01", payer)

    async def test_somebody_without_a_habit_is_none(self, strict: Gated) -> None:
        await self.calls(strict, await strict.member(), 20)

    async def test_calls_that_were_refused_do_not_count(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        for _ in range(10):
            with pytest.raises(Closed):
                await strict.reserve(ann, "1.95")
        await self.calls(strict, ann, 5)

    async def test_the_next_ones_need_premium(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        strict.clock.advance(timedelta(days=1))
        await self.calls(strict, ann, 6)
        strict.clock.advance(timedelta(minutes=1))
        with pytest.raises(PremiumNeeded, match="the last for many times your usual day, the free AI is off"):
            await strict.reserve(ann, "0.01")

    async def test_an_appeal_lifts_it_for_the_day(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        assert "lifted" in text_of(await strict.house.person("ann").does("appeal"))
        await self.calls(strict, ann, 20)

    async def test_two_who_are_one_have_one_habit(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        bob = await strict.member("bob", "telegram")
        await self.calls(strict, bob, 4)
        await strict.are_one(ann, bob)
        await strict.are_one(ann, bob)
        await self.calls(strict, ann, 2)
        with pytest.raises(Throttled, match="On 21 May you called the AI at least 3 times"):
            await strict.reserve(ann, "0.01")

    async def test_the_days_are_exported_and_go_with_the_member(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        (row,) = [row for row in await self.exported(strict, ann) if row["table"] == "call_pace"]
        assert (row["day"], row["today"], row["past"]) == (strict.now.date(), 6, [self.HABIT] * 7)
        assert (row["cause"], row["outlier_on"]) == ("outlier", strict.now.date())
        await strict.house.react(lambda uow: uow.record(MemberErased(strict.now, ann.id)))
        assert [row for row in await self.exported(strict, ann) if row["table"] == "call_pace"] == []

    async def exported(self, strict: Gated, ann: Member) -> list[dict[str, Any]]:
        return await strict.do(lambda uow: room.export(uow, ann.id))

    async def test_a_pause_that_began_before_causes_were_kept(self, strict: Gated) -> None:
        ann = await strict.member()
        began = insert(repository.PACE).values(
            member_id=ann.id, window_at=strict.now, calls=0, digest="", copies=0, strikes=1, struck_at=strict.now,
            until=strict.now + timedelta(minutes=1),
        )  # fmt: skip
        await strict.do(lambda uow: uow.run(began))
        with pytest.raises(Throttled, match="a lot in a short time, or the same text"):
            await strict.reserve(ann, "0.01")
        strict.clock.advance(timedelta(minutes=1))
        await strict.reserve(ann, "0.01")


class TestRefusals:
    """At their longest, for each cause."""

    @pytest.mark.parametrize("cause", [*Cause, None])
    def test_say_why_within_what_a_platform_shows(self, cause: Cause | None) -> None:
        limits = GateLimits(burst_a_minute=9_999, copies=9_999, outlier_times=9_999)
        paused = replace(pace.fresh(NOON), cause=cause, outlier_on=date(2026, 9, 21))
        held_up = Throttled(words.held_up(paused, limits), in_words(timedelta(hours=23, minutes=59)))
        premium = PremiumNeeded(words.struck_for(cause), day_in_words(date(2026, 9, 21)))
        for error in (held_up, premium):
            assert len(error.text) <= 200
            assert ("Appeal", ("appeal",)) in error.ways

    def test_differ_by_cause(self) -> None:
        paused = replace(pace.fresh(NOON), outlier_on=NOON.date())
        for say in (lambda cause: words.held_up(replace(paused, cause=cause), GateLimits()), words.struck_for):
            assert len({say(cause) for cause in (*Cause, None)}) == 4


class TestTold:
    async def said(self, gated: Gated) -> list[str]:
        await gated.house.pass_time()
        return gated.house.postbox.to(gated.house.person("ann"))

    async def test_once_with_the_reason_and_the_way_back(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.50")
        assert await self.said(gated) == []
        await gated.call(ann, "0.05")
        (text,) = await self.said(gated)
        assert "has used its free part ($0.50 at most)" in text
        assert "$0.55" in text
        assert "1 June" in text
        await gated.call(ann, "0.05")
        assert len(await self.said(gated)) == 1

    @pytest.mark.parametrize(
        ("days", "account", "why"),
        [
            (0, 4000, "You have been here for less than 7 days, so you have half of the free part."),
            (8, 9, "No account of yours is known to be 30 days old, so you have half of the free part."),
        ],
    )
    async def test_why_it_is_half_as_much(self, gated: Gated, days: int, account: int, why: str) -> None:
        ann = await gated.member(days=days, account=account)
        await gated.call(ann, "0.30")
        (text,) = await self.said(gated)
        assert "has used its free part ($0.25 at most)" in text
        assert f"{why} Paying, or connecting a metric account, brings all of it." in text
        await gated.house.react(lambda uow: uow.record(MetricAccountConnected(gated.now, ann.id, 1)))
        await gated.call(ann, "0.01")
        _, text = await self.said(gated)
        assert "AI is fully open again." in text
        assert "half" not in text

    async def test_and_when_it_is_better_again(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.55")
        await gated.brings(ann, "5.00")
        await gated.call(ann, "0.01")
        texts = await self.said(gated)
        assert len(texts) == 2
        assert "AI is fully open again." in texts[1]

    async def test_a_new_month_says_nothing(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.55")
        gated.clock.advance(timedelta(days=20))
        await gated.call(ann, "0.01")
        assert len(await self.said(gated)) == 1


class TestAlerts:
    async def test_owners_are_told_once_a_day(self, database: AnyDatabase) -> None:
        limits = GateLimits(service_day="0.10", alert_day="0.20", breaker_day="0.30", burst_a_minute=1_000)
        gated = Gated(database, limits, owners=[Identity("discord", "discord-olga-id")])
        await gated.member("olga")
        ann = await gated.member()
        await gated.call(ann, "0.09")
        await gated.house.runner.plan_recurring()
        for _ in range(3):
            await gated.house.pass_time(timedelta(minutes=2))
        told = gated.house.postbox.to(gated.house.person("olga"))
        assert len(told) == 1
        assert "Free AI has used $0.09 of $0.10 today" in told[0]
        await gated.on_plan(ann, Plan.PRO)
        await gated.brings(ann, "9")
        await gated.call(ann, "0.15", Payer.PLAN)
        await gated.house.pass_time(timedelta(minutes=2))
        told = gated.house.postbox.to(gated.house.person("olga"))
        assert len(told) == 3
        assert any("The breaker stops every call at $0.30" in text for text in told)


class TestTrust:
    async def test_stays_when_it_is_given_twice(self, gated: Gated) -> None:
        ann = await gated.member(days=0)
        for why in ("metric account", "support"):
            await gated.do(partial(standing.trust, member=ann.id, why=why, at=gated.now))
        await gated.call(ann, "1.00", reduced=worth("0.01"))
