"""A sheet that is drawn on at double size and halved: smooth edges without a drawing library. Colours and shapes.

Every measure is in pixels of the finished picture.
"""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from adapters.pictures import letters

Colour = tuple[int, int, int]
Point = tuple[int, int]

WIDTH = 1080
MARGIN = 56
DOUBLE = 2

# Opaque and of its own, so that it looks the same on a light and on a dark theme.
GROUND: Colour = (23, 29, 43)
RAISED: Colour = (34, 42, 60)
GRID: Colour = (52, 62, 84)
INK: Colour = (241, 245, 250)
MUTED: Colour = (166, 177, 196)
# After Okabe and Ito: told apart by people who see red and green alike, and each has a shape or a word of its own.
BLUE: Colour = (86, 180, 233)
ORANGE: Colour = (240, 170, 40)
GREEN: Colour = (44, 190, 145)
RED: Colour = (236, 116, 62)

COLOURS = 160
TEXT = 32
SMALL = 28
"""The least: on a phone a picture is shown at about a third of its pixels."""


def mixed(colour: Colour, share: int, ground: Colour = GROUND) -> Colour:
    """So many percent of a colour on a ground."""
    red, green, blue = ((one * share + other * (100 - share)) // 100 for one, other in zip(colour, ground, strict=True))
    return red, green, blue


class Canvas:
    """A sheet of a height."""

    def __init__(self, height: int) -> None:
        self.height = height
        self._image = Image.new("RGB", (WIDTH * DOUBLE, height * DOUBLE), GROUND)
        self._draw = ImageDraw.Draw(self._image)
        self._words: list[tuple[Point, str, ImageFont.FreeTypeFont, Colour, str]] = []

    def text(
        self,
        at: Point,
        words: str,
        size: int = TEXT,
        *,
        bold: bool = False,
        fill: Colour = INK,
        anchor: str = "ls",
    ) -> int:
        """Words at a point, by Pillow's anchors (ls: left on the line); how wide they are."""
        self._words.append((at, words, letters.font(size, bold=bold), fill, anchor))
        return letters.width(words, size, bold=bold)

    def line(self, points: Sequence[Point], fill: Colour, width: int = 2) -> None:
        """A line through points, with round joints and ends."""
        double = [(x * DOUBLE, y * DOUBLE) for x, y in points]
        self._draw.line(double, fill=fill, width=width * DOUBLE, joint="curve")
        if width > 3:
            for x, y in (double[0], double[-1]):
                self._disc(x, y, width * DOUBLE // 2, fill)

    def dashed(self, start: Point, end_x: int, fill: Colour, *, width: int = 4, dash: int = 18, gap: int = 12) -> None:
        """A level line of dashes; dots, if a dash is as long as it is wide."""
        x, y = start
        while x < end_x:
            if dash <= width:
                self.disc((x + width // 2, y), width // 2 + 1, fill)
            else:
                self.line([(x, y), (min(x + dash, end_x), y)], fill, min(width, 3))
            x += dash + gap

    def disc(self, centre: Point, radius: int, fill: Colour) -> None:
        """A filled circle."""
        self._disc(centre[0] * DOUBLE, centre[1] * DOUBLE, radius * DOUBLE, fill)

    def _disc(self, x: int, y: int, radius: int, fill: Colour) -> None:
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def ring(self, centre: Point, radius: int, fill: Colour, width: int = 4) -> None:
        """A circle."""
        x, y, r = centre[0] * DOUBLE, centre[1] * DOUBLE, radius * DOUBLE
        self._draw.ellipse((x - r, y - r, x + r, y + r), outline=fill, width=width * DOUBLE)

    def area(self, points: Sequence[Point], fill: Colour) -> None:
        """What lies between points."""
        self._draw.polygon([(x * DOUBLE, y * DOUBLE) for x, y in points], fill=fill)

    def block(self, left_top: Point, right_bottom: Point, fill: Colour, radius: int = 8) -> None:
        """A rectangle with round corners."""
        box = (*(side * DOUBLE for side in left_top), *(side * DOUBLE for side in right_bottom))
        self._draw.rounded_rectangle(box, radius=radius * DOUBLE, fill=fill)

    def png(self) -> bytes:
        """The finished picture."""
        # Each pixel is the mean of four.
        halved = self._image.reduce(DOUBLE)
        # Letters come with smooth edges of their own; they stand above everything.
        pen = ImageDraw.Draw(halved)
        for at, words, look, fill, anchor in self._words:
            pen.text(at, words, fill=fill, font=look, anchor=anchor)
        # Few colours are a quarter of the bytes, and nobody sees a difference.
        few = halved.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        out = BytesIO()
        few.save(out, "PNG", compress_level=4)
        return out.getvalue()
