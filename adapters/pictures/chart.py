"""A number over time: where it stands, the curve between start and target, how the days went, and what is at stake."""

from datetime import datetime, timedelta

from adapters.pictures import letters
from adapters.pictures.canvas import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MARGIN,
    MUTED,
    ORANGE,
    RAISED,
    SMALL,
    TEXT,
    WIDTH,
    Canvas,
    Colour,
    mixed,
)
from adapters.pictures.days import days_height, draw_days
from adapters.pictures.facts import draw_facts, draw_head, facts_height, head_height
from adapters.pictures.scale import Scale, labels, number, scale
from core.chat.chart import Chart
from core.clock import day_start, local_day

PLOT = 420
GUTTER = 226
"""Right of the curve: what each level line is."""
BESIDE = 84
"""Between two words of the gutter, each a label above its number."""
DOTS_MOST = 15
"""Readings further apart than this many are seen one by one."""


def paint(chart: Chart) -> bytes:
    """The chart as PNG."""
    title = letters.written(chart.title, letters.written(chart.unit, "Chart").capitalize())
    head = head_height(title)
    below = head + 170
    height = below + PLOT + 64 + days_height(chart.days) + facts_height(chart.facts) + 44
    canvas = Canvas(height)
    draw_head(canvas, title, aside="Demo figures" if chart.demo else "")
    _draw_value(canvas, chart, head)
    _Plot(canvas, chart, below + PLOT).draw()
    top = below + PLOT + 64
    draw_days(canvas, chart.days, local_day(chart.start, chart.zone), top)
    draw_facts(canvas, chart.facts, top + days_height(chart.days))
    return canvas.png()


def _said(chart: Chart, value: int, *, sign: bool = False) -> str:
    return number(value, decimals=chart.decimals, exact=abs(value) < 1_000_000_000, sign=sign)


def _draw_value(canvas: Canvas, chart: Chart, top: int) -> None:
    """Where it stands now, and how far it came."""
    unit = letters.written(chart.unit)
    if not chart.points:
        canvas.text((MARGIN, top + 72), "No reading yet", 52, bold=True, fill=MUTED)
        return
    last = chart.points[-1][1]
    wide = canvas.text((MARGIN, top + 80), _said(chart, last), 80, bold=True)
    room = WIDTH - 2 * MARGIN - wide - 20
    canvas.text((MARGIN + wide + 20, top + 80), letters.fitted(unit, room, TEXT + 4), TEXT + 4, fill=MUTED)
    if chart.baseline is not None:
        came = last - chart.baseline
        words = f"{_said(chart, came, sign=True)} since the start" if came else "As at the start"
        if chart.target is not None:
            words += f" · target {_said(chart, chart.target - chart.baseline, sign=True)}"
        canvas.text((MARGIN, top + 132), letters.fitted(words, WIDTH - 2 * MARGIN, TEXT), fill=BLUE)


