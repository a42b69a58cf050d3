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


class NotebookEmpty(TandemError):
    """There is nothing to change or delete; said before anything is asked."""

    words: ClassVar[str] = "Your notebook is empty. /notebook add puts a note in it."
    ways: ClassVar[tuple[Way, ...]] = (("Add a note", ("notebook", "add")),)


class NothingTold(TandemError):
    """There is nothing to correct or delete; said before anything is asked."""

    words: ClassVar[str] = "You have not told me anything yet. /questions lists what you can tell."
    ways: ClassVar[tuple[Way, ...]] = (("Questions", ("questions",)),)


class NoSuchNote(TandemError):
    """The note was deleted, or is somebody else's."""

    words: ClassVar[str] = "I do not find that note. /notebook shows those that are there, with buttons for each."
    ways: ClassVar[tuple[Way, ...]] = (("My notebook", ("notebook", "show")),)


class NoSuchAnswer(TandemError):
    """The answer was deleted, or is somebody else's."""

    words: ClassVar[str] = "I do not find that answer. /answers shows those that are there, with buttons for each."
    ways: ClassVar[tuple[Way, ...]] = (("My answers", ("answers", "show")),)
