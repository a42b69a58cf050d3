"""People who talk to the core alone: `Chat(driver).as_member("ann").invokes("gift", to="bob").agrees()`.

Every step opens the database anew and keeps nothing but JSON, so what can not survive a restart fails here.
No platform takes part: values travel as an adapter would hand them over, outcomes are read as data.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from adapters.offline.model import OfflineModel
from adapters.sqlite import SqliteDatabase
from bot import wiring
from bot.settings import Settings
from core.assistant.service import Assistant
from core.chat import (
    Agreement,
    Answer,
    Button,
    Command,
    Delta,
    Inbound,
    Invocation,
    Kind,
    Meanwhile,
    Place,
    Room,
    Said,
    Streaming,
)
from core.chat.catalog import Catalog
from core.chat.codec import decode, encode
from core.chat.easel import Easel
from core.clock import SetClock
from core.db import Database, UnitOfWork
from core.desk import Desk
from core.dispatch import Dispatcher
from core.ids import new_token
from core.metrics.service import Sources
from core.people import Actor, Identity
from core.ports import Delivered, Delivery, Messenger
from core.registry import ROOMS
from core.roles.service import Owners
from core.runner import Runner
from tests.fakes.outside import Sketches
from tests.outcomes import kept, words

T = TypeVar("T")
NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
"""When the story begins, unless the test says otherwise: a Thursday, far from midnight in most zones."""
PLATFORM = "console"
"""The demo people's, so that a test can begin with `demo.fill`."""


class Told:
    """A messenger that keeps what it was given, as JSON, by identity."""

    def __init__(self) -> None:
        self.messages: dict[str, list[str]] = {}

    def serves(self, identity: Identity) -> bool:
        """Everybody."""
        return True

    def repeats_safely(self, platform: str) -> bool:
        """No."""
        return False

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:
        """Keep it."""
        self.messages.setdefault(str(identity), []).append(json.dumps(encode(message)))
        return Delivered()


class Loud:
    """An observer that lets no bug pass: what members would see as a reference, the test sees as itself."""

    def handled(self, command: str, outcome: str, *, trace: str) -> None:
        """Nobody counts here."""

    def operational(self, what: str, error: Exception, *, trace: str) -> None:
        """The member was told."""

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        """A bug."""
        raise AssertionError(f"{what} broke") from error


@dataclass
class Driver:
    """The core on a migrated SQLite file. Opened for each step, closed after it."""

    path: Path
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    settings: Settings = field(default_factory=Settings)
    rooms: tuple[Room, ...] = ROOMS
    more: tuple[object, ...] = ()
    """What made-up rooms need beside the settings."""
    owners: tuple[str, ...] = ()
    sources: Sources = field(default_factory=Sources)
    """Platforms whose figures can be read."""
    told: Told = field(default_factory=Told)
    messenger: Messenger | None = None
    """Who delivers instead of `told`."""
    last: dict[str, str] = field(default_factory=dict)
    """What each member saw last, as JSON."""

    @cached_property
    def commands(self) -> dict[tuple[str, ...], Command]:
        """Every command by its path."""
        return {command.path: command for room in self.rooms for command in room.commands}

    def desk(self, database: Database) -> Desk:
        """What a dispatcher and a runner work with, wired as the program is."""
        owners = Owners(frozenset(Identity(PLATFORM, name) for name in self.owners))
        needs = wiring.needs(
            self.settings,
            owners=owners,
            salt=b"a salt for tests",
            messenger=self.messenger or self.told,
            vault=wiring.FolderVault(self.path.parent / "exports"),
            database=database,
            observer=Loud(),
            sources=self.sources,
        )
        terms = wiring.assistant_terms(self.settings)
        needs[Assistant] = wiring.make_assistant(OfflineModel(priced=True), database, self.clock, terms)
        easel = Easel(Sketches(), Loud())
        catalog = Catalog(self.rooms, needs | {type(item): item for item in self.more} | {Easel: easel})
        return Desk(database, catalog, self.clock, owners, self.settings.plans, self.settings.chat, Loud(), easel)

    def in_house(self, step: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
        """Open the database, do something, close it."""

        async def run() -> T:
            async with self.opened() as desk:
                return await step(desk)

        return asyncio.run(run())

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Desk]:
        """The same for tests that await by themselves."""
        async with SqliteDatabase(self.path, readers=1) as database:
            yield self.desk(database)

    def write(self, unit: Callable[[UnitOfWork], T]) -> T:
        """Arrange something that no command can."""
        return self.in_house(lambda desk: desk.database.write(unit))

    def read(self, unit: Callable[[UnitOfWork], T]) -> T:
        """Look at what is stored."""
        return self.in_house(lambda desk: desk.database.read(unit))

    def later(self, **by: float) -> None:
        """Let time pass and do what became due: `driver.later(days=1)`."""
        self.clock.advance(timedelta(**by))
        self.due()

    def due(self) -> None:
        """Do what is due."""
        tick = self.in_house(lambda desk: Runner(desk, self.settings.schedule).run_due())
        assert tick.failed == 0

    def handle(self, inbound: Inbound) -> str:
        """One event in, one outcome out, as JSON."""

        async def step(desk: Desk) -> str:
            outcome = await Dispatcher(desk).handle(inbound)
            if not isinstance(outcome, Streaming):
                return kept(outcome)
            text, last = "", None
            async for piece in outcome.pieces:
                if isinstance(piece, Delta):
                    text += piece.text
                elif not isinstance(piece, Meanwhile):
                    last = piece
            return kept(last, text)

        return self.in_house(step)


