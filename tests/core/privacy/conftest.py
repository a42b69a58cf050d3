"""The whole core on each engine in turn."""

import pytest
from databases import AnyDatabase
from household import Household


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)
