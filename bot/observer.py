"""What happened, as log lines and counters. Never message text, never a member's id in the clear."""

import asyncio
from time import perf_counter
from typing import Protocol, TypeVar

from core.db import Database, Unit

T = TypeVar("T")


class Tally(Protocol):
    """Counters: `adapters.web.metrics.Metrics`, or none for the local chat."""

    def handled(self, command: str, outcome: str) -> None:
        """A command ended."""
        ...

    def operational(self, what: str) -> None:
        """Something outside was busy or away."""
        ...

    def broken(self, what: str) -> None:
        """A bug."""
        ...

    def wrote(self, seconds: float) -> None:
        """The database committed, or failed to."""
        ...


class ServiceObserver:
    """`core.ports.Observer` for a running service."""

    def __init__(self, tally: Tally | None = None) -> None:
        # Imported here, like in bot/logging.py: what only reports goes without.
        import structlog

        self._tally = tally
        self._log = structlog.get_logger("tandem")

    def handled(self, command: str, outcome: str, *, trace: str) -> None:
        """An interaction ended. Noted once its answer is on its way: a log line takes as long as two statements."""
        asyncio.get_running_loop().call_soon(self._note, command, outcome, trace)

    def _note(self, command: str, outcome: str, trace: str) -> None:
        self._log.info("handled", command=command, outcome=outcome, trace=trace)
        if self._tally is not None:
            self._tally.handled(command, outcome)

    def operational(self, what: str, error: Exception, *, trace: str) -> None:
        """Something outside was busy or away."""
        kind, subject = _parted(what)
        cause = None if error.__cause__ is None else str(error.__cause__)
        self._log.warning(
            "operational error",
            what=kind,
            subject=subject,
            error=type(error).__name__,
            cause=cause,
            trace=trace,
        )
        if self._tally is not None:
            self._tally.operational(kind)

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        """A bug of ours, with the reference that the member was told."""
        kind, subject = _parted(what)
        self._log.error("bug", what=kind, subject=subject, reference=reference, trace=trace, exc_info=error)
        if self._tally is not None:
            self._tally.broken(kind)


class TimedDatabase:
    """A database whose writes are measured, from asking to the commit."""

    def __init__(self, database: Database, tally: Tally) -> None:
        self._database = database
        self._tally = tally

    async def write(self, unit: Unit[T]) -> T:
        """As the database does."""
        began = perf_counter()
        try:
            return await self._database.write(unit)
        finally:
            self._tally.wrote(perf_counter() - began)

    async def read(self, unit: Unit[T]) -> T:
        """As the database does."""
        return await self._database.read(unit)


def _parted(what: str) -> tuple[str, str | None]:
    """What it is and whom it is about: a command has no subject, a due row's key may be a member's id."""
    if what.startswith("/"):
        return what, None
    kind, _, subject = what.partition(" ")
    return kind, subject or None
