"""A command: a typed form, one handler, and what the dispatcher must know before it runs it."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from core.chat.form import LABEL_MAX, NAME_MAX, Field, declared_fields
from core.chat.inbound import Place
from core.chat.message import Message
from core.chat.outcome import Delta, Meanwhile, Outcome, Reply
from core.db import UnitOfWork
from core.money import Amount
from core.people import Member, Quote, Role
from core.values import dataclass

SUMMARY_MAX = 100
"""Discord's bound for a command's description."""


@dataclass(frozen=True, slots=True)
class Call:
    """An invocation after people were resolved. `key` is the idempotency key of everything that follows."""

    member: Member
    place: Place
    key: str
    at: datetime


class Visibility(StrEnum):
    """Who sees the answer; on the command, because Discord fixes it at the first response."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Nothing:
    """The form of a command that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a stream or an errand ends: `apply(uow, delivered)` runs in the transaction that captures the price.

    A stream may say it early; if it is cut, the last one said is applied to the text that was delivered, and the member
    pays what `price_for(delivered)` says (None: the whole quote).
    """

    apply: Callable[[UnitOfWork, str], Reply]
    price_for: Callable[[str], Amount] | None = None


Stream = AsyncIterator[Delta | Meanwhile | Done]

Run = Callable[..., Outcome]
"""`run(uow, call, form, *, …)`: inside one transaction, no network possible."""
Streamer = Callable[..., Stream]
"""`stream(call, form, *, …)`: outside any transaction, priced by hold and capture."""
Errand = Callable[..., Awaitable[Done]]
"""`async errand(call, form, *, …)`: needs the network; resumed after a crash with the same key, so repeatable."""
Confirmation = Callable[..., Message | None]
"""`confirm(uow, call, form, *, …)`: the question to agree to, or None to go on."""
Opening = Callable[..., str]
"""`opening(uow, call, *, …)`: what heads the form, each time it is shown ("": what it is for); only reads.

Raising refuses to ask.
"""
Price = Callable[..., Quote | None]
"""`price(form, allowed, *, …)`: what it costs; None is nothing. Reads nothing but the form and the plan."""


@dataclass(frozen=True)
class Command:
    """One entry of the chat surface. Exactly one of `run`, `stream`, `errand` handles it."""

    path: tuple[str, ...]
    summary: str
    form: type = Nothing
    run: Run | None = None
    stream: Streamer | None = None
    errand: Errand | None = None
    confirm: Confirmation | None = None
    price: Price | None = None
    opening: Opening | None = None
    """What the form is headed with instead of its purpose, up to 45 characters; a no before the first question."""
    visibility: Visibility = Visibility.PRIVATE
    role: Role | None = None
    """Who may run it; None is everybody. Service roles, unless `space_role` lets a role of the space do."""
    space_role: bool = False
    topic: str = "More"
    """Where `/help` lists it."""
    begins: bool = False
    """Whether it starts something new; refused while the member is leaving."""
    visits: bool = True
    """Whether it counts as the first command of a local day, once its form is complete and before it is done."""
    pays_visit: bool = False
    """Whether it pays the day's visit by itself, in words of its own: then the rooms react to the visit after it."""
    asks_first: bool = False
    """Whether an empty call opens the form although nothing in it is required."""
    front: bool = False
    """Whether the group's bare name stands for it: `/settings` is `/settings show`."""
    gesture: str = ""
    """Label of the entry on a person (right click on Discord, reply on Telegram) that fills the first member field."""

    def __post_init__(self) -> None:
        place = " ".join(self.path)
        if sum(handler is not None for handler in (self.run, self.stream, self.errand)) != 1:
            raise TypeError(f"{place}: a command has exactly one of run, stream, errand")
        words = all(part.isidentifier() and part.isascii() and part.islower() for part in self.path)
        if not 1 <= len(self.path) <= 3 or not words:
            raise TypeError(f"{place}: a command has one to three lower-case English words")
        if len(place) > NAME_MAX:
            raise TypeError(
                f"{place}: the words of a command have {NAME_MAX} characters in all, as Telegram joins them"
            )
        if not 1 <= len(self.summary) <= SUMMARY_MAX:
            raise TypeError(f"{place}: a summary has 1 to {SUMMARY_MAX} characters")
        if len(self.title) > LABEL_MAX or len(self.gesture) > 32:
            raise TypeError(f"{place}: the name is too long to show")
        declared_fields(self.form)  # a form that no platform could show stops the import

    @property
    def name(self) -> str:
        """The path as people write it: `challenge stake`."""
        return " ".join(self.path)

    @property
    def title(self) -> str:
        """The path as a label: "Challenge stake"."""
        return self.name.replace("_", " ").capitalize()

    @property
    def heading(self) -> str:
        """What a form is headed with: what it is for, unless that is too long for a heading."""
        return self.summary if len(self.summary) <= LABEL_MAX else self.title

    @property
    def private(self) -> bool:
        """Whether only the actor sees the answer."""
        return self.visibility is Visibility.PRIVATE

    @property
    def fields(self) -> tuple[Field, ...]:
        """The form's fields in order."""
        return declared_fields(self.form)

    @cached_property
    def version(self) -> str:
        """Changes when the form changes: an open conversation of another version is not continued."""
        shape = [(field.name, field.kind.value, str(field.type), field.required) for field in self.fields]
        return hashlib.blake2s(repr((self.path, shape)).encode(), digest_size=4).hexdigest()
