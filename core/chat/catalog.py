"""All rooms together, with what their handlers need bound to them once: a missing need stops the start."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from types import FunctionType
from typing import Any, Protocol, get_type_hints, runtime_checkable

from core.chat.command import Command
from core.chat.message import Button, Line
from core.chat.room import Card, Export, Hook, Invitation, Job, Notice, Reaction, Review, Room, Talk
from core.db import UnitOfWork
from core.errors import TandemError
from core.facts import Fact

NEAR = 0.7
"""From this likeness on, a command counts as meant by what is none (0 to 1, as difflib measures it)."""


@runtime_checkable
class HasButtons(Protocol):
    """An error that knows buttons with values."""

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What helps, the surest first."""


class WiringError(Exception):
    """Rooms that do not fit together; raised at start."""


class Catalog:
    """What can be asked of Tandem: commands by path, jobs by kind, reactions in floor order."""

    def __init__(self, rooms: Iterable[Room], provided: Mapping[type, Any]) -> None:
        needs = {**provided, Catalog: self}
        self.rooms = tuple(_bind_room(room, needs) for room in rooms)
        _unique((room.name, room) for room in self.rooms)
        self.commands: dict[tuple[str, ...], Command] = {}
        for room in self.rooms:
            for command in room.commands:
                if command.path in self.commands:
                    raise WiringError(f"two rooms offer /{command.name}")
                self.commands[command.path] = command
        self._fronts = _fronts(self.commands)
        self.jobs: dict[str, Job] = _unique((job.kind, job) for room in self.rooms for job in room.jobs)
        self.talks: dict[str, Talk] = _unique((talk.name, talk) for room in self.rooms for talk in room.talks)
        self.hooks: dict[str, Hook] = _unique((hook.name, hook) for room in self.rooms for hook in room.hooks)
        self.reviews: dict[str, Review] = _unique((item.kind, item) for room in self.rooms for item in room.reviews)
        self.notices: dict[str, Notice] = _unique((item.name, item) for room in self.rooms for item in room.notices)
        self.invitations: tuple[Invitation, ...] = tuple(item for room in self.rooms for item in room.invitations)
        self.cards: tuple[Card, ...] = tuple(card for room in self.rooms for card in room.cards)
        # By name, because each is a file of its own: a second one of a name would overwrite the first.
        exports = _unique((export.name, export) for room in self.rooms for export in room.exports)
        self.exports: tuple[Export, ...] = tuple(exports.values())
        self._reactions: dict[type[Fact], list[Reaction]] = {}
        for room in self.rooms:
            for reaction in room.reactions:
                self._reactions.setdefault(reaction.fact, []).append(reaction)

    def find(self, path: tuple[str, ...]) -> Command | None:
        """The command of a path, or the one that a group's bare name stands for."""
        return self.commands.get(path) or self._fronts.get(path)

    def ways(self, error: TandemError) -> tuple[Button, ...]:
        """The buttons that help with an error, as far as their commands exist: its own first, such as the same command
        filled in otherwise."""
        own = error.buttons if isinstance(error, HasButtons) else ()
        found = (*own, *(Button(label, path) for label, path in error.ways))
        return tuple(button for button in found if self.find(button.command) is not None)

    def meant_by(self, typed: str) -> tuple[Button, ...]:
        """The command that everybody may use and whose words are nearest to what was typed."""
        everybody = {path: command for path, command in (self._fronts | self.commands).items() if command.role is None}
        names = {" ".join(path): path for path in everybody}
        near = get_close_matches(typed.replace("_", " ").casefold(), names, n=1, cutoff=NEAR)
        return tuple(Button(f"Did you mean /{name}?", names[name]) for name in near)

    def react(self, uow: UnitOfWork) -> list[Line]:
        """Let every room act on the facts recorded so far, and on those that this brings. Lines for the reply."""
        lines: list[Line] = []
        # A list that grows while it is read: reactions may record further facts.
        for fact in uow.facts:
            lines += self._react_to(uow, fact)
        uow.facts.clear()
        return lines

    def _react_to(self, uow: UnitOfWork, fact: Fact) -> list[Line]:
        said = (reaction.run(uow, fact) for reaction in self._reactions.get(type(fact), ()))
        return [line for line in said if line is not None]


def _fronts(commands: Mapping[tuple[str, ...], Command]) -> dict[tuple[str, ...], Command]:
    """Groups' bare names. A group is never a command by itself, because Discord could not show it."""
    for path in commands:
        for other in commands:
            if other != path and other[: len(path)] == path:
                raise WiringError(f"/{' '.join(path)} is a command and the group of /{' '.join(other)}")
    return {command.path[:-1]: command for command in commands.values() if command.front}


def _unique(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in items:
        if name in found:
            raise WiringError(f"two rooms offer {name}")
        found[name] = item
    return found


def _bind_room(room: Room, needs: Mapping[type, Any]) -> Room:
    return replace(
        room,
        commands=tuple(
            _bind_all(item, ("run", "stream", "errand", "confirm", "opening", "price"), needs) for item in room.commands
        ),
        jobs=tuple(_bind_all(item, ("run", "prepare", "errand", "finish"), needs) for item in room.jobs),
        reactions=tuple(_bind_all(item, ("run",), needs) for item in room.reactions),
        talks=tuple(_bind_all(item, ("stream",), needs) for item in room.talks),
        hooks=tuple(_bind_all(item, ("identify", "apply"), needs) for item in room.hooks),
        cards=tuple(_bind_all(item, ("rows",), needs) for item in room.cards),
        invitations=tuple(_bind_all(item, ("button",), needs) for item in room.invitations),
        reviews=tuple(_bind_all(item, ("show", "decide"), needs) for item in room.reviews),
    )


def _bind_all(item: Any, handlers: tuple[str, ...], needs: Mapping[type, Any]) -> Any:
    bound = {name: bind(handler, needs) for name in handlers if (handler := getattr(item, name)) is not None}
    return replace(item, **bound)


def bind(handler: Callable[..., Any], needs: Mapping[type, Any]) -> Callable[..., Any]:
    """Fill a handler's keyword-only parameters by their type. Raises `WiringError` for one that nothing provides."""
    names = _keywords(handler)
    if not names:
        return handler
    hints = get_type_hints(handler)
    wanted = {}
    for name in names:
        kind = hints[name]
        if kind not in needs:
            where = f"{handler.__module__}.{getattr(handler, '__qualname__', handler)}"
            raise WiringError(f"{where} wants {name}: {getattr(kind, '__name__', kind)}, and nothing provides it")
        wanted[name] = needs[kind]
    return partial(handler, **wanted)


def _keywords(handler: Callable[..., Any]) -> Sequence[str]:
    """Names of the parameters that are given by name alone."""
    plain = inspect.unwrap(handler)
    if isinstance(plain, FunctionType):  # nearly all are, and a signature takes ten times as long
        code = plain.__code__
        return code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    parameters = inspect.signature(handler).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
