"""A court on each engine in turn, a member with something to appeal, and who decides."""

import pytest

from tests.core.reviews.court import Court
from tests.databases import AnyDatabase
from tests.household import Person


@pytest.fixture
async def house(database: AnyDatabase) -> Court:
    """Every room of the registry, and a made-up one with reviews."""
    court = Court(database)
    await court.open()
    return court


@pytest.fixture
async def ann(house: Court) -> Person:
    """Whom cases are about."""
    person = house.person("Ann", "telegram")
    await person.does("start")
    return person


@pytest.fixture
async def judge(house: Court) -> Person:
    """A moderator of the service."""
    return await house.staff("Judge")
