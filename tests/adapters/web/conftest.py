"""What every test of the web starts from."""

import pytest

from core.clock import SetClock
from tests.adapters.web.house import NOON, Till, opened
from tests.databases import path_of


@pytest.fixture
def clock():
    return SetClock(NOON)


@pytest.fixture
def file(sqlite_engine):
    """A migrated database as a file, which another program can look into and lock."""
    return path_of(sqlite_engine.fresh())


@pytest.fixture
def till():
    return Till()


@pytest.fixture
def connected():
    """What the adapters say of themselves; a test changes it."""
    return {}


@pytest.fixture
async def house(file, clock, till, tmp_path, connected):
    asks = {name: lambda name=name: connected[name] for name in connected}
    async with opened(file, clock, till, tmp_path / "files", asks) as house:
        yield house
