"""SQLite: ours against raw, by callers, by size, and on a slower disk."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median

from adapters.sqlite import SqliteDatabase
from tests.benchmarks.transfers import (
    FILL,
    START,
    give,
    pairs,
    raw_connection,
    raw_give,
    run,
)
from tests.databases import SqliteEngine, path_of

_numbers = count()


def filled(folder: Path, accounts: int) -> Path:
    """A database with so many wallets, each with one lot and the transfer that granted it."""
    path = path_of(SqliteEngine(folder).fresh())
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_size = -500000")
    connection.execute("BEGIN")
    for statement in FILL:
        connection.execute(statement.format(count=accounts, start=START, true=1, false=0))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    made = folder / f"filled-{accounts}-{next(_numbers)}.db"
    shutil.move(path, made)
    return made


def raw_rate(path: Path, accounts: int, seconds: float) -> float:
    """Transfers a second by hand."""
    connection = raw_connection(path)
    cursor = connection.cursor()
    pair = pairs(accounts, seed=next(_numbers))
    begin, done = time.perf_counter(), 0
    while (now := time.perf_counter()) < begin + seconds:
        raw_give(cursor, f"raw:{next(_numbers)}", *pair())
        done += 1
    connection.close()
    return done / (now - begin)


async def our_rate(path: Path, accounts: int, callers: int, seconds: float) -> float:
    """Transfers a second through the public verb, with so many callers waiting for their answers."""
    async with SqliteDatabase(path) as database:
        pair = pairs(accounts, seed=next(_numbers))
        begin = time.perf_counter()
        done = 0

        async def call() -> None:
            nonlocal done
            while time.perf_counter() < begin + seconds:
                await database.write(give(f"ours:{next(_numbers)}", *pair()))
                done += 1

        await asyncio.gather(*[call() for _ in range(callers)])
        return done / (time.perf_counter() - begin)


def rounds(
    path: Path, accounts: int, callers: tuple[int, ...], times: int, seconds: float
) -> Iterator[dict[str, float]]:
    """Raw and ours in turn, so that a busy minute hits both."""
    for _ in range(times):
        yield {"raw": raw_rate(path, accounts, seconds)} | {
            str(n): run(our_rate(path, accounts, n, seconds)) for n in callers
        }


def medians(measured: list[dict[str, float]]) -> dict[str, float]:
    """The median of each column."""
    return {name: median(row[name] for row in measured) for name in measured[0]}
