"""How fast somebody may call: bursts and copies lead to pauses that grow. Pure functions."""

from datetime import datetime, timedelta

from core.gate.rules import GateLimits
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody has been calling."""

    window_at: datetime
    """When the minute that is counted began."""
    calls: int
    digest: str
    copies: int
    strikes: int
    struck_at: datetime | None
    until: datetime | None
    """Until when calls wait."""
    appealed_at: datetime | None = None


MINUTE = timedelta(minutes=1)
COPIES_WITHIN = timedelta(minutes=10)
FORGIVEN = timedelta(days=7)
"""After so long without another, one strike is forgotten."""


def fresh(at: datetime) -> Pace:
    """The pace of somebody who never called."""
    return Pace(at, 0, "", 0, 0, None, None)


def strikes(pace: Pace, at: datetime) -> int:
    """How many strikes count at an instant."""
    if pace.struck_at is None:
        return 0
    return max(0, pace.strikes - (at - pace.struck_at) // FORGIVEN)


def paced(pace: Pace, digest: str, at: datetime, limits: GateLimits) -> Pace:
    """The pace after one more call, with a strike if it was one too many in a minute or one copy too many."""
    in_window = at - pace.window_at < MINUTE
    calls = pace.calls + 1 if in_window else 1
    same = bool(digest) and digest == pace.digest and at - pace.window_at < COPIES_WITHIN
    copies = pace.copies + 1 if same else 1
    count, struck_at, until = strikes(pace, at), pace.struck_at, pace.until
    if calls >= limits.burst_a_minute or (digest and copies >= limits.copies):
        count, struck_at = count + 1, at
        step = min(count, len(limits.throttle_minutes)) - 1
        until = at + timedelta(minutes=limits.throttle_minutes[step])
        calls = copies = 0
    began = pace.window_at if in_window else at
    return Pace(began, calls, digest, copies, count, struck_at, until, pace.appealed_at)
