"""How YouTube counts: the rounding of followers, and what a view meant at an instant. Pure."""

from datetime import datetime

from adapters.youtube.limits import CHANGE_FROM, CHANGE_UNTIL, SHORTS_FROM


def step(followers: int) -> int:
    """The quantum of a public count: three significant digits from 1,000 on, rounded down; exact below."""
    return int(10 ** max(0, len(str(followers)) - 3))


def era(at: datetime) -> str:
    """How views are counted. While it changed nothing can be compared with any other day."""
    if at < SHORTS_FROM:
        return "youtube-engaged"
    if at < CHANGE_FROM:
        return "youtube-shorts-first-frame"
    if at < CHANGE_UNTIL:
        return f"youtube-changing-{at:%Y-%m-%d}"
    return "youtube-first-frame"
