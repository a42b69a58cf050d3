"""Forms: a frozen dataclass whose annotations say how each field is asked. Fields are intent, never widgets."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from core.db import UnitOfWork
from core.ids import MemberId
from core.money import Coins, Credits
from core.people import Identity, Member
from core.values import dataclass

LABEL_MAX = 45
"""Discord's bound for the title of a form and the label of a field."""
HELP_MAX = 100
"""Discord's bound for the description of an option."""
OPTIONS_MAX = 25
"""Discord's bound for a select and for autocomplete."""
OPTION_MAX = 100
"""Discord's bound for an option's value and label."""
NAME_MAX = 32
"""Discord's bound for the name of an option, Telegram's for that of a command."""
FIELDS_MAX = 25
"""Discord's bound for the options of a command."""


class Kind(StrEnum):
    """What a field means; how it is asked is the adapter's choice."""

    TEXT = "text"
    """One line."""
    LONG_TEXT = "long_text"
    """Several lines."""
    NUMBER = "number"
    MONEY = "money"
    """An amount of the annotated unit (`Coins`, `Credits`)."""
    CHOICE = "choice"
    """One of a few options, or of a source's."""
    MEMBER = "member"
    """A person; arrives as a platform identity, leaves the parser as one, reaches the handler as a `MemberId`."""
    MOMENT = "moment"
    """An instant, typed in the member's own time."""
    DURATION = "duration"
    IMAGE = "image"
    FILE = "file"
    FLAG = "flag"
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what is stored and what is shown (at most 100 characters)."""

    value: str
    label: str


def shortened(text: str, most: int = OPTION_MAX) -> str:
    """Text of at most so many characters. What is cut ends after a whole word, if one ends in its second half, and …"""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    words, space, _ = kept.rpartition(" ")
    return (words if space and len(words) >= most // 2 else kept).rstrip(" ·,;:") + "…"


Source = Callable[[UnitOfWork, str, Member], "list[Option]"]
"""Options for a prefix and a member: one source feeds autocomplete, a select and a paged keyboard."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that a member sent, not yet read. `handle` is the platform's way to fetch it."""

    platform: str
    handle: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How a field is asked; stands in the annotation: `Annotated[Credits, Asked(Kind.MONEY, "How many", minimum=1)]`.

    `minimum` and `maximum` bound the number, the amount, the length of a text, or the bytes of a file.
    """

    kind: Kind
    label: str
    help: str = ""
    minimum: int | None = None
    maximum: int | None = None
    options: tuple[Option, ...] = ()
    source: Source | None = None
    example: str = ""
    """What an error shows as a right answer."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form, as adapters see it. `options` may be a source's first page."""

    name: str
    asked: Asked
    type: Any
    required: bool
    options: tuple[Option, ...] = ()

    @property
    def kind(self) -> Kind:
        """What the field means."""
        return self.asked.kind

    @property
    def label(self) -> str:
        """What it is called."""
        return self.asked.label


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why a field's value can not be used, in words for the member."""

    field: str
    text: str


@cache
def declared_fields(form: type) -> tuple[Field, ...]:
    """The fields of a form class. Raises TypeError for a declaration that no platform could show."""
    hints = get_type_hints(form, include_extras=True)
    declared = []
    for item in fields(form):
        hint = hints[item.name]
        asked = next((extra for extra in get_args(hint)[1:] if isinstance(extra, Asked)), None)
        if asked is None:
            raise TypeError(f"{form.__name__}.{item.name} does not say how it is asked")
        kind = _plain_type(get_args(hint)[0])
        _check_declaration(f"{form.__name__}.{item.name}", item.name, asked, kind)
        required = item.default is MISSING and item.default_factory is MISSING
        declared.append(Field(item.name, asked, kind, required, asked.options))
    if len(declared) > FIELDS_MAX:
        raise TypeError(f"{form.__name__}: more than {FIELDS_MAX} fields")
    return tuple(declared)


