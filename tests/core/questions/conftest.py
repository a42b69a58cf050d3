"""The whole core on each engine in turn, and two people who answer."""

import pytest

from tests.core.questions.answering import Member
from tests.databases import AnyDatabase
from tests.household import Household


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it."""
    return Household(database)


@pytest.fixture
async def ann(house: Household) -> Member:
    """Who answers."""
    return await Member(house.person("Ann")).arrives()


@pytest.fixture
async def bob(house: Household) -> Member:
    """Who answers too, on another platform."""
    return await Member(house.person("Bob", "telegram")).arrives()
