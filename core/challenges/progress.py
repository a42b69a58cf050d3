"""How a contract stands while it runs: what is done, what is reached, and the picture of both."""

from datetime import datetime, timedelta

from core.chat.chart import Chart, Mark
from core.clock import local_day
from core.contracts.actions import is_backdated
from core.contracts.evidence import Ended, Evidence
from core.contracts.terms import Goal, Terms
from core.contracts.verdict import Verdict, judge
from core.db import UnitOfWork
from core.growth import rules as growth
from core.growth.rules import Clip, Metric
from core.metrics import service as metrics
from core.money import plural
from core.stakes import measuring, words
from core.stakes.repository import Contract

UNITS = {Metric.FOLLOWERS: "followers", Metric.VIEWS: "views", Metric.ENGAGEMENT: "percent"}
SHOWN_BEFORE = timedelta(days=3)
Points = tuple[tuple[datetime, int], ...]


def now(uow: UnitOfWork, contract: Contract, at: datetime) -> tuple[Evidence, Verdict]:
    """How it would be judged if it were left now: the last that is known, nothing taken for granted."""
    evidence = measuring.gather(uow, contract, at, ended=Ended.LEFT)
    return evidence, judge(contract.agreed, evidence)


def picture(uow: UnitOfWork, contract: Contract, evidence: Evidence, at: datetime) -> Chart:
    """The first metric against its target, and the days."""
    terms = contract.agreed
    goal = terms.goals[0]
    points, baseline = _points(uow, contract, evidence, goal.metric, at)
    start = baseline or 0
    return Chart(
        title=f"{terms.title} · {words.heading(terms)}",
        unit=UNITS[goal.metric],
        points=points,
        start=terms.starts_at,
        end=terms.ends_at,
        zone=terms.zone,
        baseline=baseline,
        target=start + goal.target,
        band=_band(goal, start, points),
        days=days(terms, evidence, at),
        facts=(("At stake", plural(contract.stake, "coin")), ("Time", words.left(terms, at))),
        demo=terms.platform == "demo",
        decimals=2 if goal.metric is Metric.ENGAGEMENT else 0,
    )


def _band(goal: Goal, start: int, points: Points) -> tuple[int, int] | None:
    """Where it is likely to end. Views of a window do not fall: there will not be fewer than there are already."""
    low, high = start + goal.low, start + goal.high
    if goal.metric is Metric.VIEWS and points:
        low = max(low, points[-1][1])
    return (low, high) if low <= high else None


def days(terms: Terms, evidence: Evidence, at: datetime) -> tuple[Mark, ...]:
    """What became of each day: posted, missed, today, to come."""
    posted = {terms.day_of(post.published_at) for post in evidence.posts if not is_backdated(post, evidence.reads)}
    today = terms.day_of(at)
    return tuple(_mark(day, today, posted=day in posted) for day in range(terms.days))


def _mark(day: int, today: int, *, posted: bool) -> Mark:
    if posted:
        return Mark.DONE
    if day == today:
        return Mark.TODAY
    return Mark.MISSED if day < today else Mark.COMING


def _points(
    uow: UnitOfWork, contract: Contract, evidence: Evidence, metric: Metric, at: datetime
) -> tuple[Points, int | None]:
    """(what was read, what it began with)."""
    terms, before = contract.agreed, evidence.before
    since = terms.starts_at - SHOWN_BEFORE if metric is Metric.FOLLOWERS else terms.starts_at
    read = metrics.snapshots(uow, contract.account, since, min(at, terms.counts_until))
    if metric is Metric.FOLLOWERS:
        found = tuple((item.at, item.followers) for item in read if item.followers is not None)
        return found, before.followers if before else None
    daily = {local_day(item.at, terms.zone): item.at for item in read if item.posts_read}
    posts = metrics.posts(uow, contract.account, terms.starts_at, terms.ends_at - measuring.INSTANT)
    points = []
    for moment in daily.values():
        counts = metrics.counts_at(uow, contract.account, [post.id for post in posts], moment)
        clips = [Clip(moment, one.views, one.likes, one.comments, one.shares) for one in counts.values()]
        value = growth.views(clips) if metric is Metric.VIEWS else growth.engagement(clips)
        if value is not None:
            points.append((moment, int(value)))
    then = growth.engagement(post.reactions for post in evidence.earlier) if metric is Metric.ENGAGEMENT else None
    return tuple(points), int(then) if then is not None else 0
