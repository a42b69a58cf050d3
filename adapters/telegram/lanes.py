"""Events side by side, and in order where somebody would notice: one lane for each person in a chat."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lanes(Generic[T]):
    """Runs `work` for each event; events of one lane one after another. `work` must not raise."""

    def __init__(self, work: Callable[[T], Awaitable[None]], group: asyncio.TaskGroup) -> None:
        self._work = work
        self._group = group
        self._waiting: dict[Hashable, deque[T]] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, lane: Hashable, event: T) -> bool:
        """Take an event. False if it has to wait for others of its lane."""
        waiting = self._waiting.get(lane)
        if waiting is not None:
            waiting.append(event)
            return False
        self._waiting[lane] = deque([event])
        self._empty.clear()
        task = self._group.create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def drained(self) -> None:
        """Wait until nothing is in hand."""
        await self._empty.wait()

    def cancel(self) -> None:
        """Let go of everything."""
        for task in self._tasks:
            task.cancel()

    async def _run(self, lane: Hashable) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                await self._work(waiting.popleft())
        finally:
            del self._waiting[lane]
            if not self._waiting:
                self._empty.set()
