"""What can be wrong, said in words a member can act on.

An error is a dataclass per fact; its words are a template over its own fields. The dispatcher turns it into a refusal.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar

Way = tuple[str, tuple[str, ...]]


class ErrorKind(StrEnum):
    """What the dispatcher does with an error."""

    REFUSED = "refused"
    """A rule says no: the member gets the words as a reply."""
    INVALID = "invalid"
    """A field could not be read: the words go back to that field and the form is asked again."""
    OPERATIONAL = "operational"
    """Nothing is wrong with the wish (busy, timeout, rate limit): try again, logged and counted."""


# Not frozen: contextlib assigns __traceback__ to exceptions that pass through it, which a frozen dataclass refuses.
@dataclass(eq=False)
class TandemError(Exception):
    """Base of all expected errors; anything else that is raised is a bug."""

    kind: ClassVar[ErrorKind] = ErrorKind.REFUSED
    words: ClassVar[str] = ""
    ways: ClassVar[tuple[Way, ...]] = ()
    """Buttons that help, as (label, command path); a command that is not registered is left out."""

    @property
    def text(self) -> str:
        """The words with this error's own fields filled in."""
        return self.words.format(**{field.name: getattr(self, field.name) for field in fields(self)})

    def __str__(self) -> str:
        return self.text


@dataclass(eq=False)
class InvalidField(TandemError):
    """The value of one form field can not be used; goes back to the field."""

    kind: ClassVar[ErrorKind] = ErrorKind.INVALID
    words: ClassVar[str] = "{problem}"

    field: str
    problem: str


@dataclass(eq=False)
class DatabaseBusy(TandemError):
    """The database is locked, full or away; nothing of the unit of work was kept."""

    kind: ClassVar[ErrorKind] = ErrorKind.OPERATIONAL
    words: ClassVar[str] = "I can not reach my records just now, and nothing was changed. Try again in a minute."
