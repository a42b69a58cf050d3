"""The rules for an application's commands that Discord's OpenAPI file leaves out, as pure functions."""

import re
from collections import Counter
from typing import Any

from tests.fakes.discord.errors import Fault, Json, Path, Refusal, invalid_form, too_many_commands
from tests.fakes.discord.lengths import between

SLASH, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
MOST = {SLASH: 100, USER: 15, MESSAGE: 15}
SIZE_MAX = 8000
# The real one names letters and digits of every script, and the signs of Devanagari and Thai.
NAME = re.compile(r"^[-_'\w]{1,32}$")


def refusal(commands: list[Json]) -> Refusal | None:
    """Why this set of commands can not be registered, if it can not."""
    faults: list[Fault] = []
    for kind, most_ in MOST.items():
        if sum(1 for command in commands if type_of(command) == kind) > most_:
            return too_many_commands(most_)
    names = Counter((type_of(command), command.get("name")) for command in commands)
    for index, command in enumerate(commands):
        if names[type_of(command), command.get("name")] > 1:
            words = "Application command names must be unique"
            faults.append(((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", words))
        faults += command_faults((index,), command)
    return invalid_form(faults) if faults else None


def type_of(command: Json) -> int:
    """Slash unless it says otherwise."""
    return int(command.get("type") or SLASH)


def command_faults(at: Path, command: Json) -> list[Fault]:
    """What is wrong with one command."""
    if type_of(command) != SLASH:
        faults = between((*at, "name"), command.get("name"), 1, 32)
        if command.get("options"):
            words = "Context menu commands cannot have options"
            faults.append(((*at, "options"), "APPLICATION_COMMAND_INVALID_OPTIONS", words))
        if command.get("description"):
            words = "Context menu commands cannot have description"
            faults.append(((*at, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", words))
        return faults
    faults = name_faults(at, command)
    faults += between((*at, "description"), command.get("description"), 1, 100)
    faults += options_faults(at, command.get("options") or [], depth=0)
    if size(command) > SIZE_MAX:
        words = f"Command exceeds maximum size ({SIZE_MAX})"
        faults.append((at, "APPLICATION_COMMAND_TOO_LARGE", words))
    return faults


def name_faults(at: Path, named: Json) -> list[Fault]:
    name = named.get("name") or ""
    if NAME.match(name) and name == name.lower():
        return []
    words = "Command name is invalid"
    return [((*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", words)]


def options_faults(at: Path, options: list[Json], *, depth: int) -> list[Fault]:
    """25 options, required ones first, names unique, subcommands two deep and never beside plain options."""
    faults: list[Fault] = []
    if len(options) > 25:
        faults.append(((*at, "options"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."))
    kinds = {option.get("type") in (SUBCOMMAND, GROUP) for option in options}
    if len(kinds) > 1:
        words = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        faults.append(((*at, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words))
    names: set[Any] = set()
    optional = False
    for index, option in enumerate(options):
        path = (*at, "options", index)
        if option.get("name") in names:
            words = "Option names must be unique"
            faults.append((path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", words))
        names.add(option.get("name"))
        if option.get("required") and optional:
            words = "Required options must be placed before non-required options"
            faults.append((path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words))
        optional = optional or not option.get("required")
        faults += option_faults(path, option, depth=depth)
    return faults


def option_faults(at: Path, option: Json, *, depth: int) -> list[Fault]:
    faults = name_faults(at, option)
    faults += between((*at, "description"), option.get("description"), 1, 100)
    kind = option.get("type")
    if kind in (SUBCOMMAND, GROUP):
        if (kind == GROUP and depth > 0) or depth > 1:
            words = "Sub-commands nest two deep at most"
            return [*faults, ((*at, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words)]
        return faults + options_faults(at, option.get("options") or [], depth=depth + 1)
    listed = option.get("choices") or []
    if len(listed) > 25:
        faults.append(((*at, "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."))
    if listed and option.get("autocomplete"):
        words = "Choices and autocomplete exclude each other"
        faults.append(((*at, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", words))
    for index, choice in enumerate(listed):
        faults += between((*at, "choices", index, "name"), choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str):
            faults += between((*at, "choices", index, "value"), choice["value"], 1, 100)
    return faults


def size(part: Json) -> int:
    """The characters of names, descriptions and values, all the way down; the longest translation counts."""
    total = 0
    for key in ("name", "description"):
        said = [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()]
        total += max(len(text) for text in said)
    if isinstance(part.get("value"), str):
        total += len(part["value"])
    return total + sum(size(inner) for key in ("options", "choices") for inner in part.get(key) or [])
