"""Whether the agreed actions were done, by what was seen of an account. Nobody is asked, nobody reports."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from core.contracts.evidence import Ended, Evidence, Seen
from core.contracts.terms import Terms
from core.values import dataclass

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
    """Every action with what was done of it.

    A day that could not be observed counts as done, once it is over; not so while a contract only looks how it stands,
    or is ended before its time, when nothing hangs on it any more.
    """
    valid = [post for post in evidence.posts if not is_backdated(post, evidence.reads)]
    edges = terms.edges
    blind = _unobserved(edges, evidence) if evidence.ended is Ended.NOTHING else set()
    asked = terms.actions
    found = []
    if asked.posting_days:
        days = {day for post in valid if (day := _day(edges, post.published_at)) is not None}
        found.append(Duty(Kind.POSTING_DAYS, len(days | blind), asked.posting_days))
    if asked.posts_a_week:
        found.append(_weeks(terms, edges, valid, blind))
    if asked.lives or asked.live_days:
        lives = [
            day
            for post in valid
            if post.live_at is not None
            and post.live_minutes >= asked.live_minutes
            and (day := _day(edges, post.live_at)) is not None
        ]
        if asked.lives:
            found.append(Duty(Kind.LIVES, len(lives) + len(blind), asked.lives))
        if asked.live_days:
            found.append(Duty(Kind.LIVE_DAYS, len(set(lives) | blind), asked.live_days))
    return tuple(found)


def _weeks(terms: Terms, edges: Sequence[datetime], valid: Iterable[Seen], blind: set[int]) -> Duty:
    """Weeks count from the first day. A short last one asks for its part, and so does one that was half seen."""
    posts = [0] * terms.days
    for post in valid:
        day = _day(edges, post.published_at)
        if day is not None:
            posts[day] += 1
    weeks = []
    for start in range(0, terms.days, WEEK):
        days = range(start, min(start + WEEK, terms.days))
        asked, seen = terms.actions.posts_a_week, sum(day not in blind for day in days)
        if asked * len(days) // WEEK:
            weeks.append(sum(posts[day] for day in days) >= asked * seen // WEEK)
    return Duty(Kind.WEEKS, sum(weeks), len(weeks), terms.actions.posts_a_week)


def _day(edges: Sequence[datetime], at: datetime) -> int | None:
    """The number of the day that an instant lies in; None outside of the window."""
    return bisect_right(edges, at) - 1 if edges[0] <= at < edges[-1] else None


def _unobserved(edges: Sequence[datetime], evidence: Evidence) -> set[int]:
    """The days that are over, and after whose end nobody has read the posts."""
    last = max(evidence.reads, default=None)
    first_blind = 0 if last is None else max(0, bisect_right(edges, last) - 1)
    over = bisect_right(edges, evidence.judged_at) - 1
    return set(range(first_blind, over))


def is_backdated(post: Seen, reads: Sequence[datetime]) -> bool:
    """Whether we looked, late enough to see a post, before it was there."""
    visible = post.published_at + LATE
    return visible < post.first_seen_at and any(visible <= at < post.first_seen_at for at in reads)
