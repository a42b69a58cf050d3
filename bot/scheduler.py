"""The ticker: looks at what is due every few moments. APScheduler counts them; the database knows what."""

import asyncio
import logging
from datetime import UTC
from typing import TYPE_CHECKING, Protocol

from core.errors import ErrorKind, TandemError
from core.ids import new_code, new_trace
from core.ports import Observer
from core.runner import Tick

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Ticking(Protocol):
    """The part of `Runner` that time drives."""

    async def tick(self) -> Tick:
        """Run what is due now."""
        ...

    def leave(self) -> None:
        """Begin nothing more of it."""
        ...


class Ticker:
    """Awaits one tick after the other, never two at once; when one fails, the next one comes."""

    name = "schedule"

    def __init__(self, runner: Ticking, observer: Observer, *, tick_s: float) -> None:
        self._runner = runner
        self._observer = observer
        self._tick_s = tick_s
        self._scheduler: AsyncIOScheduler | None = None
        self._stopped = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        """Begin to tick."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        # It warns at each moment that a slow tick covers; the readiness check says it once, and better.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        scheduler = AsyncIOScheduler(timezone=UTC)
        # A late moment counts as well (no misfire), several late ones count as one (coalesce).
        scheduler.add_job(
            self._look,
            "interval",
            seconds=self._tick_s,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        scheduler.start()
        self._scheduler = scheduler
        self._stopped.clear()

    async def serve(self) -> None:
        """Tick until stopped."""
        await self._stopped.wait()

    async def stop(self) -> None:
        """No further tick; of the one in hand, no further row: what it sends now is sent to the end."""
        scheduler, self._scheduler = self._scheduler, None
        self._stopped.set()
        if scheduler is not None:
            scheduler.pause()
            # All of a look takes longer than a stop may, and what is cut off in sending has perhaps arrived.
            self._runner.leave()
            await self._idle.wait()
            # Not before: a shutdown cancels the tick in hand.
            scheduler.shutdown(wait=False)

    async def _look(self) -> None:
        self._idle.clear()
        try:
            # While there is work the next look follows at once; otherwise a burst would wait for the clock.
            while (await self._runner.tick()).done and not self._stopped.is_set():
                pass
        except Exception as error:  # noqa: BLE001  the ticker goes on, whatever a tick met
            self._failed(error)
        finally:
            self._idle.set()

    def _failed(self, error: Exception) -> None:
        trace = new_trace()
        if isinstance(error, TandemError) and error.kind is ErrorKind.OPERATIONAL:
            self._observer.operational("tick", error, trace=trace)
        else:
            self._observer.broken("tick", error, trace=trace, reference=new_code(4))
