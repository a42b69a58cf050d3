"""A post's counts, and what they were before its member switched some of them off. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core.db import Row
from core.values import dataclass

REACTIONS = ("likes", "comments", "shares")


@dataclass(frozen=True, slots=True)
class Counts:
    """A post's counts as at one reading. None: the platform does not say it, which is not zero."""

    at: datetime
    era: str
    views: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    told: "Counts | None" = None
    """Those of the last reading that had all reactions which were ever told; None: it is this one."""


def latest(rows: Iterable[Row]) -> dict[str, Counts]:
    """The last of each post, by the platform's id of it; the rows come oldest first."""
    found: dict[str, Counts] = {}
    for row in rows:
        now = Counts(row.at, row.era, row.views, row.likes, row.comments, row.shares)
        before = found.get(row.external_id)
        told = None if before is None else before.told or before
        found[row.external_id] = replace(now, told=told) if told is not None and _hides(now, told) else now
    return found


def _hides(now: Counts, told: Counts) -> bool:
    """Whether a reaction is not told any more: its member switched it off."""
    return any(getattr(told, name) is not None and getattr(now, name) is None for name in REACTIONS)
