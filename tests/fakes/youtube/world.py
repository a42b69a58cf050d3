"""What there is behind the loopback YouTube: channels with their true figures, videos, Google accounts' grants."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from core.clock import Clock


def shown(subscribers: int) -> int:
    """What the public sees of a number: three significant digits, rounded down."""
    quantum = 1
    while subscribers // quantum >= 1_000:
        quantum *= 10
    return subscribers // quantum * quantum


@dataclass
class Video:
    """A video with its true figures. None is a count that its owner has switched off."""

    id: str
    published_at: datetime
    views: int | None = 0
    likes: int | None = 0
    comments: int | None = 0
    privacy: str = "public"
    live: str = "none"
    live_from: datetime | None = None
    live_until: datetime | None = None


@dataclass
class Channel:
    """A channel. A closed one is not found any more; `hidden` hides its followers."""

    id: str
    title: str
    handle: str
    description: str = ""
    subscribers: int = 0
    hidden: bool = False
    closed: bool = False
    private: bool = False
    videos: list[Video] = field(default_factory=list)

    @property
    def uploads(self) -> str:
        """The id of the playlist of its uploads."""
        return "UU" + self.id[2:]

    def posts(self, at: datetime, video_id: str = "", **figures: object) -> Video:
        """Another video."""
        video = Video(video_id or secrets.token_urlsafe(8), at)
        for name, value in figures.items():
            assert hasattr(video, name), name
            setattr(video, name, value)
        self.videos.append(video)
        return video

    def deletes(self, video: Video) -> None:
        """As if it had never been."""
        self.videos.remove(video)

    def listed(self) -> Iterator[Video]:
        """Uploads as strangers see them, newest first. Unlisted ones slip in now and then (assumed)."""
        return iter(sorted((one for one in self.videos if one.privacy != "private"), key=_age, reverse=True))


def _age(video: Video) -> datetime:
    return video.published_at


@dataclass
class Grant:
    """What somebody allowed an application: one refresh token for good, access tokens for an hour."""

    channel: Channel | None
    scopes: frozenset[str]
    refresh: str
    live: bool = True


@dataclass
class Code:
    """An authorization code: once, with the address and the verifier it was made for."""

    grant: Grant
    redirect_uri: str
    challenge: str
    until: float


class World:
    """Everything, and the time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.channels: dict[str, Channel] = {}
        self.keys = {"AIza-test-key"}
        self.client = ("client.apps.example", "GOCSPX-test-secret")
        self.redirects = {"http://127.0.0.1:8080/oauth/youtube"}
        self.codes: dict[str, Code] = {}
        self.grants: dict[str, Grant] = {}
        self.access: dict[str, tuple[Grant, float]] = {}
        self.units_a_day = 10_000
        self.units: dict[str, int] = {}
        self.violations: list[str] = []

    def now(self) -> float:
        """Unix time."""
        return self.clock.now().timestamp()

    def visible(self, channel_id: str) -> Channel | None:
        """A channel that is still there."""
        channel = self.channels.get(channel_id)
        return channel if channel is not None and not channel.closed else None
