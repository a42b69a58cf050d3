"""The whole way on loopback: a strict Discord, the real discord.py, the adapter, the core on a real database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adapters.discord import DiscordChat
from adapters.discord import commands as declarations
from adapters.discord.answering import Pace
from adapters.offline.model import OfflineModel
from adapters.pictures import PillowPainter
from adapters.sqlite import SqliteDatabase
from bot import wiring
from bot.settings import DiscordSettings, Settings
from core.assistant.service import Assistant
from core.chat import Agreement, Confirm, Invocation, Message, Notice, Place, Room
from core.chat.catalog import Catalog
from core.chat.easel import Easel
from core.clock import SetClock
from core.db import UnitOfWork
from core.desk import Desk
from core.dispatch import Dispatcher
from core.entitlements import service as entitlements
from core.ids import MemberId, new_token
from core.ledger import service as ledger
from core.ledger import views
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.metrics.service import Sources
from core.money import Credits, Unit
from core.outbox import service as outbox
from core.people import Actor, Identity, Plan, wallet
from core.ports import Delivered, Delivery, Messenger
from core.registry import ROOMS
from core.roles.service import Owners
from core.runner import Runner
from tests.end_to_end.discord.stage import STAGE, Prompter
from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.discord.person import Person
from tests.fakes.outside import RecordingObserver

NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
NEWS = Notice("news", "News", counted=False)


@dataclass
class Studio:
    """One Discord, one database, and the program between them, which a test may stop and start again."""

    fake: FakeDiscord
    path: Path
    rooms: tuple[Room, ...] = (*ROOMS, STAGE)
    pace: Pace = field(default_factory=lambda: Pace(defer_after_s=60, stream_s=0))
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    prompter: Prompter = field(default_factory=Prompter)
    observer: RecordingObserver = field(default_factory=RecordingObserver)
    messengers: wiring.Messengers = field(default_factory=wiring.Messengers)
    others: list[Messenger] = field(default_factory=list)
    owners: set[Identity] = field(default_factory=set)
    refusals: set[int] = field(default_factory=set)
    """The error codes that a test means to provoke; any other request that Discord refuses fails it."""

    def __post_init__(self) -> None:
        secret = SecretStr(self.fake.token)
        discord = DiscordSettings(True, self.fake.api_url, self.fake.gateway_url, secret)
        self.settings = Settings(discord=discord)
        self.database: SqliteDatabase
        self.serving: asyncio.Task[None] | None = None

    # Life

    async def start(self, *, connect: bool = True) -> None:
        """A process comes up: a new client on the same database."""
        self.database = SqliteDatabase(self.path, readers=1)
        await self.database.__aenter__()
        self.messengers = wiring.Messengers()
        owners = Owners(frozenset(self.owners))
        given = wiring.needs(
            self.settings,
            owners=owners,
            salt=b"a salt for tests",
            messenger=self.messengers,
            vault=wiring.FolderVault(self.path.parent / "exports"),
            database=self.database,
            observer=self.observer,
            sources=Sources(),
        )
        terms = wiring.assistant_terms(self.settings)
        given[Assistant] = wiring.make_assistant(OfflineModel(priced=True), self.database, self.clock, terms)
        easel = Easel(PillowPainter(), self.observer)
        catalog = Catalog(self.rooms, given | {Prompter: self.prompter, Easel: easel})
        settings = self.settings
        desk = Desk(self.database, catalog, self.clock, owners, settings.plans, settings.chat, self.observer, easel)
        self.catalog = catalog
        self.dispatcher = Dispatcher(desk)
        self.runner = Runner(desk, settings.schedule)
        self.chat = DiscordChat(settings.discord, self.dispatcher, self.clock, pace=self.pace)
        for messenger in (self.chat.messenger, *self.others):
            self.messengers.add(messenger)
        if connect:
            await self.connect()

    async def connect(self) -> None:
        """Log in and listen."""
        await self.chat.start()
        self.serving = asyncio.create_task(self.chat.serve())
        await self.until(self.chat.connected)

    async def until(self, claim: Callable[[], object], *, seconds: float = 5.0) -> None:
        """Let everybody else work until this holds; for facts that ring no bell."""
        async with asyncio.timeout(seconds):
            while not claim():
                if self.serving is not None and self.serving.done():
                    self.serving.result()
                await asyncio.sleep(0)

    async def stop(self) -> None:
        """The process ends as it should."""
        await self.chat.stop()
        if self.serving is not None:
            await self.serving
        await self.database.__aexit__(None, None, None)

    async def restart(self) -> None:
        """The process ends and another comes up."""
        await self.stop()
        await self.start()

    async def sync(self) -> int:
        """`tandem sync-commands`."""
        return await declarations.sync(self.settings.discord, self.catalog.commands.values())

    # People and time

    def person(self, name: str) -> Person:
        """Somebody in the guild, whom nobody has met yet."""
        return self.fake.person(name)

    async def later(self, **by: float) -> None:
        """Let time pass and do what became due."""
        self.clock.advance(timedelta(**by))
        await self.due()

    async def due(self) -> None:
        """Do what is due."""
        tick = await self.runner.run_due()
        assert tick.failed == 0

    async def member(self, person: Person) -> MemberId:
        """Who that is to the core."""

        def look(uow: UnitOfWork) -> MemberId:
            known = members.known(uow, identity(person))
            assert known is not None, f"{person} was never here"
            return known.member.id

        return await self.database.read(look)

    async def rich(self, person: Person, credits: int = 1000) -> None:  # noqa: A002  the product's word
        """They have come, some weeks ago, and have credits to give."""
        await person.runs("/start")
        self.clock.advance(timedelta(days=30))
        member = await self.member(person)
        why = Why(Code.DEMO_GRANT, f"grant:{member}", self.clock.now())

        def grant(uow: UnitOfWork) -> None:
            entitlements.set_plan(uow, member, Plan.PREMIUM, self.clock.now(), None)
            ledger.grant(uow, wallet(member, Unit.CREDIT), Credits(credits), why, source=LotSource.BOUGHT)

        await self.database.write(grant)

    async def credits(self, person: Person) -> int:
        """What they have."""
        account = wallet(await self.member(person), Unit.CREDIT)
        return await self.database.read(lambda uow: views.balance(uow, account, Unit.CREDIT).value)

    async def announce(self, person: Person, message: Message, *, key: str = "news") -> None:
        """Let somebody know, through the outbox."""
        member, now = await self.member(person), self.clock.now()
        await self.database.write(lambda uow: outbox.announce(uow, member, NEWS, message, key=key, at=now))
        await self.due()


def identity(person: Person) -> Identity:
    """Who that is on Discord."""
    return Identity("discord", str(person.id))


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Studio]:
    """A studio that is up, with its commands registered; nothing in it may break Discord's rules."""
    async with FakeDiscord() as fake:
        # A restart identifies again sooner than real ones do.
        fake.gateway.pace = 0
        with fake.pointed_at():
            studio = Studio(fake, path)
            await studio.start()
            await studio.sync()
            try:
                yield studio
            finally:
                studio.prompter.go.set()
                studio.prompter.pieces.put_nowait(None)
                await studio.stop()
            assert fake.violations == []
            assert {refused.code for refused in fake.refusals} <= studio.refusals, fake.refusals
            assert studio.observer.bugs == []


