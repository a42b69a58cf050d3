"""Everything on SQLite: the welcome room stores nothing."""

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
    """Who looks around."""
    return house.person("Ann")
