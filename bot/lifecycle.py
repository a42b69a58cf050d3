"""The life of the program: start, work, drain, stop. The only place that starts tasks, so that none is lost.

A signal, a part that is done and a part that crashes all end it the same way: every part is told to stop, in
reverse order, and gets its time to finish what it has in hand.
"""

import asyncio
import errno
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import ErrorKind, TandemError
from core.values import dataclass

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

CRASHED = 1
# Trying again does not help: somebody has to change something.
FINAL = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM, errno.ENOENT, errno.EISDIR})


class Ground(Protocol):
    """What must stand before anything else, such as the database."""

    @property
    def name(self) -> str:
        """What logs call it."""
        ...

    async def start(self) -> None:
        """Connect. An OSError or an operational error means: not there yet, try me again.

        Anything else ends the program. What was opened before the failure is closed again.
        """
        ...

    async def stop(self) -> None:
        """Take in nothing new, finish what is in hand, disconnect. Harmless without a start, and twice."""
        ...


class Part(Ground, Protocol):
    """What does the work: an adapter, the schedule, the web."""

    async def serve(self) -> None:
        """Work until stopped. Returning (a local chat is over) ends the program, raising is a crash."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds between attempts to connect, doubling, and how long a part may take to stop."""

    first_s: float = 1.0
    most_s: float = 60.0
    stop_s: float = 8.0


async def run(parts: Sequence[Part], *, ground: Sequence[Ground] = (), patience: Patience | None = None) -> int:
    """Live until a signal, a part that is done, or a crash. The exit code: 0, or 1 after a crash.

    `ground` stands one after another before the parts start side by side. All are stopped in reverse order,
    so name who uses others (the schedule) after them (the adapters).
    """
    return await _Life(parts, ground, patience or Patience()).live()


def enter(program: Coroutine[Any, Any, int]) -> int:
    """Run a program on the fastest loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(program)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


class _Life:
    def __init__(self, parts: Sequence[Part], ground: Sequence[Ground], patience: Patience) -> None:
        # Imported here: reports and migrations have no life, and go without.
        import structlog

        self._parts = parts
        self._ground = ground
        self._patience = patience
        self._log: FilteringBoundLogger = structlog.get_logger("bot.lifecycle")
        self._over = asyncio.Event()
        self._code = 0
        self._standing: list[Ground] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._starting: set[asyncio.Task[Any]] = set()

    async def live(self) -> int:
        with _signals(self._told):
            async with asyncio.TaskGroup() as group:
                self._tasks.append(group.create_task(self._begin(group), name="start"))
                try:
                    await self._over.wait()
                finally:
                    await self._end()
        return self._code

    async def _begin(self, group: asyncio.TaskGroup) -> None:
        for part in self._ground:
            self._standing.append(part)
            if not await self._guarded(part, self._connect(part)):
                return
        for part in self._parts:
            self._standing.append(part)
            self._tasks.append(group.create_task(self._live(part), name=part.name))

    async def _live(self, part: Part) -> None:
        if self._over.is_set() or not await self._guarded(part, self._connect(part)):
            return
        if await self._guarded(part, part.serve(), began=True) and not self._over.is_set():
            self._log.info("part is done", part=part.name)
            self._over.set()

    async def _guarded(self, part: Ground, step: Coroutine[Any, Any, None], *, began: bool = False) -> bool:
        try:
            await step
        except Exception as error:  # noqa: BLE001  whatever it is, the program ends with its reason
            self._crashed(part, error, began=began)
            return False
        return True

    async def _connect(self, part: Ground) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._starting.add(task)
        try:
            await self._until_started(part)
        finally:
            self._starting.discard(task)

    async def _until_started(self, part: Ground) -> None:
        wait, tries = self._patience.first_s, 1
        while True:
            try:
                await part.start()
            except Exception as error:
                if not _may_pass(error):
                    raise
                if tries == 1:
                    self._log.warning("not connected, trying again", part=part.name, why=_why(error))
            else:
                break
            await asyncio.sleep(wait)
            wait, tries = min(wait * 2, self._patience.most_s), tries + 1
        self._log.info("started", part=part.name, tries=tries)

    async def _end(self) -> None:
        # First who still tries to connect: what is stopped must not start afterwards.
        starting = tuple(self._starting)
        for task in starting:
            task.cancel()
        if starting:
            await asyncio.wait(starting, timeout=self._patience.stop_s)
        for part in reversed(self._standing):
            await self._stop(part)
        for task in self._tasks:
            task.cancel()

    async def _stop(self, part: Ground) -> None:
        try:
            async with asyncio.timeout(self._patience.stop_s):
                await part.stop()
        except TimeoutError:
            self._log.warning("did not stop in time", part=part.name, seconds=self._patience.stop_s)
        except Exception as error:  # noqa: BLE001  the others still have to be stopped
            self._crashed(part, error, began=True)

    def _crashed(self, part: Ground, error: Exception, *, began: bool) -> None:
        self._code = CRASHED
        self._over.set()
        if not began and isinstance(error, (OSError, TandemError)):
            # Somebody has to change something outside: the place in our code would not help.
            self._log.error("could not start", part=part.name, why=_why(error))
        else:
            self._log.error("ended by a crash", part=part.name, why=_why(error), exc_info=error)

    def _told(self, number: signal.Signals) -> None:
        self._log.info("told to stop", signal=number.name)
        self._over.set()


def _may_pass(error: Exception) -> bool:
    if isinstance(error, TandemError):
        return error.kind is ErrorKind.OPERATIONAL
    return isinstance(error, OSError) and error.errno not in FINAL


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@contextmanager
def _signals(told: Callable[[signal.Signals], None]) -> Iterator[None]:
    # No loop on Windows takes handlers: there Ctrl-C cancels, which ends it in the same way.
    numbers = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM)
    loop = asyncio.get_running_loop()
    for number in numbers:
        loop.add_signal_handler(number, told, number)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
