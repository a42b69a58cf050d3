"""What growth is certain, and what is noise."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.growth import rules
from core.growth.rules import Clip, Count, Metric

AT = datetime(2026, 5, 14, tzinfo=UTC)


def count(followers: int, step: int = 1) -> Count:
    return Count(AT, followers, step, "a")


class TestFollowers:
    def test_exact(self) -> None:
        assert rules.follower_growth(count(1000), count(1080)) == (80, 80)

    def test_rounded(self) -> None:
        assert rules.follower_growth(count(4220, 10), count(4300, 10)) == (71, 89)

    @given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from([1, 10, 100]), st.sampled_from([1, 10, 100]))
    def test_the_truth_lies_in_between(self, before: int, after: int, one: int, other: int) -> None:
        shown = count(before - before % one, one), count(after - after % other, other)
        low, high = rules.follower_growth(*shown)
        assert low <= after - before <= high


class TestNoise:
    def test_counts_as_none(self) -> None:
        assert rules.counted(Metric.FOLLOWERS, 2, 1) == 0
        assert rules.counted(Metric.FOLLOWERS, 3, 1) == 3
        assert rules.counted(Metric.FOLLOWERS, 9, 10) == 0
        assert rules.counted(Metric.VIEWS, 99, 1) == 0
        assert rules.counted(Metric.ENGAGEMENT, Fraction(199, 10), 1) == 0
        assert rules.counted(Metric.ENGAGEMENT, 20, 1) == 20

    @pytest.mark.parametrize(
        ("metric", "target", "step", "offered"),
        [
            (Metric.FOLLOWERS, 6, 1, True),
            (Metric.FOLLOWERS, 5, 1, False),
            (Metric.FOLLOWERS, 30, 10, True),
            (Metric.FOLLOWERS, 29, 10, False),
            (Metric.VIEWS, 200, 1000, True),
            (Metric.VIEWS, 199, 1, False),
            (Metric.ENGAGEMENT, 40, 1, True),
            (Metric.ENGAGEMENT, 39, 1, False),
        ],
    )
    def test_what_can_be_promised(self, metric: Metric, target: int, step: int, offered: bool) -> None:
        assert rules.measurable(metric, target, step) is offered


class TestViews:
    def test_what_is_not_said_is_not_zero(self) -> None:
        assert rules.views([]) == 0
        assert rules.views([Clip(AT, None)]) is None
        assert rules.views([Clip(AT, None), Clip(AT, 7)]) == 7


class TestEngagement:
    def test_in_hundredths_of_a_point(self) -> None:
        assert rules.engagement([Clip(AT, 100, 3, 1, 1)] * 3) == 500

    def test_too_little_to_say(self) -> None:
        assert rules.engagement([Clip(AT, 1000, 3, 1, 1)] * 2) is None
        assert rules.engagement([Clip(AT, 99, 3, 1, 1)] * 3) is None
        assert rules.engagement([Clip(AT, 1000, None, 1, 1)] * 9) is None

    def test_what_a_platform_never_says_counts_nothing(self) -> None:
        assert rules.engagement([Clip(AT, 100, 3, None, None)] * 3) == 300
