"""How a simulated challenge is judged: by the contract's own verdict, on evidence made up for the purpose."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from core.contracts.evidence import Evidence, Reading, Seen
from core.contracts.terms import Actions, Goal, Terms
from core.contracts.verdict import Verdict, judge
from core.growth.rules import Metric

TARGET = 100
BEGINS = date(2027, 1, 4)


@lru_cache(maxsize=65536)
def verdict(days: int, stake: int, penalty_percent: int, grown: int, *, kept: bool, burns: bool) -> Verdict:
    """One goal on followers and a post on each day; `grown` is a percentage of the target."""
    goal = Goal(Metric.FOLLOWERS, Fraction(1), TARGET, TARGET, TARGET // 2, TARGET * 2)
    terms = Terms(
        "simulated", "Simulated", 1, "demo", "simulated", "oauth", "UTC", BEGINS, days, Actions(posting_days=days),
        (goal,), stake, penalty_percent, 0, burns,
    )  # fmt: skip
    before = _reading(1, terms.starts_at, 1_000)
    after = _reading(2, terms.ends_at, 1_000 + grown * TARGET // 100)
    posted = tuple(_post(terms.day_starts_at(day)) for day in range(days if kept else 0))
    judged_at, read_at = terms.verdict_at, terms.ends_at + timedelta(hours=1)
    return judge(terms, Evidence(judged_at, before, after, after, posted, reads=(terms.starts_at, read_at)))


def _reading(number: int, at: datetime, followers: int) -> Reading:
    return Reading(number, at, followers, 1, "simulated", "", posts=True)


def _post(at: datetime) -> Seen:
    seen = at + timedelta(hours=12)
    return Seen(f"post {at}", seen, seen, 100, 1, 1, 1)
