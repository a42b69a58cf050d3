"""Amounts in and out, day by day: up and down from one line, so that the colours say nothing new."""

from adapters.pictures import letters
from adapters.pictures.canvas import BLUE, GRID, MARGIN, MUTED, ORANGE, SMALL, TEXT, WIDTH, Canvas
from adapters.pictures.facts import draw_facts, draw_head, facts_height, head_height
from adapters.pictures.scale import labels, number, round_step
from core.chat.chart import Bars

PLOT = 440
LEAST = 4
"""How high a bar is at least: a coin beside a thousand is still one."""


def paint(bars: Bars) -> bytes:
    """The bars as PNG."""
    title = letters.written(bars.title, letters.written(bars.unit, "Bars"))
    top = head_height(title) + 112
    canvas = Canvas(top + PLOT + 74 + facts_height(bars.facts) + 36)
    draw_head(canvas, title)
    _draw_legend(canvas, bars, top - 58)
    _draw_bars(canvas, bars, top)
    draw_facts(canvas, bars.facts, top + PLOT + 74)
    return canvas.png()


def _draw_legend(canvas: Canvas, bars: Bars, y: int) -> None:
    x = MARGIN
    unit = letters.written(bars.unit)
    up, down = (letters.written(side) for side in bars.sides)
    gained, spent = number(sum(bars.gained)), number(sum(bars.spent))
    for words, colour, tip in ((f"{gained} {unit} {up}", BLUE, -1), (f"{spent} {unit} {down}", ORANGE, 1)):
        middle = y - 11
        canvas.area([(x, middle - 10 * tip), (x + 24, middle - 10 * tip), (x + 12, middle + 11 * tip)], colour)
        shown = letters.fitted(words, (WIDTH - 2 * MARGIN) // 2 - 50, TEXT)
        canvas.text((x + 38, y), shown, TEXT)
        x += 38 + letters.width(shown, TEXT) + 56


def _draw_bars(canvas: Canvas, bars: Bars, top: int) -> None:
    most_up, most_down = max(bars.gained, default=0), max(bars.spent, default=0)
    span = max(most_up + most_down, 1)
    step = round_step(span + span // 12, 4)
    low = -(-most_down // step) * -step
    high = max(-(-most_up // step) * step, low + step)
    ticks = tuple(range(low, high + 1, step))
    named = labels(ticks, sign=True)
    left = MARGIN + max(letters.width(name, SMALL) for name in named) + 20

    def y(value: int) -> int:
        return top + PLOT - (value - low) * PLOT // (high - low)

    for tick, name in zip(ticks, named, strict=True):
        canvas.line([(left, y(tick)), (WIDTH - MARGIN, y(tick))], MUTED if tick == 0 else GRID, 3 if tick == 0 else 2)
        canvas.text((left - 20, y(tick)), name, SMALL, fill=MUTED, anchor="rm")
    count = max(len(bars.labels), 1)
    wide = (WIDTH - MARGIN - left) // count
    named = [letters.written(label) for label in bars.labels]
    every = -(-(max((letters.width(name, SMALL) for name in named), default=0) + 28) // max(wide, 1))
    half = min(max(3, wide * 36 // 100), 48)
    for i, (label, gained, spent) in enumerate(zip(named, bars.gained, bars.spent, strict=True)):
        x = left + wide * i + wide // 2
        if gained:
            canvas.block((x - half, min(y(gained), y(0) - LEAST)), (x + half, y(0) - 2), BLUE, radius=5)
        if spent:
            canvas.block((x - half, y(0) + 2), (x + half, max(y(-spent), y(0) + LEAST)), ORANGE, radius=5)
        if (count - 1 - i) % every == 0:  # counted from the end, because today is what people look for
            edge = WIDTH - 20 - letters.width(label, SMALL) // 2
            canvas.text((min(x, edge), top + PLOT + 50), label, SMALL, fill=MUTED, anchor="ms")
