"""The daily visit: once a local day, whatever clocks, zones and people do."""

import asyncio
import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.chat import Image
from core.clock import local_day
from core.coins import pictures, repository, rules, service
from core.coins.errors import AlreadyVisited
from core.coins.rules import CoinRules, Past, Streak
from core.db import UnitOfWork
from core.facts import MembersMerged
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.members.errors import ZoneChangedRecently
from core.members.rules import MemberRules
from core.money import Coins, Credits
from tests.core.conftest import NewHouse
from tests.house import House, Person, text_of

LIMITS, ZONES = CoinRules(), MemberRules()
DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PLACES = ("UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Niue", "America/St_Johns", "Asia/Kathmandu")


def past(days_ago: int, streak: int = 5) -> Past:
    return Past(DAY - timedelta(days=days_ago), AT - timedelta(days=days_ago), streak)


def missed(days_ago: int) -> date:
    return DAY - timedelta(days=days_ago)


class TestStreak:
    @pytest.mark.parametrize(
        ("last", "bridged", "expected"),
        [
            (None, None, Streak(1)),
            (past(1), None, Streak(6)),
            (past(2), None, Streak(6, bridged=missed(1))),
            (past(3), None, Streak(1)),
            (past(30), None, Streak(1)),
            (past(2), missed(8), Streak(1)),  # within the seven days before
            (past(2), missed(9), Streak(6, bridged=missed(1))),  # the first day it is back
            (past(2), missed(2), Streak(1)),
            (past(1), missed(2), Streak(6)),
        ],
    )
    def test_of_a_visit_today(self, last: Past | None, bridged: date | None, expected: Streak):
        assert rules.streak(last, DAY, bridged, LIMITS) == expected

    def test_without_grace_is_never_bridged(self):
        assert rules.streak(past(2), DAY, None, CoinRules(grace_days=0)) == Streak(1)

    @pytest.mark.parametrize(("days", "coins"), [(1, 10), (2, 11), (10, 19), (11, 20), (12, 20), (1000, 20)])
    def test_pays_up_to_twenty(self, days: int, coins: int):
        assert rules.reward(days, LIMITS) == Coins(coins)

    def test_pays_the_base_alone_where_the_bonus_is_off(self):
        assert rules.reward(1000, CoinRules(streak_bonus_max=0)) == Coins(10)

    @given(st.sets(st.integers(0, 60), min_size=1))
    def test_bridges_no_two_days_within_a_week(self, days: set[int]):
        last: Past | None = None
        bridges: list[date] = []
        for number in sorted(days):
            today = DAY + timedelta(days=number)
            now = rules.streak(last, today, bridges[-1] if bridges else None, LIMITS)
            if now.bridged:
                bridges.append(now.bridged)
            last = Past(today, AT, now.days)
        assert all((after - before).days > 7 for before, after in itertools.pairwise(bridges))


async def visit(person: Person, at: datetime) -> int | None:
    """What a visit paid, or None if the day was paid."""
    member = await person.member()
    try:
        paid = await person.house.database.write(lambda uow: service.visit(uow, member, at, LIMITS, ZONES))
    except AlreadyVisited:
        return None
    return paid.coins.value


async def moves(person: Person, to: str, at: datetime) -> bool:
    member = await person.member()
    try:
        await person.house.database.write(lambda uow: members.set_zone(uow, member, to, at, ZONES))
    except ZoneChangedRecently:
        return False
    return True


