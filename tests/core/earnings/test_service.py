"""Booked whole, paid whole, within the caps; whoever earns, how often, and wherever they are."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from core.earnings import service
from core.earnings.service import Earned
from core.facts import MemberErased, MembersMerged
from core.ledger import views
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.money import Credits
from tests.core.earnings.earning import DAY, LIMITS, Earner
from tests.household import NOON, Household

PAID = Earned(paid=True)


def waits(day: date) -> Earned:
    return Earned(paid=False, pays_on=day)


def may(day: int) -> date:
    return date(2026, 5, day)


class TestEarn:
    async def test_pays_what_fits(self, ann: Earner):
        assert await ann.would_be_paid(40) is None
        assert await ann.earns(40) == PAID
        assert await ann.earns(20) == PAID
        assert (await ann.coins(), await ann.left()) == (60, (0, 340))

    async def test_books_whole_what_does_not_fit_and_says_the_day(self, ann: Earner):
        await ann.earns(40)
        assert await ann.would_be_paid(25) == may(15)
        assert await ann.earns(25) == waits(may(15))
        assert (await ann.coins(), await ann.left(), await ann.waits()) == (40, (20, 360), [(25, may(15))])

    async def test_of_something_smaller_does_not_wait_for_something_larger(self, ann: Earner):
        await ann.earns(40)
        await ann.earns(40)
        assert await ann.earns(5) == PAID
        assert await ann.coins() == 45

    async def test_never_takes_the_room_of_what_waits(self, ann: Earner, house: Household):
        for _ in range(9):  # 360 of the month's 400
            await ann.earns(40)
            await house.pass_time(DAY)
        await ann.earns(20)
        await ann.earns(20)
        await ann.earns(20)
        assert await ann.waits() == [(20, date(2026, 6, 1))]
        assert await ann.coins() == 400

    async def test_keeps_the_month_for_what_was_promised_first(self, ann: Earner, house: Household):
        for _ in range(8):
            await ann.earns(40)
            await house.pass_time(DAY)
        assert await ann.earns(40) == PAID  # 360
        assert await ann.earns(40) == waits(may(23))
        assert await ann.earns(5) == waits(date(2026, 6, 1))  # the day has room, the month has not
        await house.pass_time(DAY)
        assert await ann.coins() == 400

    async def test_is_once_per_key(self, ann: Earner):
        assert await ann.earns(25, "q") == PAID
        assert await ann.earns(25, "q") == PAID
        await ann.earns(25)
        assert await ann.earns(25, "later") == await ann.earns(25, "later") == waits(may(15))
        assert (await ann.coins(), await ann.waits()) == (50, [(25, may(15))])

    async def test_of_nothing_books_nothing(self, ann: Earner):
        assert await ann.earns(0) == PAID
        assert await ann.rows() == []

    async def test_in_parallel_keeps_the_cap_and_books_the_rest(self, ann: Earner, house: Household):
        await asyncio.gather(*(ann.earns(25) for _ in range(6)))
        assert await ann.coins() == 50
        assert [amount for amount, _ in await ann.waits()] == [25] * 4
        await house.books_hold()

    async def test_of_one_key_in_parallel_pays_once(self, ann: Earner):
        assert await asyncio.gather(*(ann.earns(40, "once") for _ in range(6))) == [PAID] * 6
        assert await ann.coins() == 40

    async def test_does_not_count_the_daily_visit(self, ann: Earner):
        await ann.person.does("daily")
        await ann.earns(40)
        assert await ann.earns(20) == PAID
        assert await ann.coins() == 70


class TestPayWaiting:
    async def test_pays_at_midnight_once(self, ann: Earner, house: Household):
        await ann.earns(40)
        await ann.earns(40)
        await house.pass_time(timedelta(hours=11, minutes=59))
        assert await ann.coins() == 40
        await house.pass_time(timedelta(minutes=1))
        assert await ann.coins() == 80
        await house.pass_time(3 * DAY)
        assert await ann.coins() == 80
        await house.books_hold()

    async def test_of_many_days_is_a_day_at_a_time(self, ann: Earner, house: Household):
        for _ in range(5):
            await ann.earns(40)
        for coins in (80, 120, 160, 200, 200):
            await house.pass_time(DAY)
            assert await ann.coins() == coins

    async def test_after_days_of_standing_still_does_not_pass_the_cap(self, ann: Earner, house: Household):
        for _ in range(4):
            await ann.earns(40)
        house.clock.advance(7 * DAY)  # nobody looked
        assert await ann.earns(20) == PAID  # beside the first of what waited
        assert await ann.paid_by_day() == {may(14): 40, may(21): 60}
        await house.pass_time()
        assert await ann.waits() == [(40, may(22)), (40, may(23))]

    async def test_from_many_processes_pays_once(self, ann: Earner, house: Household):
        await ann.earns(40)
        await ann.earns(40)
        house.clock.advance(DAY)
        await asyncio.gather(*(house.runner.run_due() for _ in range(4)), *(ann.earns(20, "x") for _ in range(4)))
        assert await ann.coins() == 100
        assert house.watch.bugs == []

    async def test_waits_for_the_first_of_the_month(self, ann: Earner, house: Household):
        for _ in range(11):
            await ann.earns(40)
        for _ in range(17):
            await house.pass_time(DAY)
        assert (await ann.coins(), await ann.today()) == (400, may(31))
        await house.pass_time(DAY)
        assert await ann.coins() == 440


class TestLocalDays:
    @pytest.mark.parametrize(
        ("zone", "start"),
        [
            ("Europe/Berlin", datetime(2026, 3, 27, 22, 0, tzinfo=UTC)),  # 23 hours on the 29th
            ("Europe/Berlin", datetime(2026, 10, 23, 21, 0, tzinfo=UTC)),  # 25 hours on the 25th
            ("America/Sao_Paulo", datetime(2018, 11, 2, 2, 0, tzinfo=UTC)),  # no midnight on the 4th
        ],
    )
    async def test_with_clock_changes_pay_the_cap_each(self, ann: Earner, house: Household, zone: str, start: datetime):
        house.clock.set(start - timedelta(days=40))
        await ann.moves(zone)
        house.clock.set(start)
        for _ in range(8):
            await ann.earns(20)
        for _ in range(4 * 48):
            await house.pass_time(timedelta(minutes=30))
        days = await ann.paid_by_day()
        assert sorted(days.values()) == [40, 60, 60]
        assert len(days) == 3

    async def test_end_at_the_members_own_midnight(self, ann: Earner, house: Household):
        await ann.moves("Asia/Kolkata")
        await house.pass_time(2 * DAY)
        await ann.earns(40)
        await ann.earns(40)
        await house.pass_time(timedelta(hours=6, minutes=29))
        assert await ann.coins() == 40
        await house.pass_time(timedelta(minutes=1))
        assert await ann.coins() == 80

    async def test_a_hop_to_the_east_has_no_second_cap(self, ann: Earner, house: Household):
        await ann.earns(40)
        await ann.earns(20)
        await ann.moves("Pacific/Kiritimati")
        assert await ann.today() == may(15)
        assert await ann.left() == (0, 340)
        assert await ann.earns(5) == waits(may(16))
        await house.pass_time(DAY)
        assert await ann.coins() == 65

    async def test_a_zone_that_was_confirmed_changes_no_day_that_was_said(self, ann: Earner, house: Household):
        await ann.earns(40)
        await ann.moves("UTC")
        assert await ann.earns(40) == waits(may(15))
        await house.pass_time(timedelta(hours=12))
        assert await ann.coins() == 80

    async def test_a_hop_to_the_west_has_no_second_cap(self, ann: Earner, house: Household):
        await ann.moves("Pacific/Kiritimati")
        await house.pass_time(3 * DAY)
        await ann.earns(40)
        await ann.earns(20)
        await ann.moves("Pacific/Niue")
        assert await ann.today() == may(17)  # was the 18th a moment ago
        assert not (await ann.earns(5)).paid
        for _ in range(4):
            await house.pass_time(DAY)
        assert (await ann.coins(), max((await ann.paid_by_day()).values())) == (65, 60)


class TestMerge:
    async def test_counts_the_history_of_both(self, ann: Earner, bob: Earner, house: Household):
        await ann.earns(40)
        await bob.earns(40)
        await bob.becomes(ann)
        assert await ann.left() == (0, 320)
        assert await ann.earns(5) == waits(may(15))

    async def test_pays_what_waited_for_either_within_one_cap(self, ann: Earner, bob: Earner, house: Household):
        for one in (ann, bob):
            await one.earns(40)
            await one.earns(40)
        await bob.becomes(ann)
        assert await ann.waits() == [(40, may(15)), (40, may(16))]
        await house.pass_time(DAY)
        assert (await ann.paid_by_day())[may(15)] == 40
        await house.pass_time(DAY)
        assert await ann.waits() == []
        await house.books_hold()

    async def test_with_somebody_further_west_counts_their_yesterday_as_today(
        self, ann: Earner, bob: Earner, house: Household
    ):
        await ann.moves("Pacific/Kiritimati")
        await bob.moves("Pacific/Niue")
        await house.pass_time(2 * DAY)
        await bob.earns(40)
        await bob.earns(20)
        await bob.becomes(ann)
        assert (await ann.left())[0] == 0

    async def test_twice_changes_nothing(self, ann: Earner, bob: Earner):
        await bob.earns(40)
        await bob.earns(40)
        gone = await bob.member()
        await bob.becomes(ann)
        rows = await ann.rows()
        stays = await ann.member()
        await ann.person.house.react(lambda uow: uow.record(MembersMerged(NOON, stays.id, gone.id)))
        assert await ann.rows() == rows


class TestErase:
    async def test_leaves_no_row_and_no_payment(self, ann: Earner, house: Household):
        await ann.earns(40)
        await ann.earns(40)
        member = await ann.member()
        await house.react(lambda uow: uow.record(MemberErased(NOON, member.id)))
        assert await house.database.read(lambda uow: service.export(uow, member.id)) == []
        await house.pass_time(3 * DAY)
        await house.books_hold()


class TestExport:
    async def test_has_what_was_paid_and_what_waits(self, ann: Earner):
        await ann.earns(40, "a", Code.FEEDBACK)
        await ann.earns(40, "b")
        rows = await ann.rows()
        assert [(row["code"], row["amount"], row["day"]) for row in rows] == [
            ("feedback", 40, may(14)),
            ("questionnaire", 40, None),
        ]


class TestRewardCredits:
    async def test_lapse_after_90_days_and_are_once_per_key(self, ann: Earner, house: Household):
        member, why = await ann.member(), Why(Code.CHALLENGE_KEPT, "kept:1", NOON)

        for _ in range(2):
            await house.do(lambda uow: service.reward_credits(uow, member, Credits(50), why, limits=LIMITS))
        (lot,) = await house.database.read(lambda uow: views.lots(uow, member.credit_wallet, NOON))
        assert (lot.remaining, lot.source, lot.expires_at) == (50, LotSource.EARNED, NOON + timedelta(days=90))
