"""The whole core on each engine in turn, and two people who tell."""

import pytest

from tests.core.knowledge.telling import Teller
from tests.databases import AnyDatabase
from tests.household import Household


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)


@pytest.fixture
async def ann(house: Household) -> Teller:
    """Who tells."""
    return await Teller(house.person("Ann")).arrives()


@pytest.fixture
async def bob(house: Household) -> Teller:
    """Who tells too, on another platform."""
    return await Teller(house.person("Bob", "telegram")).arrives()