class TestVisit:
    async def test_pays_at_the_last_second_and_at_the_first(self, house: House):
        ann = await house.person("ann").has()
        assert await visit(ann, datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC)) == 10
        assert await visit(ann, datetime(2026, 3, 11, 0, 0, 0, tzinfo=UTC)) == 11
        assert await visit(ann, datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC)) is None

    @pytest.mark.parametrize(
        "first", [datetime(2026, 3, 28, 11, 30, tzinfo=UTC), datetime(2026, 10, 24, 21, 30, tzinfo=UTC)]
    )
    async def test_on_days_of_23_and_25_hours_is_one_a_day(self, house: House, first: datetime):
        ann = await house.person("ann").has()
        assert await moves(ann, "Europe/Berlin", first - timedelta(days=40))
        paid: dict[date, int] = {}
        for half_hours in range(4 * 48):
            at = first + timedelta(minutes=30 * half_hours)
            if await visit(ann, at):
                day = local_day(at, "Europe/Berlin")
                paid[day] = paid.get(day, 0) + 1
        days = [first.date() + timedelta(days=i) for i in range(5)]
        assert paid == dict.fromkeys([day for day in days if day in paid], 1)
        assert list(paid) == days[: len(paid)]
        assert len(paid) >= 4

    async def test_every_day_at_the_same_hour_never_breaks_a_streak(self, house: House):
        ann = await house.person("ann").has()
        assert [await visit(ann, AT + timedelta(days=i)) for i in range(12)] == [*range(10, 20), 20, 20]

    async def test_in_parallel_pays_one_of_them(self, house: House):
        ann = await house.person("ann").has()
        paid = await asyncio.gather(*(visit(ann, AT) for _ in range(10)))
        assert sorted(coins for coins in paid if coins) == [10]
        assert await ann.coins() == 10

    async def test_says_when_the_grace_day_is_back(self, house: House):
        ann = await house.person("ann").has()
        member = await ann.member()

        def visits(uow: UnitOfWork, days: int) -> service.Visited:
            return service.visit(uow, member, AT + timedelta(days=days), LIMITS, ZONES)

        await house.database.write(lambda uow: visits(uow, 0))
        bridged = await house.database.write(lambda uow: visits(uow, 2))
        assert bridged.streak == Streak(2, bridged=DAY + timedelta(days=1))
        assert bridged.grace_on == DAY + timedelta(days=9)

    async def test_east_over_the_date_line_waits_eighteen_hours(self, house: House):
        ann = await house.person("ann").has()
        assert await visit(ann, AT) == 10
        assert await moves(ann, "Pacific/Kiritimati", AT + timedelta(minutes=1))
        assert await visit(ann, AT + timedelta(minutes=2)) is None
        assert await visit(ann, AT + timedelta(hours=17, minutes=59)) is None
        assert await visit(ann, AT + timedelta(hours=18)) == 11

    @pytest.mark.parametrize(("missed_next", "pays"), [(9, 10), (10, 19)], ids=["a day early", "back in hand"])
    async def test_after_a_second_missed_day(self, house: House, missed_next: int, pays: int):
        ann = await house.person("ann").has()
        for number in range(missed_next):
            if number != 2:  # covered by the visit of the day after
                await visit(ann, AT + timedelta(days=number))
        assert await visit(ann, AT + timedelta(days=missed_next + 1)) == pays

    async def test_of_a_day_that_began_too_early_is_paid_by_any_later_command(self, house: House):
        ann = house.person("ann")
        await ann.invokes("daily")
        assert await moves(ann, "Pacific/Kiritimati", house.clock.now())
        for hours, coins in ((8, 10), (9, 10), (1, 21), (1, 21)):  # too early twice, then eighteen hours after
            house.clock.advance(timedelta(hours=hours))
            await ann.invokes("wallet")
            assert await ann.coins() == coins

    async def test_after_the_zone_was_confirmed_goes_by_the_days_alone(self, house: House):
        ann = await house.person("ann").has()
        assert await visit(ann, AT) == 10
        assert await moves(ann, "UTC", AT + timedelta(minutes=1))
        assert (await ann.member()).zone_known
        assert await visit(ann, AT + timedelta(hours=12)) == 11
        assert not await moves(ann, "Europe/Berlin", AT + timedelta(days=29))
        assert await moves(ann, "Europe/Berlin", AT + timedelta(days=30))

    async def test_and_a_hop_at_the_same_instant_wait_eighteen_hours(self, house: House):
        ann = await house.person("ann").has()
        assert await visit(ann, AT) == 10
        assert await moves(ann, "Pacific/Kiritimati", AT)
        assert await visit(ann, AT + timedelta(minutes=1)) is None
        assert await visit(ann, AT + timedelta(hours=18)) == 11

    async def test_after_a_hop_at_the_same_instant_goes_by_the_new_days(self, house: House):
        ann = await house.person("ann").has()
        assert await moves(ann, "Pacific/Kiritimati", AT)
        assert await visit(ann, AT) == 10  # 02:00 there
        assert await visit(ann, AT + timedelta(hours=22)) == 11

    async def test_west_over_the_date_line_pays_no_day_twice(self, house: House):
        ann = await house.person("ann").has()
        assert await moves(ann, "Pacific/Kiritimati", AT - timedelta(days=40))
        assert await visit(ann, AT) == 10  # the 11th there
        assert await moves(ann, "Pacific/Niue", AT + timedelta(minutes=1))
        assert await visit(ann, AT + timedelta(hours=20)) is None  # the 10th, again
        assert await visit(ann, AT + timedelta(hours=46)) is None  # the 11th, again
        assert await visit(ann, AT + timedelta(hours=48)) == 11

    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.integers(1, 40 * 60), st.none() | st.sampled_from(PLACES)), min_size=1, max_size=25))
    async def test_of_any_pattern_pays_a_day_once_and_not_within_eighteen_hours_of_a_change(
        self, new_house: NewHouse, steps: list[tuple[int, str | None]]
    ):
        async with new_house() as house:
            ann, at = await house.person("ann").has(), AT
            days: list[date] = []
            last_at, changed_at = None, None
            for minutes, place in steps:
                at += timedelta(minutes=minutes)
                if place is not None and place != (await ann.member()).zone and await moves(ann, place, at):
                    changed_at = at
                if await visit(ann, at):
                    days.append(local_day(at, (await ann.member()).zone))
                    if last_at is not None and changed_at is not None and changed_at > last_at:
                        assert at - last_at >= timedelta(hours=18)
                    last_at = at
            assert days == sorted(set(days))
            assert await house.books_are_right()


