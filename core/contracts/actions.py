"""Whether the agreed actions were done, by what was seen of an account. Nobody is asked, nobody reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.contracts.evidence import Evidence, Seen
from core.contracts.terms import Terms

WEEK = 7
LATE = timedelta(hours=48)
"""A platform may show a post so much later than it was published. A post that shows up later is back-dated."""


class Kind(StrEnum):
    """What is asked."""

    POSTING_DAYS = "posting_days"
    WEEKS = "weeks"
    """Weeks with enough posts."""
    LIVES = "lives"
    LIVE_DAYS = "live_days"


@dataclass(frozen=True, slots=True)
class Duty:
    """One action: how much of it is done. `each` is the number of posts in a week."""

    kind: Kind
    done: int
    needed: int
    each: int = 0

    @property
    def kept(self) -> bool:
        """Whether it is done."""
        return self.done >= self.needed


def duties(terms: Terms, evidence: Evidence) -> tuple[Duty, ...]:
    """Every action with what was done of it. A day that could not be observed counts as done, once it is over."""
    valid = [post for post in evidence.posts if not is_backdated(post, evidence.reads)]
    blind = _unobserved(terms, evidence)
    asked = terms.actions
    found = []
    if asked.posting_days:
        days = {day for post in valid if 0 <= (day := terms.day_of(post.published_at)) < terms.days}
        found.append(Duty(Kind.POSTING_DAYS, len(days | blind), asked.posting_days))
    if asked.posts_a_week:
        found.append(_weeks(terms, valid, blind))
    if asked.lives or asked.live_days:
        lives = [
            day
            for post in valid
            if post.live_at is not None
            and post.live_minutes >= asked.live_minutes
            and 0 <= (day := terms.day_of(post.live_at)) < terms.days
        ]
        if asked.lives:
            found.append(Duty(Kind.LIVES, len(lives) + len(blind), asked.lives))
        if asked.live_days:
            found.append(Duty(Kind.LIVE_DAYS, len(set(lives) | blind), asked.live_days))
    return tuple(found)


def _weeks(terms: Terms, valid: Iterable[Seen], blind: set[int]) -> Duty:
    """Weeks count from the first day. A short last one asks for its part, and so does one that was half seen."""
    posts = [0] * terms.days
    for post in valid:
        day = terms.day_of(post.published_at)
        if 0 <= day < terms.days:
            posts[day] += 1
    weeks = []
    for start in range(0, terms.days, WEEK):
        days = range(start, min(start + WEEK, terms.days))
        asked, seen = terms.actions.posts_a_week, sum(day not in blind for day in days)
        if asked * len(days) // WEEK:
            weeks.append(sum(posts[day] for day in days) >= asked * seen // WEEK)
    return Duty(Kind.WEEKS, sum(weeks), len(weeks), terms.actions.posts_a_week)


def _unobserved(terms: Terms, evidence: Evidence) -> set[int]:
    """The days that are over, and after whose end nobody has read the posts."""
    last = max(evidence.reads, default=None)
    over = [day for day in range(terms.days) if terms.day_starts_at(day + 1) <= evidence.judged_at]
    return {day for day in over if last is None or terms.day_starts_at(day + 1) > last}


def is_backdated(post: Seen, reads: Sequence[datetime]) -> bool:
    """Whether we looked, late enough to see a post, before it was there."""
    return any(post.published_at + LATE <= at < post.first_seen_at for at in reads)