class _Plot:
    """The curve and what it is measured against."""

    def __init__(self, canvas: Canvas, chart: Chart, bottom: int) -> None:
        self._canvas = canvas
        self._chart = chart
        self._bottom = bottom
        values = [value for _, value in chart.points]
        levels = [level for level in (chart.baseline, chart.target, *(chart.band or ())) if level is not None]
        self._scale: Scale = scale([*values, *levels], PLOT)
        self._named = labels(self._scale.ticks, decimals=chart.decimals) if values or levels else []
        self._left = MARGIN + max((letters.width(name, SMALL) for name in self._named), default=0) + 20
        self._right = WIDTH - MARGIN - (GUTTER if levels else 0)
        at = [at for at, _ in chart.points]
        self._first = min([chart.start, *at[:1]])
        self._last = max([chart.end, *at[-1:], self._first + timedelta(hours=1)])
        self._places = [(self._x(at), self._y(value)) for at, value in chart.points]

    def _x(self, at: datetime) -> int:
        span = (self._last - self._first) // timedelta(seconds=1)
        into = (at - self._first) // timedelta(seconds=1)
        return self._left + into * (self._right - self._left) // span

    def _y(self, value: int) -> int:
        return self._bottom - self._scale.place(value)

    def draw(self) -> None:
        """Everything, from the back to the front."""
        self._draw_band()
        self._draw_area()
        self._canvas.line([(self._left, self._bottom), (self._right, self._bottom)], GRID)
        for tick, name in zip(self._scale.ticks, self._named, strict=False):
            y = self._y(tick)
            self._canvas.line([(self._left, y), (self._right, y)], GRID)
            self._canvas.text((self._left - 20, y), name, SMALL, fill=MUTED, anchor="rm")
        self._draw_dates()
        chart = self._chart
        if chart.baseline is not None:
            y = self._y(chart.baseline)
            self._canvas.dashed((self._left, y), self._right, MUTED, width=4, dash=4)
        if chart.target is not None:
            y = self._y(chart.target)
            self._canvas.dashed((self._left, y), self._right, ORANGE, width=5, dash=20)
        self._draw_curve()
        self._draw_gutter()

    def _draw_band(self) -> None:
        """Where it is likely to end: a fan from the start, and a bar at the end."""
        chart = self._chart
        if chart.band is None:
            return
        low, high = (self._y(value) for value in sorted(chart.band))
        begins = chart.baseline if chart.baseline is not None else chart.points[0][1] if chart.points else None
        end = self._x(chart.end)
        if begins is not None:
            fan = [(self._x(chart.start), self._y(begins)), (end, high), (end, low)]
            self._canvas.area(fan, mixed(GREEN, 16))

    def _draw_dates(self) -> None:
        """The days at the ends, and some between, as far as they fit beside each other."""
        chart, y = self._chart, self._bottom + 46
        first, last = local_day(self._first, chart.zone), local_day(self._last, chart.zone)
        span = (last - first).days
        step = max(1, -(-span // 4))
        taken = -1_000
        for past in range(0, span + 1, step):
            day = first + timedelta(days=past)
            at = max(day_start(day, chart.zone), self._first)
            x, words = self._x(at), f"{day:%-d %b}"
            half = letters.width(words, SMALL) // 2
            x = min(max(x, self._left + half - 24), WIDTH - MARGIN - half)
            if x - half > taken + 24 and at <= self._last:
                self._canvas.text((x, y), words, SMALL, fill=MUTED, anchor="ms")
                taken = x + half

    def _draw_area(self) -> None:
        """What lies between the curve and where it began."""
        chart, places = self._chart, self._places
        floor = self._bottom if chart.baseline is None else self._y(chart.baseline)
        if len(places) > 1:
            self._canvas.area([*places, (places[-1][0], floor), (places[0][0], floor)], mixed(BLUE, 20))

    def _draw_curve(self) -> None:
        chart, places = self._chart, self._places
        if chart.band is not None:
            low, high = (self._y(value) for value in sorted(chart.band))
            end = self._x(chart.end)
            self._canvas.block((end - 7, min(high, low - 8)), (end + 7, low), GREEN, radius=7)
        if not places:
            return
        self._canvas.line([places[-1], (places[-1][0], self._bottom)], mixed(BLUE, 45))
        if len(places) > 1:
            self._canvas.line(places, BLUE, 7)
        if len(places) <= DOTS_MOST:
            for place in places[:-1]:
                self._canvas.disc(place, 8, BLUE)
        self._canvas.disc(places[-1], 18, RAISED)
        self._canvas.disc(places[-1], 14, BLUE)
        self._canvas.disc(places[-1], 6, INK)

    def _draw_gutter(self) -> None:
        """What the level lines are, beside their ends and never on each other."""
        chart = self._chart
        found: list[tuple[int, str, str, Colour]] = []
        if chart.target is not None:
            found.append((self._y(chart.target), "Target", _level(chart, chart.target), ORANGE))
        if chart.band is not None:
            low, high = sorted(chart.band)
            words = f"{_short(chart, low)}–{_short(chart, high)}"
            found.append(((self._y(low) + self._y(high)) // 2, "Likely", words, GREEN))
        if chart.baseline is not None:
            found.append((self._y(chart.baseline), "Start", _level(chart, chart.baseline), MUTED))
        places = apart([y for y, *_ in found], BESIDE, self._bottom - PLOT + 20, self._bottom - 30)
        x = self._right + 22
        for y, (_, name, words, colour) in zip(places, found, strict=True):
            room = WIDTH - MARGIN // 2 - x
            size = TEXT if letters.width(words, TEXT, bold=True) <= room else SMALL
            self._canvas.text((x, y - 8), name, SMALL, fill=colour)
            self._canvas.text(
                (x, y + 28), letters.fitted(words, room, size, bold=size == TEXT), size, bold=size == TEXT
            )


def _level(chart: Chart, value: int) -> str:
    return number(value, decimals=chart.decimals, exact=abs(value) < 10_000_000)


def _short(chart: Chart, value: int) -> str:
    return number(value, decimals=chart.decimals, exact=False)


def apart(places: list[int], least: int, top: int, bottom: int) -> list[int]:
    """Places moved so far that each has so much room, in the same order from the top."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    edge = top
    for i in order:
        moved[i] = max(places[i], edge)
        edge = moved[i] + least
    edge = bottom
    for i in reversed(order):
        moved[i] = min(moved[i], edge)
        edge = moved[i] - least
    return moved