class TestMerge:
    async def merged(self, house: House, kept: Person, gone: Person, at: datetime) -> None:
        fact = MembersMerged(at, (await kept.member()).id, (await gone.member()).id)
        await house.database.write(lambda uow: service.merge(uow, fact, limits=LIMITS))

    async def test_keeps_the_longer_streak_that_lives(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        for i in range(5):
            await visit(bob, AT + timedelta(days=i))
        await visit(ann, AT + timedelta(days=4))
        await self.merged(house, ann, bob, AT + timedelta(days=4))
        assert await visit(ann, AT + timedelta(days=4, hours=1)) is None
        assert await visit(ann, AT + timedelta(days=5)) == 15

    @pytest.mark.parametrize("days", [(0, 1, 2, 4, 5, 6), (0, 1, 2, 3, 4, 5)], ids=["no grace left", "by grace alone"])
    async def test_keeps_the_longer_streak_that_today_would_go_on_with(self, house: House, days: tuple[int, ...]):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        for day in days:
            await visit(ann, AT + timedelta(days=day))
        await visit(bob, AT + timedelta(days=7))
        await self.merged(house, ann, bob, AT + timedelta(days=7))
        assert await visit(ann, AT + timedelta(days=8)) == 16

    async def test_does_not_revive_a_streak_that_ended(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        for i in range(5):
            await visit(bob, AT + timedelta(days=i))
        await visit(ann, AT + timedelta(days=9))
        await self.merged(house, ann, bob, AT + timedelta(days=9))
        assert await visit(ann, AT + timedelta(days=10)) == 11

    async def test_with_somebody_who_never_visited_changes_nothing(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        await visit(ann, AT)
        await self.merged(house, ann, bob, AT)
        assert await visit(ann, AT + timedelta(days=1)) == 11

    async def test_with_somebody_further_east_keeps_their_streak(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        await moves(bob, "Pacific/Kiritimati", AT - timedelta(days=40))
        for i in range(5):
            await visit(bob, AT + timedelta(days=i))  # the next day already, there
        await self.merged(house, ann, bob, AT + timedelta(days=4))
        member = await ann.member()
        last = await house.database.read(lambda uow: repository.last(uow, member.id))
        assert last == Past(DAY + timedelta(days=5), AT + timedelta(days=4), 5)
        assert await visit(ann, AT + timedelta(days=6)) == 15


class TestWallet:
    async def test_lots_that_lapse_on_one_local_day_are_one_sum(self, house: House):
        ann = await house.person("ann").has()
        await moves(ann, "Pacific/Kiritimati", AT - timedelta(days=40))
        account, now = (await ann.member()).credit_wallet, house.clock.now()

        def grant(uow: UnitOfWork) -> None:
            for hour, many in ((11, 10), (20, 5), (33, 3), (34, 2)):  # 14 hours ahead, a day begins at 10:00 UTC
                until = AT.replace(hour=0, minute=0) + timedelta(days=60, hours=hour)
                why = Why(Code.DEMO_GRANT, f"granted:{hour}", now)
                ledger.grant(uow, account, Credits(many), why, source=LotSource.EARNED, expires_at=until)

        await house.database.write(grant)
        assert "18 earned (until 10 May), 2 earned (until 11 May)" in text_of(await ann.invokes("wallet"))

    async def test_says_what_was_earned_in_words(self):
        assert (Code.CHECK_IN.label, Code.CONSTRAINTS.label) == ("check-in", "your limits")


class TestPicture:
    async def test_of_one_day_is_not_worth_a_picture(self, house: House):
        ann = await house.person("ann").has(coins=40)
        assert _pictures(await ann.invokes("wallet")) == []

    async def test_shows_what_came_in_and_went_out_on_each_local_day(self, house: House):
        ann = await house.person("ann").has(coins=40)
        member = await ann.member()
        house.clock.advance(timedelta(days=2))
        why = Why(Code.WORK_DONE, "spent", house.clock.now())
        await house.database.write(lambda uow: ledger.spend(uow, member.coin_wallet, Coins(30), why))
        await ann.invokes("ping")  # the first command of the day pays, after it was answered
        (image,) = _pictures(await ann.invokes("wallet"))
        (bars,) = house.painter.drawn
        assert (bars.labels[0], bars.labels[-1]) == ("27 Feb", "12 Mar")
        assert (bars.gained[11], bars.gained[13], bars.spent[13]) == (40, 10, 30)
        assert (sum(bars.gained), sum(bars.spent)) == (50, 30)
        assert "12 Mar +10 −30" in image.alt

    async def test_counts_more_than_the_last_lines_name(self, house: House):
        ann = await house.person("ann").has(coins=40)
        account = (await ann.member()).coin_wallet

        def spend(uow: UnitOfWork) -> None:
            for number in range(6):
                why = Why(Code.WORK_DONE, f"spent:{house.clock.now()}:{number}", house.clock.now())
                ledger.spend(uow, account, Coins(1), why)

        for _ in range(5):
            await house.database.write(spend)
            house.clock.advance(timedelta(days=1))
        await ann.invokes("wallet")
        (bars,) = house.painter.drawn
        assert bars.spent[-6:] == (6, 6, 6, 6, 6, 0)

    async def test_forgets_what_is_older(self, house: House):
        ann = await house.person("ann").has(coins=40)
        house.clock.advance(timedelta(days=14))
        assert _pictures(await ann.invokes("wallet")) == []

    def test_takes_days_from_the_zone_of_the_member(self):
        late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
        moved = [(late - timedelta(days=1), 5), (late, 7)]
        assert pictures.since(late, "Europe/Berlin") == datetime(2026, 2, 25, 23, tzinfo=UTC)
        bars = pictures.two_weeks(moved, late, "Europe/Berlin")
        assert bars is not None
        assert (bars.labels[-1], bars.gained[-2:]) == ("11 Mar", (5, 7))


def _pictures(outcome: Any) -> list[Image]:
    return [block for block in outcome.message.blocks if isinstance(block, Image)]
