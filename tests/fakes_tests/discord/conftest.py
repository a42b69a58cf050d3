"""The loopback Discord, a bot of the real discord.py that talks to it, and two people."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.discord.person import Person
from tests.fakes_tests.discord.echo import Echo, connects


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    """A Discord of the test's own, which discord.py takes for the real one."""
    async with FakeDiscord() as fake:
        with fake.pointed_at():
            yield fake
        assert fake.violations == []


@pytest.fixture
async def ann(fake: FakeDiscord) -> Person:
    """Somebody in the guild."""
    return fake.person("ann")


@pytest.fixture
async def bob(fake: FakeDiscord) -> Person:
    """Somebody else in the guild."""
    return fake.person("bob")


@pytest.fixture
async def echo(fake, ann, bob) -> AsyncIterator[Echo]:
    """The bot, ready."""
    async with connects(fake, Echo()) as bot:
        yield bot


@pytest.fixture
async def synced(echo: Echo) -> Echo:
    """The bot, ready, with its commands registered."""
    await echo.tree.sync()
    return echo
