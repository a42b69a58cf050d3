"""SQLite's own troubles: another process's lock, a full disk, a group that is lost together."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite import SqliteDatabase
from core.db import UnitOfWork
from core.errors import DatabaseBusy
from core.ids import AccountId
from core.ledger import repository
from core.money import Unit
from tests.databases import AnyDatabase, SqliteEngine, connect, path_of

WALLET = AccountId("member:1:COIN")


def add(uow: UnitOfWork) -> None:
    repository.credit(uow, WALLET, Unit.COIN, 1)


class Oops(Exception):
    pass


def balance(uow: UnitOfWork) -> int:
    return repository.balance(uow, WALLET)


@pytest.fixture
def url(sqlite_engine: SqliteEngine) -> str:
    return sqlite_engine.fresh()


class TestOpen:
    async def test_refuses_where_there_is_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DatabaseBusy):
            await SqliteDatabase(tmp_path / "nowhere" / "x.db").open()

    async def test_waits_for_another_process_that_makes_the_file(
        self, sqlite_engine: SqliteEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = sqlite_engine.empty()
        other = sqlite3.connect(path_of(url), isolation_level=None)
        other.execute("CREATE TABLE made (what TEXT)")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            await connect(url, busy_timeout_ms=20).open()
        sleep, waited = asyncio.sleep, []

        async def until_it_lets_go(seconds: float) -> None:
            waited.append(seconds)
            other.close()
            await sleep(0)

        monkeypatch.setattr(asyncio, "sleep", until_it_lets_go)
        async with connect(url, busy_timeout_ms=60_000) as database:
            assert await database.read(lambda uow: uow._execute("PRAGMA journal_mode").fetchone()) == ("wal",)
        assert waited

    async def test_is_durable(self, url: str) -> None:
        names = ("journal_mode", "synchronous", "foreign_keys")
        async with connect(url) as database:
            found = await database.write(lambda uow: [uow._execute(f"PRAGMA {name}").fetchone()[0] for name in names])
        assert found == ["wal", 2, 1]


class TestRead:
    async def test_a_bug_is_not_its_own_cause(self, url: str) -> None:
        """Whoever follows causes to the first one would never arrive."""
        async with connect(url) as database:
            with pytest.raises(sqlite3.OperationalError) as raised:
                await database.read(lambda uow: uow._execute("SELECT nonsense"))
        assert raised.value.__cause__ is None


class TestWrite:
    async def test_locked_by_another_process(self, url: str) -> None:
        async with connect(url, busy_timeout_ms=20) as database:
            await database.write(add)
            other = sqlite3.connect(path_of(url), isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            answers = await asyncio.gather(*[database.write(add) for _ in range(5)], return_exceptions=True)
            assert [type(answer) for answer in answers] == [DatabaseBusy] * 5
            assert isinstance(answers[0].__cause__, sqlite3.OperationalError)  # type: ignore[union-attr]
            assert await database.read(balance) == 1
            other.execute("ROLLBACK")
            other.close()
            await database.write(add)
            assert await database.read(balance) == 2

    @pytest.mark.parametrize("callers", [1, 5])
    async def test_a_full_disk_keeps_nothing_of_the_group(self, url: str, callers: int) -> None:
        def stuff(uow: UnitOfWork) -> None:
            add(uow)
            for i in range(500):
                repository.ensure_account(uow, AccountId(f"member:{i}:{'x' * 500}:COIN"), Unit.COIN)

        async with connect(url) as database:
            await database.write(lambda uow: uow._execute("PRAGMA max_page_count = 60"))
            answers = await asyncio.gather(*[database.write(stuff) for _ in range(callers)], return_exceptions=True)
            assert [type(answer) for answer in answers] == [DatabaseBusy] * callers
            assert await database.read(balance) == 0
            await database.write(add)
            assert await database.read(balance) == 1

    async def test_a_unit_that_ends_the_transaction_loses_the_group(self, url: str) -> None:
        async with connect(url) as database:
            answers = await asyncio.gather(
                database.write(add),
                database.write(lambda uow: uow._execute("ROLLBACK")),
                return_exceptions=True,
            )
            assert DatabaseBusy in {type(answer) for answer in answers}
            await database.write(add)
            assert await database.read(balance) == 1

    async def test_what_can_not_even_be_undone_is_answered(self, url: str) -> None:
        def lose(uow: UnitOfWork) -> None:
            cursor = uow._execute.__self__  # type: ignore[attr-defined]
            cursor.connection.close()

        async with connect(url) as database, asyncio.timeout(10):
            for _ in range(2):
                answers = await asyncio.gather(database.write(lose), database.write(add), return_exceptions=True)
                assert {type(answer) for answer in answers} == {DatabaseBusy}

    async def test_a_group_runs_again_when_a_unit_of_it_raises(self, url: str) -> None:
        go_on, runs = threading.Event(), []

        def count(uow: UnitOfWork) -> None:
            runs.append(uow)
            add(uow)

        def refuse(uow: UnitOfWork) -> None:
            add(uow)
            raise Oops

        async def group(database: AnyDatabase) -> list[Any]:
            go_on.clear()
            held = asyncio.create_task(database.write(lambda uow: go_on.wait(5)))
            await asyncio.sleep(0)
            rest = [asyncio.create_task(database.write(unit)) for unit in (count, refuse, count)]
            await asyncio.sleep(0)
            go_on.set()
            await held
            return await asyncio.gather(*rest, return_exceptions=True)

        async with connect(url) as database:
            for _ in range(2):
                assert [type(answer).__name__ for answer in await group(database)] == ["NoneType", "Oops", "NoneType"]
            assert await database.read(balance) == 4
        assert len(runs) == 1 + 2 + 2, "the second group uses savepoints from the start"

    async def test_groups_have_a_limit(self, url: str) -> None:
        async with connect(url, batch_max=3) as database:
            await asyncio.gather(*[database.write(add) for _ in range(20)])
            assert await database.read(balance) == 20

    async def test_another_process_sees_what_was_answered(self, url: str) -> None:
        async with connect(url) as database:
            await database.write(add)
            other = sqlite3.connect(path_of(url))
            assert other.execute("SELECT balance FROM account WHERE id = ?", (WALLET,)).fetchone() == (1,)
            other.close()
