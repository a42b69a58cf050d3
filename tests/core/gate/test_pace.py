"""Bursts, copies and days unlike one's own: who is held up, for how long, and when it is forgotten."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gate import pace
from core.gate.pace import Cause, Pace
from core.gate.rules import GateLimits

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


class TestPace:
    limits = GateLimits(burst_a_minute=3, copies=4, throttle_minutes=(1, 10))

    def after(self, *calls: tuple[float, str]) -> pace.Pace:
        found = pace.fresh(NOW)
        for seconds, digest in calls:
            found = pace.paced(found, digest, NOW + timedelta(seconds=seconds), self.limits)
        return found

    def test_a_steady_member_is_never_held_up(self) -> None:
        assert self.after(*[(40 * i, f"text {i}") for i in range(100)]).strikes == 0

    def test_a_burst_is_a_strike(self) -> None:
        found = self.after((0, "a"), (1, "b"), (2, "c"))
        assert (found.strikes, found.until) == (1, NOW + timedelta(seconds=2, minutes=1))
        assert found.cause is Cause.BURST

    @given(st.lists(st.integers(0, 90), max_size=40), st.integers(2, 6))
    def test_a_burst_is_so_many_calls_within_any_minute(self, gaps: list[int], most: int) -> None:
        limits = GateLimits(burst_a_minute=most)
        found, at, since = pace.fresh(NOW), NOW, list[datetime]()
        for number, gap in enumerate(gaps):
            at += timedelta(seconds=gap)
            since.append(at)
            before, found = found.strikes, pace.paced(found, f"{number}", at, limits)
            many = sum(at - called < timedelta(minutes=1) for called in since) >= most
            assert (found.strikes > before) is many
            if many:
                since.clear()

    def test_calls_around_the_end_of_a_minute_are_one_burst(self) -> None:
        assert self.after((0, "a"), (59, "b"), (61, "c"), (62, "d")).cause is Cause.BURST

    def test_pauses_grow_to_the_last_one(self) -> None:
        found = self.after(*[(s + 100 * i, f"{i}{s}") for i in range(3) for s in (0, 1, 2)])
        assert found.strikes == 3
        assert found.until == NOW + timedelta(seconds=202, minutes=10)

    def test_copies_are_a_strike_though_they_come_slowly(self) -> None:
        found = self.after(*[(65 * i, "the same") for i in range(4)])
        assert (found.strikes, found.cause) == (1, Cause.COPIES)

    def test_one_below_a_burst_or_a_flood_of_copies_is_none(self) -> None:
        assert self.after((0, "a"), (1, "b")).strikes == 0
        assert self.after(*[(65 * i, "the same") for i in range(3)]).strikes == 0

    def test_an_hour_between_copies_is_no_flood(self) -> None:
        assert self.after(*[(3600 * i, "the same") for i in range(10)]).strikes == 0

    def test_calls_without_a_text_are_no_copies(self) -> None:
        assert self.after(*[(65 * i, "") for i in range(10)]).strikes == 0

    def test_a_strike_is_forgotten_after_a_week(self) -> None:
        found = self.after((0, "a"), (1, "b"), (2, "c"))
        assert [pace.strikes(found, NOW + timedelta(days=days)) for days in (6, 8)] == [1, 0]


class TestOutlier:
    """Ten times the median of the days with calls, of the last 28; below 50 calls never; with 7 such days at least."""

    limits = GateLimits()

    @pytest.mark.parametrize(
        ("today", "past", "outlier"),
        [
            (49, (1,) * 28, False),
            (50, (1,) * 28, True),
            (50, (1,) * 6, False),
            (50, (1,) * 7, True),
            (50, (0, 1) * 6, False),  # days without a call are no habit
            (50, (0, 1) * 7, True),
            (69, (7,) * 7, False),
            (70, (7,) * 7, True),
            (64, (6, 6, 6, 6, 7, 7, 7, 7), False),  # the median is six and a half
            (65, (6, 6, 6, 6, 7, 7, 7, 7), True),
            (70, (1, 1, 1, 7, 900, 900, 900), True),  # a day like today was no habit either
            (69, (1, 1, 1, 7, 900, 900, 900), False),
            (10_000, (), False),
        ],
    )
    def test_is_told_by_the_days_before(self, today: int, past: tuple[int, ...], outlier: bool) -> None:
        assert pace.is_outlier(today, past, self.limits) is outlier

    def steady(self, days: int, a_day: int = 5) -> Pace:
        """Who has called so often on each of so many days before today."""
        found = pace.fresh(NOW - timedelta(days=days))
        for day in range(days, 0, -1):
            found = self.called(found, a_day, NOW - timedelta(days=day))
        return found

    def called(self, found: Pace, times: int, at: datetime = NOW) -> Pace:
        """After so many calls more, four minutes apart or closer."""
        for i in range(times):
            found = pace.paced(
                found, f"{i}", at + min(timedelta(minutes=4), timedelta(hours=11) / times) * i, self.limits
            )
        return found

    def test_is_a_strike(self) -> None:
        before = self.called(self.steady(7), 49)
        assert (before.strikes, before.cause) == (0, None)
        after = pace.paced(before, "one more", NOW + timedelta(hours=5), self.limits)
        assert (after.strikes, after.cause) == (1, Cause.OUTLIER)
        assert after.until == NOW + timedelta(hours=5, minutes=1)

    def test_is_one_strike_a_day(self) -> None:
        found = self.called(self.steady(7), 120)
        assert (found.strikes, found.today) == (1, 120)
        found = self.called(found, 120, NOW + timedelta(days=1))
        assert found.strikes == 2

    def test_without_a_habit_is_none(self) -> None:
        assert self.called(self.steady(6), 120).strikes == 0

    def test_a_habit_that_is_four_weeks_old_is_none(self) -> None:
        found = self.steady(7)
        assert self.called(found, 60, NOW + timedelta(days=21)).strikes == 1
        assert self.called(found, 60, NOW + timedelta(days=22)).strikes == 0

    def test_who_always_calls_a_lot_is_none(self) -> None:
        assert self.called(self.steady(7, a_day=60), 599).strikes == 0

    def test_a_call_that_is_a_burst_too_is_one_strike(self) -> None:
        limits = GateLimits(burst_a_minute=2)
        found = replace(self.steady(7), today=49, day=NOW.date(), past=(5,) * 7)
        found = replace(found, called_at=NOW, lately=(NOW,))
        found = pace.paced(found, "", NOW, limits)
        assert (found.strikes, found.cause) == (1, Cause.BURST)
        found = pace.paced(found, "", NOW + timedelta(minutes=2), limits)
        assert found.strikes == 1


class TestHabit:
    """One number a day, and nothing older than 28 days."""

    @given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
    def test_is_the_calls_of_each_day(self, gaps: list[int]) -> None:
        found, at, counted = pace.fresh(NOW), NOW, Counter[date]()
        for gap in gaps:
            at += timedelta(days=gap)
            counted[at.date()] += 1
            found = pace.paced(found, "", at, GateLimits(burst_a_minute=10_000))
        assert (found.day, found.today) == (at.date(), counted[at.date()])
        days = [counted[at.date() - timedelta(days=ago)] for ago in range(1, 29)]
        assert [*found.past, *[0] * (28 - len(found.past))] == days

    def test_is_counted_by_days_in_utc(self) -> None:
        ahead = NOW.replace(hour=23).astimezone(timezone(timedelta(hours=5)))
        found = pace.paced(pace.paced(pace.fresh(NOW), "", NOW, GateLimits()), "", ahead, GateLimits())
        assert (found.today, found.past) == (2, ())

    def test_a_call_from_before_midnight_counts_with_those_after_it(self) -> None:
        late, early = NOW.replace(hour=23, minute=59), NOW + timedelta(hours=12, minutes=1)
        found = pace.paced(pace.paced(pace.fresh(NOW), "", early, GateLimits()), "", late, GateLimits())
        assert (found.day, found.today, found.past) == (early.date(), 2, ())


class TestMerged:
    def test_two_who_are_one_called_as_often_as_both(self) -> None:
        today, yesterday = NOW.date(), NOW.date() - timedelta(days=1)
        one = replace(pace.fresh(NOW), day=today, today=3, past=(1, 0, 2), outlier_on=yesterday)
        other = replace(pace.fresh(NOW), day=yesterday, today=10, past=(20, 30, 40))
        for found in (pace.merged(one, other, NOW), pace.merged(other, one, NOW)):
            assert (found.day, found.today, found.past) == (today, 3, (11, 20, 32, 40))
            assert found.outlier_on == yesterday

    def test_the_calls_of_both_are_one_burst(self) -> None:
        limits = GateLimits(burst_a_minute=3)
        one, other = (pace.paced(pace.fresh(NOW), text, NOW, limits) for text in ("a", "b"))
        both = pace.merged(one, other, NOW)
        assert pace.paced(both, "c", NOW + timedelta(seconds=59), limits).cause is Cause.BURST
        assert pace.paced(both, "c", NOW + timedelta(seconds=60), limits).cause is None

    def test_the_stricter_keeps_its_strikes_and_their_cause(self) -> None:
        struck = replace(pace.fresh(NOW), strikes=2, struck_at=NOW, until=NOW, cause=Cause.COPIES)
        assert pace.merged(pace.fresh(NOW), struck, NOW) == struck
        found = pace.merged(struck, pace.paced(pace.fresh(NOW), "", NOW, GateLimits()), NOW)
        assert (found.strikes, found.cause, found.today) == (2, Cause.COPIES, 1)

    def test_a_pause_of_either_goes_on_and_old_strikes_count_no_more(self) -> None:
        long_ago, appealed = NOW - timedelta(days=300), NOW - timedelta(days=1)
        old = replace(pace.fresh(long_ago), strikes=5, struck_at=long_ago, until=long_ago, appealed_at=appealed)
        held = replace(pace.fresh(NOW), strikes=4, struck_at=NOW, until=NOW + timedelta(days=1), cause=Cause.COPIES)
        for found in (pace.merged(old, held, NOW), pace.merged(held, old, NOW)):
            assert (found.strikes, found.until, found.cause) == (4, NOW + timedelta(days=1), Cause.COPIES)
            assert found.appealed_at == appealed, "an appeal of either was theirs"
