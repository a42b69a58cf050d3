"""The gate's part of a call: quote and reserve in one transaction, settle in another; by number of members."""

import itertools
import random
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from adapters.sqlite import SqliteDatabase
from core.costs.rules import Payer, Prices
from core.db import UnitOfWork
from core.gate import service as gate
from core.gate.rules import CallAsk, GateLimits, Grant
from core.ids import MemberId
from core.members import service as members
from core.usage import Usage, Worst
from tests.benchmarks import sqlite
from tests.benchmarks.transfers import run

GOAL_MS = 5
MEMBERS = 100_000
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MICROS = int(AT.timestamp()) * 1_000_000
MONTH, DAYS_40 = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 1_000_000, 40 * 86_400 * 1_000_000
NEXT = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp()) * 1_000_000
LIMITS = GateLimits(service_day="1000", breaker_day="2000", burst_a_minute=1_000_000)
PRICES = Prices()
ASK = CallAsk(
    "coach", Worst("claude-sonnet-5-5", 3_000, 500), Payer.HOUSE, Worst("claude-haiku-5-5", 3_000, 300), digest="x"
)
USED = Usage(input=80, cache_write_1h=200, cache_read=2_800, output=250)
_numbers = itertools.count()

FILL = (
    """INSERT INTO member (id, name, language, zone, created_at, arrived_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    SELECT i, 'm' || i, 'en', 'UTC', {joined}, {joined} FROM n""",
    """INSERT INTO member_month (id, member_id, plan, starts_at, ends_at, spent, earned)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    SELECT i, i, 'free', {month}, {next}, 40000 * 7, 0 FROM n""",
    """INSERT INTO cost (key, month_id, category, purpose, payer, nanos, day, at, transfer_id)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count} * 7)
    SELECT 'fill:' || i, 1 + i % {count}, 'model', 'coach', 'house', 40000, '2026-11-19', {at}, 1 FROM n""",
    """INSERT INTO reservation (key, month_id, purpose, payer, level, model, input, output, nanos, held, net, free,
        state, cost, at, expires_at, ended_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count} * 7)
    SELECT 'fill:' || i, 1 + i % {count}, 'coach', 'house', 'normal', 'claude-sonnet-5-5', 1, 1, 40000, 40000, 0, 1,
        'settled', 40000, {at}, {at}, {at} FROM n""",
)


def filled(folder: Path, count: int) -> Path:
    """So many members with a wallet, a month and seven calls each."""
    path = sqlite.filled(folder, count)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    for statement in FILL:
        connection.execute(statement.format(count=count, joined=MICROS - DAYS_40, month=MONTH, next=NEXT, at=MICROS))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


async def _measure(path: Path, count: int, calls: int) -> tuple[float, float]:
    chance, taken = random.Random(1), []
    async with SqliteDatabase(path) as database:
        cpu = time.process_time()
        for _ in range(calls):
            who = MemberId(chance.randrange(count) + 1)
            key = f"bench:{next(_numbers)}"

            def reserve(uow: UnitOfWork, who: MemberId = who, key: str = key) -> Grant:
                member = members.member(uow, who)
                return gate.reserve(uow, member, ASK, key=key, at=AT, limits=LIMITS, prices=PRICES)

            began = time.perf_counter()
            grant = await database.write(reserve)

            def settle(uow: UnitOfWork, grant: Grant = grant) -> bool:
                return gate.settle(uow, grant.reservation, USED, at=AT, prices=PRICES, limits=LIMITS)

            await database.write(settle)
            taken.append(time.perf_counter() - began)
        cpu = time.process_time() - cpu
    return median(taken) * 1_000, cpu / calls * 1_000


def medians(path: Path, count: int, calls: int = 400) -> tuple[float, float]:
    """Milliseconds of one call's two transactions, by the clock and by the processor."""
    run(_measure(path, count, 50))
    return run(_measure(path, count, calls))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        for size in (1_000, MEMBERS):
            wall, cpu = medians(filled(Path(place), size), size)
            print(f"{size:>9,} members: p50 {wall:.2f} ms, cpu {cpu:.2f} ms")
