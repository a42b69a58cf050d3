"""The whole core on each engine in turn."""

import pytest

from tests.databases import AnyDatabase
from tests.household import Household


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)