@dataclass
class Elsewhere:
    """Somebody on another platform, who talks to the same core."""

    studio: Studio
    name: str
    heard: list[Message] = field(default_factory=list)

    @property
    def identity(self) -> Identity:
        """Who that is."""
        return Identity("telegram", self.name)

    async def invokes(self, command: str, **values: object) -> object:
        """Run a command."""
        return await self.studio.dispatcher.handle(Invocation(tuple(command.split()), values, **self._common))

    async def agrees(self, asked: object) -> object:
        """Say yes."""
        assert isinstance(asked, Confirm), asked
        return await self.studio.dispatcher.handle(Agreement(asked.token, agreed=True, **self._common))

    @property
    def _common(self) -> dict[str, Any]:
        place = Place("telegram", self.name)
        key = f"telegram:{new_token()}"
        return {"actor": Actor(self.identity, self.name), "place": place, "key": key, "at": self.studio.clock.now()}

    # A messenger for them

    def serves(self, identity: Identity) -> bool:
        """All of that platform."""
        return identity.platform == "telegram"

    def repeats_safely(self, platform: str) -> bool:
        """Not there."""
        return False

    async def send(self, identity: Identity, message: Message, *, key: str) -> Delivery:
        """Keep it."""
        self.heard.append(message)
        return Delivered()
