"""What the knowledge room refuses."""

from typing import ClassVar

from core.errors import InvalidField, TandemError, Way


class SaysTooLittle(InvalidField):
    """An answer that is too short, repeats itself, or is no language; goes back to its field."""


class ToldBefore(InvalidField):
    """An answer that the member gave before, here or elsewhere; goes back to its field."""


class NoteTooLong(InvalidField):
    """More text than a note may have; goes back to its field."""


class NotebookFull(TandemError):
    """As many notes as there may be."""

    words: ClassVar[str] = "The notebook holds {most:,} notes, and yours is full. Delete one to make room."
    ways: ClassVar[tuple[Way, ...]] = (("My notebook", ("notebook", "show")),)

    most: int


class NoSuchNote(TandemError):
    """The note was deleted, or is somebody else's."""

    words: ClassVar[str] = "That note is not there any more. /notebook shows those that are."
    ways: ClassVar[tuple[Way, ...]] = (("My notebook", ("notebook", "show")),)


class NoSuchAnswer(TandemError):
    """The answer was deleted, or is somebody else's."""

    words: ClassVar[str] = "That answer is not there any more. /answers shows those that are."
    ways: ClassVar[tuple[Way, ...]] = (("My answers", ("answers", "show")),)
