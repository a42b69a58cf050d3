"""What a room offers, in one place: `ROOM = Room(...)`. The registry is the tuple of rooms in floor order."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.chat.command import Command, Streamer
from core.chat.form import Option
from core.chat.message import Button, Line, Message
from core.db import UnitOfWork
from core.errors import TandemError
from core.facts import Fact
from core.ids import MemberId
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Due:
    """A row whose time has come. `payload` is JSON; `attempt` counts from 1."""

    kind: str
    key: str
    payload: dict[str, Any]
    at: datetime
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Again:
    """What a job's step answers when the row is not finished: look again at a time, with `fresh` from attempt 1."""

    at: datetime
    fresh: bool = False


@dataclass(frozen=True)
class Job:
    """What time does. Either `run(uow, due, *, …)` in one transaction together with finishing the row, or three steps:
    `prepare(uow, due, *, …) -> work` (None: nothing to do), `errand(work, *, …) -> result` outside any transaction,
    `finish(uow, due, result, *, …)`. `run`, `prepare` and `finish` may answer `Again`.

    With `every` the runner keeps one row of it planned.
    """

    kind: str
    run: Callable[..., Again | None] | None = None
    prepare: Callable[..., Any] | None = None
    errand: Callable[..., Awaitable[Any]] | None = None
    finish: Callable[..., Again | None] | None = None
    every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a room does about a fact, in the transaction that recorded it: `run(uow, fact, *, …) -> Line | None`.

    A returned line is shown below a private answer, whatever it is but a form. Raising refuses: everything rolls back.
    """

    fact: type[Fact]
    run: Callable[..., Line | None]


@dataclass(frozen=True, slots=True)
class Export:
    """Everything a room holds on a member, for `/privacy export`. `tables` are the tables it covers."""

    name: str
    tables: tuple[str, ...]
    rows: Callable[[UnitOfWork, MemberId], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of message that nobody asked for. `counted`: quiet hours and two a day hold, and it can be turned off.

    `opt_in`: it is counted, and off until a member turns it on. `staff`: only staff gets it, so nobody else is told
    of it in `/settings`; it can be turned off there all the same.
    """

    name: str
    label: str
    counted: bool = True
    opt_in: bool = False
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A running conversation that plain sentences go to: `stream(call, text, *, …)`."""

    name: str
    label: str
    stream: Streamer


@dataclass(frozen=True, slots=True)
class Card:
    """Lines about a member, as they and support see them; also what a merge or a goodbye is decided on."""

    rows: Callable[..., list[tuple[str, Line]]]
    """`rows(uow, member, *, …)`."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a room suggests to do next, below `/daily`: `button(uow, call, *, …) -> Button | None`."""

    button: Callable[..., Button | None]


@dataclass(frozen=True, slots=True)
class Review:
    """Something that a person of the staff decides, and what happens if nobody does.

    `show(uow, subject, *, …) -> Message` is the evidence, on one screen. `decide(uow, case, option, by, at, *, …) ->
    Line` does it, in the transaction of the decision, and says it to the member whom the case is about; `by` None is
    the deadline, which takes `default`.
    """

    kind: str
    label: str
    options: tuple[Option, ...]
    show: Callable[..., Message]
    decide: Callable[..., Line]
    default: str

    def __post_init__(self) -> None:
        if self.option(self.default) is None:
            raise TypeError(f"{self.kind}: the default {self.default} is no option")

    def option(self, value: str) -> Option | None:
        """The option of a value."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Hook:
    """A raw payload from outside: `identify(body, headers, *, …)` checks the signature and names the event,
    raising `Forged`; the payload is stored, acknowledged, and applied once by `apply(uow, body, at, *, …)`."""

    name: str
    identify: Callable[..., str]
    apply: Callable[..., None]


class Forged(TandemError):
    """A payload whose signature does not hold; answered with 400 and not stored."""

    words = "This did not come from where it says. Nothing was stored; check the signing secret on both sides."


@dataclass(frozen=True)
class Room:
    """A room's offer. Leave out what it does not have."""

    name: str
    commands: tuple[Command, ...] = ()
    jobs: tuple[Job, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    exports: tuple[Export, ...] = ()
    notices: tuple[Notice, ...] = ()
    talks: tuple[Talk, ...] = ()
    cards: tuple[Card, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    hooks: tuple[Hook, ...] = ()
    reviews: tuple[Review, ...] = ()


Headers = Mapping[str, str]
