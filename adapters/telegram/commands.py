"""The registry as Telegram's commands: one word each, `/challenge_stake`; and what people type after them. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from telegram import BotCommand

from adapters.common import arguments
from adapters.common.arguments import FILES, Declared, Group, Path, Typed, declare, split
from adapters.telegram import limits
from core.chat import Command, Field, Kind, Visibility
from core.chat.form import FileRef
from core.people import Identity
from core.values import dataclass

PLATFORM = "telegram"

Who = dict[str, Any]
"""A person as a raw value of a member field: platform, user id, and what to call them."""
Directory = Callable[[str], Who | None]
"""Who has a username, as far as this process has met them: the Bot API finds nobody by it."""


@dataclass(frozen=True, slots=True)
class Known:
    """The commands by the words of their path, and by the one word that Telegram knows."""

    by_path: Declared
    by_word: Mapping[str, Path]

    @property
    def names(self) -> frozenset[str]:
        """What texts call the commands that Telegram joins."""
        return frozenset(" ".join(path) for path in self.by_path if len(path) > 1)


def known(commands: Iterable[Command]) -> Known:
    """Every command, under its own name and, where it stands for its group, under the group's."""
    by_path = declare(commands)
    return Known(by_path, {"_".join(path): path for path in by_path})


def word(command: Command) -> str:
    """What stands behind the slash; the group's bare name where the command stands for it."""
    return "_".join(command.path[:-1] if command.front else command.path)


def private_menu(commands: Iterable[Command]) -> list[BotCommand]:
    """What everybody may use, in the order of the registry."""
    return _menu(command for command in commands if command.role is None)


def group_menu(commands: Iterable[Command]) -> list[BotCommand]:
    """What makes sense among others: what everybody may see, and what is done to a person there."""
    fit = (command for command in commands if command.visibility is Visibility.PUBLIC or command.gesture)
    return _menu(command for command in fit if command.role is None)


def _menu(commands: Iterable[Command]) -> list[BotCommand]:
    every = [BotCommand(word(command), command.summary) for command in commands]
    return every[: limits.COMMANDS_MAX]


# What people type

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message that is a command: its word, the bot it names (empty: any), and the rest of the line."""

    word: str
    bot: str
    rest: str


def spoken(text: str) -> Spoken | None:
    """A message that begins with a slash and a word; None if it is something else."""
    found = _COMMAND.match(text)
    return Spoken(found[1].casefold(), (found[2] or "").casefold(), text[found.end() :].strip()) if found else None


def path_of(said: Spoken, every: Known) -> Path:
    """The words that a command's one word stands for; a group's name is completed by the words after it."""
    return every.by_word.get(said.word, ())


@dataclass(frozen=True, slots=True)
class Beside:
    """What came with a line and fills fields: who was replied to, the people it names, a file."""

    replied_to: Who | None = None
    picked: Who | None = None
    """Who was chosen from the contacts."""
    named: Mapping[str, str] = field(default_factory=dict)
    directory: Directory = lambda _: None
    file: FileRef | None = None

    def person(self, text: str) -> Any:
        """Who a word means: a mention, the @name of somebody met, `discord:123`."""
        text = text.strip()
        if text.startswith("@"):
            return self.directory(text[1:].casefold())
        platform, colon, user_id = text.partition(":")
        if (
            not colon
            or re.fullmatch(r"[a-z]{1,32}", platform) is None
            or re.fullmatch(r"[\w.-]{1,64}", user_id) is None
        ):
            return None
        name = self.named.get(user_id) if platform == PLATFORM else None
        return who(user_id, name) if name else Identity(platform, user_id)

    def readable(self, value: Any) -> Any:
        """A value in which the people it names have their names again, as it was typed."""
        if not isinstance(value, str):
            return value
        return _CODED.sub(lambda coded: self.named.get(coded[1]) or coded[0], value)


_CODED = re.compile(rf"{PLATFORM}:(\d+)", re.ASCII)


def who(user_id: int | str, name: str) -> Who:
    """Somebody on Telegram."""
    return {"platform": PLATFORM, "user_id": str(user_id), "name": name}


def read(said: Spoken, every: Known, beside: Beside) -> Typed | Group:
    """A command with its values. Words may be joined or not: `/settings_zone Paris` and `/settings zone Paris`."""
    words = " ".join(path_of(said, every) or (said.word,))
    line = f"/{words} {said.rest}".rstrip()
    found = arguments.read(line, every.by_path, beside.person)
    if isinstance(found, Group) or found.command not in every.by_path:
        return found
    values = _filled(line, every.by_path[found.command], found, beside)
    return Typed(found.command, {name: beside.readable(value) for name, value in values.items()})


def _filled(line: str, command: Command, found: Typed, beside: Beside) -> dict[str, Any]:
    """Gestures fill fields: a reply the first person, a file the first field for one."""
    values = found.values
    person = next((field for field in command.fields if field.kind is Kind.MEMBER), None)
    if beside.replied_to is not None and person is not None and not _is_person(values.get(person.name)):
        rest = [field for field in command.fields if field is not person]
        values = values_of(rest, _behind(line, found.command, command), beside)
        values = {person.name: beside.replied_to} | values
    file = next((field for field in command.fields if field.kind in FILES and field.name not in values), None)
    return values | {file.name: beside.file} if beside.file is not None and file is not None else values


def _behind(line: str, path: Path, command: Command) -> str:
    """What stands behind a command's words; where it stands for its group these are fewer."""
    words = line.removeprefix("/").split()
    taken = len(path) if tuple(word.casefold() for word in words[: len(path)]) == path else len(command.path) - 1
    return line.removeprefix("/").split(maxsplit=taken)[taken] if len(words) > taken else ""


def _is_person(value: Any) -> bool:
    return isinstance(value, (dict, Identity))


def values_of(fields: Sequence[Field], text: str, beside: Beside) -> dict[str, Any]:
    """A line as values, by name and by place."""
    return arguments.arguments(fields, split(text), beside.person)
