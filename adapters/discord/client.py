"""The connection to Discord: starts, hands interactions and direct messages to the core, drains, stops."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from pydantic import SecretStr

from adapters.discord import commands, inbound, limits
from adapters.discord.answering import Answering, Pace
from adapters.discord.inbound import Continue, Event
from adapters.discord.outbound import Conversing, DirectMessages
from adapters.discord.wire import CHOICES, Wire
from core.chat import Agreement, Invocation, Query
from core.clock import Clock
from core.dispatch import Dispatcher
from core.errors import TandemError

if TYPE_CHECKING:
    import discord
    from structlog.typing import FilteringBoundLogger


class Settings(Protocol):
    """`[discord]` of the settings."""

    @property
    def api_url(self) -> str:
        """Where the HTTP interface is."""
        ...

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        ...

    @property
    def token(self) -> SecretStr:
        """The bot's token."""
        ...


class TokenRefused(TandemError):
    """Discord does not know the token: somebody has to put another one."""

    words: ClassVar[str] = "Discord refuses the token. Reset it in the developer portal (Bot) and put it into .env."


def point(settings: Settings) -> None:
    """Let the library speak to the configured addresses."""
    import discord
    import yarl
    from discord.gateway import DiscordWebSocket

    discord.http.Route.BASE = settings.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)


async def login(client: "discord.Client", settings: Settings) -> None:
    """Log in by HTTP. Raises `TokenRefused`, and `ConnectionError` for what may pass."""
    import aiohttp
    import discord

    try:
        await client.login(settings.token.get_secret_value())
    except discord.LoginFailure:
        raise TokenRefused from None
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError) as error:
        raise ConnectionError(f"Discord: {type(error).__name__}: {error}") from None


@asynccontextmanager
async def session(settings: Settings) -> "AsyncIterator[discord.Client]":
    """A client that is logged in and not connected, for what needs no gateway."""
    import discord

    point(settings)
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        await login(client, settings)
        yield client
    finally:
        await client.close()


