"""On which day a reward has room."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.earnings.rules import EarningLimits, Used, is_of_another_zone, places
from tests.household import NOON

TODAY = date(2026, 5, 14)
LIMITS = EarningLimits()


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


class TestPlaces:
    @pytest.mark.parametrize(
        ("used", "amounts", "expected"),
        [
            ({}, [40, 20], [day(0), day(0)]),
            ({}, [40, 40, 20], [day(0), day(1), day(0)]),
            ({TODAY: 20}, [40], [day(0)]),
            ({TODAY: 21}, [40], [day(1)]),
            ({TODAY: 60}, [5, 40, 40], [day(1), day(1), day(2)]),
            # The month has room for 39 more: the 40 wait for June, the 5 do not.
            ({day(-7): 361}, [40, 5], [date(2026, 6, 1), day(0)]),
            ({day(-7): 400}, [40, 40], [date(2026, 6, 1), date(2026, 6, 2)]),
        ],
    )
    def test_are_the_first_days_with_room(self, used: dict[date, int], amounts: list[int], expected: list[date]):
        assert places(Used(used), amounts, TODAY, LIMITS) == expected

    def test_of_a_december_go_on_in_january(self):
        assert places(Used({date(2026, 12, 1): 400}), [5], date(2026, 12, 31), LIMITS) == [date(2027, 1, 1)]

    def test_count_what_was_just_paid_elsewhere_as_todays(self):
        assert places(Used({day(-1): 60}, lately=60), [5], TODAY, LIMITS) == [day(1)]

    @given(
        st.dictionaries(st.integers(-20, 3).map(day), st.integers(1, 60), max_size=5),
        st.lists(st.integers(1, 40), max_size=40),
        st.integers(0, 60),
    )
    def test_never_pass_a_cap_and_keep_what_was_said(self, used: dict[date, int], amounts: list[int], lately: int):
        found = places(Used(used, lately), amounts, TODAY, LIMITS)
        days = Counter(used)
        for place, amount in zip(found, amounts, strict=True):
            assert place >= TODAY
            days[place] += amount
            assert days[place] <= LIMITS.day_coins
            month = sum(paid for on, paid in days.items() if (on.year, on.month) == (place.year, place.month))
            assert month <= LIMITS.month_coins
        for n in range(len(amounts)):
            assert places(Used(used, lately), amounts[:n], TODAY, LIMITS) == found[:n]


class TestIsOfAnotherZone:
    def test_is_what_the_instant_gives_away(self):
        assert is_of_another_zone(TODAY, NOON, "Pacific/Kiritimati")
        assert not is_of_another_zone(TODAY, NOON, "UTC")
        assert not is_of_another_zone(TODAY, NOON, "Europe/Berlin")


class TestLimits:
    def test_a_day_over_the_month_is_refused(self):
        with pytest.raises(ValueError, match="day_coins 100"):
            EarningLimits(day_coins=100, month_coins=60)
