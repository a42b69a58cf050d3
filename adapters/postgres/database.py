"""The same synchronous units on threads, each with a psycopg connection of its own."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.dialects import postgresql

from core.db import Unit, UnitOfWork
from core.db.uow import Statements
from core.errors import DatabaseBusy

T = TypeVar("T")

# Deadlocks are rare but come in company: whoever is tried again may meet the same others.
_TRIES = 10
_RETRIED = (errors.SerializationFailure, errors.DeadlockDetected)
# Beside what psycopg calls operational: a server that takes no writes (its disk is full, or another one took over),
# and one that ended a transaction which took it too long.
_AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
)
# A host that is gone says nothing. Without these a thread would wait a quarter of an hour for it, or for ever.
# https://www.postgresql.org/docs/current/libpq-connect.html: seconds, but for the last, which is in milliseconds.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class PostgresDatabase:
    """`Database` on a PostgreSQL server. A unit may run more than once: it must change nothing but the database."""

    def __init__(self, url: str, *, pool_max: int = 16) -> None:
        self.url = url
        self._pool_max = pool_max
        self._statements = Statements(postgresql.psycopg.dialect(paramstyle="format"))  # type: ignore[no-untyped-call]
        self._threads = ThreadPoolExecutor(pool_max, thread_name_prefix="postgres")
        self._closed = False
        self._own = threading.local()
        self._connections: set[psycopg.Connection[Any]] = set()

    async def open(self) -> Self:
        """Connect once, so that a wrong address is known at the start. Raises `DatabaseBusy`."""
        await self._submit(lambda _: None, read_only=True)
        return self

    async def close(self) -> None:
        """Finish what is queued and disconnect; whatever comes later is refused."""
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        while self._connections:
            self._connections.pop().close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit in a transaction of its own. Durable when this returns."""
        return await self._submit(unit, read_only=False)

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit on one snapshot, read-only."""
        return await self._submit(unit, read_only=True)

    async def _submit(self, unit: Unit[T], *, read_only: bool) -> T:
        if self._closed:
            raise DatabaseBusy
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, unit, read_only)

    # From here on: a pool thread.

    def _run(self, unit: Unit[T], read_only: bool) -> T:
        for attempt in range(_TRIES):
            try:
                return self._run_once(unit, read_only)
            except _RETRIED:
                if attempt == _TRIES - 1:
                    raise DatabaseBusy from None
            except _AWAY as error:
                # A reader that is told it may not write was asked to: that is a bug, not a busy database.
                if read_only and isinstance(error, errors.ReadOnlySqlTransaction):
                    raise
                self._disconnect()
                raise DatabaseBusy from error
        raise AssertionError("the loop returns or raises")

    def _run_once(self, unit: Unit[T], read_only: bool) -> T:
        cursor = self._cursor()
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if read_only else "BEGIN")
        try:
            result = unit(UnitOfWork(cursor, self._statements))
        except BaseException:
            if not cursor.connection.closed:
                cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
        return result

    def _cursor(self) -> psycopg.Cursor[Any]:
        # One cursor for a thread's whole life: making one costs as much again as running a statement on it.
        cursor: psycopg.Cursor[Any] | None = getattr(self._own, "cursor", None)
        if cursor is None or cursor.connection.closed:
            # Autocommit: BEGIN and COMMIT are ours to say. Every statement is worth preparing.
            told = make_conninfo(**(_PATIENCE | conninfo_to_dict(self.url)))
            connection = psycopg.connect(told, autocommit=True, prepare_threshold=1)
            cursor = self._own.cursor = connection.cursor()
            self._connections.add(connection)
        return cursor

    def _disconnect(self) -> None:
        cursor: psycopg.Cursor[Any] | None = getattr(self._own, "cursor", None)
        if cursor is not None:
            self._own.cursor = None
            self._connections.discard(cursor.connection)
            cursor.connection.close()
