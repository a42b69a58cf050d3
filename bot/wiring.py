"""Builds the house: database, catalog, dispatcher, runner. Read it and you know the program."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from adapters.offline.model import OfflineModel
from adapters.pictures import PillowPainter
from bot import migrate
from bot.settings import DatabaseSettings, Settings
from core.assistant import selftest
from core.assistant.door import Door, Terms
from core.assistant.service import Assistant
from core.chat import Message
from core.chat.catalog import Catalog
from core.chat.easel import Easel
from core.clock import Clock, SystemClock
from core.costs.errors import NoPrice
from core.db import Database, UnitOfWork
from core.desk import Desk
from core.dispatch import Dispatcher
from core.errors import DatabaseBusy, TandemError
from core.ledger import service as ledger
from core.links.rules import Redirects
from core.members.service import Salt
from core.metrics.sealing import Keys
from core.metrics.service import Sources
from core.models import LanguageModel
from core.operations import demo, marks, pretend
from core.operations.marks import Marks
from core.outbox import service as outbox
from core.people import Identity
from core.ports import Delivery, Later, Lookup, Messenger, MetricsSource, Observer, SignIn, Vault
from core.privacy.archive import Archive
from core.registry import ROOMS
from core.reports.service import Reader
from core.roles.service import Owners
from core.runner import Runner
from core.schedule import service as schedule
from core.values import dataclass

SQLITE = "sqlite:///"


class Messengers:
    """All adapters' messengers as one: each serves its own platforms."""

    def __init__(self) -> None:
        self._messengers: list[Messenger] = []

    def add(self, messenger: Messenger) -> None:
        """Let an adapter that has started deliver."""
        self._messengers.append(messenger)

    def _of(self, identity: Identity) -> Messenger | None:
        return next((item for item in self._messengers if item.serves(identity)), None)

    def serves(self, identity: Identity) -> bool:
        """Whether any adapter here reaches this identity."""
        return self._of(identity) is not None

    def repeats_safely(self, platform: str) -> bool:
        """Whether the platform's adapter says so; an adapter that is not here can not."""
        return any(item.repeats_safely(platform) for item in self._messengers)

    async def send(self, identity: Identity, message: Message, *, key: str) -> Delivery:
        """Send by the adapter that serves the identity."""
        messenger = self._of(identity)
        return Later() if messenger is None else await messenger.send(identity, message, key=key)


class Unpriced(TandemError):
    """A model that may be called without anybody knowing what it costs."""

    words: ClassVar[str] = (
        "{model} has no price. Add a line for it to [models] prices in config.toml, or name another in [assistant]."
    )

    model: str


class FolderVault:
    """Keeps large files beside the database, for the local chat: the link is the file's own path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, name: str, content: bytes, hours: int) -> str:  # noqa: ARG002  the port's signature
        """Write the file; it stays until its owner removes it, whatever the hours."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / name
        path.write_bytes(content)
        return str(path)

    async def sweep(self) -> int:
        """Nothing expires in one's own folder."""
        return 0


@dataclass(frozen=True, slots=True)
class House:
    """A running house. Adapters get the dispatcher; the ticker gets the runner."""

    settings: Settings
    database: Database
    clock: Clock
    marks: Marks
    catalog: Catalog
    dispatcher: Dispatcher
    runner: Runner
    messengers: Messengers
    easel: Easel


def data_folder(settings: DatabaseSettings) -> Path:
    """Where files go that belong to a database: beside an SQLite file, else `data`."""
    return Path(settings.url.removeprefix(SQLITE)).parent if settings.url.startswith(SQLITE) else Path("data")


def make_database(settings: DatabaseSettings) -> Any:
    """The database adapter of a URL; only the one that is used is imported."""
    if settings.url.startswith(SQLITE):
        from adapters.sqlite import SqliteDatabase

        return SqliteDatabase(
            Path(settings.url.removeprefix(SQLITE)),
            readers=settings.readers,
            batch_max=settings.batch_max,
            busy_timeout_ms=settings.busy_timeout_ms,
        )
    from adapters.postgres import PostgresDatabase

    return PostgresDatabase(settings.url, pool_max=settings.pool_max)


def prepare_database(settings: DatabaseSettings) -> None:
    """Bring the schema up to date; a database that is current costs one look. Raises `DatabaseBusy`, `NewerSchema`."""
    try:
        data_folder(settings).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseBusy from error
    if not migrate.is_current(settings.url):
        migrate.upgrade(settings.url)


