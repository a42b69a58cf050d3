"""Disputes, visits, and what members and owners are told."""

from datetime import timedelta

import pytest

from core.chat import Visit
from core.facts import MetricAccountConnected
from core.gate import standing
from core.gate.errors import Disputed, VisitNeeded
from core.gate.rules import GateLimits, Level, Offer, Payer
from core.ledger import service as ledger
from core.ledger import statements
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.links import service as links
from core.money import Coins
from core.people import Identity, Plan
from tests.databases import AnyDatabase
from tests.gating import Gated
from tests.household import text_of

SHOP = Offer("shop", "A shop", "https://shop.example/a?b=c", about="Lamps", commission="up to 8%", rewarded=True)
BANK = Offer("bank", "A bank", "https://bank.example", expected="0.40")


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


class TestBelow:
    @pytest.mark.parametrize(("level", "there"), [(level, level.has_offers) for level in Level])
    async def test_partner_pages_stand_below_answers_of_two_levels(self, database: AnyDatabase, level, there) -> None:
        gated = Gated(database, GateLimits(offers=(SHOP,)))
        ann = await gated.member()
        found = await gated.do(lambda uow: standing.below(uow, ann.id, level, gated.limits))
        assert [button.label for button in found] == (["Partner pages"] if there else [])

    async def test_nothing_stands_there_without_partners(self, gated: Gated) -> None:
        ann = await gated.member()
        assert await gated.do(lambda uow: standing.below(uow, ann.id, Level.GATED_OFFERS, gated.limits)) == ()


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

    async def test_not_of_a_level_that_differs_by_partners_alone(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.55")
        await gated.call(ann, "1.00")
        assert len(await self.said(gated)) == 1
        await gated.call(ann, "0.25")
        _, text = await self.said(gated)
        assert "nearly used" in text

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
