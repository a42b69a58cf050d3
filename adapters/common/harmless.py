"""Text without what a screen would obey: control characters, halves of surrogate pairs, direction overrides."""

import re
from typing import Final

# Of Unicode's categories: Cc but for the line feed, Cs, Co; then what reorders the text around it, prices included.
# Right-to-left letters themselves stay.
OBEYED: Final = (
    "\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f"
    "\\ud800-\\udfff"
    "\\ue000-\\uf8ff\\U000f0000-\\U000ffffd\\U00100000-\\U0010fffd"
    "\\u202a-\\u202e\\u2066-\\u2069"
)
"""What a screen would obey, as the inside of a character class."""
_DROPPED = re.compile(f"[{OBEYED}\\u2028\\u2029]")


def harmless(text: str, *, lines: bool = True) -> str:
    """Text that can be shown anywhere: escape sequences lose their escape, and show."""
    if text.isprintable():  # which no character is that a screen would obey
        return text
    text = text.replace("\t", " ") if lines else " ".join(text.split())
    return _DROPPED.sub("", text)


def cut(text: str, most: int) -> str:
    """One harmless line of at most so many characters."""
    text = harmless(text, lines=False)
    return text if len(text) <= most else f"{text[: most - 1]}…"
