"""What every test of the web starts from. A shared database fixture can take the place of `file`."""

import pytest
from sqlalchemy import create_engine

import core.registry  # noqa: F401  every table
from core.clock import SetClock
from core.db import Table
from tests.adapters.web.house import NOON, Till, opened


@pytest.fixture
def clock():
    return SetClock(NOON)


@pytest.fixture
def file(tmp_path):
    """A database file with every table."""
    made = tmp_path / "tandem.db"
    engine = create_engine(f"sqlite:///{made}")
    Table.metadata.create_all(engine)
    engine.dispose()
    return made


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
