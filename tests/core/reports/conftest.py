"""A gated house on each engine in turn, owned by somebody."""

import pytest

from core.people import Identity
from tests.databases import AnyDatabase
from tests.gating import Gated
from tests.household import Person

OWNER = Identity("discord", "discord-owner-id")


@pytest.fixture
async def gated(database: AnyDatabase) -> Gated:
    """Every room, members who call models, and an owner."""
    return Gated(database, owners=[OWNER])


@pytest.fixture
async def owner(gated: Gated) -> Person:
    """Who owns the service, and has been here."""
    person = gated.house.person("owner")
    await person.does("wallet")
    return person
