"""Everything on SQLite; what is set is read back by one statement each, which tests/core/members proves on both."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import SqliteEngine, connect
from tests.household import Household, Person


@pytest.fixture
async def house(sqlite_engine: SqliteEngine) -> AsyncIterator[Household]:
    """Every room of the registry, and people who talk to it."""
    url = sqlite_engine.fresh()
    async with connect(url, readers=1) as database:
        yield Household(database)
    sqlite_engine.drop(url)


@pytest.fixture
def ann(house: Household) -> Person:
    """Who sets things."""
    return house.person("Ann")
