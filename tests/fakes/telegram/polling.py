"""getUpdates: long polls that wake when something comes, and give way to a newer poller."""

import asyncio

from tests.fakes.telegram.asking import Asking
from tests.fakes.telegram.faults import ApiError, Json, conflict
from tests.fakes.telegram.world import World

TIMEOUT_SECONDS_MAX = 50
SAME_OFFSET_SECONDS = 3.0
SAME_OFFSET_ONE_SECONDS = 0.5
CONFLICT_SECONDS = 3.0

HOOKED = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
HOOK_SET = "terminated by setWebhook request"


class Polling:
    """The one long poll that may be open."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: asyncio.Future[ApiError] | None = None
        self._last_offset: int | None = None
        self._last_at = float("-inf")
        self._conflict_until = float("-inf")
        self.held = 0
        """Polls whose conflict is not told yet."""

    @property
    def waiting(self) -> bool:
        return self._open is not None

    async def answer(self, ask: Asking) -> list[Json]:
        world = self._world
        if world.webhook.url:
            raise conflict(HOOKED)
        self._end_older(OTHER_POLLER)
        offset, now = ask.number("offset"), world.clock.now()
        limit = min(max(ask.number("limit", 100), 1), 100)
        timeout = min(max(ask.number("timeout"), 0), TIMEOUT_SECONDS_MAX)
        world.updates.allow(ask.value("allowed_updates"))
        if offset == self._last_offset:
            # A loop that asks for the same again and again is slowed down.
            if now - self._last_at < SAME_OFFSET_SECONDS:
                timeout = max(timeout, int(SAME_OFFSET_SECONDS))
            if now - self._last_at < SAME_OFFSET_ONE_SECONDS:
                limit = 1
        self._last_offset, self._last_at = offset, now
        world.updates.confirm_before(offset)
        if not world.updates.pending() and timeout:
            await self._wait(now + timeout)
        return [world.updates.hand_out(update) for update in world.updates.pending()[:limit]]

    def _end_older(self, words: str) -> None:
        if self._open is not None and not self._open.done():
            self._open.set_result(conflict(words))

    async def _wait(self, until: float) -> None:
        """Until an update, the time, a newer poll or a webhook."""
        world = self._world
        mine = self._open = asyncio.get_running_loop().create_future()
        alarm = asyncio.create_task(world.clock.until(until))
        world.bell.ring()
        try:
            while not (mine.done() or alarm.done() or world.updates.pending()):
                if world.webhook.url:
                    self._end_older(HOOK_SET)
                    break
                ring = asyncio.create_task(world.bell.next())
                try:
                    await asyncio.wait({mine, alarm, ring}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    ring.cancel()
        finally:
            alarm.cancel()
            if self._open is mine:
                self._open = None
            world.bell.ring()
        if mine.done():
            raise await self._held(mine.result())

    async def _held(self, error: ApiError) -> ApiError:
        """The first conflict is told at once, further ones are held back."""
        now = self._world.clock.now()
        if now < self._conflict_until:
            self.held += 1
            self._world.bell.ring()
            await self._world.clock.until(self._conflict_until)
            self.held -= 1
        self._conflict_until = self._world.clock.now() + CONFLICT_SECONDS
        return error
