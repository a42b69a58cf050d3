"""The grouping writer and the readers.

The writer is one aiosqlite connection, used for its thread and queue: a unit of work runs there whole, in one hop
(60 µs), and whatever waits is committed together (`synchronous=FULL`, durable before anyone is answered).
This needs aiosqlite's private `_tx` and `_conn`: the version is pinned exactly, and no other file uses them.
"""

import asyncio
import sqlite3
from collections import deque
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite
from sqlalchemy.dialects import sqlite

from core.db import Unit, UnitOfWork
from core.db.uow import Statements
from core.errors import DatabaseBusy
from core.values import dataclass

T = TypeVar("T")

WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # Savepoints keep what they may have to undo in a temporary file otherwise.
    "temp_store=MEMORY",
    # 16 MB: a group writes hundreds of pages, and each checkpoint waits for the disk twice more.
    "wal_autocheckpoint=8000",
)
_READER_PRAGMAS = ("query_only=ON",)

# Seconds between two tries where SQLite does not wait by itself.
_LOOK_S = 0.01

# How many groups use savepoints after one had to be undone and run again: then that costs 2% at the worst.
_CAREFUL_GROUPS = 32


@dataclass(slots=True)
class _Waiting:
    """A unit in the queue, and afterwards how it ended."""

    unit: Unit[Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class SqliteDatabase:
    """`Database` on one SQLite file. Open it in the loop that uses it; close it to checkpoint the journal.

    A unit may run more than once: it must change nothing but the database.
    """

    def __init__(self, path: Path, *, readers: int = 2, batch_max: int = 256, busy_timeout_ms: int = 5000) -> None:
        self.path = path
        self._readers_wanted = readers
        self._batch_max = batch_max
        self._busy_timeout_ms = busy_timeout_ms
        self._statements = Statements(sqlite.dialect(paramstyle="qmark"))
        self._queue: deque[_Waiting] = deque()
        self._careful_groups = 0
        self._working = False
        self._open = False
        self._drained: asyncio.Future[None] | None = None
        self._writer: aiosqlite.Connection | None = None
        self._readers: deque[aiosqlite.Connection] = deque()

    async def open(self) -> Self:
        """Connect. Raises `DatabaseBusy` when the file can not be opened."""
        try:
            self._writer = await self._connect(WRITER_PRAGMAS)
            for _ in range(self._readers_wanted):
                self._readers.append(await self._connect(_READER_PRAGMAS))
        except sqlite3.Error as error:
            await self.close()
            raise DatabaseBusy from error
        self._open = True
        return self

    async def close(self) -> None:
        """Finish what is queued and disconnect; whatever comes later is refused."""
        self._open = False
        if self._working:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained
        while self._readers:
            await self._readers.pop().close()
        if self._writer is not None:
            await self._writer.close()
            self._writer = None

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit in the next group. Durable when this returns; stands even if nobody waits for it any more."""
        if not self._open:
            raise DatabaseBusy
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(unit, future))
        if not self._working:
            self._start_group()
        return await future

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit on a reader, on one snapshot; readers never wait for the writer."""
        if not self._open:
            raise DatabaseBusy
        reader = self._readers[0]
        self._readers.rotate(1)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        reader._tx.put_nowait((future, lambda: self._read(reader._conn, unit)))
        return await future

    def _start_group(self) -> None:
        assert self._writer is not None
        self._working = True
        connection, loop = self._writer._conn, asyncio.get_running_loop()
        # No future of aiosqlite's: answering the callers ourselves saves a turn of the loop.
        self._writer._tx.put_nowait((None, lambda: self._run_group(connection, loop)))

    def _answer_group(self, group: list[_Waiting]) -> None:
        for waiting in group:
            if waiting.future.done():  # the caller was cancelled; the effect stands
                continue
            if waiting.error is not None:
                waiting.future.set_exception(waiting.error)
            else:
                waiting.future.set_result(waiting.result)
        if self._queue:
            self._start_group()
            return
        self._working = False
        if self._drained is not None:
            self._drained.set_result(None)

    # From here on: the writer's or a reader's own thread.

    def _run_group(self, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop) -> None:
        group: list[_Waiting] = []
        try:
            self._commit_group(connection, group)
        except BaseException as error:  # noqa: BLE001  whatever it is, the callers must hear of it
            self._take(group)
            self._lose(connection, group, error)
        finally:
            loop.call_soon_threadsafe(self._answer_group, group)

    def _commit_group(self, connection: sqlite3.Connection, group: list[_Waiting]) -> None:
        # One cursor for them all: making one costs half as much as running a statement on it.
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        # Taken after BEGIN: what arrived while we waited for the lock still joins this group.
        self._take(group)
        cursor.execute("COMMIT" if self._run_units(cursor, group) else "ROLLBACK")

    def _take(self, group: list[_Waiting]) -> None:
        while self._queue and len(group) < self._batch_max:
            group.append(self._queue.popleft())

    def _run_units(self, cursor: sqlite3.Cursor, group: list[_Waiting]) -> bool:
        """Run the units of a group; whether any of them is to be kept.

        All would pay for savepoints (a tenth of a transfer) that only a unit which raises needs. So a group runs
        without, and from the start with them when one has raised; so do the next ones: refusals come in company.
        """
        if len(group) == 1:
            return self._run_alone(cursor, group[0])
        if self._careful_groups == 0:
            # A unit that ended the transaction must not let the next one run outside of any.
            if all(self._run_alone(cursor, waiting) and cursor.connection.in_transaction for waiting in group):
                return True
            self._careful_groups = _CAREFUL_GROUPS
            cursor.execute("ROLLBACK")
            cursor.execute("BEGIN IMMEDIATE")
        self._careful_groups -= 1
        return any([self._run_in_savepoint(cursor, waiting) for waiting in group])  # noqa: C419  all must run

    def _run_alone(self, cursor: sqlite3.Cursor, waiting: _Waiting) -> bool:
        waiting.error = None
        try:
            waiting.result = waiting.unit(UnitOfWork(cursor, self._statements))
        except BaseException as error:  # noqa: BLE001  whatever it is, the callers must hear of it
            _still_there(cursor.connection, error)
            waiting.error = _translated(error)
            return False
        return True

    def _run_in_savepoint(self, cursor: sqlite3.Cursor, waiting: _Waiting) -> bool:
        cursor.execute("SAVEPOINT unit")
        kept = self._run_alone(cursor, waiting)
        if not kept:
            cursor.execute("ROLLBACK TO unit")
        cursor.execute("RELEASE unit")
        return kept

    def _lose(self, connection: sqlite3.Connection, group: list[_Waiting], error: BaseException) -> None:
        """Nothing of this group was kept, whatever its units say."""
        busy = error if isinstance(error, DatabaseBusy) else DatabaseBusy()
        for waiting in group:
            waiting.error = waiting.error or _because(busy, error)
        # Last: where even this fails, the next group tries it again.
        if connection.in_transaction:
            connection.rollback()

    def _read(self, connection: sqlite3.Connection, unit: Unit[T]) -> T:
        try:
            connection.execute("BEGIN")
            try:
                return unit(UnitOfWork(connection.cursor(), self._statements))
            finally:
                connection.rollback()
        except sqlite3.OperationalError as error:
            # A reader that is told it may not write was asked to: that is a bug, not a busy database.
            if _primary_code(error) == sqlite3.SQLITE_READONLY:
                raise
            raise _translated(error)  # noqa: B904  it names its cause, and none is its own

    async def _connect(self, pragmas: tuple[str, ...]) -> aiosqlite.Connection:
        connection = aiosqlite.connect(
            self.path, timeout=self._busy_timeout_ms / 1000, isolation_level=None, cached_statements=512
        )
        # A thread that never ends would keep a crashed program alive.
        connection._thread.daemon = True
        try:
            await connection
        except BaseException:
            # aiosqlite lets its thread answer later, perhaps to a loop that is gone by then.
            await asyncio.to_thread(connection._thread.join)
            raise
        try:
            for pragma in pragmas:
                await self._say(connection, pragma)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _say(self, connection: aiosqlite.Connection, pragma: str) -> None:
        """Say a pragma. To change the journal, as the first process of a file does, SQLite does not wait by itself."""
        now = asyncio.get_running_loop().time
        ends = now() + self._busy_timeout_ms / 1000
        while True:
            try:
                await connection.execute(f"PRAGMA {pragma}")
            except sqlite3.OperationalError as error:
                if _primary_code(error) != sqlite3.SQLITE_BUSY or now() >= ends:
                    raise
                await asyncio.sleep(_LOOK_S)
            else:
                return


def _still_there(connection: sqlite3.Connection, error: BaseException) -> None:
    """A full disk may end the whole transaction, and the other units of the group with it."""
    if not connection.in_transaction:
        raise DatabaseBusy from error


def _translated(error: BaseException) -> BaseException:
    """SQLite's "locked", "full", "I/O error" are operational; everything else passes as it is."""
    if isinstance(error, sqlite3.OperationalError) and _primary_code(error) in _OPERATIONAL:
        return _because(DatabaseBusy(), error)
    return error


def _because(error: BaseException, cause: BaseException) -> BaseException:
    if error is not cause:
        error.__cause__ = cause
    return error


_OPERATIONAL = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)


def _primary_code(error: sqlite3.OperationalError) -> int:
    # The low byte: https://www.sqlite.org/rescode.html#extrc
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
