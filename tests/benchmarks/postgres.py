"""PostgreSQL: ours against pgbench, which says the same statements, prepared, from C."""

import asyncio
import re
import subprocess
import tempfile
import time
from itertools import count

import psycopg

from adapters.postgres import PostgresDatabase
from tests.benchmarks.transfers import FILL, START, give, pairs, run
from tests.databases import PostgresEngine

# A colon inside a literal is a parameter to pgbench, hence chr(58). Wallets are locked in one order, as ours does it;
# \gset hands a row's columns to the next statement, as ours must.
SCRIPT = """
\\set giver random(1, {accounts} - 1)
\\set receiver random(:giver + 1, {accounts})
BEGIN;
INSERT INTO transfer (code, key, at, digest, trace, note)
  VALUES ('gift', gen_random_uuid()::text, 1795132800000000,
    format('%s>1>%s', :giver::text, :receiver::text), '', '')
  ON CONFLICT (key, code) DO NOTHING RETURNING id AS transfer \\gset
UPDATE account SET balance = balance - 1 WHERE id = 'member:' || :giver || chr(58) || 'COIN' AND balance >= 1;
SELECT id AS lot, account_id, source, amount, remaining, net_nanos, expires_at, frozen,
  coalesce((SELECT balance FROM account
    WHERE id = 'member:' || :giver || chr(58) || 'COIN' || chr(58) || 'debt'), 0) AS debt,
  (SELECT id FROM lot WHERE account_id = 'member:' || :receiver || chr(58) || 'COIN' AND source = 'earned' AND pooled)
    AS pool
  FROM lot WHERE account_id = 'member:' || :giver || chr(58) || 'COIN' AND is_open ORDER BY id \\gset
UPDATE lot SET remaining = remaining - 1 WHERE id = :lot AND remaining > 1;
UPDATE account SET balance = balance + 1 WHERE id = 'member:' || :receiver || chr(58) || 'COIN';
UPDATE lot SET amount = amount + 1, remaining = remaining + 1 WHERE id = :pool AND is_open;
INSERT INTO entry (transfer_id, line, account_id, lot_id, amount)
  VALUES (:transfer, 0, 'member:' || :giver || chr(58) || 'COIN', :lot, -1),
  (:transfer, 1, 'member:' || :receiver || chr(58) || 'COIN', :pool, 1);
COMMIT;
"""

_numbers = count()


def filled(engine: PostgresEngine, accounts: int) -> str:
    """A database with so many wallets, each with one lot and the transfer that granted it."""
    url = engine.fresh()
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in FILL:
            connection.execute(statement.format(count=accounts, start=START, true="true", false="false"))
        for table in ("lot", "transfer"):
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {accounts})")
        connection.execute("VACUUM ANALYZE")
    return url


def raw_rate(engine: PostgresEngine, url: str, accounts: int, callers: int, seconds: int) -> float:
    """Transfers a second by pgbench."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT.format(accounts=accounts))
        script.flush()
        options = [
            "-n",
            "-M",
            "prepared",
            "-c",
            str(callers),
            "-j",
            "2",
            "-T",
            str(seconds),
            "-f",
            script.name,
        ]
        said = subprocess.run([engine.programs / "pgbench", *options, url], capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", said.stdout)
    assert found is not None, said.stderr
    return float(found[1])


async def _ours(url: str, accounts: int, callers: int, seconds: float) -> float:
    async with PostgresDatabase(url, pool_max=callers) as database:
        pair = pairs(accounts, seed=next(_numbers))
        done = 0
        begin = time.perf_counter()

        async def call() -> None:
            nonlocal done
            while time.perf_counter() < begin + seconds:
                await database.write(give(f"ours:{time.time_ns()}:{next(_numbers)}", *pair()))
                done += 1

        await asyncio.gather(*[call() for _ in range(callers)])
        return done / (time.perf_counter() - begin)


def our_rate(url: str, accounts: int, callers: int, seconds: float) -> float:
    """Transfers a second through the public verb."""
    return run(_ours(url, accounts, callers, seconds))
