"""From what a member typed to a typed value, or words that say what would be right. Never an exception."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core.chat.form import Field, FieldProblem, FileRef, Kind, file_of, identity_of, typed
from core.clock import zone
from core.money import Amount, plural
from core.people import Identity
from core.values import dataclass

TEXT_MAX = 200
LONG_TEXT_MAX = 4000
"""Discord's bound for a text input."""
SHOWN_MAX = 40
"""How much of a wrong value an error repeats."""
NUMBER_MAX = 10**12
"""Beyond any real amount, and far inside 64 bits."""
NAME_MAX = 64
"""How much of somebody's name is kept; longer than any platform's."""
WRITTEN_MAX = 64
"""More than any number, moment or duration takes to write; what is longer is none, rather than cut and then read."""
YEARS_MAX = timedelta(days=36525)
"""How far from now a moment may lie, and how long a duration may be: so that the two can always be added."""


class Unreadable(Exception):
    """A value that can not be used; the argument is the words for the member."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Typed values of the fields that were readable, and the problems of those that were not."""

    values: dict[str, Any]
    problems: tuple[FieldProblem, ...]


def parse(fields: tuple[Field, ...], raw: Mapping[str, Any], *, zone_name: str, now: datetime) -> Parsed:
    """Read raw values of a form. Empty optional values count as not given; unknown names are ignored."""
    values: dict[str, Any] = {}
    problems = []
    for field in fields:
        value = raw.get(field.name)
        if is_empty(value):
            continue
        try:
            values[field.name] = _READERS[field.kind](field, value, zone_name, now)
        except Unreadable as problem:
            problems.append(FieldProblem(field.name, str(problem)))
    return Parsed(values, tuple(problems))


def is_empty(value: Any) -> bool:
    """Whether a raw value counts as not given: nothing that anybody could see."""
    return value is None or (isinstance(value, str) and not any(_is_visible(c) for c in clean(value, lines=True)))


# Letters and a pattern by their category, and blank: what people take who want no name.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _is_visible(character: str) -> bool:
    # Joiners and direction marks have their place within words and emoji, but alone they show nothing.
    return character not in _BLANK and unicodedata.category(character) not in {"Cf", "Zl", "Zp", "Zs"}


def clean(text: str, *, lines: bool) -> str:
    """Text without control characters and direction overrides; trimmed, on one line unless `lines`."""
    if text.isascii() and text.isprintable():
        return text.strip() if lines else " ".join(text.split())
    kept = "".join(
        " " if c in "\t\v\f" else c
        for c in text.replace("\r\n", "\n").replace("\r", "\n")
        if c in "\n\t\v\f" or (unicodedata.category(c) not in {"Cc", "Cs", "Co"} and c not in _BIDI)
    )
    if lines:
        return "\n".join(line.rstrip() for line in kept.split("\n")).strip()
    return " ".join(kept.split())


# Direction overrides reorder what stands around them, amounts included. Right-to-left letters themselves stay.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _shown(value: Any) -> str:
    text = clean(typed(value), lines=False)
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"


def name_of(raw: Any, identity: Identity) -> str:
    """What to call somebody, by what an adapter or a field has as their name, which is anybody's text.

    Who has a name that nobody could see is called by their number there.
    """
    name = raw.get("name") if isinstance(raw, dict) else getattr(raw, "name", None)
    shown = clean(typed(name or ""), lines=False)[:NAME_MAX]
    return identity.user_id if is_empty(shown) else shown


def _text(field: Field, value: Any, zone_name: str, now: datetime) -> str:
    if not isinstance(value, str | int):
        raise Unreadable("This needs to be text.")
    lines = field.kind is Kind.LONG_TEXT
    text = clean(typed(value), lines=lines)
    most = field.asked.maximum or (LONG_TEXT_MAX if lines else TEXT_MAX)
    if len(text) > most:
        raise Unreadable(f"That has {plural(len(text), 'character')}; at most {most:,} fit here.")
    if len(text) < (field.asked.minimum or 0):
        are = "is" if field.asked.minimum == 1 else "are"
        raise Unreadable(f"That has {plural(len(text), 'character')}; at least {field.asked.minimum:,} {are} needed.")
    return text


# One mark between groups, and no group of nothing first: "1,000.500" and "0.100" have decimals.
_NUMBER = re.compile(r"([+-]?)((?!0)\d{1,3}([,.'’ \u00a0\u202f])\d{3}(?:\3\d{3})*|\d+)")


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    text = clean(typed(value), lines=False)
    found = _NUMBER.fullmatch(text) if len(text) <= WRITTEN_MAX else None
    if found is None:
        return None
    return int(found[1] + re.sub(r"\D", "", found[2]))


def _range(field: Field, fallback_minimum: int | None = None) -> tuple[int, int, str]:
    low = field.asked.minimum if field.asked.minimum is not None else fallback_minimum
    high = field.asked.maximum
    example = field.asked.example or f"{low or min(10, NUMBER_MAX if high is None else high):,}"
    if low is not None and high is not None:
        words = f"A whole number from {low:,} to {high:,}, for example {example}."
    elif low is not None:
        words = f"A whole number of at least {low:,}, for example {example}."
    elif high is not None:
        words = f"A whole number up to {high:,}, for example {example}."
    else:
        words = f"A whole number, for example {example}."
    return (-NUMBER_MAX if low is None else low), (NUMBER_MAX if high is None else high), words


