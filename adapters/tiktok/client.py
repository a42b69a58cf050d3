"""Puts TikTok together from its settings."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from pydantic import SecretStr

from adapters.common.http import Http
from adapters.tiktok.limits import NAME, READ_S, TIMEOUT_S
from adapters.tiktok.pace import Pace
from adapters.tiktok.signin import TikTokSignIn
from adapters.tiktok.source import TikTok
from adapters.tiktok.wire import Wire
from core.clock import Clock


class Settings(Protocol):
    """`[tiktok]` of the settings."""

    @property
    def enabled(self) -> bool:
        """Whether TikTok is read at all."""
        ...

    @property
    def api_url(self) -> str:
        """Where the Display API and the token endpoint are."""
        ...

    @property
    def auth_url(self) -> str:
        """TikTok's page for signing in."""
        ...

    @property
    def requests_a_minute(self) -> int:
        """To one endpoint, at most."""
        ...

    @property
    def client_key(self) -> SecretStr:
        """Names the application."""
        ...

    @property
    def client_secret(self) -> SecretStr:
        """Proves the application."""
        ...


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def make(
    settings: Settings,
    clock: Clock,
    *,
    back: str,
    timeout_s: float = TIMEOUT_S,
    read_s: float = READ_S,
    now: Callable[[], float] = _loop_time,
) -> TikTok | None:
    """TikTok, or None where it is off or has no client. `back` is our address that TikTok sends people back to.

    `now` is what the pace counts by. Whoever makes it closes it.
    """
    client = settings.client_key.get_secret_value(), settings.client_secret.get_secret_value()
    if not (settings.enabled and all(client)):
        return None
    http = Http(NAME, timeout_s=timeout_s)
    wire = Wire(http, settings.api_url.rstrip("/"), Pace(settings.requests_a_minute, now))
    sign_in = TikTokSignIn(http, wire, clock, client=client, page=settings.auth_url, back=back)
    return TikTok(http, wire, clock, sign_in=sign_in, read_s=read_s)
