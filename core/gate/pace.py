"""How fast somebody may call: bursts, copies and days unlike their own lead to pauses that grow. Pure functions.

A habit is one number for each of the last 28 days, kept beside the pace: a call that is counted reads and writes that
row anyway, so that a habit costs no statement however often somebody calls.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import zip_longest

from core.clock import local_day
from core.gate.rules import GateLimits
from core.values import dataclass


class Cause(StrEnum):
    """What led to a strike."""

    BURST = "burst"
    """Many calls within a minute."""
    COPIES = "copies"
    """The same text again and again, each within ten minutes of the one before."""
    OUTLIER = "outlier"
    """Many times the calls of their own usual day."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody has been calling."""

    called_at: datetime
    """When the last call was."""
    lately: tuple[datetime, ...]
    """The calls of the minute before it, itself among them; none from before the last strike."""
    digest: str
    copies: int
    strikes: int
    struck_at: datetime | None
    until: datetime | None
    """Until when calls wait."""
    appealed_at: datetime | None = None
    cause: Cause | None = None
    """Of the last strike; None: there was none, or it was lifted."""
    day: date | None = None
    """The day, in UTC, that is counted; None: no call was."""
    today: int = 0
    """Calls on that day."""
    past: tuple[int, ...] = ()
    """Calls on each day before it, the latest first; days without any among them, 28 at most."""
    outlier_on: date | None = None
    """The last day with a strike for being far from their habit."""


MINUTE = timedelta(minutes=1)
COPIES_WITHIN = timedelta(minutes=10)
FORGIVEN = timedelta(days=7)
"""After so long without another, one strike is forgotten."""
HABIT_DAYS = 28
"""So many days before this one make a habit."""
HABIT_CALLED = 7
"""On so many of them somebody must have called: fewer are no habit yet."""


def fresh(at: datetime) -> Pace:
    """The pace of somebody who never called."""
    return Pace(at, (), "", 0, 0, None, None)


def strikes(pace: Pace, at: datetime) -> int:
    """How many strikes count at an instant."""
    if pace.struck_at is None:
        return 0
    return max(0, pace.strikes - (at - pace.struck_at) // FORGIVEN)


def is_outlier(today: int, past: tuple[int, ...], limits: GateLimits) -> bool:
    """Whether so many calls in a day are far beyond the median of the days before on which there were any."""
    if today < limits.outlier_calls:
        return False
    called = sorted(calls for calls in past if calls)
    if len(called) < HABIT_CALLED:
        return False
    # Twice the median is whole, where the median of an even number of days may not be.
    twice = called[(len(called) - 1) // 2] + called[len(called) // 2]
    return 2 * today >= limits.outlier_times * twice


def paced(pace: Pace, digest: str, at: datetime, limits: GateLimits) -> Pace:
    """The pace after one more call, with a strike if it was one too many: in a minute, of its kind, or for a day."""
    now = _on(pace, local_day(at, "UTC"))
    lately = (*[called for called in now.lately if at - called < MINUTE], at)
    same = bool(digest) and digest == now.digest and at - now.called_at < COPIES_WITHIN
    copies = now.copies + 1 if same else 1
    today, outlier_on = now.today + 1, now.outlier_on
    far = outlier_on != now.day and is_outlier(today, now.past, limits)
    cause: Cause | None = None
    if len(lately) >= limits.burst_a_minute:
        cause = Cause.BURST
    elif digest and copies >= limits.copies:
        cause = Cause.COPIES
    elif far:
        cause = Cause.OUTLIER
    if far:
        outlier_on = now.day  # whatever the strike is called: one call is one strike, and one such day is one
    last = max(now.called_at, at)  # one that was begun before another may be counted after it
    after = replace(
        now, called_at=last, lately=lately, digest=digest, copies=copies, today=today, outlier_on=outlier_on
    )
    return after if cause is None else _struck(after, cause, at, limits)


def _struck(pace: Pace, cause: Cause, at: datetime, limits: GateLimits) -> Pace:
    count = strikes(pace, at) + 1
    pause = timedelta(minutes=limits.throttle_minutes[min(count, len(limits.throttle_minutes)) - 1])
    return replace(pace, lately=(), copies=0, strikes=count, struck_at=at, until=at + pause, cause=cause)


def _on(pace: Pace, day: date) -> Pace:
    """The same on a day: what was counted before is past."""
    if pace.day is None:
        return replace(pace, day=day)
    passed = (day - pace.day).days
    if passed <= 0:  # begun before midnight, and counted after somebody else's that began later
        return pace
    past = (*[0] * min(passed - 1, HABIT_DAYS), pace.today, *pace.past)
    return replace(pace, day=day, today=0, past=past[:HABIT_DAYS])


def merged(one: Pace, other: Pace, at: datetime) -> Pace:
    """The stricter of two paces, with the habit of both: they are one person, who called as often as the two did.

    A pause of either goes on, and an appeal of either was theirs.
    """
    stricter = max((one, other), key=lambda pace: (strikes(pace, at), pace.copies))
    stricter = replace(
        stricter,
        called_at=max(one.called_at, other.called_at),
        lately=one.lately + other.lately,
        until=max((pace.until for pace in (one, other) if pace.until is not None), default=None),
        appealed_at=max((pace.appealed_at for pace in (one, other) if pace.appealed_at is not None), default=None),
    )
    days = [pace.day for pace in (one, other) if pace.day is not None]
    if not days:
        return stricter
    day = max(days)
    one, other = _on(one, day), _on(other, day)
    past = tuple(mine + theirs for mine, theirs in zip_longest(one.past, other.past, fillvalue=0))
    struck = [pace.outlier_on for pace in (one, other) if pace.outlier_on is not None]
    return replace(stricter, day=day, today=one.today + other.today, past=past, outlier_on=max(struck, default=None))
