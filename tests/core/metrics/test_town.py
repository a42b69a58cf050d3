"""4,000 channels and 10,000 TikTok accounts through a day, by the planning code itself: the platforms allow enough.

The rooms around it stay out: rounds are prepared, asked and settled as the runner would, many to a transaction, so that
a day takes seconds.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import count

import pytest
from sqlalchemy import func, select

from core.chat import Again, Due
from core.db import UnitOfWork
from core.members import service as members
from core.members.rules import MemberRules
from core.metrics import jobs, repository, rules, sealing, service
from core.metrics.reading import Round
from core.metrics.rules import MetricLimits
from core.metrics.sealing import Keys
from core.metrics.service import Sources
from core.people import Actor, Identity, Member
from core.sources import Account, Reading, Tokens
from tests.core.metrics.stage import DAY, MINUTE
from tests.databases import AnyDatabase
from tests.household import NOON, Household

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "America/Sao_Paulo",
)
CHANNELS, TIKTOKS, WATCHED = 4_000, 10_000, 500
PEOPLE = 3_000
UNITS, A_MINUTE = 10_000, 600
"""What the platforms allow: units in a Pacific day, requests in any minute."""

NEXT = select(func.min(repository.ACCOUNT.c.next_at))


class Counting:
    """Counts what it is asked, as the platform would."""

    def __init__(self, house: Household, platform: str) -> None:
        self.platform, self._house = platform, house
        self.days: Counter[datetime] = Counter()
        self.minutes: Counter[datetime] = Counter()
        self.read_at: defaultdict[str, list[datetime]] = defaultdict(list)

    def _asked(self, units: int) -> datetime:
        now = self._house.clock.now()
        self.days[rules.quota_day(now)] += units
        self.minutes[now.replace(second=0, microsecond=0)] += units
        return now

    def _reading(self, account: Account, now: datetime, posts: bool) -> Reading:
        self.read_at[account.external_id].append(now)
        digest = sha256(account.external_id.encode()).hexdigest()
        return Reading(now, "n", "h", 1000, 1, "era", digest, () if posts else None)

    async def read(self, account: Account, *, posts_since: datetime | None) -> Reading:
        return self._reading(account, self._asked(3 if posts_since else 1), posts_since is not None)

    async def read_many(self, accounts: tuple[Account, ...]) -> dict[str, Reading | Exception]:
        now = self._asked(1)
        return {account.external_id: self._reading(account, now, False) for account in accounts}


class Town:
    """Everybody, with four or five accounts each."""

    def __init__(self, database: AnyDatabase, limits: MetricLimits) -> None:
        self.house, self.limits, self.keys = Household(database, metrics=limits), limits, Keys(limits.keys)
        self.youtube, self.tiktok = Counting(self.house, "youtube"), Counting(self.house, "tiktok")
        self.sources = Sources({"youtube": self.youtube, "tiktok": self.tiktok})

    async def settle_in(self) -> None:
        await self.house.do(self._arrive)

    def _arrive(self, uow: UnitOfWork) -> None:
        people = []
        for number in range(PEOPLE):
            actor = Actor(Identity("discord", str(number)), f"p{number}")
            who = members.resolve(uow, actor, NOON).member
            members.set_zone(uow, who, ZONES[number % len(ZONES)], NOON, MemberRules())
            people.append(replace(who, zone=ZONES[number % len(ZONES)]))
        uow.facts.clear()
        self._connect(uow, people)

    def _connect(self, uow: UnitOfWork, people: list[Member]) -> None:
        far = NOON + 900 * DAY
        tokens = sealing.sealed_tokens(self.keys, Tokens("access", "refresh", far, far, frozenset()))
        numbers = count()
        for platform, many, way in (("youtube", CHANNELS, "code"), ("tiktok", TIKTOKS, "oauth")):
            for number in range(many):
                member = people[next(numbers) % len(people)]
                row = {"member_id": member.id, "platform": platform, "external_id": f"{platform}{number}", "way": way}
                next_at = rules.next_reading(NOON, member.zone, self.limits)
                row |= {"name": "n", "handle": "h", "connected_at": NOON, "next_at": next_at}
                account = uow.run(repository.INSERT, **row).scalar()
                if way == "oauth":
                    uow.run(repository.KEEP_TOKEN, account_id=account, **tokens)
                if number < WATCHED:
                    service.watch(uow, account, NOON - DAY, far)

    async def pass_day(self) -> None:
        """Everything that is due, minute by minute, with a day of time."""
        ends = self.house.clock.now() + DAY
        while self.house.clock.now() < ends:
            await self._minute()
            now = self.house.clock.now()
            next_at = await self.house.do(lambda uow: uow.run(NEXT).scalar())
            self.house.clock.set(min(ends, max(now + MINUTE, next_at)))

    async def _minute(self) -> None:
        """As many rounds as may begin now."""
        while rounds := await self.house.do(self._prepare):
            asked = [
                (due, await jobs.read(round_, limits=self.limits, sources=self.sources, observer=self.house.watch))
                for due, round_ in rounds
            ]

            def finish(uow: UnitOfWork, asked=asked) -> None:
                for due, answers in asked:
                    jobs.finish_daily(uow, due, answers, limits=self.limits)

            await self.house.do(finish)

    def _prepare(self, uow: UnitOfWork) -> list[tuple[Due, Round]]:
        now = self.house.clock.now()
        rounds: list[tuple[Due, Round]] = []
        for platform in self.sources.readers:
            while True:
                what = {"account": 0, "of_platform": platform, "before": now, "moment": now, "most": 1}
                row = uow.run(repository.ALONG, **what).first()
                if row is None:
                    break
                due = Due(service.READ, str(row.id), {}, now)
                round_ = jobs.prepare_daily(uow, due, limits=self.limits, sources=self.sources, keys=self.keys)
                if not isinstance(round_, Round):
                    assert isinstance(round_, Again)
                    assert round_.at - now <= MINUTE, "the day's allowance is used up"
                    break
                rounds.append((due, round_))
        return rounds


class TestTown:
    @pytest.fixture
    async def town(self, database: AnyDatabase, limits: MetricLimits) -> Town:
        town = Town(database, limits)
        await town.settle_in()
        return town

    @pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
    async def test_a_day_fits_what_the_platforms_allow(self, town: Town) -> None:
        await town.pass_day()
        for source, many in ((town.youtube, CHANNELS), (town.tiktok, TIKTOKS)):
            assert len(source.read_at) == many, "everybody was read"
            assert {len(times) for times in source.read_at.values()} == {1}, "once"
        assert town.youtube.days.total() <= UNITS * 0.8
        pairs = [town.tiktok.minutes[at] + town.tiktok.minutes[at + MINUTE] for at in town.tiktok.minutes]
        assert max(pairs) <= A_MINUTE, "in any minute that slides over two of them"
