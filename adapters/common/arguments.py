"""The reader of commands and arguments where people type them: the registry's words, then values by place or name.

Pure, and the same on every platform; who a name means is the platform's own knowledge and comes in as a function.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from core.chat import Command, Field, Kind
from core.values import dataclass

Path = tuple[str, ...]
Declared = Mapping[Path, Command]
Person = Callable[[str], Any]
"""Who a typed name means, as a raw value of a member field; None if it is nobody's name."""

TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})
FILES = frozenset({Kind.IMAGE, Kind.FILE})


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as somebody typed it. `values` are raw: the core's parser reads them."""

    command: Path
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """The first words of several commands, with nothing that says which."""

    path: Path
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line: `name:text`, `"text"`, or plain text. `raw` is what stands in the line, without its quotes."""

    name: str
    text: str
    quoted: bool
    raw: str
    typed: str
    """The same with its quotes, and with what parts it from the word before."""


def declare(commands: Iterable[Command]) -> dict[Path, Command]:
    """The commands by their words, and by a group's bare name where one stands for it."""
    by_path: dict[Path, Command] = {}
    for command in commands:
        by_path[command.path] = command
        if command.front:
            by_path[command.path[:-1]] = command
    return by_path


# A space that does not break keeps the groups of a number together.
_WORD = re.compile(
    r"(?:(?P<name>[a-z_][a-z0-9_]*):)?"
    r'(?:["“](?P<quoted>[^"”]*)(?:["”]|$)|(?P<plain>(?:\S|(?<=\d)[\u00a0\u202f](?=\d))*))'
)


def split(line: str) -> list[Word]:
    """A line in words. A quote that nobody closed reaches to the end, so that no typing is an error."""
    found = [match for match in _WORD.finditer(line) if match[0]]
    return [
        Word(
            name=match["name"] or "",
            text=match["plain"] if match["quoted"] is None else match["quoted"],
            quoted=match["quoted"] is not None,
            raw=match["quoted"] if match["quoted"] is not None and not match["name"] else match[0],
            typed=line[before : match.end()],
        )
        for before, match in zip([0, *(match.end() for match in found)], found, strict=False)
    ]


def read(line: str, commands: Declared, person: Person) -> Typed | Group:
    """A line that begins with a slash. An unknown command travels as it is: the core has the words for it."""
    words = split(line.removeprefix("/"))
    path = longest(words, commands)
    if path and not (_stands_for_group(path, commands) and len(words) > len(path)):
        return Typed(path, arguments(commands[path].fields, words[len(path) :], person))
    first = words[0].raw.casefold() if words else ""
    within = path or (first,)
    group = tuple(
        command for path, command in commands.items() if command.path == path and path[: len(within)] == within
    )
    return Group(within, group) if group else Typed((first,), {})


def _stands_for_group(path: Path, commands: Declared) -> bool:
    """Whether words after a group's bare name are a slip rather than its arguments."""
    return commands[path].path != path and not commands[path].fields


def is_known(line: str, commands: Declared, person: Person) -> bool:
    """Whether a line is a command, rather than an answer that happens to begin with a slash."""
    if not line.startswith("/"):
        return False
    found = read(line, commands, person)
    return isinstance(found, Group) or found.command in commands


def longest(words: Sequence[Word], commands: Declared) -> Path:
    """The longest command that the first words name."""
    spelled = tuple(word.raw.casefold() for word in words[:3])
    return next((spelled[:size] for size in (3, 2, 1) if len(spelled) >= size and spelled[:size] in commands), ())


def arguments(fields: Sequence[Field], words: Sequence[Word], person: Person) -> dict[str, Any]:
    """Values by field: those with a name first, then the loose words in the order of the form."""
    named = {field.name: field for field in fields}
    values: dict[str, Any] = {}
    loose: list[Word] = []
    i = 0
    while i < len(words):
        word = words[i]
        i += 1
        if word.name not in named:
            loose.append(word)
            continue
        field = named[word.name]
        # Words without a name of their own may go on with this one: `note:thanks a lot`, `to: bob`.
        rest = [] if word.quoted else _until_named(words[i:], named)
        if not word.text:
            taken = reach(field, rest, last=field.kind in TEXTS) if rest else 0
            chosen = rest[:taken]
        else:
            head = Word("", word.text, quoted=word.quoted, raw=word.text, typed=word.text)
            taken = reach(field, [head, *rest], last=field.kind in TEXTS) - 1
            chosen = [head, *rest[:taken]]
        values[field.name] = value(field, _joined(field, chosen), person)
        i += taken
    return values | _positional([field for field in fields if field.name not in values], loose, person)


def _positional(fields: Sequence[Field], words: Sequence[Word], person: Person) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        if not words:
            break
        taken = reach(field, words, last=field is fields[-1] or _is_question(field, fields, words))
        values[field.name] = value(field, _joined(field, words[:taken]), person)
        words = words[taken:]
    return values


def _is_question(field: Field, fields: Sequence[Field], words: Sequence[Word]) -> bool:
    """Whether a long text is all that has to be said: then it is what was typed, and what else there is has a name."""
    alone = [item for item in fields if item.required] == [field]
    return alone and field.kind is Kind.LONG_TEXT and not words[0].quoted


def _until_named(words: Sequence[Word], named: Mapping[str, Field]) -> list[Word]:
    end = next((i for i, word in enumerate(words) if word.name in named), len(words))
    return list(words[:end])


def _joined(field: Field, words: Sequence[Word]) -> str:
    """What words say together. A text keeps its lines and the quotes in it, but not quotes around all of it."""
    if field.kind in TEXTS and len(words) > 1:
        return "".join(word.typed for word in words).strip()
    return " ".join(word.raw for word in words)


_DURATION = re.compile(
    r"(?:\d{1,6}\s*(?:weeks?|w|days?|d|hours?|h|minutes?|mins?|m|seconds?|secs?|s)(?:\s+and)?\s*)+", re.IGNORECASE
)
_DAY, _TIME = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d?:\d\d.*")


def reach(field: Field, words: Sequence[Word], *, last: bool) -> int:
    """How many words a field takes. The last one takes all, so that nothing typed is dropped in silence."""
    if last:
        return len(words)
    texts = [word.raw for word in words]
    if words[0].quoted or len(words) == 1:
        return 1
    match field.kind:
        case Kind.CHOICE:
            labels = {option.label.casefold() for option in field.options}
            return _longest_run(texts, lambda text: text.casefold() in labels)
        case Kind.DURATION:
            return _longest_run(texts, lambda text: _DURATION.fullmatch(text) is not None)
        case Kind.MOMENT:
            return 2 if _DAY.fullmatch(texts[0]) and _TIME.fullmatch(texts[1]) else 1
        case Kind.MONEY:
            return 2 if _is_unit(field, texts[1]) else 1
    return 1


def _is_unit(field: Field, text: str) -> bool:
    return text.casefold().rstrip("s") == str(field.type.unit).casefold()


RUN_MAX = 12
"""Words that one option's label or one duration may have."""


def _longest_run(texts: Sequence[str], fits: Callable[[str], bool]) -> int:
    sizes = range(min(len(texts), RUN_MAX), 1, -1)
    return next((size for size in sizes if fits(" ".join(texts[:size]))), 1)


def value(field: Field, text: str, person: Person) -> Any:
    """The raw value of a field: a person becomes an identity, everything else stays as typed."""
    return (person(text) if field.kind is Kind.MEMBER else None) or text
