"""The registry as Discord's declarations: groups of slash commands with options, and entries on a person. Pure.

Plain JSON instead of discord.py's command tree: a tree wants a Python function for each command, made up for it, and
drops what it does not know; here every interaction goes to the core, which has the words for it.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, assert_never

from adapters.discord import limits, markup
from core.chat import Command, Field, Kind
from core.chat.parse import LONG_TEXT_MAX, NUMBER_MAX, TEXT_MAX

if TYPE_CHECKING:
    from adapters.discord.client import Settings

Json = dict[str, Any]
Path = tuple[str, ...]
Gestures = Mapping[str, tuple[Path, str]]
"""The label of an entry on a person to its command and the field that the person fills."""

PLATFORM = "discord"
SLASH, USER_ENTRY = 1, 2
SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, PERSON, ATTACHMENT = 3, 4, 5, 6, 11
# Servers, direct messages with the bot, other private channels; installed on a server or by a person.
EVERYWHERE: Json = {"contexts": [0, 1, 2], "integration_types": [0, 1]}
STAFF: Json = {
    "contexts": [0, 1],
    "integration_types": [0],
    # Only what is shown: the core checks the role itself.
    "default_member_permissions": str(limits.MANAGE_GUILD),
}


def declare(commands: Iterable[Command]) -> list[Json]:
    """Every command natively: slash commands by their first word, then the entries on a person."""
    every = list(commands)
    by_first: dict[str, list[Command]] = {}
    for command in every:
        by_first.setdefault(command.path[0], []).append(command)
    slash = [_top(name, found) for name, found in by_first.items()]
    return slash + [_entry(command) for command in every if command.gesture]


def gestures(commands: Iterable[Command]) -> dict[str, tuple[Path, str]]:
    """What the entries on a person start."""
    found = {}
    for command in commands:
        person = next((field.name for field in command.fields if field.kind is Kind.MEMBER), None)
        if command.gesture and person is not None:
            found[command.gesture] = (command.path, person)
    return found


def _top(name: str, commands: list[Command]) -> Json:
    where = STAFF if all(command.role is not None for command in commands) else EVERYWHERE
    if len(commands) == 1 and len(commands[0].path) == 1:
        only = commands[0]
        return {"type": SLASH, "name": name, "description": only.summary, "options": _options(only), **where}
    return {"type": SLASH, "name": name, "description": _group_words(commands), "options": _inside(commands), **where}


def _inside(commands: list[Command]) -> list[Json]:
    """The second and third words of a group, in the order of the registry."""
    made: dict[str, Json] = {}
    for command in commands:
        second = command.path[1]
        if len(command.path) == 2:
            made[second] = _subcommand(second, command)
            continue
        group = made.setdefault(second, {"type": GROUP, "name": second, "description": "", "options": []})
        group["options"].append(_subcommand(command.path[2], command))
        group["description"] = _words(option["name"] for option in group["options"])
    return list(made.values())


def _subcommand(name: str, command: Command) -> Json:
    return {"type": SUBCOMMAND, "name": name, "description": command.summary, "options": _options(command)}


def _entry(command: Command) -> Json:
    where = EVERYWHERE if command.role is None else STAFF
    return {"type": USER_ENTRY, "name": command.gesture, **where}


def _group_words(commands: list[Command]) -> str:
    return _words(dict.fromkeys(command.path[1] for command in commands))


def _words(names: Iterable[str]) -> str:
    return markup.cut(", ".join(name.replace("_", " ") for name in names).capitalize(), limits.DESCRIPTION_MAX)


def _options(command: Command) -> list[Json]:
    needed = [field for field in command.fields if field.required and field.kind is not Kind.LONG_TEXT]
    # A long line of required options is no fun to type; without them the command opens a form.
    demanded = {field.name for field in needed} if len(needed) <= limits.TYPED_MAX else set()
    options = [{**_option(field), "required": field.name in demanded} for field in command.fields]
    return sorted(options, key=lambda option: not option["required"])


def _option(field: Field) -> Json:
    described = markup.cut(field.asked.help or field.label, limits.DESCRIPTION_MAX)
    base: Json = {"name": field.name, "description": described}
    asked = field.asked
    match field.kind:
        case Kind.TEXT:
            return base | _text(field, TEXT_MAX)
        case Kind.LONG_TEXT:
            return base | _text(field, LONG_TEXT_MAX)
        case Kind.NUMBER | Kind.MONEY:
            low = asked.minimum if asked.minimum is not None or field.kind is Kind.NUMBER else 1
            high = NUMBER_MAX if asked.maximum is None else asked.maximum
            return base | {"type": INTEGER, "max_value": high} | ({} if low is None else {"min_value": low})
        case Kind.CHOICE:
            return base | {"type": STRING} | _choices(field)
        case Kind.FLAG:
            return base | {"type": BOOLEAN}
        case Kind.MEMBER:
            return base | {"type": PERSON}
        case Kind.MOMENT | Kind.DURATION:
            return base | {"type": STRING}
        case Kind.IMAGE | Kind.FILE:
            return base | {"type": ATTACHMENT}
    assert_never(field.kind)


def _text(field: Field, fallback: int) -> Json:
    most = min(field.asked.maximum or fallback, limits.OPTION_TEXT_MAX)
    bounds: Json = {"type": STRING, "max_length": most}
    return bounds | ({"min_length": min(field.asked.minimum, most)} if field.asked.minimum else {})


def _choices(field: Field) -> Json:
    if field.asked.source is not None:
        return {"autocomplete": True}
    return {"choices": [{"name": option.label, "value": option.value} for option in field.options]}


async def sync(settings: "Settings", commands: Iterable[Command]) -> int:
    """Register the commands with Discord, all at once; how many there are. A step of its own, never at a start.

    Raises `TokenRefused`, and `ConnectionError` where Discord is away or does not take them.
    """
    import discord

    from adapters.discord.client import session

    declared = declare(commands)
    async with session(settings) as client:
        assert client.application_id is not None, "a login names the application"
        try:
            await client.http.bulk_upsert_global_commands(client.application_id, payload=declared)
        except (discord.HTTPException, discord.RateLimited) as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from None
    return len(declared)
