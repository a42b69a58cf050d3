"""A gated house on each engine in turn."""

import pytest

from tests.databases import AnyDatabase
from tests.gating import Gated


@pytest.fixture
async def gated(database: AnyDatabase) -> Gated:
    """Every room, and members who call models."""
    return Gated(database)
