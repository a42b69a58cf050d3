"""A town for each test, and its people."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import Engine, SqliteEngine
from tests.end_to_end.story.town import Cast, Town, opened


@pytest.fixture
async def town(sqlite_engine: SqliteEngine) -> AsyncIterator[Town]:
    """Both platforms, both clients, one house on SQLite."""
    url = sqlite_engine.fresh()
    async with opened(url) as town:
        yield town
    sqlite_engine.drop(url)


@pytest.fixture
async def town_anywhere(engine: Engine) -> AsyncIterator[Town]:
    """The same on each database in turn."""
    url = engine.fresh()
    async with opened(url) as town:
        yield town
    engine.drop(url)


@pytest.fixture
def cast(town: Town) -> Cast:
    """Who lives there."""
    return Cast(town)
