"""Random programs against the ledger and against plain arithmetic: both must agree after every step."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.db import UnitOfWork
from core.errors import TandemError
from core.ids import AccountId, HoldId
from core.ledger import audit, holds, service, views
from core.ledger.codes import Code, LotSource, System
from core.ledger.errors import KeyReused
from core.ledger.posting import Posted, Why
from core.money import Coins, Nanos, Unit
from tests.databases import AnyDatabase, Engine, opened
from tests.ledger_model import NEVER, Books, Hold, Moved, Refused

START = datetime(2026, 11, 20, tzinfo=UTC)
WALLETS = [AccountId(f"member:{i}:COIN") for i in (1, 2, 10)]
EXAMPLES = {"sqlite": 200, "postgres": 20}

wallets = st.sampled_from(WALLETS)
amounts = st.integers(1, 20)
parts = st.none() | st.integers(1, 20)
spans = st.sampled_from([1, 3, NEVER])
burnt = st.none() | st.frozensets(st.sampled_from(list(LotSource)), min_size=1)
Verb = Callable[[UnitOfWork, Why], Any]


class Programs(RuleBasedStateMachine):
    """Does everything twice: on a real database and on the model."""

    moves: Bundle[Any] = Bundle("moves")
    held: Bundle[Any] = Bundle("held")

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine, self.url = engine, engine.fresh()
        self.runner = asyncio.Runner()
        self.database: AnyDatabase = self.runner.run(
            opened(self.url, **({"readers": 1} if engine.name == "sqlite" else {}))
        )
        self.books = Books()
        self.day = 0
        self.calls = 0
        self.holds: dict[HoldId, Hold] = {}
        self.done: list[tuple[Verb, Why, Any]] = []

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        self.engine.drop(self.url)

    @property
    def at(self) -> datetime:
        return START + timedelta(days=self.day)

    def date(self, day: int) -> datetime | None:
        return None if day >= NEVER else START + timedelta(days=day)

    def both(self, verb: Verb, model: Callable[[], Any]) -> tuple[Any, Any]:
        """Run a verb and its model; they agree on whether it is refused and by what."""
        self.calls += 1
        why = Why(Code.DEMO_GRANT, f"call:{self.calls}", self.at)
        try:
            expected = model()
        except Refused as refused:
            self.refuses(verb, why, str(refused))
            return None, None
        made = self.runner.run(self.database.write(lambda uow: verb(uow, why)))
        self.done.append((verb, why, made))
        return made, expected

    def refuses(self, verb: Verb, why: Why, refusal: str) -> None:
        """Run a verb that the model refuses."""
        with pytest.raises(TandemError) as caught:
            self.runner.run(self.database.write(lambda uow: verb(uow, why)))
        assert type(caught.value).__name__ == refusal
        assert caught.value.text

    @rule(
        target=moves,
        to=wallets,
        amount=amounts,
        source=st.sampled_from(list(LotSource)),
        span=spans,
        dollars=st.booleans(),
    )
    def grant(self, to: AccountId, amount: int, source: LotSource, span: int, dollars: bool) -> Any:
        expires, net = min(NEVER, self.day + span), Nanos(amount * 7 if dollars else 0)
        return self.both(
            lambda uow, why: service.grant(
                uow, to, Coins(amount), why, source=source, expires_at=self.date(expires), net=net
            ),
            lambda: self.books.grant(to, amount, source.value, expires, dollars),
        )

    @rule(target=moves, wallet=wallets, amount=amounts, sources=burnt)
    def spend(self, wallet: AccountId, amount: int, sources: frozenset[LotSource] | None) -> Any:
        moved = self.both(
            lambda uow, why: service.spend(uow, wallet, Coins(amount), why, sources=sources),
            lambda: self.books.spend(wallet, amount, self.day, sources),
        )
        return moved if moved[0] else multiple()

    @rule(
        target=moves,
        pair=st.permutations(WALLETS),
        amount=amounts,
        sources=burnt.filter(bool),
        become=st.sampled_from([None, LotSource.GIFTED]),
    )
    def give(self, pair: list[AccountId], amount: int, sources: frozenset[LotSource], become: LotSource | None) -> Any:
        giver, receiver, _ = pair
        moved = self.both(
            lambda uow, why: service.give(uow, giver, receiver, Coins(amount), why, sources=sources, become=become),
            lambda: self.books.give(giver, receiver, amount, self.day, sources=sources, become=become and become.value),
        )
        return moved if moved[0] else multiple()

    @rule(target=held, wallet=wallets, amount=amounts, sources=burnt, span=st.none() | st.integers(1, 3))
    def hold(self, wallet: AccountId, amount: int, sources: frozenset[LotSource] | None, span: int | None) -> Any:
        expires = None if span is None else self.day + span
        at = None if expires is None else self.date(expires)
        made, hold = self.both(
            lambda uow, why: holds.hold(uow, wallet, Coins(amount), why, what="stake", expires_at=at, sources=sources),
            lambda: self.books.hold(wallet, amount, self.day, sources, expires),
        )
        if made is None:
            return multiple()
        self.holds[made] = hold
        return made

    @rule(hold=held, amount=parts)
    def capture(self, hold: HoldId, amount: int | None) -> None:
        some = None if amount is None else Coins(amount)
        self.both(
            lambda uow, why: holds.capture(uow, hold, some, why),
            lambda: self.books.capture(self.holds[hold], amount),
        )

    @rule(hold=held, amount=parts, wallet=wallets)
    def capture_to(self, hold: HoldId, amount: int | None, wallet: AccountId) -> None:
        some = None if amount is None else Coins(amount)
        self.both(
            lambda uow, why: holds.capture(uow, hold, some, why, to=wallet, become=LotSource.GIFTED),
            lambda: self.books.capture_to(self.holds[hold], amount, wallet, "gifted"),
        )

    @rule(hold=held, amount=parts)
    def release(self, hold: HoldId, amount: int | None) -> None:
        some = None if amount is None else Coins(amount)
        self.both(
            lambda uow, why: holds.release(uow, hold, some, why),
            lambda: self.books.release(self.holds[hold], amount),
        )

    @rule(move=moves, cap=st.sampled_from([0, 5, 1000]))
    def reverse(self, move: tuple[Posted, Moved], cap: int) -> None:
        posted, moved = move
        self.both(
            lambda uow, why: service.reverse(uow, posted.transfer, why, debt_cap=cap),
            lambda: self.books.reverse(moved, cap),
        )

    @rule(pair=st.permutations(WALLETS))
    def move_all(self, pair: list[AccountId]) -> None:
        giver, receiver, _ = pair
        expected = self.books.balance(giver)
        moved, _ = self.both(
            lambda uow, why: service.move_all(uow, giver, receiver, code=Code.MERGED, key=why.key, at=why.at),
            lambda: self.books.move_all(giver, receiver, list(self.holds.values())),
        )
        assert moved == expected
        self.done.pop()

    @rule(wallet=wallets)
    def forfeit(self, wallet: AccountId) -> None:
        expected = self.books.balance(wallet)
        given_up, _ = self.both(
            lambda uow, why: service.forfeit(uow, wallet, Code.FORFEITED, why.key, why.at),
            lambda: self.books.forfeit(wallet),
        )
        assert given_up == expected
        self.done.pop()

    @rule(days=st.integers(0, 2))
    def pass_time(self, days: int) -> None:
        """Time passes; what it does is done in small steps, until there is nothing left to do."""
        self.day += days
        steps: tuple[Callable[[UnitOfWork], int], ...] = (
            lambda uow: holds.expire_holds(uow, self.at, most=2),
            lambda uow: service.lapse(uow, self.at, most=2),
        )
        for step in steps:
            while self.runner.run(self.database.write(step)):
                pass
        for hold in self.holds.values():
            if hold.total and hold.expires is not None and hold.expires <= self.day:
                self.books.release(hold, None)
        self.books.lapse(self.day)

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        verb, why, made = data.draw(st.sampled_from(self.done))
        again = self.runner.run(self.database.write(lambda uow: verb(uow, why)))
        assert again == (Posted(made.transfer, replayed=True) if isinstance(made, Posted) else made)

    @precondition(lambda self: self.done)
    @rule(data=st.data(), wallet=wallets)
    def reuse_key(self, data: st.DataObject, wallet: AccountId) -> None:
        _, why, _ = data.draw(st.sampled_from(self.done))
        verbs: tuple[Callable[[UnitOfWork], Any], ...] = (
            lambda uow: service.grant(uow, wallet, Coins(999), why, source=LotSource.EARNED),
            lambda uow: service.spend(uow, wallet, Coins(999), why),
            lambda uow: holds.hold(uow, wallet, Coins(999), why, what="stake"),
        )
        for verb in verbs:
            with pytest.raises(KeyReused):
                self.runner.run(self.database.write(verb))

    @invariant()
    def books_agree(self) -> None:
        self.runner.run(self.database.read(self.compare))

    def compare(self, uow: UnitOfWork) -> None:
        assert list(audit.findings(uow)) == []
        for wallet in WALLETS:
            assert views.balance(uow, wallet, Unit.COIN).value == self.books.balance(wallet)
            assert views.debt(uow, wallet) == self.books.debts[wallet]
            found = [(lot.source.value, lot.remaining, lot.expires_at) for lot in views.lots(uow, wallet, START)]
            kept = [(lot.source, lot.left, self.date(lot.expires)) for lot in self.books.of(wallet)]
            assert sorted(found, key=repr) == sorted(kept, key=repr)
            open_holds = {held.id: held.amount.value for held in views.holds(uow, wallet)}
            assert open_holds == {
                n: hold.total for n, hold in self.holds.items() if hold.wallet == wallet and hold.total
            }
        for system in System:
            assert views.balance(uow, system.account(Unit.COIN), Unit.COIN).value == self.books.system[system.value]
        assert sum(total.total for total in audit.sums(uow)) == 0


class TestPrograms:
    def test_agree_with_plain_arithmetic(self, engine: Engine) -> None:
        limits = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=40)

        class Here(Programs):
            def __init__(self) -> None:
                super().__init__(engine)

        run_state_machine_as_test(Here, settings=limits)
