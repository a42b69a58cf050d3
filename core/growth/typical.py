"""What accounts of a size and a niche usually gain, for those whose own history is too short. Rough, and said to be."""

from typing import NamedTuple

from core.growth.forecast import Forecast
from core.growth.rules import Metric


class Typical(NamedTuple):
    """Of accounts up to a size: followers a week per 1,000, views of a post per 100 followers, engagement to gain."""

    followers_max: int
    weekly_per_1000: int
    views_per_100: int
    engagement_gain: int


SIZES = (
    Typical(1_000, 20, 60, 80),
    Typical(10_000, 12, 35, 60),
    Typical(100_000, 8, 20, 50),
    Typical(10**12, 5, 12, 40),
)
WEEKLY_MIN = 6
"""Followers a week, however small the account."""
NICHES = (
    (130, ("comedy", "funny", "music", "dance", "meme", "pets", "animals")),
    (110, ("food", "cooking", "beauty", "fashion", "fitness", "gaming", "travel", "sport")),
    (90, ("education", "science", "business", "finance", "tech", "software", "books", "history")),
)
"""Percent of the table, for niches in whose description a word stands."""
LOW_PERCENT, HIGH_PERCENT = 40, 220


def of(metric: Metric, followers: int, niche: str, days: int, posts: int) -> Forecast:
    """The table's word on a metric, for a window with so many posts."""
    typical = next(row for row in SIZES if followers < row.followers_max or row is SIZES[-1])
    match metric:
        case Metric.FOLLOWERS:
            gain = max(WEEKLY_MIN * 1000, typical.weekly_per_1000 * followers) * days // 7_000
        case Metric.VIEWS:
            gain = typical.views_per_100 * max(followers, 100) * posts // 100
        case Metric.ENGAGEMENT:
            return Forecast(typical.engagement_gain, 0, typical.engagement_gain * 2, estimate=True)
    gain = gain * _percent(niche) // 100
    return Forecast(gain, gain * LOW_PERCENT // 100, gain * HIGH_PERCENT // 100, estimate=True)


def _percent(niche: str) -> int:
    words = niche.casefold()
    return next((percent for percent, known in NICHES if any(word in words for word in known)), 100)
