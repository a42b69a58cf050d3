"""The whole core on each engine in turn."""

import pytest

from tests.databases import AnyDatabase
from tests.household import Household, Person


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)


@pytest.fixture
def mara(house: Household) -> Person:
    return house.person("Mara", "discord")


@pytest.fixture
def tele(house: Household) -> Person:
    return house.person("mara_t", "telegram")
