"""Heading and facts: the words above and below what is drawn."""

from adapters.pictures import letters
from adapters.pictures.canvas import GRID, GROUND, MARGIN, MUTED, ORANGE, SMALL, WIDTH, Canvas

TITLE = 46
A_ROW = 3
MOST = 6
ROW = 108
SIZES = (40, 36, 32)


def head_height(title: str) -> int:
    """How much room the heading takes."""
    return 52 + 58 * len(_title(title, aside=True))


def draw_head(canvas: Canvas, title: str, *, aside: str = "") -> None:
    """The title in at most two rows, and a badge beside it."""
    for i, row in enumerate(_title(title, aside=True)):
        canvas.text((MARGIN, 86 + 58 * i), row, TITLE, bold=True)
    if aside:
        wide = letters.width(aside, SMALL, bold=True)
        right = WIDTH - MARGIN
        canvas.block((right - wide - 36, 44), (right, 100), ORANGE, radius=28)
        canvas.text((right - 18, 72), aside, SMALL, bold=True, fill=GROUND, anchor="rm")


def _title(title: str, *, aside: bool) -> list[str]:
    # Room for a badge is always left, so that a demo is laid out as the real thing.
    return letters.lines(title, WIDTH - 2 * MARGIN - (260 if aside else 0), TITLE, bold=True)


def facts_height(facts: tuple[tuple[str, str], ...]) -> int:
    """How much room the facts take."""
    return -(-len(facts[:MOST]) // A_ROW) * ROW + 16 if facts else 0


def draw_facts(canvas: Canvas, facts: tuple[tuple[str, str], ...], top: int) -> None:
    """Labels above their values, three in a row."""
    if not facts:
        return
    canvas.line([(MARGIN, top + 8), (WIDTH - MARGIN, top + 8)], GRID)
    wide = (WIDTH - 2 * MARGIN) // A_ROW
    for i, (label, value) in enumerate(facts[:MOST]):
        x, y = MARGIN + wide * (i % A_ROW), top + 58 + ROW * (i // A_ROW)
        canvas.text((x, y), letters.fitted(letters.written(label), wide - 20, SMALL), SMALL, fill=MUTED)
        words = letters.written(value)
        size = next((size for size in SIZES if letters.width(words, size, bold=True) <= wide - 32), SMALL)
        canvas.text((x, y + 48), letters.fitted(words, wide - 32, size, bold=True), size, bold=True)
