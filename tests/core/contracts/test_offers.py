"""What somebody is asked for, by what they did before."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from core.contracts.catalogue import CATALOGUE
from core.contracts.offers import Drawn, History, NotMeasurable, draw
from core.growth.forecast import ForecastRules
from core.growth.rules import Clip, Count, Metric

TODAY = date(2026, 5, 14)
NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)
LIMITS = ForecastRules()


def history(days: int = 30, *, gain: int = 16, followers: int | None = 10_000, step: int = 1, views: int = 1000,
            niche: str = "", posts: bool = True) -> History:  # fmt: skip
    """An even past."""

    def count(day: int) -> Count:
        known = None if followers is None else (followers - gain * day) // step * step
        return Count(NOON - timedelta(days=day), known, step, "a")

    counts = tuple((TODAY - timedelta(days=day), count(day)) for day in range(days, -1, -1))
    clips = tuple(
        (TODAY - timedelta(days=day), Clip(NOON - timedelta(days=day), views, views // 25, 0, 0))
        for day in range(days, 0, -1)
    )
    return History(TODAY, count(0), counts, clips if posts else None, niche, "seed")


def drawn(name: str, past: History) -> Drawn:
    found = draw(CATALOGUE[name], past, LIMITS)
    assert isinstance(found, Drawn), found
    return found


class TestOwnHistory:
    def test_followers(self) -> None:
        found = drawn("ten_clips", history())
        (goal,) = found.goals
        assert (goal.usual, goal.target, found.estimate) == (160, 184, False)
        assert goal.low <= goal.usual <= goal.high

    def test_the_same_question_has_the_same_answer(self) -> None:
        assert drawn("big_month", history(56)) == drawn("big_month", history(56))

    def test_views_by_how_they_ripen(self) -> None:
        (goal,) = drawn("views_sprint", history()).goals
        # Seven posts of 1,000 views when ripe, the last of them a day old.
        assert 5_000 < goal.usual < 7_000

    def test_engagement_asks_for_what_the_table_says(self) -> None:
        found = drawn("conversation", history())
        (goal,) = found.goals
        assert (goal.metric, goal.target, found.estimate) == (Metric.ENGAGEMENT, 50, True)
        assert goal.low <= 0 <= goal.high


class TestShortHistory:
    @pytest.mark.parametrize("days", [0, 5, 13])
    def test_is_an_estimate(self, days: int) -> None:
        found = drawn("ten_clips", history(days))
        assert found.estimate
        # 8 in 1,000 a week for ten days, and 15% on top.
        assert found.goals[0].target == 132

    def test_thirty_days_want_thirty(self) -> None:
        assert drawn("followers_month", history(29)).estimate
        assert not drawn("followers_month", history(30)).estimate

    def test_the_niche_counts(self) -> None:
        assert drawn("ten_clips", history(3, niche="Dance and music")).goals[0].target == 171

    def test_views_of_a_new_account_from_past_posts(self) -> None:
        past = history(30)
        new = History(past.today, past.now, past.counts[-1:], past.posts, "", "seed")
        assert not drawn("views_sprint", new).estimate
        assert drawn("ten_clips", new).estimate


class TestNotMeasurable:
    def test_rounding_is_larger(self) -> None:
        found = draw(CATALOGUE["ten_clips"], history(gain=20, followers=133_000, step=1000), LIMITS)
        assert isinstance(found, NotMeasurable)
        assert (found.metric, found.instead) == (Metric.FOLLOWERS, (Metric.VIEWS, Metric.ENGAGEMENT))

    def test_who_does_not_grow(self) -> None:
        assert isinstance(draw(CATALOGUE["ten_clips"], history(gain=0), LIMITS), NotMeasurable)

    def test_a_hidden_count(self) -> None:
        found = draw(CATALOGUE["ten_clips"], history(followers=None), LIMITS)
        assert isinstance(found, NotMeasurable)

    def test_posts_that_were_not_read(self) -> None:
        assert draw(CATALOGUE["views_sprint"], history(posts=False), LIMITS) == NotMeasurable(
            Metric.VIEWS, (Metric.FOLLOWERS,)
        )


def test_weights_come_from_the_template() -> None:
    goals = drawn("big_month", history(56)).goals
    assert [goal.weight for goal in goals] == [Fraction(2, 5), Fraction(2, 5), Fraction(1, 5)]
