"""The whole core on each engine in turn, and two people."""

import pytest

from tests.databases import AnyDatabase
from tests.household import Household, Person


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)


@pytest.fixture
def mara(house: Household) -> Person:
    return house.person("Marabella Quint", "discord", "771234500001")


@pytest.fixture
def bob(house: Household) -> Person:
    return house.person("Bob Other", "discord", "880000000002")
