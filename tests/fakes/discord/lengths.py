"""The three words that Discord has for a text of the wrong length."""

from typing import Any

from tests.fakes.discord.errors import Fault, Path


def required(at: Path, value: Any) -> list[Fault]:
    """Something has to stand here."""
    return [] if value not in (None, "") else [(at, "BASE_TYPE_REQUIRED", "This field is required")]


def most(at: Path, text: str | None, longest: int) -> list[Fault]:
    """At most so many characters, if any."""
    if text is None or len(text) <= longest:
        return []
    return [(at, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")]


def between(at: Path, text: str | None, shortest: int, longest: int) -> list[Fault]:
    """A text has to be there, with a length in these bounds."""
    if text is None:
        return required(at, text)
    if shortest <= len(text) <= longest:
        return []
    return [(at, "BASE_TYPE_BAD_LENGTH", f"Must be between {shortest} and {longest} in length.")]
