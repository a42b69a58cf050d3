"""The whole core on each engine in turn, and two people who earn."""

import pytest

from tests.core.earnings.earning import Earner
from tests.databases import AnyDatabase
from tests.household import Household


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)


@pytest.fixture
async def ann(house: Household) -> Earner:
    """Who earns."""
    return await Earner(house.person("Ann")).arrives()


@pytest.fixture
async def bob(house: Household) -> Earner:
    """Who earns too, on another platform."""
    return await Earner(house.person("Bob", "telegram")).arrives()
