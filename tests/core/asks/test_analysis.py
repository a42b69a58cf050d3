"""Findings: every figure in them is one that can be counted again from the same rows."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.asks import analysis
from core.asks.figures import Window
from core.contracts.catalogue import CATALOGUE
from core.ids import MemberId
from core.metrics.repository import MetricAccount, Snapshot
from core.metrics.service import SeenPost
from core.sources import Way

DAY = timedelta(days=1)
START = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
ACCOUNT = MetricAccount(1, MemberId(1), "tiktok", "x", "Mara", "mara.makes", Way.OAUTH, None, None, START)


def count(day: int, followers: int, step: int = 1) -> Snapshot:
    at = START + day * DAY
    return Snapshot(day, at, followers, step, "", "", posts_read=False, posts_since=None, source="", dropped=False)


def post(day: int, views: int | None) -> SeenPost:
    at = START + day * DAY
    return SeenPost(f"p{day}", at, at, at, None, views, 1, 1, 1, at, None)


def window(followers: list[int], posts: list[SeenPost] | None = None, step: int = 1) -> Window:
    counts = tuple(count(day, number, step) for day, number in enumerate(followers))
    return Window(ACCOUNT, "UTC", counts, tuple(posts or ()))


class TestEnough:
    @pytest.mark.parametrize(("days", "missing"), [(0, 14), (1, 14), (8, 7), (14, 1), (15, 0), (28, 0)])
    def test_is_two_weeks_of_counts(self, days: int, missing: int):
        assert analysis.missing_days(window([100] * days)) == missing

    def test_is_not_two_counts_far_apart(self):
        seen = Window(ACCOUNT, "UTC", (count(0, 1), count(20, 2)), ())
        assert analysis.missing_days(seen) == 8

    def test_comes_two_weeks_after_the_first_count_however_long_nobody_looked(self):
        seen = Window(ACCOUNT, "UTC", tuple(count(day, 100) for day in range(9)), ())
        ready = (START + 14 * DAY).date()
        assert analysis.ready_on(seen, START + 8 * DAY) == ready
        assert analysis.ready_on(seen, START + 11 * DAY) == ready

    def test_comes_after_ten_counts(self):
        seen = Window(ACCOUNT, "UTC", (count(0, 1), count(10, 2)), ())
        assert analysis.ready_on(seen, START + 10 * DAY) == (START + 18 * DAY).date()

    def test_says_what_there_is(self):
        assert analysis.there(window([100] * 15, [post(3, 9)])) == "15 days with counts and 1 post"
        assert analysis.there(window([100] * 15)) == "15 days with counts; I read the posts now"

    def test_of_one_day_the_last_counts(self):
        twice = Window(ACCOUNT, "UTC", (count(0, 1), count(0, 5)), ())
        assert [followers for _, followers in analysis.daily(twice)] == [5]


class TestFindings:
    def test_of_counts_alone(self):
        made = analysis.analyse(window([1000 + 5 * day for day in range(15)]))
        assert [(one.name, one.text) for one in made.findings] == [
            ("Followers", "+70 from 1 May to 15 May, to 1,070: 5 a day over 14 days"),
            ("Best stretch", "+35 in 7 days, from 8 May to 15 May"),
            ("Pace", "+35 up to 8 May, +35 since then"),
        ]
        assert made.challenge.name == "weekly_rhythm"

    def test_of_posts_too(self):
        posts = [post(1, 400), post(3, 1200), post(9, 500)]
        made = analysis.analyse(window([1000 - day for day in range(15)], posts, step=10))
        assert [(one.name, one.text) for one in made.findings] == [
            ("Followers", "-14 from 1 May to 15 May, to 986: -1 a day over 14 days, counted in steps of 10"),
            ("Best post", "1,200 views, published on 4 May, 2.4 times the usual 500 (3 posts)"),
            ("Rhythm", "3 posts on 3 days, the last on 10 May; the longest wait was 6 days, from 4 May to 10 May"),
        ]
        assert made.challenge.name == "comeback"

    @pytest.mark.parametrize(("posts", "grows", "name"), [
        (8, True, "steady_fortnight"), (16, True, "followers_month"), (16, False, "views_sprint"),
        (7, True, "comeback"),
    ])  # fmt: skip
    def test_propose_what_fits_the_rhythm(self, posts: int, grows: bool, name: str):
        seen = window([1000 + (day if grows else -day) for day in range(28)], [post(day, 10) for day in range(posts)])
        assert analysis.analyse(seen).challenge.name == name

    def test_of_views_that_nobody_has_do_not_divide(self):
        made = analysis.analyse(window([1000] * 15, [post(1, 0), post(2, 0), post(3, 0)]))
        assert made.findings[1].text == "0 views, published on 4 May (3 posts)"

    @given(
        st.lists(st.integers(0, 10**9), min_size=15, max_size=28),
        st.lists(
            st.tuples(st.integers(0, 27), st.integers(0, 10**9) | st.none()), max_size=9, unique_by=lambda p: p[0]
        ),
    )
    def test_are_three_with_a_date_and_the_challenge_exists(self, followers: list[int], posts: list[tuple[int, int]]):
        made = analysis.analyse(window(followers, [post(*one) for one in sorted(posts)]))
        assert len(made.findings) == 3
        assert all("May" in one.text and any(sign.isdigit() for sign in one.text) for one in made.findings)
        change = followers[-1] - followers[0]
        assert made.findings[0].text.startswith(f"{analysis.signed(change)} from 1 May to {len(followers)} May")
        assert made.challenge in CATALOGUE.values()
        assert "tiktok" in made.challenge.platforms


class TestTenths:
    @given(st.fractions(-(10**6), 10**6, max_denominator=100))
    def test_are_within_half_of_one(self, value: Fraction):
        shown = Fraction(analysis.tenths(value).replace(",", ""))
        assert abs(shown - value) <= Fraction(1, 20)

    @pytest.mark.parametrize(("value", "shown"), [("5", "5"), ("1/4", "0.3"), ("-1/4", "-0.3"), ("-1/100", "0")])
    def test_read_well(self, value: str, shown: str):
        assert analysis.tenths(Fraction(value)) == shown


class TestUncounted:
    def test_names_figures_that_stand_nowhere(self):
        known = "+70 from 1 May to 15 May, to 1,070"
        assert analysis.uncounted("70 more, 1070 in all, by 15 May, in 3 steps", known) == []
        assert analysis.uncounted("That is 6.5% or 2,000 a year, 2,000!", known) == ["6.5", "2,000"]
