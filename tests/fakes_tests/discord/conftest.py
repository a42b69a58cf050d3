"""The loopback Discord, and a small bot of the real discord.py that talks to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import discord
import pytest
from discord import app_commands

from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.discord.person import Person


class Echo(discord.Client):
    """Answers as a test tells it to; what went wrong in a handler is kept, not printed."""

    def __init__(self, *, intents: discord.Intents | None = None, **more) -> None:
        usual = discord.Intents.default()
        usual.members = usual.message_content = True
        # discord.py waits this long for another guild before it is ready.
        super().__init__(intents=intents or usual, guild_ready_timeout=0.01, **more)
        self.tree = app_commands.CommandTree(self)
        self.tree.on_error = self._keep
        self.heard: list[discord.Message] = []
        self.failures: list[BaseException] = []
        self.seen: list[str] = []
        self.presses: Callable | None = None
        self.task: asyncio.Task | None = None

    async def before_identify_hook(self, shard_id, *, initial=False):
        """The library sleeps five seconds here before it identifies again."""

    async def _keep(self, interaction, error):
        self.failures.append(getattr(error, "original", error))

    async def on_error(self, event, *args):
        import sys

        self.failures.append(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1])

    async def on_message(self, message):
        self.heard.append(message)

    async def on_interaction(self, interaction):
        if self.presses is not None and interaction.type.value in (3, 5):
            await self.presses(interaction)

    async def on_socket_event_type(self, event):
        self.seen.append(event)

    async def starts(self, token: str) -> None:
        """Log in and be ready."""
        await self.login(token)
        self.task = asyncio.create_task(self.connect())
        waiter = asyncio.create_task(self.wait_until_ready())
        await asyncio.wait({self.task, waiter}, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        if self.task.done():
            self.task.result()

    async def stops(self) -> None:
        """Leave nothing running."""
        await self.close()
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self.task


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    """A Discord of the test's own, which discord.py takes for the real one."""
    async with FakeDiscord() as fake:
        with fake.pointed_at():
            yield fake


@pytest.fixture
async def bot(fake) -> AsyncIterator[Echo]:
    """The bot, not started yet."""
    bot = Echo()
    yield bot
    await bot.stops()


@pytest.fixture
async def echo(fake, bot) -> Echo:
    """The bot, ready."""
    await bot.starts(fake.token)
    return bot


@pytest.fixture
async def ann(fake) -> Person:
    """Somebody in the guild."""
    return fake.person("ann")


@pytest.fixture
async def bob(fake) -> Person:
    """Somebody else in the guild."""
    return fake.person("bob")
