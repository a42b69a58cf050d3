"""`/admin costs` and `/admin profit`: what they say, to whom, and that it is what the ledger says."""

import asyncio
import csv
import io
from collections.abc import Coroutine
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.chat.message import Image
from core.costs import service as costs
from core.costs.rules import Category, CostPrices, IncomeKind, Payer, nanos
from core.db import UnitOfWork
from core.gate.errors import PlanUsed
from core.ledger import repository as ledger
from core.ledger.codes import Dollars
from core.money import Nanos
from core.operations.reconcile import reconcile
from core.people import Member
from core.reports import service, words
from core.reports.rules import Figures, Span
from tests.core.reports.conftest import OWNER
from tests.databases import Engine, opened
from tests.gating import Gated
from tests.household import SALT, Person, file_of, refused, text_of

T = TypeVar("T")
EXAMPLES = {"sqlite": 40, "postgres": 6}
EVER = Span(date(2026, 1, 1), date(2027, 1, 1))


async def figures(gated: Gated, span: Span = EVER) -> Figures:
    return await gated.house.database.read(
        lambda uow: service.figures(uow, span, gated.now, limits=gated.limits, salt=SALT)
    )


class TestCosts:
    async def test_by_category_and_purpose(self, gated: Gated, owner: Person) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.30")
        said = text_of(await owner.does("admin", "costs"))
        assert "Today: $0.30" in said
        assert "Model: $0.30 · $0.30 · $0.30" in said
        assert "Coach: $0.30" in said
        assert "At this pace the month: $0.6" in said

    async def test_what_is_not_posted_yet_counts(self, gated: Gated, owner: Person) -> None:
        ann = await gated.member()
        for _ in range(200):
            await gated.do(lambda uow: costs.small(uow, ann.id, Category.EXTERNAL, 1, gated.now, prices=CostPrices()))
        assert "External: $0.20" in text_of(await owner.does("admin", "costs"))

    async def test_the_table_has_every_nano(self, gated: Gated, owner: Person) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.30")
        await gated.brings(ann, "4.555000001")
        rows = list(csv.DictReader(io.StringIO(file_of(await owner.does("admin", "costs")).content.decode())))
        assert [(row["what"], row["nanos"]) for row in rows] == [("cost", "300000000"), ("income", "4555000001")]

    async def test_staff_below_admin_is_refused(self, gated: Gated) -> None:
        assert refused(await gated.house.person("bob").does("admin", "costs")) == "NotAllowed"


class TestProfit:
    async def test_members_are_hashed_and_never_named(self, gated: Gated, owner: Person) -> None:
        ann = await gated.member("Annabel")
        await gated.call(ann, "0.30")
        await gated.brings(ann, "4.00")
        answer = await owner.does("admin", "profit")
        said = text_of(answer)
        assert f"{service.hashed(ann.id, SALT)}: cost $0.30, brought $4.00, left $3.70" in said
        assert "Annabel" not in said
        assert "Annabel" not in file_of(answer).content.decode()

    async def test_the_levels_are_the_gate_s(self, gated: Gated, owner: Person) -> None:
        for name, cost in (("ann", "0.60"), ("bob", "0.40")):
            await gated.call(await gated.member(name), cost)
        new = await gated.member("kim", days=0)
        await gated.call(new, "0.30")
        young, known = await gated.member("lea", days=8, account=9), await gated.member("max", days=8, account=90)
        for one in (young, known):
            await gated.call(one, "0.30")
        said = text_of(await owner.does("admin", "profit"))
        assert "3 normal · 3 gated" in said, "the owner, bob and max are open, ann and (halved) kim and lea are gated"

    async def test_a_month_is_a_picture(self, gated: Gated, owner: Person) -> None:
        await gated.call(await gated.member(), "0.30")
        answer: Any = await owner.does("admin", "profit")
        assert any(isinstance(block, Image) for block in answer.message.blocks)

    async def test_a_level_that_was_told_and_what_came_after(self, gated: Gated, owner: Person) -> None:
        ann = await gated.member()
        await gated.brings(ann, "1.00")
        await gated.call(ann, "1.60")
        assert "brought" not in text_of(await owner.does("admin", "profit")).split("What the gate did")[1]
        gated.clock.advance(timedelta(hours=1))
        await gated.brings(ann, "4.00")
        said = text_of(await owner.does("admin", "profit"))
        assert "Told of a changed level: 1 time, 1 member, who then brought $4.00" in said

    async def test_on_an_empty_house(self, gated: Gated, owner: Person) -> None:
        said = text_of(await owner.does("admin", "profit"))
        assert "nobody active yet" in said
        assert "not measured yet" in said

    async def test_who_came_back(self, gated: Gated, owner: Person) -> None:
        ann, bob = await gated.member("ann"), await gated.member("bob")
        for one in (ann, bob):
            await gated.call(one, "0.10")
        gated.clock.advance(timedelta(days=31))
        await gated.call(ann, "0.10")
        assert "50% (1 of 2)" in text_of(await owner.does("admin", "profit"))


