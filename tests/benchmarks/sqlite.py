"""SQLite: ours against raw, by callers, by size, and on a slower disk."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

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


class Rate(NamedTuple):
    """How fast, and how much of the processor for each: a disk that is busy with others shows in the first alone."""

    per_second: float
    cpu_micros: float


class Meter:
    """Counts transfers from the moment it is made."""

    def __init__(self) -> None:
        self.done = 0
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def seconds(self) -> float:
        """How long it has been counting."""
        return time.perf_counter() - self._wall

    def rate(self) -> Rate:
        """What it has counted, all threads together."""
        return Rate(self.done / self.seconds(), (time.process_time() - self._cpu) / self.done * 1_000_000)


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


def raw_rate(path: Path, accounts: int, seconds: float) -> Rate:
    """Transfers by hand."""
    connection = raw_connection(path)
    cursor = connection.cursor()
    pair = pairs(accounts, seed=next(_numbers))
    meter = Meter()
    while meter.seconds() < seconds:
        raw_give(cursor, f"raw:{next(_numbers)}", *pair())
        meter.done += 1
    rate = meter.rate()
    connection.close()
    return rate


async def our_rate(path: Path, accounts: int, callers: int, seconds: float) -> Rate:
    """Transfers through the public verb, with so many callers waiting for their answers."""
    async with SqliteDatabase(path) as database:
        pair = pairs(accounts, seed=next(_numbers))
        meter = Meter()

        async def call() -> None:
            while meter.seconds() < seconds:
                await database.write(give(f"ours:{next(_numbers)}", *pair()))
                meter.done += 1

        await asyncio.gather(*[call() for _ in range(callers)])
        return meter.rate()


def rounds(
    path: Path, accounts: int, callers: tuple[int, ...], times: int, seconds: float
) -> Iterator[dict[str, Rate]]:
    """Raw and ours in turn, so that a busy minute hits both."""
    for _ in range(times):
        yield {"raw": raw_rate(path, accounts, seconds)} | {
            str(n): run(our_rate(path, accounts, n, seconds)) for n in callers
        }


def medians(measured: list[dict[str, Rate]]) -> dict[str, Rate]:
    """The median of each column."""
    return {name: Rate(*map(median, zip(*[row[name] for row in measured], strict=True))) for name in measured[0]}
