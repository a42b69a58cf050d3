"""What there is behind the loopback TikTok: creators with their videos, and what they allowed an application."""

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from core.clock import Clock

ACCESS_S = 2 * 3_600
REFRESH_S = 180 * 86_400


@dataclass
class Video:
    """A video with its counts. A private one is its owner's alone."""

    id: str
    created_at: datetime
    views: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    private: bool = False


@dataclass
class Creator:
    """Somebody on TikTok. A private account shows its figures and none of its videos; a banned one nothing."""

    open_id: str
    username: str
    display_name: str
    followers: int = 0
    private: bool = False
    banned: bool = False
    videos: list[Video] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(7_300_000_000_000_000_000))

    def posts(self, at: datetime, **figures: int | bool) -> Video:
        """Another video."""
        video = Video(str(next(self._numbers)), at)
        for name, value in figures.items():
            assert hasattr(video, name), name
            setattr(video, name, value)
        self.videos.append(video)
        return video

    def deletes(self, video: Video) -> None:
        """As if it had never been."""
        self.videos.remove(video)

    def shown(self) -> list[Video]:
        """What the Display API lists: newest first."""
        if self.private:
            return []
        public = [video for video in self.videos if not video.private]
        return sorted(public, key=lambda video: (video.created_at, video.id), reverse=True)


@dataclass
class Grant:
    """What somebody allowed: one access token and one refresh token at a time."""

    creator: Creator
    scopes: frozenset[str]
    live: bool = True
    access: str = ""
    access_until: float = 0
    refresh: str = ""
    refresh_until: float = 0


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
        self.creators: dict[str, Creator] = {}
        self.client = ("aw-test-key", "test-secret-of-the-app")
        self.redirects = {"http://127.0.0.1:8080/oauth/tiktok", "https://tandem.example/oauth/tiktok"}
        # What the review of the application has allowed.
        self.reviewed = {"user.info.basic", "user.info.profile", "user.info.stats", "video.list"}
        self.codes: dict[str, Code] = {}
        self.by_access: dict[str, Grant] = {}
        # Old refresh tokens stay known: who comes with one logs the person out.
        self.by_refresh: dict[str, Grant] = {}
        self.requests_a_minute = 600

    def now(self) -> float:
        """Unix time."""
        return self.clock.now().timestamp()

    def hand_out(self, grant: Grant) -> dict[str, object]:
        """New tokens; the old ones are dead from now on."""
        self.by_access.pop(grant.access, None)
        grant.access = "act." + secrets.token_urlsafe(24)
        grant.refresh = "rft." + secrets.token_urlsafe(24)
        grant.access_until = self.now() + ACCESS_S
        grant.refresh_until = self.now() + REFRESH_S
        self.by_access[grant.access] = grant
        self.by_refresh[grant.refresh] = grant
        return {
            "access_token": grant.access,
            "expires_in": ACCESS_S,
            "open_id": grant.creator.open_id,
            "refresh_expires_in": REFRESH_S,
            "refresh_token": grant.refresh,
            "scope": ",".join(sorted(grant.scopes)),
            "token_type": "Bearer",
        }

    def end(self, grant: Grant) -> None:
        """Nothing of it opens anything any more."""
        grant.live = False
        self.by_access.pop(grant.access, None)
