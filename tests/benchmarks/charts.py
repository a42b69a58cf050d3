"""One chart by Pillow and the same one by matplotlib, in turn: its lines, its levels, its days, its words, its size."""

from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import Any

from adapters.pictures import PillowPainter
from adapters.pictures.canvas import BLUE, GREEN, GROUND, INK, MUTED, ORANGE, WIDTH
from core.chat.chart import Chart, Mark, counted

GOAL = 1 / 3
START = datetime(2026, 5, 21, tzinfo=UTC)
CHART = Chart(
    "Thirty days of clips",
    "followers",
    tuple((START + timedelta(days=day), 5_000 + 26 * day + day % 5 * 9) for day in range(21)),
    START,
    START + timedelta(days=30),
    baseline=5_000,
    target=5_800,
    band=(5_400, 6_100),
    days=(*[Mark.DONE] * 17, Mark.MISSED, Mark.MISSED, Mark.TODAY, *[Mark.COMING] * 10),
    facts=(("Stake", "100 coins"), ("Posted", "17 of 24 days"), ("Days left", "10")),
)
HEIGHT = 1180


def installed() -> bool:
    """Whether there is a peer to measure against."""
    return find_spec("matplotlib") is not None


def measured(times: int) -> tuple[float, float]:
    """Milliseconds for one chart: ours, matplotlib's. Each is drawn once before, to load what it needs."""
    painter = PillowPainter()
    pair = (lambda: painter.paint(CHART), lambda: by_matplotlib(CHART))
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + 1):
        for draw, milliseconds in zip(pair, taken, strict=True):
            began = perf_counter()
            content = draw()
            if turn:
                milliseconds.append((perf_counter() - began) * 1_000)
            assert content.startswith(b"\x89PNG")
    return median(taken[0]), median(taken[1])


def by_matplotlib(chart: Chart) -> bytes:
    """As somebody who knows the library would write it: no pyplot, the Agg canvas, one figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import DateFormatter
    from matplotlib.figure import Figure

    def colour(rgb: tuple[int, int, int]) -> tuple[float, ...]:
        return tuple(part / 255 for part in rgb)

    figure: Any = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=colour(GROUND))
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.11, 0.4, 0.7, 0.36), facecolor=colour(GROUND))
    days, values = zip(*chart.points, strict=True)
    assert chart.baseline is not None
    assert chart.target is not None
    assert chart.band is not None
    axes.fill_between((chart.start, chart.end), (chart.baseline, chart.band[0]), (chart.baseline, chart.band[1]),
                      color=colour(GREEN), alpha=0.16)  # fmt: skip
    axes.fill_between(days, values, chart.baseline, color=colour(BLUE), alpha=0.2)
    axes.plot(days, values, color=colour(BLUE), linewidth=5, solid_capstyle="round")
    axes.plot(days[-1], values[-1], "o", color=colour(INK), markersize=14)
    for level, style, shade in ((chart.baseline, ":", MUTED), (chart.target, "--", ORANGE)):
        axes.axhline(level, linestyle=style, color=colour(shade), linewidth=3)
        axes.text(1.02, level, f"{level:,}", transform=axes.get_yaxis_transform(), color=colour(shade), fontsize=22)
    axes.grid(axis="y", color=colour(MUTED), alpha=0.3)
    axes.tick_params(colors=colour(MUTED), labelsize=20)
    axes.xaxis.set_major_formatter(DateFormatter("%-d %b"))
    axes.xaxis.set_major_locator(_every_week())
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
    figure.text(0.05, 0.93, chart.title, color=colour(INK), fontsize=32, fontweight="bold")
    figure.text(0.05, 0.86, f"{values[-1]:,}", color=colour(INK), fontsize=56, fontweight="bold")
    figure.text(0.05, 0.82, f"{values[-1] - chart.baseline:+,} since the start", color=colour(BLUE), fontsize=22)
    _days(figure, chart, colour)
    for i, (label, value) in enumerate(chart.facts):
        figure.text(0.05 + 0.3 * i, 0.09, label, color=colour(MUTED), fontsize=20)
        figure.text(0.05 + 0.3 * i, 0.05, value, color=colour(INK), fontsize=28, fontweight="bold")
    out = BytesIO()
    canvas.print_png(out)
    return out.getvalue()


def _every_week():
    from matplotlib.dates import DayLocator

    return DayLocator(interval=8)


def _days(figure, chart: Chart, colour) -> None:
    marks = {Mark.DONE: ("o", GREEN), Mark.MISSED: ("X", ORANGE), Mark.TODAY: ("o", INK), Mark.COMING: (".", MUTED)}
    strip = figure.add_axes((0.05, 0.16, 0.9, 0.18))
    strip.set_axis_off()
    strip.set_xlim(-0.5, 14.5)
    strip.set_ylim(-1.2, 1.5)
    for mark, (shape, shade) in marks.items():
        places = [i for i, day in enumerate(chart.days) if day is mark]
        strip.plot([i % 15 for i in places], [1 - i // 15 for i in places], shape, color=colour(shade), markersize=22)
    for i, _ in enumerate(chart.days):
        day = (chart.start + timedelta(days=i)).day
        strip.text(i % 15, 0.45 - i // 15, str(day), color=colour(MUTED), fontsize=19, ha="center")
    strip.text(-0.4, -1.1, counted(chart.days), color=colour(MUTED), fontsize=20)
