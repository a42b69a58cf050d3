"""A creator with an account that a test scripts, and somebody who stakes on it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from core.chat import Button, Confirm, Message, Outcome, Reply
from core.coins.rules import CoinRules
from core.contracts.rules import ChallengeLimits
from core.contracts.states import State
from core.db import UnitOfWork
from core.ids import MemberId
from core.ledger import views
from core.ledger.codes import LotSource
from core.metrics import connecting
from core.metrics import service as metrics
from core.metrics.rules import MetricLimits
from core.metrics.service import Sources
from core.money import Coins, Unit
from core.people import Identity, wallet
from core.reviews import service as reviews
from core.sources import AccessLost, Found, Live, Loss, Post, SourceAway, Way
from core.stakes import repository
from core.stakes.repository import Contract
from tests.databases import AnyDatabase
from tests.fakes.metrics import Creator, FakePlatform
from tests.household import SALT, Household, Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 5, 14, 12, tzinfo=UTC)
OWNER = Identity("discord", "discord-Owner-id")
PAST_DAYS = 30


def post(at: datetime, views: int | None = 1000, *, name: str = "", live_minutes: int = 0, **counts: Any) -> Post:
    """A post with round counts."""
    live = Live(at, at + timedelta(minutes=live_minutes)) if live_minutes else None
    some: dict[str, Any] = {"likes": 50, "comments": 5, "shares": 5} | counts
    return Post(name or f"post-{at:%m%d%H%M}", at, views, some["likes"], some["comments"], some["shares"], live)


@dataclass
class Scene:
    """One house, platforms by name, and what the creator does each day."""

    house: Household
    platforms: dict[str, FakePlatform]
    gain: int = 16
    """Followers a day."""
    hour: int | None = 15
    """When the creator posts each day, in UTC; None: not at all."""
    views: int = 1000
    creators: dict[int, Creator] = field(default_factory=dict)

    @classmethod
    def made(cls, database: AnyDatabase, limits: ChallengeLimits | None = None, *, accepted: bool = True) -> "Scene":
        """An empty one."""
        readers: dict[str, Any] = {}
        limits = replace(limits or ChallengeLimits(), youtube_amendment_accepted=accepted)
        # Nobody is paid for being here, so that coins move by challenges alone.
        idle = CoinRules(daily_base=0, streak_bonus_max=0)
        house = Household(database, coins=idle, challenges=limits, sources=Sources(readers=readers), owners=(OWNER,))
        for name in ("demo", "tiktok", "youtube"):
            readers[name] = FakePlatform(house.clock, name)
        return cls(house, readers)

    # People and accounts

    async def person(self, name: str, coins: int = 1000, source: LotSource = LotSource.EARNED) -> Person:
        """Somebody who is here, with coins."""
        person = self.house.person(name)
        await person.does("start")
        if coins:
            await self.house.grant(wallet(await person.id(), Unit.COIN), Coins(coins), source)
        return person

    async def account(
        self, person: Person, platform: str = "demo", *, followers: int | None = 10_000, way: Way = Way.DEMO, **how: Any
    ) -> int:
        """An account with a month of history: even growth, a post a day."""
        name = f"{platform}-{person.name}-{len(self.creators)}"
        creator = self.platforms[platform].creator(name, followers=followers, **how)
        now, member = self.house.clock.now(), await person.id()
        found = Found(name, creator.name, creator.handle)

        def unit(uow: UnitOfWork) -> int:
            made = connecting.connect(uow, member, platform, found, now, way=way, limits=MetricLimits(), salt=SALT)
            return made.id

        account = await self.house.do(unit)
        self.creators[account] = creator
        for day in range(PAST_DAYS, 0, -1):
            creator.posts.append(post((now - day * DAY).replace(hour=15), self.views))
        await self._invent_history(account, creator)
        await self.house.pass_time()
        return account

    async def _invent_history(self, account: int, creator: Creator) -> None:
        """Daily readings of the past, as if it had been connected all the time."""
        now, followers = self.house.clock.now(), creator.followers
        if followers is None:
            return
        for day in range(PAST_DAYS, 0, -1):
            before = followers - day * self.gain
            reading = _reading(creator, now - day * DAY, before - before % creator.step)
            await self.house.do(partial(metrics.keep, account_id=account, reading=reading))

    # Time

    async def until(self, at: datetime, step: timedelta = 6 * HOUR) -> None:
        """Live on, in steps, with what the creators do meanwhile."""
        while self.house.clock.now() < at:
            now = self.house.clock.now()
            then = min(at, now + step - (now - START) % step)
            self._grow(now, then)
            await self.house.pass_time(then - now)

    async def days(self, count: int) -> None:
        """Live on for some days."""
        await self.until(self.house.clock.now() + count * DAY)

    def _grow(self, now: datetime, then: datetime) -> None:
        for creator in self.creators.values():
            if creator.followers is not None and creator.fails is None:
                grown = self.gain * ((then - START) // HOUR) // 24 - self.gain * ((now - START) // HOUR) // 24
                creator.followers += grown
            if self.hour is not None:
                at = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
                if now < at <= then:
                    creator.posts.append(post(at, self.views))

    # Challenges

    async def offered(self, person: Person, challenge: str, account: int | None = None) -> Contract:
        """Ask for a contract and get it."""
        values: dict[str, Any] = {"challenge": challenge}
        if account is not None:
            values["account"] = str(account)
        await person.does("challenge", "start", **values)
        await self.house.pass_time()
        return await self.last(person)

    async def staked(self, person: Person, challenge: str, coins: int = 100, account: int | None = None) -> Contract:
        """Ask, and agree with a stake."""
        made = await self.offered(person, challenge, account)
        assert made.state is State.OFFERED, self.house.postbox.to(person)[-1]
        outcome = await person.does("challenge", "stake", challenge=str(made.id), coins=str(coins))
        if not isinstance(outcome, Reply):
            outcome = await person.agrees(outcome)
        assert isinstance(outcome, Reply), outcome
        return await self.last(person)

    async def running(self, person: Person, challenge: str, coins: int = 100, account: int | None = None) -> Contract:
        """Ask, agree, and live through the first midnight."""
        made = await self.staked(person, challenge, coins, account)
        await self.until(made.agreed.starts_at)
        await self.house.pass_time()
        now = await self.now(made)
        assert now.state is State.RUNNING, now.state
        return now

    async def judged(self, person: Person, contract: Contract) -> Contract:
        """Live on to the verdict."""
        await self.until(contract.agreed.verdict_at)
        await self.house.pass_time()
        return await self.now(contract)

    async def now(self, contract: Contract) -> Contract:
        """How a contract stands."""
        found = await self.house.database.read(lambda uow: repository.one(uow, contract.id))
        assert found is not None
        return found

    async def last(self, person: Person) -> Contract:
        """Somebody's newest contract."""
        member = await person.id()
        return (await self.house.database.read(lambda uow: repository.of_member(uow, member)))[-1]

    async def now_of(self, person: Person) -> Contract | None:
        """Somebody's newest contract, if they have one."""
        member = await person.id()
        return next(iter((await self.house.do(lambda uow: repository.of_member(uow, member)))[::-1]), None)

    # Accounts that go and come

    def fails(self, account: int, error: Exception | None) -> None:
        """From now on a reading of it ends like this; None: it works again."""
        self.creators[account].fails = error

    def hide(self, account: int) -> None:
        """Its owner hides it."""
        self.fails(account, AccessLost("Demo", Loss.HIDDEN))

    def is_away(self, account: int) -> None:
        """The platform gives no answer."""
        self.fails(account, SourceAway("Demo", "quota"))

    # Coins

    async def coins(self, person: Person) -> int:
        """What is in somebody's wallet."""
        member = await person.id()
        return await self.house.do(lambda uow: coins_of(uow, member))

    async def held(self, person: Person) -> int:
        """What somebody has in escrow."""
        member = await person.id()
        return await self.house.do(
            lambda uow: sum(item.amount.value for item in views.holds(uow, wallet(member, Unit.COIN)))
        )

    async def books_are_right(self) -> None:
        """Every invariant of the ledger."""
        await self.house.books_hold()

    def heard(self, person: Person) -> str:
        """What somebody was told last."""
        return self.house.postbox.to(person)[-1]


