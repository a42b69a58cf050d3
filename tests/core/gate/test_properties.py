"""Random programs of calls, plans, purchases, commissions, failures and crashes: the promises hold after every step."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core.costs import service as costs
from core.costs.months import Month
from core.costs.repository import INCOME, MONTH
from core.costs.rules import Category, CostPrices, IncomeKind, Payer, nanos
from core.db import UnitOfWork
from core.errors import TandemError
from core.gate import service as gate
from core.gate.repository import RESERVATION
from core.gate.rules import GateLimits, Grant
from core.ids import HoldId
from core.ledger import holds, views
from core.people import Member, Plan
from core.usage import Usage
from tests.databases import Engine, opened
from tests.gating import HAIKU, Gated, used, worth

T = TypeVar("T")
EXAMPLES = {"sqlite": 80, "postgres": 8}
BOUND = nanos("2.00")

members = st.sampled_from(["ann", "bob"])
costly = st.sampled_from(["0.01", "0.05", "0.40", "1.50", "2.50"])
prices = st.sampled_from(["0.01", "0.80", "4.55", "9.00"])
shares = st.sampled_from([(0, 1), (1, 3), (1, 1)])


class Programs(RuleBasedStateMachine):
    """Two members, what they do and what is done to them. A crash is a reservation that nobody settles."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.url = self.engine.fresh()
        self.database = self.do(opened(self.url))
        self.gated = Gated(self.database, GateLimits(burst_a_minute=10_000, service_day="50", breaker_day="10000"))
        self.people: dict[str, Member] = {
            "ann": self.do(self.gated.member("ann")),
            "bob": self.do(self.gated.member("bob", days=0)),
        }
        self.open: list[tuple[Grant, Payer, Any]] = []
        self.holds: list[HoldId] = []

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.crashes()
        while self.do(self.gated.count_prices()):
            pass
        self.do(self.gated.books_hold())
        assert self.brought() == self.captured(), "self-paid income is what the ledger took of bought lots"
        assert self.months("reserved") == 0
        assert self.reservations("open") == 0
        self.do(self.database.close())
        self.engine.drop(self.url)
        self.loop.close()

    def brought(self) -> int:
        """What calls brought; what the rule `brings` books has keys of its own."""
        of_calls = (INCOME.c.kind == "self_paid", INCOME.c.key.not_like("call:test:%"))
        total = select(func.sum(INCOME.c.nanos)).where(*of_calls)
        return int(self.do(self.gated.do(lambda uow: uow.run(total).scalar())) or 0)

    def captured(self) -> int:
        def look(uow: UnitOfWork) -> int:
            return sum(views.captured_net(uow, hold) for hold in self.holds)

        return self.do(self.gated.do(look))

    def months(self, name: str) -> int:
        return int(self.do(self.gated.do(lambda uow: uow.run(select(func.sum(MONTH.c[name]))).scalar())) or 0)

    def reservations(self, state: str) -> int:
        count = select(func.count()).select_from(RESERVATION).where(RESERVATION.c.state == state)
        return int(self.do(self.gated.do(lambda uow: uow.run(count).scalar())))

    @rule(who=members, cost=costly, reduced=st.booleans(), plan_paid=st.booleans())
    def calls(self, who: str, cost: str, reduced: bool, plan_paid: bool) -> None:
        """A house-paid or plan-paid call begins, if the gate lets it."""
        payer = Payer.PLAN if plan_paid else Payer.HOUSE
        cheap = worth("0.01", HAIKU) if reduced else None
        try:
            grant = self.do(self.gated.reserve(self.people[who], cost, payer, reduced=cheap))
        except TandemError:
            return
        self.open.append((grant, payer, None))

    @rule(who=members, cost=costly, net=prices)
    def buys_a_call(self, who: str, cost: str, net: str) -> None:
        """A call is paid with credits bought for it, dear or cheap, as the dispatcher holds them."""
        member = self.people[who]
        self.do(self.gated.bought(member, 20, net))
        hold = self.do(self.gated.hold(member, 20))
        try:
            grant = self.do(self.gated.reserve(member, cost, Payer.SELF, hold=hold))
        except TandemError:
            return
        self.open.append((grant, Payer.SELF, hold))
        self.holds.append(hold)

    @rule(part=st.integers(0, 4), share=shares, data=st.data())
    def settles(self, part: int, share: tuple[int, int], data: st.DataObject) -> None:
        """A call ends: with so many quarters of its worst, or without anybody knowing."""
        if not self.open:
            return
        grant, payer, hold = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        usage: Usage | None = used(grant.worst, (part, 4)) if data.draw(st.booleans()) else None
        assert self.do(self.gated.settle(grant, usage, share if share[0] and payer is Payer.SELF else None))
        assert not self.do(self.gated.settle(grant, usage))
        if hold is not None and data.draw(st.booleans()):  # or it crashes in between
            self.do(self.gated.pays(hold, 20 * share[0] // share[1]))

    @rule(data=st.data())
    def releases(self, data: st.DataObject) -> None:
        """A call never ran."""
        if self.open:
            grant, *_ = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
            assert self.do(self.gated.release(grant))
            assert not self.do(self.gated.settle(grant, None))

    @rule()
    def prices_are_counted(self) -> None:
        """What the ledger has taken counts, whenever somebody looks."""
        self.do(self.gated.count_prices())

    @rule()
    def crashes(self) -> None:
        """The process ends: nobody will settle what runs, and time finds it."""
        self.open.clear()
        self.gated.clock.advance(timedelta(minutes=31))
        expire = lambda uow: gate.expire(uow, self.gated.now, limits=self.gated.limits)  # noqa: E731
        while self.do(self.gated.do(expire)):
            pass
        self.do(self.gated.do(lambda uow: holds.expire_holds(uow, self.gated.now)))

    @rule(who=members, net=prices, kind=st.sampled_from(list(IncomeKind)))
    def brings(self, who: str, net: str, kind: IncomeKind) -> None:
        """Income only betters the month."""
        before = self.month(who)
        self.do(self.gated.brings(self.people[who], net, kind))
        assert self.month(who).profit == before.profit + nanos(net)

    @rule(who=members, plan=st.sampled_from(list(Plan)))
    def changes_plan(self, who: str, plan: Plan) -> None:
        """A plan begins or ends; a purchase would bring its net price."""
        self.do(self.gated.on_plan(self.people[who], plan))

    @rule(who=members, times=st.integers(1, 40))
    def small_things(self, who: str, times: int) -> None:
        """Readings and messages, as long as there is room."""
        member, at = self.people[who].id, self.gated.now
        category = Category.EXTERNAL
        self.do(self.gated.do(lambda uow: costs.small(uow, member, category, times, at, prices=CostPrices())))

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        """Days are over, and what was small is posted. Calls that run so long are lost."""
        self.crashes()
        self.gated.clock.advance(timedelta(days=days))
        today = costs.utc_day(self.gated.now)
        while self.do(self.gated.do(lambda uow: costs.post_small(uow, today, self.gated.now))):
            pass

    def month(self, who: str) -> Month:
        return self.do(self.gated.month(self.people[who]))

    @invariant()
    def nobody_costs_more_than_their_bound(self) -> None:
        lowest = select(func.min(MONTH.c.earned - MONTH.c.spent - MONTH.c.reserved))
        assert (self.do(self.gated.do(lambda uow: uow.run(lowest).scalar())) or 0) >= -BOUND

    @invariant()
    def what_runs_is_what_is_open(self) -> None:
        assert self.reservations("open") == len(self.open)

    @rule()
    def the_books_agree_to_the_nano(self) -> None:
        self.do(self.gated.books_hold())


class TestPrograms:
    def test_every_promise_holds(self, engine: Engine) -> None:
        machine = type("Machine", (Programs,), {"engine": engine})
        how = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=40)
        run_state_machine_as_test(machine, settings=how)


class TestParallel:
    """Many at once on one member: on PostgreSQL in transactions that run beside each other."""

    async def test_no_mix_of_payers_passes_the_bound(self, gated: Gated) -> None:
        ann = await gated.member()
        await gated.on_plan(ann, Plan.PREMIUM)
        payers = [Payer.HOUSE, Payer.PLAN] * 30
        calls = [gated.reserve(ann, "0.10", payer) for payer in payers]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(answer, (Grant, TandemError)) for answer in answers), answers
        granted = [answer for answer in answers if isinstance(answer, Grant)]
        assert len(granted) == 19
        assert (await gated.month(ann)).profit == -nanos("1.90")
        ends = [gated.settle(grant, used(grant.worst)) for grant in granted for _ in range(3)]
        assert sum(await asyncio.gather(*ends)) == len(granted)
        await gated.books_hold()

    async def test_the_days_budget_is_not_passed_by_many_members(self, gated: Gated) -> None:
        gated.limits = GateLimits(service_day="1.00", burst_a_minute=1_000)
        everybody = [await gated.member(f"m{i}") for i in range(30)]
        answers = await asyncio.gather(*[gated.reserve(one, "0.10") for one in everybody], return_exceptions=True)
        assert sum(isinstance(answer, Grant) for answer in answers) == 10
        assert (await gated.day()).free_reserved == nanos("1.00")
        await gated.books_hold()

    async def test_one_key_from_twenty_tasks_is_one_reservation(self, gated: Gated) -> None:
        ann = await gated.member()
        grants = await asyncio.gather(*[gated.reserve(ann, "0.05", key="one") for _ in range(20)])
        assert len({grant.reservation for grant in grants}) == 1
        assert (await gated.month(ann)).reserved == nanos("0.05")

    @pytest.mark.parametrize("order", [1, -1])
    async def test_income_beside_calls_is_never_lost(self, gated: Gated, order) -> None:
        ann = await gated.member()
        work: list[Any] = [gated.brings(ann, "0.50") for _ in range(10)] + [
            gated.reserve(ann, "0.05") for _ in range(10)
        ]
        await asyncio.gather(*work[::order])
        month = await gated.month(ann)
        assert (month.earned, month.reserved) == (nanos("5.00"), nanos("0.50"))
        await gated.books_hold()
