"""A platform of creators for the stories: three accounts, always the same."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from core.clock import Clock
from core.metrics.service import Sources
from core.sources import Account, Found, Reading, Tokens
from core.values import dataclass

KEY = "cHJldmlldyBwcmV2aWV3IHByZXZpZXcgcHJldmlldyE="
"""Encrypts what nobody needs to hide."""
KITCHEN = Found("UCkitchen", "Mara's kitchen", "maraskitchen")
CLIPS = Found("mara_clips", "Mara", "mara_clips")
DEMO = Found("demo-steady", "Steady demo", "demo-steady")
ALL = frozenset(
    {"user.info.profile", "user.info.stats", "video.list", "https://www.googleapis.com/auth/youtube.readonly"}
)


@dataclass
class Platform:
    """`MetricsSource`, `SignIn` and `Lookup` at once. `found` is all it knows."""

    platform: str
    found: Found
    clock: Clock
    step: int = 1

    async def read(self, account: Account, *, posts_since: datetime | None) -> Reading:
        """The same figures at any time."""
        digest = sha256(account.external_id.encode()).hexdigest()
        posts = None if posts_since is None else ()
        return Reading(
            self.clock.now(), self.found.name, self.found.handle, 45_600, self.step, "2026-08", digest, posts
        )

    async def read_many(self, accounts: tuple[Account, ...]) -> dict[str, Reading | Exception]:
        """The same for several."""
        return {account.external_id: await self.read(account, posts_since=None) for account in accounts}

    def address(self, state: str, verifier: str) -> str:  # noqa: ARG002  the page is the same twice
        """Nowhere."""
        return "#sign-in"

    async def exchange(self, code: str, verifier: str) -> tuple[Tokens, Found]:  # noqa: ARG002  the port's signature
        """Any code is worth something."""
        return self._tokens(), self.found

    async def refresh(self, tokens: Tokens) -> Tokens:  # noqa: ARG002  as above
        """Again for a day."""
        return self._tokens()

    async def revoke(self, tokens: Tokens) -> None:
        """Nothing is left."""

    async def find(self, name: str) -> Found | None:
        """The one account, by its handle or id."""
        wanted = name.strip().removeprefix("@").casefold()
        known = {self.found.handle.casefold(), self.found.external_id.casefold()}
        if self.platform == "demo" and wanted.startswith("steady"):
            return replace(self.found, external_id=wanted)  # one story, and an account for each who asks
        return self.found if wanted in known else None

    def says(self, description: str) -> None:
        """Its owner writes a description."""
        self.found = replace(self.found, description=description)

    def _tokens(self) -> Tokens:
        day = self.clock.now() + timedelta(days=1)
        return Tokens("access", "refresh", day, day + timedelta(days=180), ALL)


def made(clock: Clock) -> Sources:
    """TikTok, YouTube and the demo."""
    tiktok = Platform("tiktok", CLIPS, clock)
    youtube = Platform("youtube", KITCHEN, clock, step=100)
    demo = Platform("demo", DEMO, clock)
    readers = {one.platform: one for one in (tiktok, youtube, demo)}
    return Sources(readers, {"tiktok": tiktok, "youtube": youtube}, {"youtube": youtube, "demo": demo})