@dataclass(frozen=True)
class Chat:
    """One person in front of the core. Every verb answers the chat again, so that a test reads like one."""

    driver: Driver
    name: str = "ann"

    def as_member(self, name: str) -> "Chat":
        """Go on as somebody else; what they saw last is still theirs."""
        return replace(self, name=name)

    # What people do

    def invokes(self, command: str, **values: Any) -> Self:
        """Start a command: `invokes("settings zone", zone="Europe/Paris")`."""
        path = tuple(command.split())
        known = self.driver.commands.get(path)
        people = {item.name for item in known.fields if item.kind is Kind.MEMBER} if known else set()
        return self._handle(Invocation(path, self._raw(values, people), **self._common))

    def answers(self, **values: Any) -> Self:
        """Fill fields of the open form."""
        assert self.seen["kind"] == "Ask", f"nothing is asked: {self.text}"
        raw = self._raw(values, set(self.seen["people"]))
        return self._handle(Answer(self.seen["token"], raw, **self._common))

    def agrees(self) -> Self:
        """Say yes."""
        return self._decides(yes=True)

    def declines(self) -> Self:
        """Say no."""
        return self._decides(yes=False)

    def presses(self, label: str) -> Self:
        """Press a button of what was seen last."""
        buttons: list[Button] = [decode(button) for button in self.seen["buttons"]]
        button = next((button for button in buttons if button.label == label), None)
        assert button is not None, f"no button {label!r} among {[button.label for button in buttons]}"
        if button.token:
            return self._handle(Agreement(button.token, agreed=True, **self._common))
        return self._handle(Invocation(button.command, {}, **self._common))

    def says(self, text: str) -> Self:
        """Say a plain sentence."""
        return self._handle(Said(text, **self._common))

    # What people see

    def sees(self, *texts: str) -> Self:
        """What happened was done, and says this."""
        assert self.seen["kind"] not in {"Refusal", "Ask"}, f"{self.seen['kind']}: {self.text}"
        return self._says_all(texts)

    def refuses(self, *texts: str) -> Self:
        """It was not possible, and the reason says this."""
        assert self.seen["kind"] == "Refusal", f"{self.seen['kind']}: {self.text}"
        return self._says_all(texts)

    def confirms(self, *texts: str) -> Self:
        """A question to agree to, which says this."""
        assert self.seen["kind"] == "Confirm", f"{self.seen['kind']}: {self.text}"
        return self._says_all(texts)

    def asks(self, name: str, problem: str = "") -> Self:
        """A form asks for a field, and says what was wrong with it."""
        assert self.seen["kind"] == "Ask", f"{self.seen['kind']}: {self.text}"
        assert name in self.seen["fields"], f"it asks for {self.seen['fields']}"
        assert problem in self.seen["problems"].get(name, ""), f"it says {self.seen['problems']}"
        return self

    def offers(self, *labels: str) -> Self:
        """These buttons can be pressed."""
        found = [button["label"] for button in self.seen["buttons"]]
        assert set(labels) <= set(found), f"there are {found}"
        return self

    def hears(self, text: str) -> Self:
        """An announcement that came meanwhile says this."""
        heard = [words(decode(json.loads(item))) for item in self.driver.told.messages.get(str(self.identity), [])]
        assert any(text in item for item in heard), f"{self.name} heard {heard}"
        return self

    @property
    def seen(self) -> dict[str, Any]:
        """What was seen last."""
        assert self.name in self.driver.last, f"{self.name} has done nothing yet"
        seen: dict[str, Any] = json.loads(self.driver.last[self.name])
        return seen

    @property
    def text(self) -> str:
        """What it said."""
        return str(self.seen["text"])

    @property
    def identity(self) -> Identity:
        """Who this is."""
        return Identity(PLATFORM, self.name)

    # Inside

    @property
    def _common(self) -> dict[str, Any]:
        return {
            "actor": Actor(self.identity, self.name),
            "place": Place(PLATFORM, self.name),
            "key": f"{PLATFORM}:{new_token()}",
            "at": self.driver.clock.now(),
        }

    def _raw(self, values: Mapping[str, Any], people: set[str]) -> dict[str, Any]:
        """Values as JSON, with people by their names."""
        named = {name: {"platform": PLATFORM, "user_id": str(values[name])} for name in people & set(values)}
        raw: dict[str, Any] = json.loads(json.dumps({**values, **named}))
        return raw

    def _decides(self, *, yes: bool) -> Self:
        assert self.seen["kind"] == "Confirm", f"nothing to agree to: {self.text}"
        return self._handle(Agreement(self.seen["token"], agreed=yes, **self._common))

    def _handle(self, inbound: Inbound) -> Self:
        self.driver.last[self.name] = self.driver.handle(inbound)
        return self

    def _says_all(self, texts: Iterable[str]) -> Self:
        for text in texts:
            assert text in self.text, f"it says: {self.text}"
        return self
