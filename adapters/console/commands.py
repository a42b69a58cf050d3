"""The registry as slash commands of a terminal: who a name means, and what the Tab key completes. Pure."""

import re

from adapters.common import arguments
from adapters.common.arguments import FILES, TEXTS, Declared, Group, Path, Typed, Word, declare, longest, split
from core.people import Identity
from core.values import dataclass

__all__ = ["FILES", "TEXTS", "Declared", "Group", "Path", "Typed", "Word", "declare", "is_known", "read", "split"]

PLATFORM = "console"
PLATFORMS = frozenset({PLATFORM, "discord", "telegram"})
"""Where somebody who is named can be; a word before a colon that is none of these names nobody."""

_PERSON = re.compile(r"@?(?:(?P<platform>[a-z]+):)?(?P<user_id>[\w.-]{1,64})")


def person(text: str) -> Identity | None:
    """Who a name means: `bob`, `Bob` and `@bob` are one person of this chat, `discord:123` is somebody elsewhere."""
    found = _PERSON.fullmatch(text.strip())
    if found is None:
        return None
    platform, user_id = found["platform"] or PLATFORM, found["user_id"]
    if platform not in PLATFORMS:
        return None
    return Identity(platform, user_id.casefold() if platform == PLATFORM else user_id)


def read(line: str, commands: Declared) -> Typed | Group:
    """A line that begins with a slash."""
    return arguments.read(line, commands, person)


def is_known(line: str, commands: Declared) -> bool:
    """Whether a line is a command, rather than an answer that happens to begin with a slash."""
    return arguments.is_known(line, commands, person)


def quoted(text: str) -> str:
    """A value as one word of a line."""
    return f'"{text}"' if " " in text else text


# Completion


@dataclass(frozen=True, slots=True)
class Completion:
    """What the Tab key can offer from `start` on: words, and a field whose options are asked for."""

    start: int
    words: tuple[str, ...] = ()
    command: Path = ()
    field: str = ""
    prefix: str = ""


def complete(line: str, commands: Declared) -> Completion:
    """What could stand at the end of a line."""
    if not line.startswith("/"):
        return Completion(len(line))
    done, _, current = line.rpartition(" ")
    words = split(done.removeprefix("/"))
    path = longest(words, commands)
    start = len(line) - len(current)
    offered = _next_words(tuple(word.raw.casefold() for word in words), current, commands)
    if not path:
        return Completion(start, offered)
    fields = commands[path].fields
    given = arguments.arguments(fields, words[len(path) :], person)
    open_ = [field for field in fields if field.name not in given]
    name, colon, prefix = current.partition(":")
    field = next((field for field in fields if field.name == name), None) if colon else None
    if field is not None:
        return Completion(start + len(name) + 1, (), path, field.name, prefix.lstrip('"'))
    names = tuple(f"{field.name}:" for field in open_ if field.name.startswith(current))
    first = open_[0].name if open_ and current else ""
    return Completion(start, offered + names, path, first, current)


def _next_words(words: Path, current: str, commands: Declared) -> tuple[str, ...]:
    """The next word of the commands that begin with these words, with the space after it."""
    slash = "" if words else "/"
    prefix = current.removeprefix("/").casefold() if not words else current.casefold()
    depth = len(words)
    found = {path[depth] for path in commands if len(path) > depth and path[:depth] == words}
    return tuple(sorted(f"{slash}{word} " for word in found if word.startswith(prefix)))
