"""Puts YouTube together from its settings."""

from typing import Protocol

from pydantic import SecretStr

from adapters.common.http import Http
from adapters.youtube.limits import NAME, READ_S, TIMEOUT_S
from adapters.youtube.quota import Quota
from adapters.youtube.signin import YouTubeSignIn
from adapters.youtube.source import YouTube
from adapters.youtube.wire import Wire
from core.clock import Clock


class Settings(Protocol):
    """`[youtube]` of the settings."""

    @property
    def enabled(self) -> bool:
        """Whether YouTube is read at all."""
        ...

    @property
    def api_url(self) -> str:
        """Where the Data API is."""
        ...

    @property
    def auth_url(self) -> str:
        """Google's page for signing in."""
        ...

    @property
    def token_url(self) -> str:
        """Where Google hands out tokens and takes them back."""
        ...

    @property
    def units_a_day(self) -> int:
        """The project's quota."""
        ...

    @property
    def api_key(self) -> SecretStr:
        """Opens what is public."""
        ...

    @property
    def client_id(self) -> SecretStr:
        """Names the OAuth client; without one nobody can sign in."""
        ...

    @property
    def client_secret(self) -> SecretStr:
        """Proves the OAuth client."""
        ...


def make(
    settings: Settings,
    clock: Clock,
    *,
    back: str,
    timeout_s: float = TIMEOUT_S,
    read_s: float = READ_S,
) -> YouTube | None:
    """YouTube, or None where it is off or has no key. `back` is our address that Google sends people back to.

    Whoever makes it closes it.
    """
    key = settings.api_key.get_secret_value()
    if not (settings.enabled and key):
        return None
    http = Http(NAME, timeout_s=timeout_s)
    wire = Wire(http, settings.api_url.rstrip("/"), key, Quota(clock, settings.units_a_day))
    client = settings.client_id.get_secret_value(), settings.client_secret.get_secret_value()
    pages = settings.auth_url, settings.token_url.rstrip("/")
    sign_in = YouTubeSignIn(http, wire, clock, client=client, pages=pages, back=back) if all(client) else None
    return YouTube(http, wire, clock, sign_in=sign_in, read_s=read_s)
