"""Pictures as data: what they show, never how. They are drawn after the transaction, by the port `Painter`."""

from datetime import datetime
from enum import StrEnum

from core.values import dataclass


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
    With `decimals` a value of 437 is 4.37: engagement in percent is a whole number of hundredths.
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
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts in (gained) and out (spent) side by side, one pair for each of up to 31 labelled steps.

    `sides` are the words for all that was gained and all that was spent.
    """

    title: str
    unit: str
    labels: tuple[str, ...]
    gained: tuple[int, ...]
    spent: tuple[int, ...]
    facts: tuple[tuple[str, str], ...] = ()
    sides: tuple[str, str] = ("in", "out")


Picture = Chart | Bars


def counted(days: tuple[Mark, ...]) -> str:
    """How many days of each kind there are, in words; kinds without a day are left out."""
    said = ((Mark.DONE, "done"), (Mark.MISSED, "missed"), (Mark.TODAY, "today"), (Mark.COMING, "to come"))
    counts = [(sum(day is mark for day in days), words) for mark, words in said]
    return " · ".join(words if words == "today" else f"{count} {words}" for count, words in counts if count)


def words_of(picture: Picture) -> str:
    """What a picture says, for who can not see it: one fact after another."""
    said = _of_bars(picture) if isinstance(picture, Bars) else _of_chart(picture)
    facts = [f"{label}: {value}" for label, value in picture.facts]
    return ". ".join([picture.title.rstrip("."), *said, *facts]) + "."


def _of_chart(chart: Chart) -> list[str]:
    found = ["Demo figures"] if chart.demo else []
    if not chart.points:
        found.append("No reading yet")
    else:
        found.append(f"Now {value_of(chart, chart.points[-1][1])} {chart.unit}")
        if chart.baseline is not None:
            came = chart.points[-1][1] - chart.baseline
            more = "more" if came >= 0 else "fewer"
            found.append(f"{value_of(chart, abs(came))} {more} than at the start ({value_of(chart, chart.baseline)})")
    if chart.target is not None:
        found.append(f"Target {value_of(chart, chart.target)}")
    if chart.band is not None:
        low, high = sorted(chart.band)
        found.append(f"Likely between {value_of(chart, low)} and {value_of(chart, high)} at the end")
    if chart.days:
        found.append(f"Days: {counted(chart.days)}")
    return found


def value_of(chart: Chart, value: int) -> str:
    """A value of a chart as people read it."""
    if not chart.decimals:
        return f"{value:,}"
    whole, part = divmod(abs(value), 10**chart.decimals)
    digits = f"{whole:,}.{part:0{chart.decimals}}".rstrip("0").rstrip(".")
    return f"-{digits}" if value < 0 else digits


def _of_bars(bars: Bars) -> list[str]:
    days = [
        f"{label} " + " ".join(part for part in (f"+{up:,}" if up else "", f"−{down:,}" if down else "") if part)
        for label, up, down in zip(bars.labels, bars.gained, bars.spent, strict=True)
        if up or down
    ]
    up, down = bars.sides
    total = f"{sum(bars.gained):,} {bars.unit} {up}, {sum(bars.spent):,} {down}"
    return [total, "By day: " + ", ".join(days)] if days else [total]
