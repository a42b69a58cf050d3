"""Two members become one: what comes along, and what comes at the same time."""

import asyncio
from collections.abc import Callable
from functools import partial

from core.chat import Reply
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.facts import MembersMerged
from core.gifts.rules import GIVEN
from core.ids import HoldId
from core.ledger import holds, views
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.money import Coins, Credits, Unit
from core.people import Plan
from tests.core.linking.acts import DAY, HOUR, all_coins, both_agreed, both_rich, code_of, coins, freeze
from tests.household import NOON, Household, Person, text_of


class TestMerge:
    async def test_the_older_member_stays_with_everything(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        older, younger = await mara.id(), await tele.id()
        before = await all_coins(house, older, younger)
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        assert (await mara.id(), await tele.id()) == (older, older)
        # Two visits of the day are one visit each; both paid before they were one.
        assert await all_coins(house, older, younger) >= before
        assert await all_coins(house, younger) == 0
        member = await mara.member()
        lots = await house.database.read(lambda uow: views.lots(uow, member.credit_wallet, house.clock.now()))
        assert [(lot.source, lot.remaining) for lot in lots] == [(LotSource.BOUGHT, 50)]
        await house.books_hold()

    async def test_tells_both_platforms(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        for side in (mara, tele):
            assert any("Your accounts are one now" in text for text in house.postbox.to(side))

    async def test_welcome_received_twice_is_taken_back_as_far_as_unspent(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await both_rich(mara, tele)
        for person in (mara, tele):
            await house.grant((await person.member()).coin_wallet, Coins(50), LotSource.WELCOME, days=90)
        member = await tele.member()
        why = Why(Code.WORK_DONE, "spent", NOON)
        await house.do(lambda uow: ledger.spend(uow, member.coin_wallet, Coins(20), why))
        before = await all_coins(house, await mara.id(), await tele.id())
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        kept = await mara.member()
        lots = await house.database.read(lambda uow: views.lots(uow, kept.coin_wallet, house.clock.now()))
        assert sum(lot.remaining for lot in lots if lot.source is LotSource.WELCOME) == 30
        assert await coins(mara) == before - 50
        await house.books_hold()

    async def test_welcome_that_was_on_hold_is_taken_back_once_it_is_released(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await both_rich(mara, tele)
        for person in (mara, tele):
            await house.grant((await person.member()).coin_wallet, Coins(50), LotSource.WELCOME, days=90)
        mine, theirs = await mara.member(), await tele.member()

        def most_is_spent_or_on_hold(uow: UnitOfWork) -> HoldId:
            welcome = frozenset({LotSource.WELCOME})
            spent = Why(Code.WORK_DONE, "spent", NOON)
            ledger.spend(uow, mine.coin_wallet, Coins(40), spent, sources=welcome)
            why = Why(Code.PRICED_WORK, "work", NOON)
            return holds.hold(uow, theirs.coin_wallet, Coins(50), why, what="an answer", sources=welcome)

        held = await house.do(most_is_spent_or_on_hold)
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        before = await coins(mara)
        await house.do(lambda uow: holds.release(uow, held, None, Why(Code.WORK_UNDONE, "back", house.clock.now())))
        assert await coins(mara) == before + 50
        await house.pass_time(HOUR)
        assert await coins(mara) == before + 10
        await house.books_hold()

    async def test_settings_that_only_who_is_gone_has_made_come_along(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await both_rich(mara, tele)
        await tele.does("settings", "zone", zone="Asia/Tokyo")
        await tele.does("settings", "quiet", start="20:00", end="09:00")
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        shown = text_of(await mara.does("settings"))
        assert "Time zone: Asia/Tokyo" in shown
        assert "Quiet hours: 20:00 to 09:00" in shown

    async def test_settings_of_who_stays_win(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        for person, zone, start in ((mara, "Europe/Berlin", "22:30"), (tele, "Asia/Tokyo", "20:00")):
            await person.does("settings", "zone", zone=zone)
            await person.does("settings", "quiet", start=start, end="09:00")
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        shown = text_of(await mara.does("settings"))
        assert "Time zone: Europe/Berlin" in shown
        assert "Quiet hours: 22:30 to 09:00" in shown

    async def test_a_welcome_of_one_side_stays(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await house.grant((await tele.member()).coin_wallet, Coins(50), LotSource.WELCOME, days=90)
        before = await all_coins(house, await mara.id(), await tele.id())
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        assert await coins(mara) == before

    async def test_debts_of_both_units_come_along(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        member = await tele.member()

        def fall_into_debt(uow: UnitOfWork) -> None:
            """Bought, spent, and the payment reversed."""
            for account, amount in ((member.coin_wallet, Coins(40)), (member.credit_wallet, Credits(70))):
                bought = Why(Code.DEMO_GRANT, f"bought:{account}", NOON)
                made = ledger.grant(uow, account, amount, bought, source=LotSource.BOUGHT)
                have = views.balance(uow, account, amount.unit)
                ledger.spend(uow, account, have, Why(Code.WORK_DONE, f"spent:{account}", NOON))
                back = Why(Code.REVERSAL, f"back:{account}", NOON)
                ledger.reverse(uow, made.transfer, back, debt_cap=1000)

        await house.do(fall_into_debt)
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        kept = await mara.member()
        owed = await house.database.read(
            lambda uow: (views.debt(uow, kept.coin_wallet), views.debt(uow, kept.credit_wallet))
        )
        assert owed == (40, 70)
        await house.books_hold()

    async def test_what_is_on_hold_comes_back_to_the_one(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        member = await tele.member()
        why = Why(Code.PRICED_WORK, "work", NOON)
        held = await house.do(lambda uow: holds.hold(uow, member.coin_wallet, Coins(30), why, what="an answer"))
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        before = await coins(mara)
        await house.do(lambda uow: holds.release(uow, held, None, Why(Code.WORK_UNDONE, "back", NOON)))
        assert await coins(mara) == before + 30
        await house.books_hold()

    async def test_a_plan_counts_as_owning_something(self, house: Household, mara: Person, tele: Person) -> None:
        await mara.does("start")
        await house.grant((await mara.member()).coin_wallet, Coins(1))
        await tele.does("start")
        mine = await tele.id()
        await house.do(lambda uow: entitlements.set_plan(uow, mine, Plan.PREMIUM, NOON, None))
        await both_agreed(mara, tele)
        assert await mara.id() != await tele.id()

    async def test_a_dispute_that_began_meanwhile_calls_it_off_and_says_why(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await freeze(house, (await tele.member()).credit_wallet)
        await house.pass_time(DAY)
        assert await mara.id() != await tele.id()
        for side in (mara, tele):
            assert any("does not happen" in text and "dispute" in text for text in house.postbox.to(side))

    async def test_leaving_meanwhile_calls_it_off(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await tele.insists("privacy", "erase")
        await house.pass_time(DAY)
        assert await mara.id() != await tele.id()

    async def test_what_arrives_late_follows(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        gone = await tele.member()
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        before = await coins(mara)
        await house.grant(gone.coin_wallet, Coins(7))
        await house.pass_time(HOUR)
        assert await coins(mara) == before + 7
        assert await all_coins(house, gone.id) == 0
        await house.books_hold()


class TestAtOnce:
    async def test_cancel_races_the_merge(self, house: Household, mara: Person, tele: Person) -> None:
        for _ in range(3):
            await both_rich(mara, tele)
            before = await all_coins(house, await mara.id(), await tele.id())
            await both_agreed(mara, tele)
            house.clock.advance(DAY)
            one, two = await mara.id(), await tele.id()
            outcome, tick = await asyncio.gather(tele.does("link", "cancel"), house.runner.tick())
            assert tick.failed == 0
            cancelled = isinstance(outcome, Reply)
            assert (await mara.id() == await tele.id()) is not cancelled
            assert await all_coins(house, one, two) >= before
            await house.books_hold()
            if not cancelled:
                break

    async def test_two_runners_merge_once(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        one, two = await mara.id(), await tele.id()
        await both_agreed(mara, tele)
        before = await all_coins(house, one, two)
        house.clock.advance(DAY)
        other = Household(house.database)
        other.clock.set(house.clock.now())
        await asyncio.gather(house.runner.tick(), other.runner.tick(), house.runner.tick())
        assert await mara.id() == await tele.id() == one
        assert await all_coins(house, one, two) == before
        await house.books_hold()

    async def test_two_links_of_one_member_do_not_both_happen(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        third = house.person("Mara3", "console")
        await both_rich(mara, tele)
        await third.does("start")
        await house.grant((await third.member()).coin_wallet, Coins(11))
        who = [await person.id() for person in (mara, tele, third)]
        code, other = await code_of(mara), await code_of(third)
        before_tele = await tele.does("link", code=code)
        before_mara = await mara.does("link", code=other)
        outcomes = await asyncio.gather(tele.agrees(before_tele), mara.agrees(before_mara))
        assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 1
        before = await all_coins(house, *who)
        await house.pass_time(2 * DAY)
        assert await all_coins(house, *who) == before
        await house.books_hold()

    async def test_gifts_fly_while_two_become_one(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        giver = house.person("Giver", "discord")
        await giver.does("start")
        rich = await giver.member()
        await house.grant(rich.credit_wallet, Credits(500), LotSource.BOUGHT)
        to = [await mara.member(), await tele.member()]
        await both_agreed(mara, tele)
        house.clock.advance(DAY)

        def gift(number: int) -> Callable[[UnitOfWork], object]:
            why = Why(Code.GIFT, f"flying:{number}", house.clock.now())
            receiver = to[number % 2].credit_wallet
            return partial(
                ledger.give,
                giver=rich.credit_wallet,
                receiver=receiver,
                amount=Credits(5),
                why=why,
                sources=GIVEN,
                become=LotSource.GIFTED,
            )

        flying = [house.do(gift(number)) for number in range(12)]
        await asyncio.gather(*flying[:6], house.runner.tick(), *flying[6:])
        await house.pass_time(2 * HOUR)
        kept = await mara.member()
        have = await house.database.read(lambda uow: views.balance(uow, kept.credit_wallet, Unit.CREDIT))
        assert have == Credits(50 + 60)
        await house.books_hold()


def _merge_now(uow: UnitOfWork, mara: Person, tele: Person) -> None:
    kept, gone = members.known(uow, mara.identity), members.known(uow, tele.identity)
    assert kept is not None
    assert gone is not None
    uow.record(MembersMerged(mara.house.clock.now(), kept.member.id, gone.member.id))
