"""What a platform of creators says about an account, as plain data, and how asking can fail.

Shared by the port `MetricsSource`, the room that keeps what was read, and those who judge by it.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from core.errors import ErrorKind, TandemError
from core.values import dataclass


class Way(StrEnum):
    """How a member proved that an account is theirs."""

    OAUTH = "oauth"
    """They signed in at the platform and let us read."""
    CODE = "code"
    """They put our one-time code into the account's public description."""
    DEMO = "demo"
    """Made up; labelled as such wherever it shows."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its platform names it. `token` is the access token, empty where none is needed."""

    external_id: str
    way: Way
    token: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """A live broadcast that has ended, on a post."""

    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """One public post. A count is None where the platform does not say it (switched off), which is not zero."""

    id: str
    published_at: datetime
    views: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    live: Live | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read at one instant.

    `followers` is None where hidden; the true number lies in [followers, followers + step) where the platform floors
    it, so `step` is 1 for an exact count. `era` names how the platform counts views at that time: readings of two eras
    can not be compared. `posts` is None where they were not asked for. `digest` is the SHA-256 of the raw payloads.
    """

    at: datetime
    name: str
    handle: str
    followers: int | None
    step: int
    era: str
    digest: str
    posts: tuple[Post, ...] | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a platform hands out for reading an account. The refresh token may change with every refresh."""

    access: str
    refresh: str
    access_until: datetime
    refresh_until: datetime
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """An account that was looked up: enough to show it and to prove it."""

    external_id: str
    name: str
    handle: str
    description: str = ""


class SourceAway(TandemError):
    """The platform did not answer, or not in a way that can be used: quota, time-out, an error of its own."""

    kind: ClassVar[ErrorKind] = ErrorKind.OPERATIONAL
    words: ClassVar[str] = "{platform} gives no answer just now ({why}). Nothing was changed; try again in a while."

    platform: str
    why: str
    seconds: int = 0
    """How long the platform asks to wait; 0 if it does not say."""


class Loss(StrEnum):
    """Why an account can not be read any more."""

    REVOKED = "revoked"
    """The member took our permission back."""
    HIDDEN = "hidden"
    """It exists and does not show itself: private, or its posts are."""
    GONE = "gone"
    """The platform knows no such account any more: deleted or banned."""
    EXPIRED = "expired"
    """Our permission ran out through no act of the member."""
    DISCONNECTED = "disconnected"
    """The member disconnected it here."""


class AccessLost(TandemError):
    """The account is not readable for us; asking again changes nothing until the member acts."""

    words: ClassVar[str] = "{platform} does not let me read this account any more. Connect it again to go on."
    ways: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = (("Connect", ("connect",)),)

    platform: str
    loss: Loss


class SignInFailed(AccessLost):
    """The platform did not confirm who signed in, or lets us read too little of it: nothing was connected."""

    words: ClassVar[str] = "{platform} did not confirm the sign-in: {why}. Nothing was connected; start again."

    why: str
