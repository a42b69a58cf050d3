"""The whole core on each engine in turn, and three platforms that can be scripted."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from core.metrics.rules import MetricLimits
from tests.core.metrics.stage import KEY, Stage
from tests.databases import AnyDatabase
from tests.household import Household, Person


@pytest.fixture
def limits() -> MetricLimits:
    """As shipped, with a key."""
    return replace(MetricLimits(), keys=SecretStr(KEY))


@pytest.fixture
def stage(database: AnyDatabase, limits: MetricLimits) -> Stage:
    """Every room of the registry, with TikTok, YouTube and the demo."""
    return Stage(database, limits)


@pytest.fixture
def house(stage: Stage) -> Household:
    """The people's side of it."""
    return stage.house


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
