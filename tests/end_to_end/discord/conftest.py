"""The studio, and two people in its guild."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import SqliteEngine, path_of
from tests.end_to_end.discord.studio import Studio, opened
from tests.fakes.discord.person import Person


@pytest.fixture
async def studio(sqlite_engine: SqliteEngine) -> AsyncIterator[Studio]:
    """Tandem on a Discord of the test's own."""
    url = sqlite_engine.fresh()
    async with opened(path_of(url)) as studio:
        yield studio
    sqlite_engine.drop(url)


@pytest.fixture
def ann(studio: Studio) -> Person:
    """Somebody in the guild."""
    return studio.person("ann")


@pytest.fixture
def bob(studio: Studio) -> Person:
    """Somebody else in the guild."""
    return studio.person("bob")
