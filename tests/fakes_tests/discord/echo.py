"""A small bot of the real discord.py: it has a command of every kind, and does what a test tells it to."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import discord
from discord import app_commands

from tests.fakes.discord.clock import Bell
from tests.fakes.discord.fake import FakeDiscord

Bot = TypeVar("Bot", bound=discord.Client)
Handler = Callable[[discord.Interaction], Awaitable[Any]]


class Tree(app_commands.CommandTree["Echo"]):
    """What went wrong in a handler is kept, not printed."""

    async def on_error(self, interaction: discord.Interaction["Echo"], error: app_commands.AppCommandError, /) -> None:
        self.client.keeps(getattr(error, "original", error))


class Echo(discord.Client):
    """What went wrong in a handler is kept, not printed."""

    def __init__(self, *, intents: discord.Intents | None = None, **more) -> None:
        usual = discord.Intents.default()
        usual.members = usual.message_content = True
        # discord.py waits this long for one more guild before it is ready.
        super().__init__(intents=intents or usual, guild_ready_timeout=0.01, **more)
        self.bell = Bell()
        self.tree = Tree(self)
        self.heard: list[discord.Message] = []
        self.seen: list[str] = []
        self.failures: list[BaseException] = []
        # What /do does, and what components and forms do.
        self.does: Handler | None = None
        self.reacts: Handler | None = None
        self.options: dict[str, Any] = {}
        add_commands(self)

    async def before_identify_hook(self, shard_id, *, initial=False):
        """The library sleeps five seconds here before it identifies again."""

    def keeps(self, failure: BaseException) -> None:
        """What a handler raised."""
        self.failures.append(failure)
        self.bell.ring()

    async def on_error(self, event, *args):
        failure = sys.exc_info()[1]
        assert failure is not None
        self.keeps(failure)

    async def on_message(self, message):
        self.heard.append(message)
        self.bell.ring()

    async def on_interaction(self, interaction):
        if self.reacts is not None and interaction.type.value in (3, 5):
            await self.reacts(interaction)
            self.bell.ring()

    async def on_socket_event_type(self, event):
        self.seen.append(event)
        self.bell.ring()

    async def hears(self, event: str, *, times: int = 1) -> None:
        """Wait until the gateway said this so many times."""
        await self.bell.until(lambda: self.seen.count(event) >= times, told=event)

    async def hears_messages(self, count: int) -> list[discord.Message]:
        """Wait until so many messages came."""
        return await self.bell.until(lambda: self.heard if len(self.heard) >= count else None, told=f"{count} messages")

    async def fails(self) -> discord.HTTPException:
        """Wait for the first failure of a handler."""
        failure = await self.bell.until(lambda: self.failures[0] if self.failures else None, told="a failure")
        assert isinstance(failure, discord.HTTPException)
        return failure

    def place(self, channel_id: int) -> discord.TextChannel:
        """A channel of the guild."""
        channel = self.get_channel(channel_id)
        assert isinstance(channel, discord.TextChannel)
        return channel

    @property
    def me(self) -> discord.ClientUser:
        """Who the bot is, once it is ready."""
        assert self.user is not None
        return self.user


def add_commands(bot: Echo) -> None:
    """A command of every kind."""

    @bot.tree.command(name="do", description="Does what the test says")
    async def do(interaction: discord.Interaction):
        assert bot.does is not None
        await bot.does(interaction)
        bot.bell.ring()

    @bot.tree.command(name="everything", description="Takes an option of each type")
    @app_commands.choices(colour=[app_commands.Choice(name="Red", value="r")])
    async def everything(  # noqa: PLR0917 - an option is a positional parameter
        interaction: discord.Interaction,
        text: app_commands.Range[str, 2, 10],
        number: app_commands.Range[int, 1, 500],
        real: float,
        yes: bool,
        user: discord.User,
        member: discord.Member,
        channel: discord.TextChannel,
        role: discord.Role,
        anyone: discord.Member | discord.Role,
        file: discord.Attachment,
        colour: str = "b",
    ):
        bot.options = dict(iter(interaction.namespace))
        bot.options["bytes"] = await file.read()
        await interaction.response.send_message(f"{text} {number} {real} {yes} {user} {role} {colour}")

    @bot.tree.command(name="find", description="Completes what is typed")
    async def find(interaction: discord.Interaction, place: str, what: str):
        await interaction.response.send_message(f"{place}: {what}")

    @find.autocomplete("what")
    async def complete(interaction: discord.Interaction, typed: str):
        place = interaction.namespace.place
        return [app_commands.Choice(name=f"{typed}{n} in {place}", value=f"{typed}{n}") for n in range(3)]

    studio = app_commands.Group(name="studio", description="Rooms")

    @studio.command(name="open", description="Opens a room")
    async def opens(interaction: discord.Interaction, room: str):
        await interaction.response.send_message(f"opened {room}")

    bot.tree.add_command(studio)

    @bot.tree.context_menu(name="Greet")
    async def greet(interaction: discord.Interaction, member: discord.Member):
        await interaction.response.send_message(f"Hello {member.name}", ephemeral=True)

    @bot.tree.context_menu(name="Quote")
    async def quote(interaction: discord.Interaction, message: discord.Message):
        await interaction.response.send_message(f"> {message.content}")


@contextlib.asynccontextmanager
async def connects(fake: FakeDiscord, bot: Bot) -> AsyncIterator[Bot]:
    """A bot that is ready inside and gone afterwards; what ends it before comes out."""
    running: asyncio.Task[None] | None = None
    try:
        await bot.login(fake.token)
        running = asyncio.create_task(bot.connect())
        ready = asyncio.create_task(bot.wait_until_ready())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if running.done():
            running.result()
        yield bot
    finally:
        await bot.close()
        if running is not None:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
                await running
