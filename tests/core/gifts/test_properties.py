"""Random programs of gifts among five people: whatever happens, credits are neither made nor lost."""

import asyncio
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core.chat import Reply
from core.clock import local_day
from core.db import UnitOfWork
from core.gifts.rules import GiftLimits
from core.ledger import audit, views
from core.ledger.codes import System
from core.ledger.statements import ACCOUNT, LOT
from core.money import Unit
from core.people import Plan
from tests.core.gifts.giving import DAY, buy, give, is_member, merge, move_to, on
from tests.databases import Engine, opened
from tests.household import Household, Person

LIMITS = GiftLimits(daily_cap=100, once_max=60, confirm_above=30, wait_days=3, min_account_days=0)
EXAMPLES = {"sqlite": 15, "postgres": 3}
NAMES = ("Ann", "Ben", "Cleo", "Dan", "Eve")
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu")
NET = 7_000_001

CREDITS = select(func.sum(ACCOUNT.c.balance)).where(ACCOUNT.c.unit == "CREDIT", ACCOUNT.c.kind != "system")
BELOW = select(func.count()).select_from(ACCOUNT).where(ACCOUNT.c.kind.in_(["wallet", "hold"]), ACCOUNT.c.balance < 0)
HELD = select(func.count()).select_from(ACCOUNT).where(ACCOUNT.c.kind == "hold", ACCOUNT.c.balance != 0)
# What is left of a lot brings no more than its part of what the whole was paid with.
DOLLARS = select(LOT.c.net_nanos, LOT.c.amount, LOT.c.remaining)

people = st.integers(0, len(NAMES) - 1)


class Givers(RuleBasedStateMachine):
    """Two who were here, three who were not; anybody may come, give, link and go."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine, self.url = engine, engine.fresh()
        self.runner = asyncio.Runner()
        self.database = self.runner.run(opened(self.url, **({"readers": 1} if engine.name == "sqlite" else {})))
        self.house = Household(self.database, gifts=LIMITS)
        self.people = [self.house.person(name, "discord" if i % 2 else "telegram") for i, name in enumerate(NAMES)]
        self.bought = 0
        self.given: dict[tuple[int, date], int] = {}
        for person in self.people[:2]:
            self.do(self.arrive(person))

    def teardown(self) -> None:
        self.do(self.settle())
        self.runner.run(self.database.close())
        self.runner.close()
        self.engine.drop(self.url)

    def do(self, step: Any) -> Any:
        return self.runner.run(step)

    async def arrive(self, person: Person) -> None:
        """Come, or come again after being erased, with something to give."""
        await person.does("start")
        await on(person, Plan.PREMIUM)
        await buy(person, 97, net=NET)
        self.bought += 97

    async def settle(self) -> None:
        """In the end nothing waits."""
        await self.house.pass_time(LIMITS.wait_days * DAY)
        await self.house.pass_time()
        held = await self.database.read(lambda uow: uow.run(HELD).scalar())
        assert held == 0

    @rule(who=people, to=people, amount=st.integers(1, 61))
    def gives(self, who: int, to: int, amount: int) -> None:
        self.do(self.try_to_give(self.people[who], self.people[to], amount))

    async def try_to_give(self, giver: Person, to: Person, amount: int) -> None:
        if not await is_member(giver):
            return  # it would be their first contact: `comes` has that
        me = await giver.member()
        outcome = await give(giver, to, amount)
        if isinstance(outcome, Reply):
            day = me.id, local_day(self.house.clock.now(), me.zone)
            self.given[day] = self.given.get(day, 0) + amount
            assert self.given[day] <= LIMITS.daily_cap
            assert amount <= LIMITS.once_max

    @rule(who=people)
    def comes(self, who: int) -> None:
        if not self.do(is_member(self.people[who])):
            self.do(self.arrive(self.people[who]))

    @rule(hours=st.sampled_from([1, 13, 30]))
    def time_passes(self, hours: int) -> None:
        self.do(self.house.pass_time(timedelta(hours=hours)))

    @rule(who=people, zone=st.sampled_from(ZONES))
    def moves(self, who: int, zone: str) -> None:
        person = self.people[who]
        if self.do(is_member(person)) and not self.do(person.member()).zone_known:
            self.do(move_to(person, zone))

    @rule(who=people, other=people)
    def become_one(self, who: int, other: int) -> None:
        kept, gone = self.people[who], self.people[other]
        if self.do(is_member(kept)) and self.do(is_member(gone)) and self.do(kept.id()) != self.do(gone.id()):
            self.do(merge(kept, gone))

    @rule(who=people)
    def goes(self, who: int) -> None:
        if self.do(is_member(self.people[who])):
            self.do(self.people[who].insists("privacy", "erase", now=True, word="erase"))

    @invariant()
    def credits_are_neither_made_nor_lost(self) -> None:
        def look(uow: UnitOfWork) -> tuple[int, int, int]:
            forfeited = views.balance(uow, System.FORFEITED.account(Unit.CREDIT), Unit.CREDIT).value
            return uow.run(CREDITS).scalar() or 0, forfeited, uow.run(BELOW).scalar()

        there, forfeited, below = self.do(self.database.read(look))
        assert there + forfeited == self.bought
        assert below == 0

    @invariant()
    def dollars_do_not_grow(self) -> None:
        lots = self.do(self.database.read(lambda uow: list(uow.run(DOLLARS))))
        carried = sum(row.net_nanos * row.remaining // row.amount for row in lots)
        assert carried <= NET * self.bought // 97

    @invariant()
    def books_are_right(self) -> None:
        assert self.do(self.database.read(lambda uow: list(audit.findings(uow)))) == []


class TestPrograms:
    def test_make_and_lose_nothing(self, engine: Engine) -> None:
        limits = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=20)

        class Here(Givers):
            def __init__(self) -> None:
                super().__init__(engine)

        run_state_machine_as_test(Here, settings=limits)
