"""Tandem as it runs, with the real client, on a loopback Telegram: started, stopped, killed, started again."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from adapters.telegram.client import Endpoint, TelegramClient, hook_secret
from core.chat import Room
from core.mailroom import Mailroom
from core.people import Identity
from core.ports import Delivery, Later
from core.runner import Runner
from tests.driver import Driver, Loud
from tests.fakes.telegram.fake import FakeTelegram


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
        self.endpoint = Endpoint(telegram.token, telegram.api_url, hook_secret=hook_secret("a secret of the tests"))
        self.client: TelegramClient | None = None
        self._serving: asyncio.Task[None] | None = None
        self._house = AsyncExitStack()
        self.desk: Any = None

    def with_room(self, room: Room) -> None:
        self.driver.rooms = (*self.driver.rooms, room)

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

        mailroom = Mailroom(desk.database, self.clock)
        return TelegramClient(self.endpoint, Dispatcher(desk), mailroom, Loud(), self.clock, rhythm=self.rhythm)

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

    async def listens_at(self, url: str) -> None:
        """Webhooks from the next start on."""
        self.endpoint = replace(self.endpoint, mode="webhook", hook_url=url)

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

    async def quiet(self) -> None:
        """Wait until every update was answered and nothing is in hand."""
        await self.telegram.polled()
        async with asyncio.timeout(5):
            if self.client is not None and self.client._lanes is not None:
                await self.client._lanes.drained()