def _number(field: Field, value: Any, zone_name: str, now: datetime) -> int:
    low, high, words = _range(field)
    number = _whole(value)
    if number is None:
        raise Unreadable(f'I could not read that number: "{_shown(value)}". {words}')
    if not low <= number <= high:
        raise Unreadable(f"{_shown(value)} is out of range. {words}")
    return number


def _money(field: Field, value: Any, zone_name: str, now: datetime) -> Amount:
    low, high, words = _range(field, fallback_minimum=1)
    unit: type[Amount] = field.type
    if isinstance(value, str | Amount):
        value = re.sub(rf"\s*{unit.unit}S?$", "", clean(str(value), lines=False), flags=re.IGNORECASE)
    number = _whole(value)
    if number is None:
        raise Unreadable(f'I could not read that amount: "{_shown(value)}". {words}')
    if not low <= number <= high:
        raise Unreadable(f"{_shown(value)} is out of range. {words}")
    return unit(number)


def _choice(field: Field, value: Any, zone_name: str, now: datetime) -> str:
    wanted = clean(typed(value), lines=False)
    if len(wanted) > TEXT_MAX:
        raise Unreadable("That is not one of the options.")
    for option in field.options:
        if wanted == option.value or wanted.casefold() == option.label.casefold():
            return option.value
    if field.asked.source is not None:
        return wanted  # the command's own rule says whether it exists
    known = ", ".join(option.label for option in field.options)
    raise Unreadable(f'"{_shown(value)}" is not one of the options: {known}.')


_NAMED = re.compile(r"[a-z]{1,32}:[\w.-]{1,64}", re.ASCII)


def _member(field: Field, value: Any, zone_name: str, now: datetime) -> Identity:
    identity = identity_of(value)
    if identity is None or not _NAMED.fullmatch(str(identity)):
        raise Unreadable(f'I do not know who "{_shown(value)}" is. Pick a person, or reply to a message of theirs.')
    return identity


def _moment(field: Field, value: Any, zone_name: str, now: datetime) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(clean(typed(value), lines=False))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone(zone_name))
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        example = (now + timedelta(days=1)).astimezone(zone(zone_name)).strftime("%Y-%m-%d 18:00")
        raise Unreadable(f'I could not read that time: "{_shown(value)}". For example {example}.') from None
    if abs(moment - now) > YEARS_MAX:
        raise Unreadable(f"{_shown(value)} is too far away; at most {YEARS_MAX.days // 365} years fit here.")
    return moment


_PIECE = re.compile(r"(\d{1,6})\s*(weeks?|w|days?|d|hours?|h|minutes?|mins?|m|seconds?|secs?|s)", re.IGNORECASE)
_LONG = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def _duration(field: Field, value: Any, zone_name: str, now: datetime) -> timedelta:
    duration = value if isinstance(value, timedelta) else _written_duration(value)
    if not timedelta() <= duration <= YEARS_MAX:
        raise Unreadable(f"{_shown(value)} is out of range; at most {YEARS_MAX.days // 365} years fit here.")
    return duration


def _written_duration(value: Any) -> timedelta:
    text = clean(typed(value), lines=False)
    pieces = _PIECE.findall(text) if len(text) <= WRITTEN_MAX else []
    if not pieces or _PIECE.sub("", text).replace("and", "").strip(" ,"):
        raise Unreadable(f'I could not read that duration: "{_shown(value)}". For example 7 days or 1 h 30 min.')
    return sum((timedelta(**{_LONG[unit[0].lower()]: int(count)}) for count, unit in pieces), timedelta())


def _file(field: Field, value: Any, zone_name: str, now: datetime) -> FileRef:
    ref = file_of(value)
    if ref is None:
        raise Unreadable("Send a file here.")
    if field.kind is Kind.IMAGE and not ref.content_type.startswith("image/"):
        raise Unreadable(f"{_shown(ref.name)} is not a picture. PNG, JPEG and WebP work.")
    if field.asked.maximum is not None and ref.size > field.asked.maximum:
        raise Unreadable(f"{_shown(ref.name)} is too large; at most {field.asked.maximum / 1_000_000:g} MB fit here.")
    return ref


_YES = frozenset({"yes", "y", "true", "on", "1", "ok", "sure"})
_NO = frozenset({"no", "n", "false", "off", "0"})


def _flag(field: Field, value: Any, zone_name: str, now: datetime) -> bool:
    if isinstance(value, bool):
        return value
    word = clean(typed(value), lines=False).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    if word in {field.name, field.label.casefold()}:  # "erase now" says as much as "erase now:yes"
        return True
    raise Unreadable(f'I could not read "{_shown(value)}" as yes or no.')


_READERS: dict[Kind, Callable[[Field, Any, str, datetime], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.CHOICE: _choice,
    Kind.MEMBER: _member,
    Kind.MOMENT: _moment,
    Kind.DURATION: _duration,
    Kind.IMAGE: _file,
    Kind.FILE: _file,
    Kind.FLAG: _flag,
}
