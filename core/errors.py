"""What can be wrong, said in words a member can act on.

An error is a class per fact, declared as a dataclass is; its words are a template over its own fields. The dispatcher
turns it into a refusal.
"""

from enum import StrEnum
from inspect import get_annotations
from typing import Any, ClassVar, dataclass_transform, get_origin

Way = tuple[str, tuple[str, ...]]


class ErrorKind(StrEnum):
    """What the dispatcher does with an error."""

    REFUSED = "refused"
    """A rule says no: the member gets the words as a reply."""
    INVALID = "invalid"
    """A field could not be read: the words go back to that field and the form is asked again."""
    OPERATIONAL = "operational"
    """Nothing is wrong with the wish (busy, timeout, rate limit): try again, logged and counted."""


@dataclass_transform(eq_default=False)
class TandemError(Exception):
    """Base of all expected errors; anything else that is raised is a bug.

    A subclass declares its fields as a dataclass does, and needs no decorator: what one error needs to be made and
    shown is the same for all, and generating it for each would make every start wait.
    """

    kind: ClassVar[ErrorKind] = ErrorKind.REFUSED
    words: ClassVar[str] = ""
    ways: ClassVar[tuple[Way, ...]] = ()
    """Buttons that help, as (label, command path); a command that is not registered is left out."""
    names: ClassVar[tuple[str, ...]] = ()
    """Its fields in the order of its arguments, those of its bases first."""

    def __init_subclass__(cls) -> None:
        shared: Any = ClassVar
        own = [name for name, kind in get_annotations(cls).items() if get_origin(kind) is not shared]
        cls.names += tuple(name for name in own if name not in cls.names)

    def __init__(self, *values: Any, **named: Any) -> None:
        given = dict(zip(self.names, values, strict=False)) | named
        missing = [name for name in self.names if name not in given and not hasattr(type(self), name)]
        if missing or len(given) < len(values) + len(named) or given.keys() - set(self.names):
            raise TypeError(f"{type(self).__name__} takes {self.names} and was given {values} and {named}")
        super().__init__(*values)
        self.__dict__.update(given)

    @property
    def text(self) -> str:
        """The words with this error's own fields filled in."""
        return self.words.format(**{name: getattr(self, name) for name in self.names})

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.names)})"


class InvalidField(TandemError):
    """The value of one form field can not be used; goes back to the field."""

    kind: ClassVar[ErrorKind] = ErrorKind.INVALID
    words: ClassVar[str] = "{problem}"

    field: str
    problem: str


class DatabaseBusy(TandemError):
    """The database is locked, full or away; nothing of the unit of work was kept."""

    kind: ClassVar[ErrorKind] = ErrorKind.OPERATIONAL
    words: ClassVar[str] = "I can not reach my records just now, and nothing was changed. Try again in a minute."
