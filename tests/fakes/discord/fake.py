"""A whole Discord on 127.0.0.1 for one test: the servers, the world behind them and the people in it."""

import contextlib
from collections.abc import Iterator
from typing import Self

from aiohttp import web

from tests.fakes.discord import spec
from tests.fakes.discord.clock import Clock
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.person import Person
from tests.fakes.discord.rates import Rates, Storm
from tests.fakes.discord.rest import PREFIX, Call, Rest
from tests.fakes.discord.routes import routes
from tests.fakes.discord.things import USUAL, Guild
from tests.fakes.discord.world import Broken, Refused, World

PACE = 0.01


class FakeDiscord:
    """`pace` shortens the windows of rate limits: the counts are kept, the waiting is not."""

    def __init__(self, *, pace: float = PACE) -> None:
        self.pace = pace
        self.clock = Clock()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        # The world needs the address of its files, which is known once a port is bound.
        self.world = World(self.clock, cdn="")
        self.world.unvalidated = spec.unavailable()
        self.rates = Rates(self.pace)
        self.gateway = Gateway(self.world, pace=self.pace)
        self.rest = Rest(self.world, self.rates, routes(self.gateway))
        self.rest.app.router.add_get("/gateway", self.gateway.serve)
        self._runner = web.AppRunner(self.rest.app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.api_url = f"http://127.0.0.1:{port}{PREFIX}"
        self.gateway_url = self.gateway.url = f"ws://127.0.0.1:{port}/gateway"
        self.world.cdn = f"http://127.0.0.1:{port}/cdn"
        self.guild = self.world.guild("Studio")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        self.gateway.cut()
        await self._runner.cleanup()

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.application.token

    def person(self, name: str, *, guild: Guild | None = None, permissions: int = USUAL) -> Person:
        """Somebody new, who is in the guild and looks at its first channel."""
        guild = guild or self.guild
        user = self.world.user(name)
        self.world.join(user, guild, permissions=permissions)
        return Person(self.world, user, next(iter(guild.channels.values())))

    def stranger(self, name: str) -> Person:
        """Somebody who shares no guild with the bot, in the direct messages with it."""
        user = self.world.user(name)
        return Person(self.world, user, self.world.dm(user))

    @property
    def violations(self) -> list[Broken]:
        """Requests that broke the OpenAPI file, or that the fake has no route for: a test asserts none."""
        return self.world.violations

    @property
    def refusals(self) -> list[Refused]:
        """Requests that were refused; a test of a bot asserts that they are those it expects."""
        return self.world.refusals

    @property
    def unvalidated(self) -> str | None:
        """Why nothing is held against the OpenAPI file, if nothing is."""
        return self.world.unvalidated

    def calls(self, method: str = "*", template: str = "*") -> list[Call]:
        """The requests that arrived, by method and by path as the OpenAPI file writes it."""
        return [
            call
            for call in self.rest.requests
            if method in ("*", call.method) and template in ("*", call.template)
        ]

    # Weather

    def next_answers(
        self,
        method: str,
        template: str,
        status: int,
        *,
        times: int = 1,
        retry_after: float = 0.02,
        scope: str = "user",
        via: bool = True,
    ) -> Storm:
        """The next requests to this route are answered so, without effect; `*` is any method or route."""
        storm = Storm(method, template, status, times, retry_after=retry_after, scope=scope, via=via)
        self.rates.storms.append(storm)
        return storm

    def loses_answers(self, method: str, template: str, *, times: int = 1) -> Storm:
        """The next requests to this route take effect, but the connection is cut before the answer."""
        storm = Storm(method, template, 0, times, lost=True)
        self.rates.storms.append(storm)
        return storm

    async def told(self, interaction: Interaction) -> None:
        """Wait until an interaction is acknowledged, even if only by a deferral."""
        await self.world.bell.until(lambda: interaction.answered, told="an acknowledgement")

    @contextlib.contextmanager
    def pointed_at(self) -> Iterator[None]:
        """Let discord.py take this for Discord, and put its addresses back afterwards."""
        import discord
        import yarl
        from discord.gateway import DiscordWebSocket

        before = discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
        discord.http.Route.BASE = self.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway_url)
        try:
            yield
        finally:
            discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
