"""A whole TikTok on 127.0.0.1 for one test: the Display API, Login Kit, the creators behind them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from aiohttp import web
from pydantic import SecretStr

from bot.settings import TikTokSettings
from core.clock import Clock, SetClock
from tests.fakes.tiktok.display import Display
from tests.fakes.tiktok.oauth import SignIn
from tests.fakes.tiktok.world import Creator, World
from tests.fakes.weather import Call, Loopback, Scripted, Weather

API = "/v2"
BACK = "http://127.0.0.1:8080/oauth/tiktok"


class FakeTikTok:
    """No description of the API is published for machines: the fake itself refuses what TikTok would."""

    back = BACK

    def __init__(self, clock: Clock | None = None) -> None:
        self.world = World(clock or SetClock(datetime(2026, 11, 20, 12, tzinfo=UTC)))
        self.weather = Weather()
        self.sign_in = SignIn(self.world)
        display = Display(self.world)
        app = web.Application(middlewares=[self.weather.middleware])
        app.router.add_get(f"{API}/user/info/", display.user_info)
        app.router.add_post(f"{API}/video/list/", display.video_list)
        app.router.add_post(f"{API}/video/query/", display.video_query)
        app.router.add_post(f"{API}/oauth/token/", self.sign_in.token)
        app.router.add_post(f"{API}/oauth/revoke/", self.sign_in.revoke)
        self._loopback = Loopback(app)

    async def __aenter__(self) -> Self:
        self.url = await self._loopback.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._loopback.stop()

    @property
    def settings(self) -> TikTokSettings:
        """`[tiktok]` that leads here."""
        client_key, client_secret = self.world.client
        return replace(
            TikTokSettings(),
            enabled=True,
            api_url=self.url + API,
            auth_url=f"{self.url}/v2/auth/authorize/",
            client_key=SecretStr(client_key),
            client_secret=SecretStr(client_secret),
        )

    def creator(self, username: str, followers: int = 0) -> Creator:
        """Somebody else."""
        made = Creator(f"-000{username}", username, username.capitalize(), followers)
        self.world.creators[made.open_id] = made
        return made

    def next_answers(self, endpoint: str, *answers: Scripted) -> None:
        """What the next requests get: `user/info`, `video/list`, `oauth/token`, or `*`."""
        self.weather.next_answers("*" if endpoint == "*" else f"{API}/{endpoint}/", *answers)

    def calls(self, endpoint: str) -> list[Call]:
        """The requests to an endpoint that arrived."""
        return self.weather.arrived(f"{API}/{endpoint}/")
