"""Every room on a database of the test's own."""

import pytest
from databases import AnyDatabase
from household import Household


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """The whole core, on each engine in turn."""
    return Household(database)
