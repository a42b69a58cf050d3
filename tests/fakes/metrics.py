"""A platform of creators in memory: accounts that a test scripts, with the three ports of one.

It is as strict as the real ones: an access token ends, a refresh token works once and then is dead, a code works once
and only with its verifier, a description is what its owner wrote.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count

from core.clock import Clock
from core.sources import AccessLost, Account, Found, Loss, Post, Reading, SourceAway, Tokens, Way

SCOPES = {
    "tiktok": frozenset({"user.info.basic", "user.info.profile", "user.info.stats", "video.list"}),
    "youtube": frozenset({"https://www.googleapis.com/auth/youtube.readonly"}),
}


@dataclass
class Creator:
    """Somebody's account, as it is now. `fails` is raised for as long as it stands."""

    external_id: str
    name: str
    handle: str
    description: str = ""
    followers: int | None = 1000
    step: int = 1
    era: str = "2026-08"
    posts: list[Post] = field(default_factory=list)
    fails: Exception | None = None
    refreshes: bool = True
    """False: its owner took our permission back."""


class FakePlatform:
    """`MetricsSource`, `SignIn` and `Lookup` of one platform."""

    def __init__(self, clock: Clock, platform: str = "tiktok", *, access: timedelta = timedelta(hours=2)) -> None:
        self.platform = platform
        self.clock = clock
        self.access = access
        self.creators: dict[str, Creator] = {}
        self.calls: Counter[str] = Counter()
        self.asked: list[tuple[str, ...]] = []
        """Which accounts each reading call named."""
        self.down: Exception | None = None
        """Raised by every call while it stands."""
        self.breaks_with: str | None = None
        """An account that takes every call down with it that names it."""
        self.revoked: list[str] = []
        self.gate: asyncio.Event | None = None
        """A call waits for it, so that something can happen meanwhile."""
        self.arrived = asyncio.Event()
        self.lose_answers = 0
        """So many refreshes are done and their answers lost."""
        self._numbers = count(1)
        self._codes: dict[str, tuple[str, str, frozenset[str]]] = {}
        self._access: dict[str, tuple[str, datetime]] = {}
        self._refresh: dict[str, str] = {}
        self.used_codes: Counter[str] = Counter()

    def creator(self, external_id: str, name: str = "", **how: object) -> Creator:
        """Somebody's account."""
        made = Creator(external_id, name or external_id.title(), external_id.lower())
        for key, value in how.items():
            setattr(made, key, value)
        self.creators[external_id] = made
        return made

    # What a member does at the platform

    def agrees(self, address: str, external_id: str, *, scopes: frozenset[str] | None = None) -> str:
        """Sign in at an address and agree; the query that the platform sends the browser back with."""
        state, challenge = address.split("?", 1)[1].split("&")
        code = f"code-{next(self._numbers)}"
        granted = SCOPES.get(self.platform, frozenset()) if scopes is None else scopes
        self._codes[code] = (external_id, challenge.split("=", 1)[1], granted)
        return f"code={code}&{state}"

    def denies(self, address: str) -> str:
        """Sign in at an address and say no."""
        return f"error=access_denied&{address.split('?', 1)[1].split('&', maxsplit=1)[0]}"

    # SignIn

    def address(self, state: str, verifier: str) -> str:
        return f"https://{self.platform}.example/auth?state={state}&challenge={self._challenge(verifier)}"

    async def exchange(self, code: str, verifier: str) -> tuple[Tokens, Found]:
        await self._called("exchange")
        external_id, challenge, scopes = self._codes.pop(code, ("", "", frozenset()))
        self.used_codes[code] += 1
        if not external_id or challenge != self._challenge(verifier):
            raise AccessLost(self.platform, Loss.REVOKED)
        creator = self.creators[external_id]
        return self._hand_out(external_id, scopes), Found(external_id, creator.name, creator.handle)

    async def refresh(self, tokens: Tokens) -> Tokens:
        if tokens.refresh_until <= self.clock.now():
            raise AccessLost(self.platform, Loss.EXPIRED)
        await self._called("refresh")
        external_id = self._refresh.pop(tokens.refresh, None)
        if external_id is None or not self.creators[external_id].refreshes:
            raise AccessLost(self.platform, Loss.REVOKED)
        handed = self._hand_out(external_id, tokens.scopes)
        if self.lose_answers:
            self.lose_answers -= 1
            raise SourceAway(self.platform, "the answer was lost")
        return handed

    async def revoke(self, tokens: Tokens) -> None:
        await self._called("revoke")
        if tokens.access_until <= self.clock.now():  # it is given back by an access token that lives
            try:
                tokens = await self.refresh(tokens)
            except AccessLost:
                return
        external_id = self._refresh.pop(tokens.refresh, None)
        self._access.pop(tokens.access, None)
        if external_id is not None:
            self.revoked.append(external_id)

    # Lookup

    async def find(self, name: str) -> Found | None:
        await self._called("find")
        wanted = name.strip().removeprefix("@").casefold()
        for creator in self.creators.values():
            if wanted in {creator.external_id.casefold(), creator.handle.casefold()}:
                return Found(creator.external_id, creator.name, creator.handle, creator.description)
        return None

    # MetricsSource

    async def read(self, account: Account, *, posts_since: datetime | None) -> Reading:
        await self._called("read", account)
        return self._reading(account, posts_since)

    async def read_many(self, accounts: tuple[Account, ...]) -> dict[str, Reading | Exception]:
        await self._called("read_many", *accounts)
        assert len(accounts) <= 50
        found: dict[str, Reading | Exception] = {}
        for account in accounts:
            try:
                found[account.external_id] = self._reading(account, None)
            except (SourceAway, AccessLost) as error:
                found[account.external_id] = error
        return found

    # Inside

    async def _called(self, what: str, *accounts: Account) -> None:
        self.calls[what] += 1
        if accounts:
            self.asked.append(tuple(account.external_id for account in accounts))
        if self.gate is not None:
            self.arrived.set()
            await self.gate.wait()
        if self.down is not None:
            raise self.down
        if self.breaks_with in {account.external_id for account in accounts}:
            raise RuntimeError(f"{self.breaks_with} breaks everything")

    def _reading(self, account: Account, since: datetime | None) -> Reading:
        creator, now = self.creators[account.external_id], self.clock.now()
        if account.way is Way.OAUTH:
            known, until = self._access.get(account.token, ("", now))
            assert until > now, "a token that has ended was used: it has to be refreshed before"
            assert known == account.external_id, "somebody else's token"
        if creator.fails is not None:
            raise creator.fails
        posts = None if since is None else tuple(post for post in creator.posts if post.published_at >= since)
        raw = repr((now, creator.followers, posts)).encode()
        return Reading(
            now,
            creator.name,
            creator.handle,
            creator.followers,
            creator.step,
            creator.era,
            sha256(raw).hexdigest(),
            posts,
        )

    def _hand_out(self, external_id: str, scopes: frozenset[str]) -> Tokens:
        now, number = self.clock.now(), next(self._numbers)
        access, refresh = f"access-{number}", f"refresh-{number}"
        self._access[access] = (external_id, now + self.access)
        self._refresh[refresh] = external_id
        return Tokens(access, refresh, now + self.access, now + timedelta(days=180), scopes)

    def _challenge(self, verifier: str) -> str:
        return sha256(verifier.encode()).hexdigest()


def changed(post: Post, **how: object) -> Post:
    """A post with other counts."""
    return replace(post, **how)  # type: ignore[arg-type]
