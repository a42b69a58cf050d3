"""Long text in pieces that a platform takes: cut between paragraphs, lines, sentences or words, never inside a mention.

A fenced code block that has to be cut is closed and opened again.
"""

import re
from collections.abc import Callable

Length = Callable[[str], int]

_FENCE = re.compile(r"^```(\w*)[^\n]*$", re.MULTILINE)
# Best first. A cut falls after the match.
_BOUNDARIES = tuple(re.compile(pattern) for pattern in (r"\n\n+", r"\n", r"(?<=[.!?…])\s+", r"\s+"))
# What must stay whole: mentions and timestamps of Discord, addresses.
_WHOLE = re.compile(r"<[@#:/t][^<>\s]{1,80}>|https?://\S+")
_FENCE_COST = len("\n```") + len("```") + 20
"""What closing and reopening a fence may add, with a language of 20 characters at most."""


def utf16(text: str) -> int:
    """Length in UTF-16 units, as Telegram and Discord count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, most: int, length: Length = utf16) -> list[str]:
    """Pieces of at most `most`, in order; together they say everything. An empty text has no pieces."""
    assert most > 2 * _FENCE_COST, "a platform takes more than a few words"
    pieces = []
    rest = text.strip()
    while length(rest) > most:
        head = _head(rest, most - _FENCE_COST, length)
        tail = rest[len(head) :].lstrip("\n") if head.endswith("\n") else rest[len(head) :].lstrip()
        fence = _open_fence(head)
        if fence is not None:
            head, tail = f"{head.rstrip()}\n```", f"```{fence}\n{tail}"
        pieces.append(head.rstrip())
        rest = tail
    return [*pieces, rest] if rest else pieces


def _head(text: str, most: int, length: Length) -> str:
    """The longest beginning that fits and ends at the best boundary there is."""
    end = _fitting(text, most, length)
    wholes = [found.span() for found in _WHOLE.finditer(text)]
    for boundary in _BOUNDARIES:
        ends = [found.end() for found in boundary.finditer(text, 0, end) if not _splits(wholes, found.end())]
        # A boundary in the first third would make many small pieces.
        if ends and ends[-1] > end // 3:
            return text[: ends[-1]]
    start = next((start for start, stop in wholes if start < end < stop), 0)
    # With nothing but an opened block before it, the rest would begin as this one did, for ever: then it is cut.
    return text[: end if _FENCE.fullmatch(text[:start].strip()) else start or end]


def _fitting(text: str, most: int, length: Length) -> int:
    """How many characters fit. A character is at least one unit, so there are never more than `most`."""
    low, high = 1, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle]) <= most else (low, middle - 1)
    return low


def _splits(wholes: list[tuple[int, int]], at: int) -> bool:
    return any(start < at < stop for start, stop in wholes)


def _open_fence(text: str) -> str | None:
    """The language of a code block that is open at the end of a text; None if none is."""
    fences = _FENCE.findall(text)
    return fences[-1][:20] if len(fences) % 2 else None
