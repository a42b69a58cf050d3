"""The fake's own time, and the bell that wakes whoever waits for something to change."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

EPOCH_MS = 1_420_070_400_000


class Clock:
    """Seconds that run with the machine until a test pushes them on or holds them."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._held: float | None = None

    def now(self) -> float:
        """Unix time as Discord sees it."""
        return self._held if self._held is not None else time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let this much time pass at once."""
        if self._held is not None:
            self._held += seconds
        self._ahead += seconds

    def hold(self) -> None:
        """Stand still, so that a slow machine makes nobody late; only advance() moves it from here."""
        self._held = self.now()

    def stamp(self) -> str:
        """Now, as Discord writes moments."""
        return dt.datetime.fromtimestamp(self.now(), dt.UTC).isoformat()

    def milliseconds(self) -> int:
        """Now, as the upper bits of an id."""
        return int(self.now() * 1000) - EPOCH_MS


class Bell:
    """Rung at every change of the world."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, claim: Callable[[], Found | None], *, told: str, seconds: float = 5.0) -> Found:
        """What the claim finds, as soon as it finds something; a test fails when it never does."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    changed = self._changed
                    found = claim()
                    if found:
                        return found
                    await changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited {seconds:g} s for {told}") from None
