"""The whole core on each engine in turn, and three people."""

import pytest

from tests.core.gifts.giving import giver, met
from tests.databases import AnyDatabase
from tests.household import Household, Person


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)


@pytest.fixture
async def ann(house: Household) -> Person:
    """Who gives: 2,000 bought credits."""
    return await giver(house)


@pytest.fixture
async def bob(house: Household, ann: Person) -> Person:
    """Who receives, on another platform."""
    return await met(house)


@pytest.fixture
def cleo(house: Household) -> Person:
    """Who was never here."""
    return house.person("Cleo", "telegram")
