"""Growth between readings: what is certain of it, and from where on it is more than noise. Exact, never a float."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from core.values import dataclass


class Metric(StrEnum):
    """What a challenge is judged by. The unit of each is a whole number."""

    FOLLOWERS = "followers"
    """The account's count."""
    VIEWS = "views"
    """Summed over the posts of the window."""
    ENGAGEMENT = "engagement"
    """(likes + comments + shares) / views of those posts, in hundredths of a percentage point."""


NOISE: dict[Metric, int] = {Metric.FOLLOWERS: 3, Metric.VIEWS: 100, Metric.ENGAGEMENT: 20}
"""Below this a growth counts as none; for followers the source's step, if that is more."""
STEPS_MIN = 3
"""A target has to be so many steps of the source, and so many times the noise, to be measurable."""
NOISES_MIN = 2
POSTS_MIN = 3
"""Engagement is not measured on fewer posts, or on fewer views."""
VIEWS_MIN = 300
HUNDREDTHS = 10_000
"""A ratio in hundredths of a percentage point."""


@dataclass(frozen=True, slots=True)
class Count:
    """An account's followers at an instant: the true number lies in [followers, followers + step)."""

    at: datetime
    followers: int | None
    step: int
    era: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A post with the counts that are judged. None is what the platform does not say, which is not zero."""

    published_at: datetime
    views: int | None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None


def noise(metric: Metric, step: int) -> int:
    """From which growth on a metric says something."""
    return max(step, NOISE[metric]) if metric is Metric.FOLLOWERS else NOISE[metric]


def measurable(metric: Metric, target: int, step: int) -> bool:
    """Whether a target stands far enough out of rounding and noise to be promised."""
    step = step if metric is Metric.FOLLOWERS else 1
    return target >= STEPS_MIN * step and target >= NOISES_MIN * noise(metric, step)


def follower_growth(before: Count, after: Count) -> tuple[int, int]:
    """The interval that the true growth lies in, both ends included."""
    assert before.followers is not None, "a hidden count grows by nothing that anybody knows"
    assert after.followers is not None, "a hidden count grows by nothing that anybody knows"
    difference = after.followers - before.followers
    return difference - before.step + 1, difference + after.step - 1


def views(clips: Iterable[Clip]) -> int | None:
    """All views of posts; None if there are posts and none says how many."""
    counts = [clip.views for clip in clips]
    known = [count for count in counts if count is not None]
    return sum(known) if known or not counts else None


def engagement(clips: Iterable[Clip]) -> Fraction | None:
    """Reactions per view, in hundredths of a percentage point; None where too little was seen to say."""
    seen = [(clip, clip.views, clip.likes) for clip in clips]
    known = [(clip, views, likes) for clip, views, likes in seen if views is not None and likes is not None]
    total = sum(views for _, views, _ in known)
    if len(known) < POSTS_MIN or total < VIEWS_MIN:
        return None
    reactions = sum(likes + (clip.comments or 0) + (clip.shares or 0) for clip, _, likes in known)
    return Fraction(reactions * HUNDREDTHS, total)


def counted(metric: Metric, low: Fraction | int, step: int) -> Fraction:
    """What counts of a growth whose lower end is known: nothing if it is negative or noise."""
    return Fraction(low) if low >= noise(metric, step) else Fraction(0)


def share(grown: Fraction, target: int) -> Fraction:
    """How much of a target was reached, at most all of it."""
    return min(Fraction(1), grown / target)
