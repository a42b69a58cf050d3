"""Pictures as data: what they show, never how. They are drawn after the transaction, by the port `Painter`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mark(StrEnum):
    """How one day of a plan went."""

    DONE = "done"
    MISSED = "missed"
    TODAY = "today"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Chart:
    """A number over time, in a window, with what it is measured against.

    `points` are (instant, value) in order; `band` is where the value is likely to be at `end` (low, high); `days` are
    the window's days in order; `facts` are short (label, value) pairs below the plot. `demo` marks made-up figures.
    """

    title: str
    unit: str
    points: tuple[tuple[datetime, int], ...]
    start: datetime
    end: datetime
    zone: str = "UTC"
    baseline: int | None = None
    target: int | None = None
    band: tuple[int, int] | None = None
    days: tuple[Mark, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts in (gained) and out (spent) side by side, one pair for each of up to 31 labelled steps."""

    title: str
    unit: str
    labels: tuple[str, ...]
    gained: tuple[int, ...]
    spent: tuple[int, ...]
    facts: tuple[tuple[str, str], ...] = ()


Picture = Chart | Bars