class RandomBooks(RuleBasedStateMachine):
    """Costs and income of every kind, on several days: the report is the ledger, to the nano-dollar."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.url = self.engine.fresh()
        self.database = self.do(opened(self.url))
        self.gated = Gated(self.database, owners=[OWNER])
        self.people: list[Member] = [self.do(self.gated.member(name)) for name in ("ann", "bob")]

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def unit(self, unit: Any) -> Any:
        return self.do(self.gated.do(unit))

    def teardown(self) -> None:
        while self.unit(lambda uow: costs.post_small(uow, date(2030, 1, 1), self.gated.now)):
            pass
        self.the_report_is_the_ledger()
        assert self.do(self.database.read(reconcile)).holds
        self.do(self.database.close())
        self.engine.drop(self.url)
        self.loop.close()

    @rule(who=st.integers(0, 1), nanos=st.integers(1, 10**10), kind=st.sampled_from(list(IncomeKind)))
    def brings(self, who: int, nanos: int, kind: IncomeKind) -> None:
        key, at = self.gated.key(), self.gated.now
        self.unit(lambda uow: costs.income(uow, self.people[who].id, Nanos(nanos), kind, key=key, at=at))

    @rule(who=st.integers(0, 1), nanos=st.integers(1, 10**10))
    def is_disputed(self, who: int, nanos: int) -> None:
        key, at = self.gated.key(), self.gated.now
        self.unit(lambda uow: costs.reversed_income(uow, self.people[who].id, Nanos(nanos), key=key, at=at))

    @rule(nanos=st.integers(1, 10**9), category=st.sampled_from(list(Category)))
    def costs_the_service(self, nanos: int, category: Category) -> None:
        key, at = self.gated.key(), self.gated.now
        self.unit(lambda uow: costs.own(uow, category, Nanos(nanos), key=key, at=at, purpose="rent"))

    @rule(who=st.integers(0, 1), times=st.integers(1, 50))
    def costs_little(self, who: int, times: int) -> None:
        at, prices = self.gated.now, CostPrices()
        self.unit(lambda uow: costs.small(uow, self.people[who].id, Category.EXTERNAL, times, at, prices=prices))

    @rule(who=st.integers(0, 1), dollars=st.sampled_from(["0.01", "0.05"]))
    def calls(self, who: int, dollars: str) -> None:
        with suppress(PlanUsed):
            self.do(self.gated.call(self.people[who], dollars, Payer.PLAN))

    @rule(hours=st.integers(1, 30))
    def passes(self, hours: int) -> None:
        self.gated.clock.advance(timedelta(hours=hours))

    @rule()
    def posts(self) -> None:
        self.unit(lambda uow: costs.post_small(uow, costs.utc_day(self.gated.now), self.gated.now))

    @invariant()
    def the_report_is_the_ledger(self) -> None:
        found = self.do(figures(self.gated)).books

        def look(uow: UnitOfWork) -> dict[str, int]:
            return {account.value: ledger.balance(uow, account.account) for account in Dollars}

        books = self.do(self.database.read(look))
        posted = {category.value: 0 for category in Category}
        for row in found.spent:
            posted[row.category] += row.nanos if row.posted else 0
        assert posted == {category.value: books[f"cost_{category.value}"] for category in Category}
        kinds = found.revenue_by_kind(EVER)
        assert {kind.value: kinds.get(kind.value, 0) for kind in IncomeKind} == {
            kind.value: -books[f"income_{kind.value}"] for kind in IncomeKind
        }
        assert found.reversed(EVER) == books["reversal_loss"]
        unposted = sum(row.nanos for row in found.spent if not row.posted)
        assert found.profit(EVER) + unposted == books["profit"]


class TestBooks:
    def test_the_report_equals_the_ledger_to_the_nano(self, engine: Engine) -> None:
        class OnEngine(RandomBooks):
            pass

        OnEngine.engine = engine
        run_state_machine_as_test(
            OnEngine, settings=settings(max_examples=EXAMPLES[engine.name], stateful_step_count=15, deadline=None)
        )

    async def test_days_add_up_to_the_month(self, gated: Gated) -> None:
        ann = await gated.member()
        for _ in range(4):
            await gated.call(ann, "0.20")
            gated.clock.advance(timedelta(days=1))
        books = (await figures(gated)).books
        days = [
            Span(gated.now.date() - timedelta(days=past), gated.now.date() - timedelta(days=past)) for past in range(10)
        ]
        assert sum(books.cost(day) for day in days) == nanos("0.80") == books.cost(EVER)

    async def test_a_formula_stays_a_text(self, gated: Gated) -> None:
        cost, at = Nanos(7), gated.now
        await gated.do(lambda uow: costs.own(uow, Category.FEE, cost, key="x", at=at, purpose="=1+1"))
        assert "'=1+1" in words.table(await figures(gated)).content.decode()
