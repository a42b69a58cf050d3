"""Random lives of two creators and their challenges: whatever happens in whatever order, no coin is made or lost."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core.chat import Confirm
from core.contracts.states import ENDS, JUDGED, OPEN, State
from core.db import UnitOfWork
from core.facts import MemberBanned, MembersMerged
from core.ledger import audit, views
from core.ledger.codes import System
from core.ledger.statements import ACCOUNT
from core.metrics import service as metrics
from core.money import Unit
from core.sources import AccessLost, Loss, SourceAway
from core.stakes import repository
from core.stakes.repository import Contract
from tests.core.challenges.scene import DAY, Scene
from tests.databases import Engine, opened
from tests.household import Person

EXAMPLES = {"sqlite": 12, "postgres": 2}
STEPS = 14
COINS = 1000
COINS_THERE = select(func.sum(ACCOUNT.c.balance)).where(ACCOUNT.c.unit == "COIN", ACCOUNT.c.kind != "system")

people = st.integers(0, 1)
challenges = st.sampled_from(["ten_clips", "views_sprint", "conversation"])
losses = st.sampled_from([None, *(AccessLost("Demo", loss) for loss in list(Loss)[:4]), SourceAway("Demo", "quota")])


class Creators(RuleBasedStateMachine):
    """Two who stake, leave, hide, appeal, are banned and merged, while days go by."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine, self.url = engine, engine.fresh()
        self.runner = asyncio.Runner()
        self.database = self.runner.run(opened(self.url, **({"readers": 1} if engine.name == "sqlite" else {})))
        self.scene = Scene.made(self.database)
        self.people: list[Person] = []
        self.accounts: list[int] = []

    @initialize()
    def arrive(self) -> None:
        for name in ("Ann", "Bob"):
            self.people.append(self.do(self.scene.person(name, COINS)))
            self.accounts.append(self.do(self.scene.account(self.people[-1])))

    def teardown(self) -> None:
        if self.people:
            self.do(self.scene.days(60))
            contracts = self.contracts()
            assert all(contract.state in ENDS for contract in contracts), [item.state for item in contracts]
        self.runner.run(self.database.close())
        self.runner.close()
        self.engine.drop(self.url)

    def do(self, step: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(step)

    def contracts(self) -> list[Contract]:
        async def look() -> list[Contract]:
            members = {await person.id() for person in self.people}
            found = [await self.scene.house.do(partial(repository.of_member, member=one)) for one in members]
            return [contract for each in found for contract in each]

        found: list[Contract] = self.do(look())
        return found

    async def says(self, who: int, *path: str, **values: str) -> None:
        """Do it, whatever comes of it."""
        person = self.people[who]
        outcome = await person.does(*path, **values)
        if isinstance(outcome, Confirm):
            await person.agrees(outcome)

    @rule(who=people, challenge=challenges, coins=st.integers(10, 300))
    def stakes(self, who: int, challenge: str, coins: int) -> None:
        async def step() -> None:
            await self.says(who, "challenge", "start", challenge=challenge, account=str(self.accounts[who]))
            await self.scene.house.pass_time()
            made = await self.scene.now_of(self.people[who])
            if made is not None and made.state is State.OFFERED:
                await self.says(who, "challenge", "stake", challenge=str(made.id), coins=str(coins))

        self.do(step())

    @rule(who=people, verb=st.sampled_from(["cancel", "leave", "appeal", "feedback"]), number=st.integers(1, 6))
    def acts(self, who: int, verb: str, number: int) -> None:
        values = {"challenge": str(number)}
        if verb == "appeal":
            values["reason"] = "The numbers are not what I see."
        if verb == "feedback":
            values |= {"helped": f"The plan for week {number} helped.", "learned": "Film before noon.", "again": "yes"}
        self.do(self.says(who, "challenge", verb, **values))

    @rule(days=st.sampled_from([1, 2, 5, 11]), gain=st.sampled_from([-20, 0, 10, 40]), posts=st.booleans())
    def lives(self, days: int, gain: int, posts: bool) -> None:
        self.scene.gain, self.scene.hour = gain, 15 if posts else None
        self.do(self.scene.until(self.scene.house.clock.now() + days * DAY))

    @rule(who=people, how=losses)
    def account_changes(self, who: int, how: Exception | None) -> None:
        self.scene.fails(self.accounts[who], how)

    @rule(who=people)
    def disconnects(self, who: int) -> None:
        now = self.scene.house.clock.now()

        def unit(uow: UnitOfWork) -> None:
            metrics.disconnect(uow, self.accounts[who], now)

        self.do(self.scene.house.react(unit))

    @rule(who=people, number=st.one_of(st.none(), st.integers(1, 4)))
    def is_banned(self, who: int, number: int | None) -> None:
        async def step() -> None:
            fact = MemberBanned(self.scene.house.clock.now(), await self.people[who].id(), number)
            await self.scene.house.react(lambda uow: uow.record(fact))

        self.do(step())

    @rule()
    def become_one(self) -> None:
        async def step() -> None:
            kept, gone = [await person.id() for person in self.people]
            if kept != gone:
                fact = MembersMerged(self.scene.house.clock.now(), kept, gone)
                await self.scene.house.react(lambda uow: uow.record(fact))

        self.do(step())

    @invariant()
    def no_coin_is_made_or_lost(self) -> None:
        def look(uow: UnitOfWork) -> tuple[int, int]:
            out = sum(views.balance(uow, one.account(Unit.COIN), Unit.COIN).value for one in System)
            return uow.run(COINS_THERE).scalar() or 0, out

        there, out = self.do(self.database.read(look))
        assert there + out == 0
        assert self.do(self.database.read(lambda uow: list(audit.findings(uow)))) == []

    @invariant()
    def escrow_is_what_open_contracts_say(self) -> None:
        if not self.people:
            return
        held = self.do(self.database.read(lambda uow: uow.run(_HELD).scalar() or 0))
        said = sum(
            item.stake if item.state in OPEN else item.consumed
            for item in self.contracts()
            if item.state in OPEN | JUDGED
        )
        assert held == said


_HELD = select(func.sum(ACCOUNT.c.balance)).where(ACCOUNT.c.unit == "COIN", ACCOUNT.c.kind == "hold")


class TestPrograms:
    def test_make_and_lose_nothing(self, engine: Engine) -> None:
        limits = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=STEPS, deadline=None)

        class Here(Creators):
            def __init__(self) -> None:
                super().__init__(engine)

        run_state_machine_as_test(Here, settings=limits)
