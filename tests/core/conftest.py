"""Houses on real databases. `house` stands on each engine in turn."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.databases import Engine, SqliteEngine, connect
from tests.house import House

NewHouse = Callable[[], AbstractAsyncContextManager[House]]


def _houses(engine: Engine) -> NewHouse:
    @asynccontextmanager
    async def new_house() -> AsyncIterator[House]:
        url = engine.fresh()
        patience = {"busy_timeout_ms": 100} if engine.name == "sqlite" else {"pool_max": 8}
        async with connect(url, **patience) as database:
            yield await House(database).open()
        engine.drop(url)

    return new_house


@pytest.fixture
def new_house(sqlite_engine: SqliteEngine) -> NewHouse:
    """Opens houses on SQLite, for properties that need one for each example."""
    return _houses(sqlite_engine)


@pytest.fixture
async def sqlite_house(sqlite_engine: SqliteEngine) -> AsyncIterator[House]:
    """A house on SQLite, for what only a file can suffer."""
    async with _houses(sqlite_engine)() as house:
        yield house


@pytest.fixture
async def house(engine: Engine) -> AsyncIterator[House]:
    """A house on each engine in turn."""
    async with _houses(engine)() as house:
        yield house
