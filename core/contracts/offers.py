"""What a challenge would ask of one member: their own targets, from their own history. Slow, so without a database."""

from datetime import date, timedelta

from core.contracts.catalogue import Challenge
from core.contracts.terms import Goal
from core.growth import forecast, rules, typical
from core.growth.forecast import Forecast, ForecastRules
from core.growth.rules import Clip, Count, Metric
from core.values import dataclass

WEEK = 7


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an account on the day of the offer. Days are local; `posts` are None if they were not read."""

    today: date
    now: Count
    counts: tuple[tuple[date, Count], ...]
    posts: tuple[tuple[date, Clip], ...] | None
    niche: str
    seed: str
    """Makes the same question have the same answer."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The goals of an offer. `estimate`: a target comes from the table."""

    goals: tuple[Goal, ...]
    estimate: bool


@dataclass(frozen=True, slots=True)
class NotMeasurable:
    """A metric that would be noise at this size, and those that would not be."""

    metric: Metric
    instead: tuple[Metric, ...]


def draw(challenge: Challenge, history: History, limits: ForecastRules) -> Drawn | NotMeasurable:
    """Set the targets of a challenge."""
    goals, estimate = [], False
    for asked in challenge.goals:
        goal, guessed = _goal(challenge, asked.metric, history, limits)
        if goal is None:
            others = (metric for metric in Metric if metric is not asked.metric)
            instead = tuple(metric for metric in others if _goal(challenge, metric, history, limits)[0] is not None)
            return NotMeasurable(asked.metric, instead)
        goals.append(Goal(asked.metric, asked.part, *goal))
        estimate |= guessed
    return Drawn(tuple(goals), estimate)


Numbers = tuple[int, int, int, int]


def _goal(challenge: Challenge, metric: Metric, history: History, limits: ForecastRules) -> tuple[Numbers | None, bool]:
    """(target, usual, low, high) or None if it can not be measured; and whether it is from the table."""
    if metric is not Metric.FOLLOWERS and history.posts is None:
        return None, False
    if metric is Metric.FOLLOWERS and history.now.followers is None:
        return None, False
    own = _own(metric, challenge.days, history, limits)
    made = own or _typical(challenge, metric, history)
    target = forecast.target(made.median, challenge.uplift_percent)
    usual = made.median
    if metric is Metric.ENGAGEMENT and not rules.measurable(metric, target, 1):
        # Engagement stays what it is by itself: what to gain is nobody's history, so the table says it.
        made = _typical(challenge, metric, history)
        target = made.median
    if not rules.measurable(metric, target, history.now.step):
        return None, made.estimate
    low, high = (own.low, own.high) if own else (made.low, made.high)
    return (target, usual, low, high), made.estimate


def _own(metric: Metric, days: int, history: History, limits: ForecastRules) -> Forecast | None:
    """The forecast from the member's own history; None if it is too short."""
    needed = max(days, limits.history_days_min)
    seed = f"{history.seed}:{metric.value}:{days}"
    if metric is Metric.FOLLOWERS:
        known = [(day, count) for day, count in history.counts if count.followers is not None]
        if len(known) < 2 or (known[-1][0] - known[0][0]).days < needed:
            return None
        gains = forecast.daily_gains(known)
        return forecast.followers(gains, days, history.now, seed, limits)
    clips = history.posts or ()
    seen_from = history.today - timedelta(days=limits.history_days_max)
    first = max(min((day for day, _ in clips), default=history.today), seen_from)
    if (history.today - first).days < needed:
        return None
    past = forecast.daily_posts(clips, first, history.today)
    if metric is Metric.VIEWS:
        return forecast.views(past, days, seed, limits)
    recent = [clip for day, clip in clips if day >= history.today - timedelta(days=days)]
    now = rules.engagement(recent)
    return None if now is None else forecast.engagement(past, days, now, seed, limits)


def _typical(challenge: Challenge, metric: Metric, history: History) -> Forecast:
    asked = challenge.actions
    posts = max(asked.posts_a_week * challenge.days // WEEK, asked.posting_days, asked.lives)
    return typical.of(metric, history.now.followers or 0, history.niche, challenge.days, posts)
