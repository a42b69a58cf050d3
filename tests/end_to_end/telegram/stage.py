"""Tandem as it runs, with the real client, on a loopback Telegram: started, stopped, killed, started again."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select, update

from adapters.telegram.client import Endpoint, TelegramClient, hook_secret
from core.chat import Message, Notice, Room
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.mailroom import Mailroom
from core.members import service as members
from core.members.repository import MEMBER
from core.money import Credits
from core.outbox import service as outbox
from core.people import Identity, Plan
from core.ports import Delivery, Later
from core.runner import Runner
from tests.driver import Driver, Loud
from tests.fakes.telegram.fake import FakeTelegram
from tests.fakes.telegram.person import Person

LONG_HERE = update(MEMBER).where(MEMBER.c.id == bindparam("member")).values(arrived_at=bindparam("at"))
BY_KEY = select(outbox.ANNOUNCEMENT).where(outbox.ANNOUNCEMENT.c.key == bindparam("key"))


class WorldClock:
    """The platform's time as ours."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._clock = telegram.clock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)


class WorldRhythm:
    """Waiting by the platform's time, so that a test can jump over it."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._clock = telegram.clock
        self._bell = telegram.world.bell
        self.waiting = 0

    def now(self) -> float:
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        self.waiting += 1
        self._bell.ring()
        try:
            await self._clock.until(self._clock.now() + seconds)
        finally:
            self.waiting -= 1


class Post:
    """Hands announcements to whichever client runs."""

    def __init__(self) -> None:
        self.client: TelegramClient | None = None

    def serves(self, identity: Identity) -> bool:
        return self.client is not None and self.client.messenger.serves(identity)

    def repeats_safely(self, platform: str) -> bool:
        return False

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:
        return Later() if self.client is None else await self.client.messenger.send(identity, message, key=key)


class Stage:
    """The house on one database, and at most one client at a time."""

    def __init__(self, telegram: FakeTelegram, driver: Driver) -> None:
        self.telegram = telegram
        self.driver = driver
        self.post = Post()
        self.clock = WorldClock(telegram)
        self.rhythm = WorldRhythm(telegram)
        driver.clock = self.clock  # type: ignore[assignment]
        driver.messenger = self.post
        self.endpoint = Endpoint(telegram.token, telegram.api_url, hook_secret=hook_secret("a secret"))
        self.client: TelegramClient | None = None
        self._serving: asyncio.Task[None] | None = None
        self._house = AsyncExitStack()
        self.desk: Any = None
        self.sent: Path | None = None
        """Where a client writes down what has left."""

    def with_room(self, room: Room, *needs: object) -> None:
        self.driver.rooms = (*self.driver.rooms, room)
        self.driver.more = needs

    async def starts(self, *, until_polling: bool = True) -> None:
        """Begin, and wait until it asks for updates."""
        self.desk = await self._house.enter_async_context(self.driver.opened())
        self.client = self.make(self.desk)
        self.post.client = self.client
        await self.client.start()
        self._serving = asyncio.create_task(self.client.serve())
        if until_polling and self.endpoint.mode == "polling":
            await self.telegram.until(lambda: self.telegram.server.polling.waiting)

    def make(self, desk: Any) -> TelegramClient:
        from core.dispatch import Dispatcher

        mailroom = Mailroom(desk.database, self.clock, desk.easel)
        more = {"rhythm": self.rhythm, "sent": self.sent}
        return TelegramClient(self.endpoint, Dispatcher(desk), mailroom, Loud(), self.clock, **more)  # type: ignore[arg-type]

    async def stops(self) -> None:
        """End as a signal ends it."""
        if self.client is None:
            return
        client, self.client, self.post.client = self.client, None, None
        await client.stop()
        assert self._serving is not None
        await self._serving
        await self._house.aclose()

    async def dies(self) -> None:
        """End as a crash ends it: nothing is finished, nothing is said."""
        assert self.client is not None
        assert self._serving is not None
        client, self.client, self.post.client = self.client, None, None
        self._serving.cancel()
        await asyncio.gather(self._serving, return_exceptions=True)
        await client._bot.shutdown()
        await self._house.aclose()

    async def restarts(self) -> None:
        """A new process on the same database."""
        await self.stops()
        await self.starts()

    def listens_at(self, url: str) -> None:
        """Webhooks from the next start on."""
        self.endpoint = replace(self.endpoint, mode="webhook", hook_url=url)

    async def announces(self, person: Person, message: Message, key: str) -> None:
        """Let somebody know, as a room does."""

        def unit(uow: UnitOfWork) -> None:
            known = members.known(uow, Identity("telegram", str(person.id)))
            assert known is not None, "only who has come in can be told"
            outbox.announce(
                uow, known.member.id, Notice("test", "Test", counted=False), message, key=key, at=self.clock.now()
            )

        await self.write(unit)

    async def lets_give(self, person: Person) -> None:
        """Somebody who may give credits: here for long, on a plan that gives, with bought ones."""
        person.says("/start")
        await person.waits_for("Hi ")
        now = self.clock.now()
        why = Why(Code.DEMO_GRANT, f"given to {person.id}", now)

        def unit(uow: UnitOfWork) -> None:
            known = members.known(uow, Identity("telegram", str(person.id)))
            assert known is not None, "they have just come in"
            member = known.member
            entitlements.set_plan(uow, member.id, Plan.PREMIUM, now, None)
            ledger.grant(uow, member.credit_wallet, Credits(500), why, source=LotSource.BOUGHT)
            uow.run(LONG_HERE, member=member.id, at=now - timedelta(days=30))

        await self.write(unit)

    async def announced(self, key: str) -> str:
        """What became of an announcement."""
        row = await self.read(lambda uow: uow.run(BY_KEY, key=key).first())
        return str(row.state)

    async def due(self) -> None:
        """Do what is due."""
        tick = await Runner(self.desk, self.driver.settings.schedule).run_due()
        assert tick.failed == 0

    async def write(self, unit: Callable[[Any], Any]) -> Any:
        return await self.desk.database.write(unit)

    async def read(self, unit: Callable[[Any], Any]) -> Any:
        return await self.desk.database.read(unit)

    async def unanswered(self) -> int:
        """Events that a restart would take up."""
        assert self.client is not None
        return len(await self.client._mailroom.pending("telegram"))

    async def weathered(self) -> None:
        """The same, jumping over every wait."""
        calm = asyncio.create_task(self.quiet())
        while not calm.done():
            if self.rhythm.waiting:
                self.telegram.clock.advance(60)
            ring = asyncio.create_task(self.telegram.world.bell.next())
            await asyncio.wait({calm, ring}, return_when=asyncio.FIRST_COMPLETED)
            ring.cancel()
        await calm

    async def quiet(self) -> None:
        """Wait until every update was answered and nothing is in hand."""
        await self.telegram.polled()
        async with asyncio.timeout(5):
            if self.client is not None and self.client._lanes is not None:
                await self.client._lanes.drained()
