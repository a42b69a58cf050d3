"""Text without what a screen would obey: control characters, halves of surrogate pairs, direction overrides."""

import unicodedata

# These reorder what stands around them, prices included. Right-to-left letters themselves stay.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DROPPED = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


def harmless(text: str, *, lines: bool = True) -> str:
    """Text that can be shown anywhere: escape sequences lose their escape, and show."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\t", " ") if lines else " ".join(text.split())
    return "".join(c for c in text if c == "\n" or (unicodedata.category(c) not in _DROPPED and c not in _REORDERING))


def cut(text: str, most: int) -> str:
    """One harmless line of at most so many characters."""
    text = harmless(text, lines=False)
    return text if len(text) <= most else f"{text[: most - 1]}…"
