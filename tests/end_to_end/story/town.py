"""One house and two platforms at once: both strict fakes, both real clients, the core on a real database."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from pydantic import SecretStr

from adapters.discord import DiscordChat
from adapters.discord import commands as declarations
from adapters.discord.answering import Pace
from adapters.telegram.client import TelegramClient
from bot import telegram as of_telegram
from bot import wiring
from bot.settings import DatabaseSettings, DiscordSettings, OperatorSettings, Settings, TelegramSettings, WebSettings
from bot.wiring import House
from core.chat import Notice, said
from core.clock import SetClock
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.ids import MemberId
from core.ledger import audit, views
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.mailroom import Mailroom
from core.members import service as members
from core.metrics.rules import MetricLimits
from core.metrics.service import Sources
from core.money import Credits, Unit
from core.outbox import service as outbox
from core.people import Identity, Plan, wallet
from core.ports import Messenger
from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.discord.person import Person as DiscordPerson
from tests.fakes.metrics import FakePlatform
from tests.fakes.outside import RecordingObserver
from tests.fakes.telegram.fake import FakeTelegram
from tests.fakes.telegram.group import Group
from tests.fakes.telegram.person import Person as TelegramPerson

KEY = base64.urlsafe_b64encode(b"a key that only these tests know").decode()
T = TypeVar("T")
NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
NEWS = Notice("news", "News", counted=False)
DMS_CLOSED = 50007


class Third(Protocol):
    """A platform that a test brings along."""

    @property
    def messenger(self) -> Messenger: ...

    def enters(self, house: House) -> None: ...


class Impatient:
    """Whoever waits by this moves Telegram's time on instead."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._clock = telegram.clock

    def now(self) -> float:
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)
        await asyncio.sleep(0)


@dataclass
class Town:
    """The house between the platforms. It may close and open again on the same database."""

    discord: FakeDiscord
    telegram: FakeTelegram
    settings: Settings
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    observer: RecordingObserver = field(default_factory=RecordingObserver)
    others: list[Third] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)
    """What Discord may refuse in this test; anything else that it refuses fails it."""

    def __post_init__(self) -> None:
        self.house: House
        self.on_discord: DiscordChat
        self.on_telegram: TelegramClient
        self._serving: list[asyncio.Task[None]] = []
        self._doors = AsyncExitStack()

    def _sources(self) -> Sources:
        """Platforms of creators: each has one account, the demo one for each of the first members."""
        self.tiktok, self.youtube = FakePlatform(self.clock, "tiktok"), FakePlatform(self.clock, "youtube")
        demo = FakePlatform(self.clock, "demo")
        self.youtube.creator("UC1")
        for number in range(1, 10):
            demo.creator(f"steady-m{number}", name="Steady")
        readers = {"tiktok": self.tiktok, "youtube": self.youtube, "demo": demo}
        signs = {"tiktok": self.tiktok, "youtube": self.youtube}
        return Sources(readers, signs, {"youtube": self.youtube, "demo": demo})

    # Life

    async def builds(self) -> None:
        """The house and both clients, not connected yet."""
        self.house = await self._doors.enter_async_context(
            wiring.open_house(self.settings, self.observer, clock=self.clock, sources=self._sources())
        )
        house, pace = self.house, Pace(defer_after_s=60, stream_s=0)
        self.on_discord = DiscordChat(self.settings.discord, house.dispatcher, self.clock, pace=pace)
        self.on_telegram = TelegramClient(
            of_telegram.endpoint(self.settings),
            house.dispatcher,
            Mailroom(house.database, self.clock, house.easel),
            self.observer,
            self.clock,
            rhythm=Impatient(self.telegram),
        )
        house.messengers.add(self.on_discord.messenger)
        house.messengers.add(self.on_telegram.messenger)
        for other in self.others:
            other.enters(house)
            house.messengers.add(other.messenger)

    async def opens(self) -> None:
        """A process comes up and is connected to both."""
        await self.builds()
        await self.on_discord.start()
        await self.on_telegram.start()
        self._serving = [asyncio.create_task(part.serve()) for part in (self.on_discord, self.on_telegram)]
        await self.until(self.on_discord.connected)
        await self.telegram.polled()

    async def closes(self) -> None:
        """The process ends as it should."""
        if self._serving:
            await self.on_telegram.stop()
            await self.on_discord.stop()
            await asyncio.gather(*self._serving)
            self._serving = []
        await self._doors.aclose()

    async def restarts(self) -> None:
        """Another process on the same database."""
        await self.quiet()
        await self.closes()
        await self.opens()

    async def until(self, claim: Callable[[], object]) -> None:
        """Let everybody else work until this holds; for facts that ring no bell."""
        async with asyncio.timeout(5):
            while not claim():
                for serving in self._serving:
                    if serving.done():
                        serving.result()
                await asyncio.sleep(0)

    async def quiet(self) -> None:
        """Telegram was answered to the last update."""
        await self.telegram.polled()
        async with asyncio.timeout(5):
            if self.on_telegram._lanes is not None:
                await self.on_telegram._lanes.drained()

    # Time

    async def later(self, **by: float) -> None:
        """Let time pass everywhere and do what became due."""
        past = timedelta(**by)
        self.clock.advance(past)
        self.telegram.clock.advance(past.total_seconds())
        await self.due()

    async def due(self) -> None:
        """Do what is due."""
        tick = await self.house.runner.run_due()
        assert tick.failed == 0, self.observer.bugs

    # People

    async def met(self, who: Identity) -> MemberId | None:
        """Who that is to the core; None for a stranger."""

        def look(uow: UnitOfWork) -> MemberId | None:
            known = members.known(uow, who)
            return known.member.id if known is not None else None

        return await self.house.database.read(look)

    async def member(self, who: Identity) -> MemberId:
        """Who that is to the core."""
        member = await self.met(who)
        assert member is not None, f"{who} was never here"
        return member

    async def enriches(self, who: Identity, credits: int = 1000) -> None:  # noqa: A002  the product's word
        """They have Premium and bought credits."""
        member, now = await self.member(who), self.clock.now()
        why = Why(Code.DEMO_GRANT, f"grant:{member}", now)

        def grant(uow: UnitOfWork) -> None:
            entitlements.set_plan(uow, member, Plan.PREMIUM, now, None)
            ledger.grant(uow, wallet(member, Unit.CREDIT), Credits(credits), why, source=LotSource.BOUGHT)

        await self.house.database.write(grant)

    async def holds(self, who: Identity, unit: Unit = Unit.CREDIT) -> int:
        """What they have."""
        account = wallet(await self.member(who), unit)
        return await self.house.database.read(lambda uow: views.balance(uow, account, unit).value)

    async def announces(self, who: Identity, words: str) -> None:
        """Let somebody know, through the outbox, and deliver it."""
        member, now = await self.member(who), self.clock.now()
        key = f"news:{words}"
        await self.house.database.write(lambda uow: outbox.announce(uow, member, NEWS, said(words), key=key, at=now))
        await self.due()

    # What must hold after each chapter

    async def proves(self) -> None:
        """The books are right, nobody broke a platform's rule, and nothing of ours broke."""
        await self.quiet()
        findings = await self.house.database.read(lambda uow: list(audit.findings(uow)))
        assert findings == []
        assert self.discord.violations == []
        assert {refused.code for refused in self.discord.refusals} <= self.refusals, self.discord.refusals
        assert self.telegram.world.violations == []
        assert self.observer.bugs == []


