"""The whole core on each engine in turn, with platforms that a test scripts."""

import pytest

from tests.core.challenges.scene import Scene
from tests.databases import AnyDatabase
from tests.household import Person


@pytest.fixture
async def scene(database: AnyDatabase) -> Scene:
    """Every room of the registry."""
    return Scene.made(database)


@pytest.fixture
async def ann(scene: Scene) -> Person:
    """Who stakes: 1,000 earned coins."""
    return await scene.person("Ann")
