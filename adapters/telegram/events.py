"""What an update can be, as plain data: what is wanted, by whom, where, and what it came with."""

from dataclasses import field, replace
from datetime import datetime
from typing import Any

from adapters.telegram.commands import PLATFORM, Beside, Directory, Known
from adapters.telegram.wire import Json
from core.chat import Inbound, Place
from core.chat import Message as Words
from core.people import Actor
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """Who reads: the bot itself, its commands, the people it has met by username."""

    bot_id: int
    bot: str
    known: Known
    directory: Directory = lambda _: None


@dataclass(frozen=True, slots=True)
class Where:
    """Where to answer, and to whom."""

    chat: int
    user: int
    name: str
    private: bool = True
    topic: int | None = None
    message: int | None = None
    """What is answered in a group, so that everybody sees to whom the bot speaks."""


@dataclass(slots=True)
class Press:
    """A press: its query, the message it was on, and what that message becomes."""

    query: str
    message: int | None
    in_place: bool = False
    """Whether the message is the flow's own, so that the next step stands where the last one did."""
    chosen: str = ""
    """The label of the option, to be left standing when the next step needs a message of its own."""
    text: str = ""
    entities: tuple[Json, ...] = ()
    answered: bool = False
    """Whether the query was answered, which is possible once."""


@dataclass(frozen=True, slots=True)
class Filling:
    """An answer to a form: to the one it names, else to the newest; read when the form is known."""

    token: str
    field: str
    text: str
    beside: Beside


@dataclass(frozen=True, slots=True)
class Turning:
    """Another page of options."""

    token: str
    field: str
    page: int


@dataclass(frozen=True, slots=True)
class Fetching:
    """The answer of an earlier event, by somebody who could not be told then."""

    key: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Words of the adapter itself; nothing happens in the core."""

    message: Words


Wanted = Inbound | Filling | Turning | Fetching | Hint


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes an update an event: who, where, its own key, the instant."""

    actor: Actor
    place: Place
    key: str
    at: datetime

    @property
    def common(self) -> dict[str, Any]:
        """The fields that all inbound kinds share."""
        return {"actor": self.actor, "place": self.place, "key": self.key, "at": self.at}

    def again(self, mark: str) -> "Stamp":
        """The same with another key, for a second question to the core about one event."""
        return replace(self, key=f"{self.key}:{mark}")


@dataclass(frozen=True, slots=True)
class Event:
    """An update that concerns us."""

    wanted: Wanted
    stamp: Stamp
    where: Where
    press: Press | None = None
    stored: bool = field(default=True)
    """Whether it is worth keeping until it was answered: what only shows something is not."""


def key_of(update_id: int) -> str:
    """What an update is known by, however often it is delivered."""
    return f"{PLATFORM}:{update_id}"