@asynccontextmanager
async def open_house(
    settings: Settings,
    observer: Observer,
    *,
    clock: Clock | None = None,
    vault: Vault | None = None,
    sources: Sources | None = None,
    watch: Callable[[Database], Database] = lambda database: database,
    admit: Callable[[Marks], None] = lambda _: None,
) -> AsyncIterator[House]:
    """Open the database and put the house together. Raises `DatabaseBusy`, `WiringError`, `UnusableKeys`, `Unpriced`.

    `watch` may wrap the database, to measure it. `admit` may refuse it by raising, before anything is written.
    """
    clock = clock or SystemClock()
    async with make_database(settings.database) as opened, AsyncExitStack() as closing:
        database = watch(opened)
        decided: Marks = await database.write(lambda uow: _settle(uow, settings, clock, admit))
        if sources is None:
            sources = await closing.enter_async_context(reading(settings, clock, demo=decided.demo))
        messengers = Messengers()
        owners = Owners(frozenset(_identity(text) for text in settings.operator.owners))
        vault = vault or FolderVault(data_folder(settings.database) / "exports")
        easel = Easel(PillowPainter(), observer)
        terms = assistant_terms(settings)
        # What has no price is not called, and what could be called without the gate is not started.
        require_prices(settings, clock.now())
        await selftest.prove(database, clock, terms)
        model = make_model(settings, demo=decided.demo)
        closing.push_async_callback(model.close)
        given = needs(
            settings,
            owners=owners,
            salt=decided.salt,
            messenger=messengers,
            vault=vault,
            database=database,
            observer=observer,
            sources=sources,
        )
        given[Assistant] = make_assistant(model, database, clock, terms)
        rooms = (*ROOMS, pretend.ROOM) if decided.demo else ROOMS
        catalog = Catalog(rooms, given | {Easel: easel})
        desk = Desk(database, catalog, clock, owners, settings.plans, settings.chat, observer, easel)
        house = House(
            settings,
            database,
            clock,
            decided,
            catalog,
            Dispatcher(desk),
            Runner(desk, settings.schedule),
            messengers,
            easel,
        )
        await house.runner.plan_recurring()
        yield house


def require_prices(settings: Settings, at: datetime) -> None:
    """Raises `Unpriced` for a model that may be called and has no price."""
    try:
        settings.models.require((settings.assistant.model, settings.assistant.small_model), at)
    except NoPrice as error:
        raise Unpriced(error.model) from None


def make_model(settings: Settings, *, demo: bool) -> LanguageModel:
    """Claude where a key is set, else the script; its answers have a price in a demo alone."""
    key = settings.anthropic.key.get_secret_value()
    if not key:
        return OfflineModel(priced=demo)
    from adapters.anthropic import AnthropicModel

    return AnthropicModel(settings.anthropic.api_url, key, silence_s=settings.anthropic.silence_s)


def assistant_terms(settings: Settings) -> Terms:
    """What decides what a call may cost."""
    return Terms(settings.assistant, settings.gate, settings.models, settings.plans)


def make_assistant(model: LanguageModel, database: Database, clock: Clock, terms: Terms) -> Assistant:
    """The only thing that rooms get to see of a model: from here on nobody else holds it."""
    door = Door(model, database, clock, terms)
    return Assistant(door, database, limits=terms.limits, plans=terms.plans)


def _settle(uow: UnitOfWork, settings: Settings, clock: Clock, admit: Callable[[Marks], None]) -> Marks:
    decided = marks.settle(uow, clock.now(), demo=settings.demo.enabled)
    admit(decided)
    ledger.ensure_system_accounts(uow)
    if decided.fresh and decided.demo:
        demo.fill(uow, clock.now(), settings.plans)
    return decided


@asynccontextmanager
async def reading(settings: Settings, clock: Clock, *, demo: bool) -> AsyncIterator[Sources]:
    """The platforms whose figures can be read: each that is set up, and in a demo the made-up one."""
    back = f"{settings.web.public_url}/oauth"
    async with AsyncExitStack() as opened:
        readers: dict[str, MetricsSource] = {}
        sign_ins: dict[str, SignIn] = {}
        lookups: dict[str, Lookup] = {}
        if demo:
            from adapters import offline

            made_up = offline.make(clock)
            readers[made_up.platform] = lookups[made_up.platform] = made_up
        if settings.tiktok.enabled:
            from adapters import tiktok

            if (there := tiktok.make(settings.tiktok, clock, back=f"{back}/tiktok")) is not None:
                opened.push_async_callback(there.close)
                readers[there.platform], sign_ins[there.platform] = there, there.sign_in
        if settings.youtube.enabled:
            from adapters import youtube

            if (here := youtube.make(settings.youtube, clock, back=f"{back}/youtube")) is not None:
                opened.push_async_callback(here.close)
                readers[here.platform] = lookups[here.platform] = here
                if here.sign_in is not None:
                    sign_ins[here.platform] = here.sign_in
        yield Sources(readers, sign_ins, lookups)


def needs(
    settings: Settings,
    *,
    owners: Owners,
    salt: bytes,
    messenger: Messenger,
    vault: Vault,
    database: Database,
    observer: Observer,
    sources: Sources,
) -> dict[type, Any]:
    """What handlers can ask for, by its type: every section of the settings, who owns the service, and the ports."""
    sections = [getattr(settings, section.name) for section in fields(settings)]
    keys = Keys(settings.metrics.keys)
    keys.check()
    found: dict[type, Any] = {type(item): item for item in (*sections, owners, Salt(salt), keys, sources)}
    found[Redirects] = Redirects(settings.web.public_url)
    found |= {Archive: Archive(database.read), Reader: Reader(database.read)}
    return found | {Messenger: messenger, Vault: vault, Observer: observer}


def _identity(text: str) -> Identity:
    platform, _, user_id = text.partition(":")
    return Identity(platform, user_id)


async def hasten_announcements(house: House) -> None:
    """Deliver what waited for somebody who has just come in."""
    now = house.clock.now()
    await house.database.write(lambda uow: schedule.hasten(uow, outbox.DELIVER, now))
