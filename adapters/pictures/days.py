"""How the days of a plan went: a row of signs, each told by its shape as well as by its colour."""

from datetime import date, timedelta

from adapters.pictures.canvas import GREEN, GROUND, INK, MARGIN, MUTED, RED, SMALL, WIDTH, Canvas, mixed
from core.chat.chart import Mark, counted

A_ROW = 15
RADIUS = 23
ROW = 104


def rows_of(days: tuple[Mark, ...]) -> list[tuple[Mark, ...]]:
    """Days in rows of nearly the same length."""
    if not days:
        return []
    rows = -(-len(days) // A_ROW)
    long = -(-len(days) // rows)
    return [days[i : i + long] for i in range(0, len(days), long)]


def days_height(days: tuple[Mark, ...]) -> int:
    """How much room the days take."""
    return len(rows_of(days)) * ROW + 84 if days else 0


def draw_days(canvas: Canvas, days: tuple[Mark, ...], first: date, top: int) -> None:
    """A sign for each day above its date, and below them how many there are of each."""
    rows = rows_of(days)
    if not rows:
        return
    wide = (WIDTH - 2 * MARGIN) // max(len(rows[0]), 7)
    y, day = top + 24 + RADIUS, first
    for row in rows:
        for i, mark in enumerate(row):
            x = MARGIN + wide * i + RADIUS + 2
            _sign(canvas, mark, (x, y))
            canvas.text(
                (x, y + RADIUS + 36), str(day.day), SMALL, fill=INK if mark is Mark.TODAY else MUTED, anchor="ms"
            )
            day += timedelta(days=1)
        y += ROW
    canvas.text((MARGIN, y + 16), counted(days), SMALL, fill=MUTED)


def _sign(canvas: Canvas, mark: Mark, centre: tuple[int, int]) -> None:
    x, y = centre
    match mark:
        case Mark.DONE:
            canvas.disc(centre, RADIUS, GREEN)
            canvas.line([(x - 10, y + 1), (x - 3, y + 8), (x + 10, y - 7)], GROUND, 5)
        case Mark.MISSED:
            canvas.disc(centre, RADIUS, mixed(RED, 24))
            canvas.line([(x - 8, y - 8), (x + 8, y + 8)], RED, 5)
            canvas.line([(x - 8, y + 8), (x + 8, y - 8)], RED, 5)
        case Mark.TODAY:
            canvas.ring(centre, RADIUS, INK, 5)
            canvas.disc(centre, 7, INK)
        case Mark.COMING:
            canvas.ring(centre, RADIUS - 2, mixed(MUTED, 50), 3)
