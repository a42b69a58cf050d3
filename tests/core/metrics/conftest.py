"""The whole core on each engine in turn, and a platform that can be scripted."""

import pytest

from tests.databases import AnyDatabase
from tests.household import Household, Person


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry."""
    return Household(database)


@pytest.fixture
async def ann(house: Household) -> Person:
    """Who connects."""
    ann = house.person("Ann")
    await ann.does("start")
    return ann


@pytest.fixture
async def bob(house: Household) -> Person:
    """Somebody else, on another platform."""
    bob = house.person("Bob", "telegram")
    await bob.does("start")
    return bob
