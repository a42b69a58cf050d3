"""Terms and evidence that a test wants, round and short."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from core.contracts.evidence import Evidence, Reading, Seen
from core.contracts.terms import Actions, Goal, Terms
from core.growth.rules import Metric

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = date(2026, 5, 15)
GOAL = Goal(Metric.FOLLOWERS, Fraction(1), 100, 90, 60, 130)
TERMS = Terms(
    template="ten_clips",
    title="Ten clips in ten days",
    account=1,
    platform="tiktok",
    handle="mara.makes",
    way="oauth",
    zone="Europe/Paris",
    start=START,
    days=10,
    actions=Actions(posting_days=8),
    goals=(GOAL,),
    stake=100,
    penalty_percent=50,
    reward_credits=50,
)


def terms(*goals: Goal, **how: Any) -> Terms:
    """Terms with other goals, other anything."""
    changed: dict[str, Any] = {"goals": goals} if goals else {}
    return replace(TERMS, **changed, **how)


def goal(metric: Metric, target: int, weight: Fraction = Fraction(1)) -> Goal:
    """A goal with some band."""
    return Goal(metric, weight, target, target, target // 2, target * 2)


def reading(at: datetime, followers: int | None, *, step: int = 1, era: str = "a", number: int = 1) -> Reading:
    """What was read of followers."""
    return Reading(number, at, followers, step, era, "digest", posts=True)


def seen(at: datetime, views: int | None = 100, **how: Any) -> Seen:
    """A post that was seen an hour after it was published."""
    known: dict[str, Any] = {"likes": 10, "comments": 0, "shares": 0, "first_seen_at": at + HOUR} | how
    return Seen(f"{at:%m%d%H%M}", at, views=views, **known)


def noon(agreed: Terms, day: int) -> datetime:
    """The middle of a day of the window."""
    return agreed.day_starts_at(day) + 12 * HOUR


def evidence(agreed: Terms, grown: int = 80, *, days: int = 10, **how: Any) -> Evidence:
    """A window in which somebody posted on the first days and grew, all of it read daily."""
    last = agreed.ends_at + 4 * HOUR
    after = reading(last, 1000 + grown, number=2)
    daily = tuple(agreed.day_starts_at(day) + 4 * HOUR for day in range(agreed.days + 1))
    known: dict[str, Any] = {
        "before": reading(agreed.starts_at, 1000),
        "after": after,
        "counted": after,
        "posts": tuple(seen(noon(agreed, day)) for day in range(days)),
        "reads": (*daily, agreed.ends_at + 47 * HOUR),
    }
    return Evidence(**({"judged_at": agreed.verdict_at} | known | how))


AT = datetime(2026, 5, 20, tzinfo=UTC)