def identity(person: DiscordPerson | TelegramPerson) -> Identity:
    """Who that is on their platform."""
    return Identity("telegram" if isinstance(person, TelegramPerson) else "discord", str(person.id))


def settings_for(url: str, discord: FakeDiscord, telegram: FakeTelegram) -> Settings:
    """Both platforms on, at their loopback addresses."""
    return replace(
        Settings(),
        metrics=MetricLimits(keys=SecretStr(KEY)),
        database=DatabaseSettings(url, readers=1),
        web=WebSettings(port=0, secret=SecretStr("a secret of more than 32 characters")),
        discord=DiscordSettings(True, discord.api_url, discord.gateway_url, SecretStr(discord.token)),
        telegram=TelegramSettings(True, telegram.api_url, token=SecretStr(telegram.token)),
    )


@asynccontextmanager
async def platforms() -> AsyncIterator[tuple[FakeDiscord, FakeTelegram]]:
    """Both, at once."""
    async with FakeDiscord() as discord, FakeTelegram(started_at=NOON.timestamp()) as telegram:
        # A restart identifies again sooner than real ones do.
        discord.gateway.pace = 0
        with discord.pointed_at():
            yield discord, telegram


@asynccontextmanager
async def opened(url: str, *others: Third, owners: tuple[str, ...] = ()) -> AsyncIterator[Town]:
    """A town that is up, with its commands registered; proven when it is left."""
    async with platforms() as (discord, telegram):
        settings = replace(settings_for(url, discord, telegram), operator=OperatorSettings(owners))
        town = Town(discord, telegram, settings, others=list(others))
        await town.opens()
        await declarations.sync(settings.discord, town.house.catalog.commands.values())
        try:
            yield town
            await town.proves()
        finally:
            await town.closes()


class Cast:
    """The people of the story, on their platforms; none of them was ever here."""

    def __init__(self, town: Town) -> None:
        self.mara = town.discord.person("mara")
        self.bob = town.discord.person("bob")
        self.zoe = town.discord.person("zoe")
        self.mara_too = town.telegram.person("Mara T", "mara_t")
        self.tom = town.telegram.person("Tom", "tom_of_tests")
        self.uma = town.telegram.person("Uma", "uma_of_tests")
        self.group: Group = town.telegram.group("Friends", self.tom, self.uma, self.mara_too)


def shows(words: str) -> Callable[[TelegramPerson], Any]:
    """The newest message in private says this."""
    return lambda person: person.last() if person.sees() and words in person.last().text else None


def asks(words: str) -> Callable[[TelegramPerson], Any]:
    """The newest message in private asks for a reply, and says this."""
    return lambda person: shows(words)(person) if person.sees() and person.last().forces_reply else None