class DiscordChat:
    """Discord as a part of the program. `messenger` delivers while it is connected."""

    name = "discord"

    def __init__(self, settings: Settings, dispatcher: Dispatcher, clock: Clock, *, pace: Pace | None = None) -> None:
        import structlog

        self._settings = settings
        self._dispatcher = dispatcher
        self._clock = clock
        self._pace = pace or Pace()
        self._gestures = commands.gestures(dispatcher.catalog.commands.values())
        self._log: FilteringBoundLogger = structlog.get_logger("adapters.discord")
        self._client: discord.AutoShardedClient | None = None
        self._http: Any = None
        self._wire: Wire | None = None
        self._listening: set[int] = set()
        self._leaving = False
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.messenger = DirectMessages(lambda: self._wire if self.connected() else None)

    # Life

    async def start(self) -> None:
        """Log in and see that the gateway is there. Raises `ConnectionError`, `TokenRefused`."""
        import aiohttp
        import discord

        point(self._settings)
        client = _client(self)
        try:
            await login(client, self._settings)
            await _knock(client)
        except (discord.GatewayNotFound, aiohttp.ClientError) as error:
            await client.close()
            raise ConnectionError(f"Discord's gateway: {type(error).__name__}: {error}") from None
        except BaseException:
            await client.close()
            raise
        self._client, self._http, self._leaving = client, aiohttp.ClientSession(), False
        self._listening.clear()
        self._wire = Wire(client, self._http)

    async def serve(self) -> None:
        """Listen until stopped. Raises what ends the connection for good."""
        assert self._client is not None, "started before it serves"
        await self._client.connect()

    async def stop(self) -> None:
        """Take in nothing new, answer what is in hand, disconnect."""
        self._leaving = True
        with contextlib.suppress(TimeoutError):  # a stream may go on for minutes: it is cut, and settled as such
            async with asyncio.timeout(limits.DRAIN_S):
                await self._idle.wait()
        client, http = self._client, self._http
        self._client = self._http = self._wire = None
        self._listening.clear()
        if client is not None:
            await client.close()
        if http is not None:
            await http.close()

    def connected(self) -> bool:
        """Whether every shard listens."""
        client = self._client
        return client is not None and 0 < (client.shard_count or 0) <= len(self._listening)

    def hears(self, shard: int, *, well: bool) -> None:
        """A shard has come or gone."""
        (self._listening.add if well else self._listening.discard)(shard)

    # What comes in

    async def interaction(self, interaction: "discord.Interaction[Any]") -> None:
        """A command, a press, a form or a question for options."""
        if interaction.type.value not in {inbound.COMMAND, inbound.PRESS, inbound.AUTOCOMPLETE, inbound.FORM}:
            return
        await self._handled(partial(self._answer, interaction))

    async def message(self, message: "discord.Message") -> None:
        """A direct message; in servers the bot hears commands only."""
        if message.author.bot or message.guild is not None or not message.content.strip():
            return
        await self._handled(partial(self._converse, message))

    async def _handled(self, work: Callable[[], Awaitable[None]]) -> None:
        if self._leaving or self._wire is None:
            return
        self._in_hand += 1
        self._idle.clear()
        try:
            await work()
        except Exception as error:  # noqa: BLE001  one person's bad luck is nobody else's
            self._log.error("an event was not answered", why=type(error).__name__, exc_info=error)
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._idle.set()

    async def _answer(self, interaction: "discord.Interaction[Any]") -> None:
        assert self._wire is not None, "connected"
        event = inbound.event(interaction)
        read = inbound.read(event, self._gestures, self._clock.now())
        if isinstance(read, Query):
            await self._suggest(event, read)
            return
        public = event.public
        if isinstance(read, Invocation):
            command = self._dispatcher.catalog.find(read.command)
            public = command is not None and not command.private
        answering = Answering(self._wire, event, public=public, pace=self._pace, log=self._log)
        if isinstance(read, Continue):
            await answering.run(partial(self._dispatcher.form, read.answer))
            return
        declined = isinstance(read, Agreement) and not read.agreed
        await answering.run(partial(self._dispatcher.handle, read), declined=declined)

    async def _suggest(self, event: Event, query: Query) -> None:
        options = await self._dispatcher.options(query)
        choices = [
            {"name": option.label[: limits.OPTION_MAX], "value": option.value[: limits.OPTION_MAX]}
            for option in options[: limits.OPTIONS_MAX]
        ]
        assert self._wire is not None, "connected"
        # Too late or typed on: the next letter asks again.
        import discord

        with contextlib.suppress(discord.HTTPException):
            await self._wire.respond(event.id, event.token, CHOICES, {"choices": choices})

    async def _converse(self, message: "discord.Message") -> None:
        assert self._wire is not None, "connected"
        said = inbound.said(message, self._clock.now())
        conversing = Conversing(self._wire, said.place.channel, said.key, self._pace)
        await conversing.run(partial(self._dispatcher.handle, said))


async def _knock(client: "discord.AutoShardedClient") -> None:
    """A first connection that fails would end the library's loop, or hide in it: so the door is tried before."""
    _, url, _ = await client.http.get_bot_gateway()
    socket = await client.http.ws_connect(f"{url}?v=10&encoding=json")
    await socket.close()


def _client(chat: DiscordChat) -> "discord.AutoShardedClient":
    """The library's client, with only what Tandem needs: no cache, no privileged intents, no mentions."""
    import discord

    class Listener(discord.AutoShardedClient):
        async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
            await chat.interaction(interaction)

        async def on_message(self, message: discord.Message) -> None:
            await chat.message(message)

        async def on_shard_connect(self, shard_id: int) -> None:
            chat.hears(shard_id, well=True)

        async def on_shard_resumed(self, shard_id: int) -> None:
            chat.hears(shard_id, well=True)

        async def on_shard_disconnect(self, shard_id: int) -> None:
            chat.hears(shard_id, well=False)

    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    return Listener(
        intents=intents,
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        chunk_guilds_at_startup=False,
        guild_ready_timeout=0.0,  # nothing here waits for the list of servers
        member_cache_flags=discord.MemberCacheFlags.none(),
        max_ratelimit_timeout=limits.RATE_PATIENCE_S,
    )