def _plain_type(hint: Any) -> Any:
    """`Credits | None` is asked like `Credits`."""
    if get_origin(hint) is None and not get_args(hint):
        return hint
    plain = [part for part in get_args(hint) if part is not type(None)]
    return plain[0] if plain else hint


def _check_declaration(place: str, name: str, asked: Asked, kind: Any) -> None:
    if not name.isascii() or not name.islower() or len(name) > NAME_MAX:
        raise TypeError(f"{place}: a field's name is lower-case English, up to {NAME_MAX} characters")
    if kind not in _TYPES[asked.kind]:
        wanted = " or ".join(item.__name__ for item in _TYPES[asked.kind])
        raise TypeError(f"{place}: a {asked.kind.value} field is annotated {wanted}")
    if not 1 <= len(asked.label) <= LABEL_MAX:
        raise TypeError(f"{place}: a label has 1 to {LABEL_MAX} characters")
    if len(asked.help) > HELP_MAX:
        raise TypeError(f"{place}: help has at most {HELP_MAX} characters")
    if asked.minimum is not None and asked.maximum is not None and asked.minimum > asked.maximum:
        raise TypeError(f"{place}: the minimum is above the maximum")
    _check_options(place, asked)


def _check_options(place: str, asked: Asked) -> None:
    if asked.kind is Kind.CHOICE and not asked.options and asked.source is None:
        raise TypeError(f"{place}: a choice has options or a source")
    if len(asked.options) > OPTIONS_MAX:
        raise TypeError(f"{place}: more than {OPTIONS_MAX} options need a source")
    if any(not 1 <= len(word) <= OPTION_MAX for option in asked.options for word in (option.value, option.label)):
        raise TypeError(f"{place}: an option has 1 to {OPTION_MAX} characters")
    if len({option.value for option in asked.options}) < len(asked.options):
        raise TypeError(f"{place}: two options have one value")


# What the parser makes of each kind; a form annotated otherwise would hold what its annotation denies.
_TYPES: dict[Kind, tuple[Any, ...]] = {
    Kind.TEXT: (str,),
    Kind.LONG_TEXT: (str,),
    Kind.NUMBER: (int,),
    Kind.MONEY: (Coins, Credits),
    Kind.CHOICE: (str,),
    Kind.MEMBER: (MemberId,),
    Kind.MOMENT: (datetime,),
    Kind.DURATION: (timedelta,),
    Kind.IMAGE: (FileRef,),
    Kind.FILE: (FileRef,),
    Kind.FLAG: (bool,),
}


def identity_of(value: Any) -> Identity | None:
    """A person as an adapter or a stored conversation hands it over: an `Identity`, or its JSON form."""
    match value:
        case Identity():
            return value
        case {"platform": str(platform), "user_id": str(user_id)} if platform and user_id:
            return Identity(platform, user_id)
    return None


def file_of(value: Any) -> FileRef | None:
    """A file as an adapter or a stored conversation hands it over: a `FileRef`, or its JSON form."""
    match value:
        case FileRef():
            return value
        case {
            "platform": str(platform), "handle": str(handle), "name": str(name),
            "content_type": str(content_type), "size": int(size),
        }:  # fmt: skip
            return FileRef(platform, handle, name, content_type, size)
    return None


def jsonable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Raw field values as JSON: what a conversation stores. The way back is `parse`, so nothing keeps a wrong type."""
    return {str(name): _jsonable(value) for name, value in values.items()}


def _jsonable(value: Any) -> Any:
    match value:
        case Identity():
            return {"platform": value.platform, "user_id": value.user_id}
        case FileRef():
            return jsonable({item.name: getattr(value, item.name) for item in fields(value)})
        case dict():
            return jsonable(value)
        case timedelta():
            return f"{value.days} d {value.seconds} s"
        case None | bool():
            return value
        case int() if value.bit_length() < 64:
            return value
    # Half a surrogate pair is text to Python alone: no database takes it.
    return typed(value).encode(errors="ignore").decode()


def typed(value: Any) -> str:
    """A raw value as somebody may have typed it. Python does not spell out numbers of thousands of digits."""
    try:
        return str(value)
    except ValueError:
        return "…"
