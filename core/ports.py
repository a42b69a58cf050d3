"""What the core needs from outside, as protocols. Adapters implement them; wiring binds them."""

from datetime import datetime
from typing import Any, Protocol

from core.people import Identity
from core.sources import Account, Found, Reading, Tokens
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform took the message."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The platform refuses for good (blocked, direct messages closed): try the member's other platform."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not delivered; it may be next time. `seconds` is what the platform asks for, 0 if it does not say."""

    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The answer was lost: it may or may not have arrived."""

    why: str


Delivery = Delivered | Unreachable | Later | Uncertain


class Vault(Protocol):
    """Keeps files that are too large for a chat, for some hours."""

    async def keep(self, name: str, content: bytes, hours: int) -> str:
        """Store a file and answer the link to it. Whoever has the link has the file."""
        ...

    async def sweep(self) -> int:
        """Remove what has expired; how many files that were."""
        ...


class Messenger(Protocol):
    """Says something to somebody who did not just ask. One for all platforms; wiring composes the adapters'."""

    def serves(self, identity: Identity) -> bool:
        """Whether this process can reach an identity: its platform is on, or its local chat is open."""
        ...

    def repeats_safely(self, platform: str) -> bool:
        """Whether the platform drops a second send with the same key, so that a retry does not double.

        For minutes is enough: after a longer outage an announcement that comes twice is better than one that is lost.
        """
        ...

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:
        """Send a `core.chat.Message` privately. Never raises for what a platform answers."""
        ...


class Painter(Protocol):
    """Draws pictures. Slow work for the processor, so it is called in a thread of its own."""

    def paint(self, picture: Any) -> bytes:
        """A `core.chat.chart.Picture` as PNG: the same picture, the same bytes. May raise: then its words are shown."""
        ...


class Observer(Protocol):
    """Told what happened, for logs and counters; never message text."""

    def handled(self, command: str, outcome: str, *, trace: str) -> None:
        """An interaction ended."""
        ...

    def operational(self, what: str, error: Exception, *, trace: str) -> None:
        """Something outside was busy or away."""
        ...

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        """A bug of ours, with the reference that the member was told."""
        ...


class MetricsSource(Protocol):
    """Reads creators' public figures on one platform. Each call raises `SourceAway` or `AccessLost`."""

    platform: str
    """Its name in settings and commands: `tiktok`, `youtube`, `demo`."""

    async def read(self, account: Account, *, posts_since: datetime | None) -> Reading:
        """The account's figures now; with `posts_since`, also every public post published since."""
        ...

    async def read_many(self, accounts: tuple[Account, ...]) -> dict[str, Reading | Exception]:
        """Figures without posts of many accounts, by external id, in as few calls as the platform allows.

        What failed for one account alone stands in its place; raises only if nothing could be asked.
        """
        ...


class SignIn(Protocol):
    """Lets a member prove an account by signing in at its platform (OAuth 2 with PKCE)."""

    platform: str

    def address(self, state: str, verifier: str) -> str:
        """Where to sign in. No network."""
        ...

    async def exchange(self, code: str, verifier: str) -> tuple[Tokens, Found]:
        """Tokens for the code that came back, and whose they are."""
        ...

    async def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens; the old refresh token may be dead from now on, so store before use."""
        ...

    async def revoke(self, tokens: Tokens) -> None:
        """Give the permission back."""
        ...


class Lookup(Protocol):
    """Finds a public account by the name that people type, to prove it by a code in its description."""

    platform: str

    async def find(self, name: str) -> Found | None:
        """The account of a handle, an id or an address; None if there is none."""
        ...
