"""Many at once: what serial programs can not show."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy import column, func, select, table

from adapters.postgres import PostgresDatabase
from core.db import UnitOfWork
from core.errors import TandemError
from core.ledger import service
from core.ledger.errors import (
    AlreadyReversed,
    HoldClosed,
    InDebt,
    InsufficientFunds,
    KeyReused,
)
from tests.ledger import A, B, C, Ledger

WAITING = select(func.count()).select_from(table("pg_locks", column("granted"))).where(~column("granted"))


def kinds(answers: Sequence[object]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in answers)


class TestSpend:
    async def test_exactly_the_affordable_number_passes(self, ledger: Ledger) -> None:
        await ledger.grant(A, 35)
        answers = await asyncio.gather(*[ledger.spend(A, 5) for _ in range(20)], return_exceptions=True)
        assert kinds(answers) == {"Posted": 7, "InsufficientFunds": 13}
        assert await ledger.balance(A) == 0

    async def test_the_same_key_from_twenty_tasks_is_once(self, ledger: Ledger) -> None:
        await ledger.grant(A, 100)
        answers = await asyncio.gather(*[ledger.spend(A, 5, key="k") for _ in range(20)])
        assert Counter(answer.replayed for answer in answers) == {True: 19, False: 1}
        assert len({answer.transfer for answer in answers}) == 1
        assert await ledger.balance(A) == 95

    async def test_the_same_key_with_different_amounts_is_once(self, ledger: Ledger) -> None:
        await ledger.grant(A, 100)
        answers = await asyncio.gather(*[ledger.spend(A, i, key="k") for i in range(1, 11)], return_exceptions=True)
        assert kinds(answers) == {"Posted": 1, "KeyReused": 9}

    async def test_nobody_spends_past_a_chargeback(self, ledger: Ledger) -> None:
        granted = await ledger.grant(A, 5)
        await ledger.spend(A, 5)
        await ledger.grant(A, 100)
        tasks = [ledger.spend(A, 1) for _ in range(10)]
        tasks.insert(5, ledger.reverse(granted.transfer, cap=50))
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert set(kinds(answers)) <= {"Posted", "InDebt"}
        assert await ledger.debt(A) == 5

    async def test_sees_the_debt_of_a_chargeback_it_waited_for(self, ledger: Ledger) -> None:
        if not isinstance(ledger.database, PostgresDatabase):
            pytest.skip("one writer: nobody waits for a row")
        granted = await ledger.grant(A, 5)
        await ledger.spend(A, 5)
        await ledger.grant(A, 100)
        reversed_, go_on = threading.Event(), threading.Event()

        def chargeback(uow: UnitOfWork) -> None:
            service.reverse(uow, granted.transfer, ledger.why(), debt_cap=50)
            reversed_.set()
            assert go_on.wait(10)

        charging = asyncio.create_task(ledger.database.write(chargeback))
        await asyncio.to_thread(reversed_.wait, 10)
        spending = asyncio.create_task(ledger.spend(A, 1))
        async with asyncio.timeout(10):
            while not await ledger.database.read(lambda uow: uow.run(WAITING).scalar()):
                pass
        go_on.set()
        await charging
        with pytest.raises(InDebt):
            await spending


class TestGrant:
    async def test_the_first_of_an_unknown_member(self, ledger: Ledger) -> None:
        await asyncio.gather(*[ledger.grant(A, 1) for _ in range(20)])
        assert await ledger.balance(A) == 20


class TestHold:
    async def test_the_same_key_from_twenty_tasks_is_once(self, ledger: Ledger) -> None:
        await ledger.grant(A, 100)
        assert len(set(await asyncio.gather(*[ledger.hold(A, 5, key="k") for _ in range(20)]))) == 1
        assert await ledger.balance(A) == 95

    async def test_is_resolved_once(self, ledger: Ledger) -> None:
        await ledger.grant(A, 100)
        hold = await ledger.hold(A, 5, days=0)
        tasks = [ledger.capture(hold) for _ in range(5)] + [ledger.release(hold) for _ in range(5)]
        answers = await asyncio.gather(*tasks, ledger.expire_holds(), return_exceptions=True)
        resolved = kinds(answers[:10])["Posted"] + (answers[10] if isinstance(answers[10], int) else 0)
        assert resolved == 1, answers
        assert set(kinds(answers)) <= {"Posted", "HoldClosed", "int"}


class TestReverse:
    async def test_is_done_once(self, ledger: Ledger) -> None:
        granted = await ledger.grant(A, 10)
        answers = await asyncio.gather(*[ledger.reverse(granted.transfer) for _ in range(8)], return_exceptions=True)
        assert kinds(answers) == {"Posted": 1, "AlreadyReversed": 7}


class TestGive:
    async def test_there_and_back_at_once(self, ledger: Ledger) -> None:
        await ledger.grant(A, 200)
        await ledger.grant(B, 200)
        gifts = [ledger.give(A, B, 1) if i % 2 else ledger.give(B, A, 1) for i in range(120)]
        assert kinds(await asyncio.gather(*gifts, return_exceptions=True)) == {"Posted": 120}
        assert (await ledger.balance(A), await ledger.balance(B)) == (200, 200)


class TestPrograms:
    @pytest.mark.parametrize("seed", range(3))
    async def test_everything_at_once(self, ledger: Ledger, seed: int) -> None:
        """The books are right, and nobody is told anything but what the ledger refuses."""
        chance = random.Random(seed)
        wallets = [A, B, C]
        transfers = [(await ledger.grant(wallet, 60)).transfer for wallet in wallets]
        holds = [await ledger.hold(wallet, 10, days=0) for wallet in wallets]

        def anything() -> object:
            giver, receiver = chance.sample(wallets, 2)
            amount, key = chance.randint(1, 20), f"shared:{chance.randint(1, 8)}"
            return chance.choice(
                [
                    lambda: ledger.grant(giver, amount),
                    lambda: ledger.spend(giver, amount),
                    lambda: ledger.spend(giver, 3, key=key),
                    lambda: ledger.give(giver, receiver, amount),
                    lambda: ledger.hold(giver, amount, key=key),
                    lambda: ledger.capture(chance.choice(holds), chance.choice([None, 2])),
                    lambda: ledger.release(chance.choice(holds), chance.choice([None, 2])),
                    lambda: ledger.reverse(chance.choice(transfers), cap=20),
                    lambda: ledger.move_all(giver, receiver, key),
                    ledger.expire_holds,
                    ledger.lapse,
                ]
            )()

        answers = await asyncio.gather(*[anything() for _ in range(150)], return_exceptions=True)  # type: ignore[call-overload]
        refused = (InsufficientFunds, InDebt, KeyReused, HoldClosed, AlreadyReversed)
        assert [a for a in answers if isinstance(a, BaseException) and not isinstance(a, refused)] == []
        assert all(error.text for error in answers if isinstance(error, TandemError))
