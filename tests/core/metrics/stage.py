"""A household with platforms of creators beside it, and the ways people go between the two."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.chat import Outcome, Reaction, Reply, Visit
from core.clock import SetClock
from core.db import Table as Base
from core.facts import Fact
from core.metrics import service
from core.metrics.repository import MetricAccount, Snapshot
from core.metrics.rules import MetricLimits
from core.metrics.service import Failure, Sources
from core.runner import Tick
from core.sources import Post
from tests.databases import AnyDatabase
from tests.fakes.metrics import FakePlatform
from tests.household import NOON, Household, Person, buttons_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEY = base64.urlsafe_b64encode(b"a key that only these tests know").decode()
EVER = (NOON - 900 * DAY, NOON + 900 * DAY)


class Stage:
    """What tests of the room stand on."""

    def __init__(self, database: AnyDatabase, limits: MetricLimits) -> None:
        clock = SetClock(NOON)
        self.tiktok = FakePlatform(clock, "tiktok")
        self.youtube = FakePlatform(clock, "youtube", access=HOUR)
        self.demo = FakePlatform(clock, "demo")
        every = {one.platform: one for one in (self.tiktok, self.youtube, self.demo)}
        signs = {"tiktok": self.tiktok, "youtube": self.youtube}
        looks = {"youtube": self.youtube, "demo": self.demo}
        self.limits = limits
        self.sources = Sources(every, signs, looks)
        self.house = Household(database, metrics=limits, sources=self.sources)
        for platform in every.values():
            platform.clock = self.house.clock

    def adopt(self, other: "Stage") -> None:
        """The same world behind another process: its clock and its platforms."""
        self.house.clock.set(other.house.clock.now())
        for mine, theirs in ((self.tiktok, other.tiktok), (self.youtube, other.youtube)):
            mine.__dict__.update(theirs.__dict__, clock=self.house.clock)

    def hears(self, *kinds: type[Fact]) -> list[Fact]:
        """Facts of these kinds, as they are recorded from now on."""
        heard: list[Fact] = []
        for kind in kinds:
            listening = Reaction(kind, lambda uow, fact: heard.append(fact))
            self.house.catalog._reactions.setdefault(kind, []).append(listening)
        return heard

    # Connecting

    async def address(self, person: Person, command: str = "tiktok") -> str:
        """Where somebody is sent to sign in."""
        outcome = await person.does("connect", command)
        assert isinstance(outcome, Visit), outcome
        return outcome.url

    async def returns(self, query: str, platform: str = "tiktok") -> bool:
        """A browser comes back; whether that was news."""
        return await self.house.runner.receive("oauth", f"{platform}?{query}".encode(), {})

    async def signs_in(self, person: Person, external_id: str = "ann_t", platform: str = "tiktok") -> MetricAccount:
        """The whole way, up to the first reading."""
        source = {"tiktok": self.tiktok, "youtube": self.youtube}[platform]
        if external_id not in source.creators:
            source.creator(external_id)
        address = await self.address(person, {"tiktok": "tiktok", "youtube": "google"}[platform])
        await self.returns(source.agrees(address, external_id), platform)
        await self.house.pass_time()
        return await self.account(person, external_id)

    async def proves(self, person: Person, external_id: str = "UCann") -> MetricAccount:
        """A channel by a code in its description, up to the first reading."""
        if external_id not in self.youtube.creators:
            self.youtube.creator(external_id)
        given = await person.does("connect", "youtube", channel=external_id)
        self.youtube.creators[external_id].description = f"Hello! {code_in(given)} Bye."
        outcome = await person.agrees(buttons_of(given)["Check"].token)
        assert isinstance(outcome, Reply), outcome
        await self.house.pass_time()
        return await self.account(person, external_id)

    # Looking

    async def accounts(self, person: Person) -> list[MetricAccount]:
        me = await person.id()
        return await self.house.do(lambda uow: service.accounts(uow, me))

    async def account(self, person: Person, external_id: str) -> MetricAccount:
        return next(one for one in await self.accounts(person) if one.external_id == external_id)

    async def again(self, account: MetricAccount) -> MetricAccount:
        """An account as it is now."""
        return await self.house.do(lambda uow: service.account(uow, account.id))

    async def snapshots(self, account: MetricAccount) -> list[Snapshot]:
        return await self.house.do(lambda uow: service.snapshots(uow, account.id, *EVER))

    async def failures(self, account: MetricAccount) -> list[Failure]:
        return await self.house.do(lambda uow: service.failures(uow, account.id, *EVER))

    async def run(self, by: timedelta = timedelta()) -> Tick:
        """Let time pass and do what is due, whatever fails."""
        self.house.clock.advance(by)
        return await self.house.runner.run_due()

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        found = select(Base.metadata.tables[table])
        return await self.house.do(lambda uow: [row._asdict() for row in uow.run(found)])

    @contextmanager
    def dying(self, platform: FakePlatform, what: str) -> Iterator[None]:
        """The process dies right after the platform did something: nothing that followed ever happened."""
        real = getattr(platform, what)

        async def last(*args: Any, **how: Any) -> None:
            await real(*args, **how)
            raise Died

        setattr(platform, what, last)
        try:
            with pytest.raises(Died):
                yield
        finally:
            delattr(platform, what)


class Died(BaseException):
    """Like a kill: nobody catches it."""


def code_in(outcome: Outcome) -> str:
    """The code that a reply shows."""
    assert isinstance(outcome, Reply), outcome
    spans = [span for block in outcome.message.blocks for span in getattr(block, "content", ())]
    return next(str(span.text) for span in spans if type(span).__name__ == "Code")


def post(name: str, published_at: datetime, views: int | None = 10) -> Post:
    """A post with some counts."""
    return Post(name, published_at, views, 3, 2, 1)


def viewed(what: Post, views: int) -> Post:
    """The same with other views."""
    return replace(what, views=views)
