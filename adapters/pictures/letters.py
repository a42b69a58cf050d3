"""Words in pictures: the bundled font, what it can write, and how wide that is."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).with_name("fonts")
REGULAR, BOLD = FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSans-Bold.ttf"
ELLIPSIS = "…"


@lru_cache(maxsize=64)
def font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels."""
    return ImageFont.truetype(BOLD if bold else REGULAR, size)


@lru_cache(maxsize=4096)
def _has(letter: str) -> bool:
    if letter == " ":
        return True
    look = font(24, bold=False)
    return bytes(look.getmask(letter)) != bytes(look.getmask("\U0010ffff"))


def written(words: str, otherwise: str = "") -> str:
    """Words as far as the font has their letters; `otherwise`, if most of them are lost."""
    plain = " ".join(unicodedata.normalize("NFC", words).split())
    kept = "".join(letter for letter in plain if letter.isprintable() and _has(letter)).strip()
    wanted = sum(letter.isalnum() for letter in plain)
    left = sum(letter.isalnum() for letter in kept)
    return " ".join(kept.split()) if left * 2 > wanted or not otherwise else otherwise


def width(words: str, size: int, *, bold: bool = False) -> int:
    """How wide words are, in pixels."""
    return round(font(size, bold=bold).getlength(words))


def fitted(words: str, most: int, size: int, *, bold: bool = False) -> str:
    """Words cut to a width, with an ellipsis if something is missing."""
    if width(words, size, bold=bold) <= most:
        return words
    shorter = words
    while shorter and width(shorter + ELLIPSIS, size, bold=bold) > most:
        shorter = shorter[:-1]
    return shorter.rstrip(" .,·:;-") + ELLIPSIS if shorter else ""


def lines(words: str, most: int, size: int, *, bold: bool = False, rows: int = 2) -> list[str]:
    """Words broken between them to a width, in at most so many rows; the last one is cut."""
    found: list[str] = []
    left = words.split()
    while left and len(found) < rows - 1:
        row = left.pop(0)
        while left and width(f"{row} {left[0]}", size, bold=bold) <= most:
            row = f"{row} {left.pop(0)}"
        found.append(fitted(row, most, size, bold=bold))
    return [*found, fitted(" ".join(left), most, size, bold=bold)] if left else found
