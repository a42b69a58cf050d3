"""What both databases promise a unit of work."""

import asyncio
import threading

import pytest
from sqlalchemy import bindparam, select

from core.db import Unit, UnitOfWork
from core.errors import DatabaseBusy
from core.ids import AccountId
from core.ledger import repository, statements
from core.ledger.statements import ACCOUNT
from core.money import Unit as MoneyUnit
from tests.databases import AnyDatabase, Engine, connect

WALLET = AccountId("member:1:COIN")


def add(amount: int = 1, wallet: AccountId = WALLET) -> Unit[int]:
    def unit(uow: UnitOfWork) -> int:
        repository.credit(uow, wallet, MoneyUnit.COIN, amount)
        return amount

    return unit


def balance(uow: UnitOfWork) -> int:
    return repository.balance(uow, WALLET)


class Oops(Exception):
    pass


def add_and_raise(uow: UnitOfWork) -> None:
    add(1000)(uow)
    raise Oops


class TestWrite:
    async def test_answers_with_what_the_unit_answers(self, database: AnyDatabase) -> None:
        assert await database.write(add(3)) == 3
        assert await database.read(balance) == 3

    async def test_a_unit_that_raises_undoes_itself(self, database: AnyDatabase) -> None:
        with pytest.raises(Oops):
            await database.write(add_and_raise)
        assert await database.read(balance) == 0

    async def test_a_unit_that_raises_undoes_only_itself(self, database: AnyDatabase) -> None:
        units = [add_and_raise if i % 3 == 0 else add() for i in range(30)]
        answers = await asyncio.gather(*map(database.write, units), return_exceptions=True)
        assert [type(answer) for answer in answers] == [Oops if i % 3 == 0 else int for i in range(30)]
        assert await database.read(balance) == 20

    async def test_a_broken_constraint_is_a_bug_and_undoes_only_itself(self, database: AnyDatabase) -> None:
        answers = await asyncio.gather(
            database.write(add()), database.write(add(-5)), database.write(add()), return_exceptions=True
        )
        assert "IntegrityError CheckViolation".find(type(answers[1]).__name__) >= 0
        assert await database.read(balance) == 2

    async def test_many_at_once(self, database: AnyDatabase) -> None:
        await asyncio.gather(*[database.write(add()) for _ in range(600)])
        assert await database.read(balance) == 600

    async def test_a_caller_that_is_cancelled_leaves_the_effect(self, database_url: str) -> None:
        running, go_on = threading.Event(), threading.Event()

        def slow(uow: UnitOfWork) -> None:
            running.set()
            assert go_on.wait(10)
            add()(uow)

        async with connect(database_url) as database:
            caller = asyncio.create_task(database.write(slow))
            await asyncio.to_thread(running.wait, 10)
            waiting = asyncio.create_task(database.write(add(10)))
            await asyncio.sleep(0)
            caller.cancel()
            waiting.cancel()
            go_on.set()
            answers = await asyncio.gather(caller, waiting, return_exceptions=True)
            assert [type(answer) for answer in answers] == [asyncio.CancelledError] * 2
        async with connect(database_url) as database:
            # Whether the one still in the queue was run is nobody's promise; what ran is kept whole.
            assert await database.read(balance) in (1, 11)


class TestRead:
    async def test_can_not_write(self, database: AnyDatabase) -> None:
        with pytest.raises(Exception, match=r"readonly|read-only"):
            await database.read(add())
        assert await database.read(balance) == 0

    async def test_sees_one_snapshot(self, database: AnyDatabase) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def twice(uow: UnitOfWork) -> tuple[int, int]:
            first = balance(uow)
            begun.set()
            assert go_on.wait(10)
            return first, balance(uow)

        reading = asyncio.create_task(database.read(twice))
        await asyncio.to_thread(begun.wait, 10)
        await database.write(add(7))
        go_on.set()
        assert await reading == (0, 0)
        assert await database.read(balance) == 7

    async def test_passes_on_what_the_unit_raises(self, database: AnyDatabase) -> None:
        def fails(uow: UnitOfWork) -> None:
            raise Oops

        with pytest.raises(Oops):
            await database.read(fails)
        assert await database.read(balance) == 0


class TestRun:
    async def test_a_list_in_the_statement(self, database: AnyDatabase) -> None:
        for i in (1, 2, 3):
            await database.write(add(i, AccountId(f"member:{i}:COIN")))
        some = (
            select(ACCOUNT.c.balance).where(ACCOUNT.c.id.in_(["member:1:COIN", "member:3:COIN"])).order_by(ACCOUNT.c.id)
        )
        assert [row.balance for row in await database.read(lambda uow: uow.run(some))] == [1, 3]

    async def test_a_list_beside_parameters(self, database: AnyDatabase) -> None:
        await database.write(add(5))
        some = select(ACCOUNT.c.id).where(
            ACCOUNT.c.kind.in_(["wallet", "hold"]),
            ACCOUNT.c.balance >= bindparam("least"),
            ACCOUNT.c.unit.in_(["COIN"]),
        )
        assert await database.read(lambda uow: uow.run(some, least=5).scalar()) == WALLET
        assert await database.read(lambda uow: uow.run(some, least=6).scalar()) is None

    async def test_a_missing_parameter_is_a_bug(self, database: AnyDatabase) -> None:
        with pytest.raises(KeyError, match="account"):
            await database.read(lambda uow: uow.run(statements.BALANCE))

    async def test_rows_are_read_in_every_way(self, database: AnyDatabase) -> None:
        await database.write(add(5))
        rows = await database.read(lambda uow: uow.run(select(ACCOUNT.c.id, ACCOUNT.c.balance).order_by(ACCOUNT.c.id)))
        assert rows.affected == len(rows) > 1
        assert rows[0] == rows.first() == next(iter(rows))
        assert rows[:1] == [rows[0]]
        assert rows.scalar() == rows[0].id == WALLET
        with pytest.raises(ValueError, match="unpack"):
            rows.one()


class TestClose:
    async def test_finishes_what_is_queued(self, engine: Engine, database_url: str) -> None:
        database = await connect(database_url).open()
        writes = [asyncio.create_task(database.write(add())) for _ in range(300)]
        await asyncio.sleep(0)
        await database.close()
        assert await asyncio.gather(*writes) == [1] * 300

    async def test_refuses_what_comes_later(self, database_url: str) -> None:
        database = await connect(database_url).open()
        await database.close()
        with pytest.raises(DatabaseBusy):
            await database.write(add())
        with pytest.raises(DatabaseBusy):
            await database.read(balance)

    async def test_twice_is_once(self, database_url: str) -> None:
        database = await connect(database_url).open()
        await database.close()
        await database.close()