def _reading(creator: Creator, at: datetime, followers: int) -> Any:
    from core.sources import Reading

    return Reading(at, creator.name, creator.handle, followers, creator.step, creator.era, f"past {at}", None)


async def kept(scene: Scene, ann: Person, coins: int = 100) -> Contract:
    """A verdict of which 55% wait in escrow."""
    contract = await scene.running(ann, "ten_clips", coins)
    scene.gain = 10
    judged = await scene.judged(ann, contract)
    scene.gain = 16
    return judged


async def decide(scene: Scene, option: str) -> None:
    """Staff decide the oldest case."""
    owner = scene.house.person("Owner")
    await owner.does("start")
    cases = await scene.house.do(lambda uow: reviews.waiting(uow, most=5))
    outcome = await owner.does("admin", "decide", case=str(cases[0].id), option=option, why="looked at it")
    if isinstance(outcome, Confirm):
        outcome = await owner.agrees(outcome)
    assert isinstance(outcome, Reply), outcome


def coins_of(uow: UnitOfWork, member: MemberId) -> int:
    """What is in a wallet."""
    return views.balance(uow, wallet(member, Unit.COIN), Unit.COIN).value


def button(what: Outcome | Message, label: str) -> Button:
    """A button whose label begins like this."""
    message = what if isinstance(what, Message) else getattr(what, "message", None)
    assert isinstance(message, Message), what
    return next(item for item in message.buttons if item.label.startswith(label))
