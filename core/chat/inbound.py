"""What comes in, in five kinds, all plain data. An adapter turns every native event into one of these or drops it."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.people import Actor
from core.values import dataclass


class Rail(StrEnum):
    """A way of paying that a platform allows."""

    WEB = "web"
    STARS = "stars"
    PREMIUM_APPS = "premium_apps"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer. `space` is the guild, group or channel that it belongs to, empty in private."""

    platform: str
    channel: str
    space: str = ""
    private: bool = True
    rails: frozenset[Rail] = frozenset()


@dataclass(frozen=True, slots=True)
class Invocation:
    """Someone started a command, some fields already filled. `key` is the platform's event id."""

    command: tuple[str, ...]
    values: Mapping[str, Any]
    actor: Actor
    place: Place
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """Fields of an open conversation."""

    token: str
    values: Mapping[str, Any]
    actor: Actor
    place: Place
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """Yes or no to a question, or a press of a button that carries values (always a yes)."""

    token: str
    agreed: bool
    actor: Actor
    place: Place
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A plain sentence for the member's current talk."""

    text: str
    actor: Actor
    place: Place
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """Autocomplete for a field; read only."""

    command: tuple[str, ...]
    field: str
    prefix: str
    actor: Actor
    at: datetime
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


Inbound = Invocation | Answer | Agreement | Said
