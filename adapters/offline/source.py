"""`DemoSource`: reads made-up creators as if a platform stood behind them."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from adapters.offline.walk import Creator, Kind
from core.clock import Clock
from core.sources import AccessLost, Account, Found, Loss, Reading, SourceAway

PLATFORM: Final = "demo"
NAME: Final = "The demo"
ERA: Final = "demo"
DESCRIPTION: Final = "Made up by the demo: nobody stands behind this account."
AWAY_S: Final = 3600


class DemoSource:
    """The ports `MetricsSource` and `Lookup` without a network."""

    platform = PLATFORM

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def find(self, name: str) -> Found | None:
        """The creator of `demo-fast`, `fast` or `@demo-fast-bob`; found today, unless the name carries a day."""
        typed = name.strip().lower().removeprefix("@")
        creator = Creator.of(typed if typed.startswith("demo-") else f"demo-{typed}")
        if creator is None:
            return None
        dated = creator if creator.since else replace(creator, since=self._clock.now().astimezone(UTC).date())
        return Found(dated.external_id, dated.title, dated.handle, DESCRIPTION)

    async def read(self, account: Account, *, posts_since: datetime | None) -> Reading:
        """The figures at this instant of the clock."""
        at = self._clock.now()
        creator = Creator.of(account.external_id)
        if creator is None:
            raise AccessLost(NAME, Loss.GONE)
        if creator.kind is Kind.AWAY and creator.turned(at):
            raise SourceAway(NAME, "it was told to be away", AWAY_S)
        if creator.kind is Kind.HIDDEN and creator.turned(at):
            raise AccessLost(NAME, Loss.HIDDEN)
        followers = creator.followers(at)
        posts = None if posts_since is None else tuple(creator.posts(posts_since, at))
        digest = hashlib.sha256(repr((account.external_id, at.isoformat(), followers, posts)).encode()).hexdigest()
        return Reading(at, creator.title, creator.handle, followers, 1, ERA, digest, posts)

    async def read_many(self, accounts: tuple[Account, ...]) -> dict[str, Reading | Exception]:
        """The figures of each, or why there are none."""
        found: dict[str, Reading | Exception] = {}
        for account in accounts:
            try:
                found[account.external_id] = await self.read(account, posts_since=None)
            except (SourceAway, AccessLost) as error:
                found[account.external_id] = error
        return found


def make(clock: Clock) -> DemoSource:
    """The demo source on a clock that may travel."""
    return DemoSource(clock)
