"""What the knowledge room refuses."""

from dataclasses import dataclass
from typing import ClassVar

from core.errors import InvalidField, TandemError, Way


@dataclass(eq=False)
class SaysTooLittle(InvalidField):
    """An answer that is too short, repeats itself, or is no language; goes back to its field."""


@dataclass(eq=False)
class ToldBefore(InvalidField):
    """An answer that the member gave before, here or elsewhere; goes back to its field."""


@dataclass(eq=False)
class NoSuchAnswer(TandemError):
    """The answer was deleted, or is somebody else's."""

    words: ClassVar[str] = "That answer is not there any more. /answers shows those that are."
    ways: ClassVar[tuple[Way, ...]] = (("My answers", ("answers", "show")),)
