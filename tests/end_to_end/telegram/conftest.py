"""A stage with Tandem on it, and people."""

from collections.abc import AsyncIterator

import pytest

from tests.driver import NOON, Driver
from tests.end_to_end.telegram.lab import ROOM, Tap
from tests.end_to_end.telegram.stage import Stage
from tests.fakes.telegram.fake import FakeTelegram
from tests.fakes.telegram.group import Group
from tests.fakes.telegram.person import Person


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(started_at=NOON.timestamp()) as telegram:
        yield telegram


@pytest.fixture
async def empty_stage(telegram: FakeTelegram, driver: Driver) -> AsyncIterator[Stage]:
    """Nothing runs yet: a test may add rooms."""
    stage = Stage(telegram, driver)
    yield stage
    await stage.stops()


@pytest.fixture
async def stage(empty_stage: Stage) -> Stage:
    await empty_stage.starts()
    return empty_stage


@pytest.fixture
def tap() -> Tap:
    return Tap()


@pytest.fixture
async def lab(empty_stage: Stage, tap: Tap) -> Stage:
    """A stage with the made-up room."""
    empty_stage.with_room(ROOM, tap)
    await empty_stage.starts()
    return empty_stage


@pytest.fixture
def ann(telegram: FakeTelegram) -> Person:
    return telegram.person("Ann", "ann_of_tests")


@pytest.fixture
def bob(telegram: FakeTelegram) -> Person:
    return telegram.person("Bob", "bob_of_tests")


@pytest.fixture
def group(telegram: FakeTelegram, ann: Person, bob: Person) -> Group:
    return telegram.group("Friends", ann, bob)
