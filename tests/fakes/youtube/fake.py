"""A whole YouTube on 127.0.0.1 for one test: the Data API, Google's token endpoint, the channels behind them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from aiohttp import web
from pydantic import SecretStr

from bot.settings import YouTubeSettings
from core.clock import Clock, SetClock
from tests.fakes.weather import Call, Loopback, Scripted, Weather
from tests.fakes.youtube import spec
from tests.fakes.youtube.lists import Lists
from tests.fakes.youtube.oauth import SignIn
from tests.fakes.youtube.world import Channel, World

API = "/youtube/v3"


class FakeYouTube:
    """Leaving it fails if something broke Google's description; `unvalidated` says why nothing is checked."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.world = World(clock or SetClock(datetime(2026, 11, 20, 12, tzinfo=UTC)))
        self.weather = Weather()
        self.sign_in = SignIn(self.world)
        self.unvalidated = spec.unavailable()
        app = web.Application(middlewares=[self.weather.middleware])
        app.router.add_get(f"{API}/{{resource}}", Lists(self.world).serve)
        app.router.add_post("/token", self.sign_in.token)
        app.router.add_post("/revoke", self.sign_in.revoke)
        self._loopback = Loopback(app)

    async def __aenter__(self) -> Self:
        self.url = await self._loopback.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self._loopback.stop()
        if kind is None and self.world.violations:
            raise AssertionError("\n".join(self.world.violations))

    @property
    def back(self) -> str:
        """The redirect URI that is registered."""
        return next(iter(self.world.redirects))

    @property
    def settings(self) -> YouTubeSettings:
        """`[youtube]` that leads here."""
        client_id, client_secret = self.world.client
        return replace(
            YouTubeSettings(),
            enabled=True,
            api_url=self.url + API,
            auth_url=f"{self.url}/o/oauth2/v2/auth",
            token_url=self.url,
            api_key=SecretStr(next(iter(self.world.keys))),
            client_id=SecretStr(client_id),
            client_secret=SecretStr(client_secret),
        )

    def channel(self, handle: str, subscribers: int = 0, description: str = "") -> Channel:
        """Another channel."""
        number = len(self.world.channels)
        made = Channel(f"UC{number:022d}", handle.capitalize(), handle, description, subscribers)
        self.world.channels[made.id] = made
        return made

    def next_answers(self, resource: str, *answers: Scripted) -> None:
        """What the next questions get: `channels`, `playlistItems`, `videos`, `/token`, `/revoke`, or `*`."""
        path = resource if resource.startswith(("/", "*")) else f"{API}/{resource}"
        self.weather.next_answers(path, *answers)

    def calls(self, resource: str) -> list[Call]:
        """The questions to a list that arrived."""
        return self.weather.arrived(f"{API}/{resource}")

    @property
    def units(self) -> int:
        """Units that were taken, over all days."""
        return sum(self.world.units.values())
