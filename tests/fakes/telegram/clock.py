"""The fake platform's own time, and the bell that wakes whoever waits for something to happen.

Time flows like the wall clock, and a test jumps ahead with `advance` instead of sleeping.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 20.0
"""How long a wait may take on the real clock before the test is called broken."""


class Bell:
    """A condition that plain code can notify: what waits looks again at each ring."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    def next(self) -> Coroutine[Any, Any, bool]:
        """What to await for the next ring, counted from this call and not from the await."""
        return self._rung.wait()

    async def until(self, found: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
        async with asyncio.timeout(seconds):
            while not (value := found()):
                await self.next()
        return value


class Clock:
    """Seconds since 1970 as the platform counts them."""

    def __init__(self, started_at: float | None = None) -> None:
        self._base = time.time() if started_at is None else started_at
        self._since: float | None = time.monotonic()
        self._jumped = Bell()

    def now(self) -> float:
        return self._base if self._since is None else self._base + time.monotonic() - self._since

    def advance(self, seconds: float) -> None:
        self._base += seconds
        self._jumped.ring()

    def freeze(self) -> None:
        """Only `advance` moves the time from here on."""
        self._base, self._since = self.now(), None
        self._jumped.ring()

    async def until(self, moment: float) -> None:
        while (left := moment - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if self._since is None else left):
                    await self._jumped.next()
