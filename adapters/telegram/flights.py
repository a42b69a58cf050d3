"""What has left for Telegram, written down in the same breath: for a process that is killed before it hears of it.

Telegram knows no key, so what is said again is read twice. Between handing an answer to the system and hearing that it
arrived lies the way through two programs; a transaction can only note it behind that. A line in a file, written by the
step that hands the bytes over, outlives the process (`core/decisions/0009-answers-wait-for-delivery.md`). It need not
outlive the machine: then, and where no file is kept, an answer may be said again.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from adapters.telegram import limits

_log = logging.getLogger(__name__)


class Flights:
    """The file of one bot: a line for each answer that left, or that came back because nobody took it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None
        self._size = 0

    def open(self) -> frozenset[str]:
        """Go on with the file. The keys of answers that an earlier process has sent."""
        if self._path is None:
            return frozenset()
        left: set[str] = set()
        for path in (_before(self._path), self._path):
            for line in path.read_text().splitlines() if path.exists() else ():
                (left.add if line[:1] == "+" else left.discard)(line[1:])
        self._open(self._path)
        return frozenset(left)

    def close(self) -> None:
        """Keep no file open."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def note(self, line: str) -> None:
        """Write one line; the system has it when this returns, whatever becomes of us."""
        if self._file is None or self._path is None:
            return
        try:
            self._size += os.write(self._file, f"{line}\n".encode())
            if self._size > limits.FLIGHTS_BYTES_MAX:
                # What left so many answers ago was noted in the database long since.
                self.close()
                self._path.replace(_before(self._path))
                self._open(self._path)
        except OSError as error:  # a full disk must not stop an answer
            _log.warning("what leaves is not written down any more: %s", error)
            self.close()

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._size = path.stat().st_size


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")


class Departure:
    """One event's answer on its way."""

    def __init__(self, flights: Flights, key: str) -> None:
        self._flights = flights
        self._key = key
        self._left = False
        self.is_last = False
        """Whether what is sent now is the last of it: with that it has been said."""

    def left(self) -> None:
        """Its bytes are with the system, which sends them even if we are gone."""
        self._left = True
        self._flights.note(f"+{self._key}")

    def came_back(self) -> None:
        """It was not taken."""
        if self._left:
            self._left = False
            self._flights.note(f"-{self._key}")


_now: ContextVar[Departure | None] = ContextVar("departure", default=None)


@contextmanager
def answering(flights: Flights, key: str) -> Iterator[None]:
    """Until the end of this, what is said is the answer to an event."""
    token = _now.set(Departure(flights, key))
    try:
        yield
    finally:
        _now.reset(token)


@contextmanager
def last() -> Iterator[None]:
    """Until the end of this, what is sent is the last of the answer."""
    departure = _now.get()
    if departure is None:
        yield
        return
    departure.is_last = True
    try:
        yield
    finally:
        departure.is_last = False


def departing() -> Departure | None:
    """Whose last part is being sent, if anybody's."""
    departure = _now.get()
    return departure if departure is not None and departure.is_last else None
