"""The transfer that is measured: one coin from one wallet to another, each with one running lot of earned coins.

*Raw* is what a careful engineer would write by hand for the same effect on the same tables: claim the key, take from
the wallet if it covers it, read its lots and its debt and the other's pool, take from the lot, credit the other wallet
and its pool, write two entries; one commit each, same pragmas. These are our statements, with every saving that ours
have (one cursor, ids unasked). It checks nothing else, logs nothing, and knows no amounts or units.
"""

import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from adapters.sqlite.database import WRITER_PRAGMAS
from core.db import UnitOfWork
from core.ids import AccountId
from core.ledger import service
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Posted, Why
from core.money import Coins

try:
    from uvloop import run  # as the bot does
except ImportError:
    from asyncio import run  # type: ignore[assignment]  # the same, with another keyword

__all__ = ["FILL", "START", "give", "pairs", "raw_connection", "raw_give", "run"]

AT = datetime(2026, 11, 20, tzinfo=UTC)
MICROS = int(AT.timestamp()) * 1_000_000
ONE = Coins(1)
EARNED = frozenset({LotSource.EARNED})
START = 1_000_000

FILL = (
    """INSERT INTO account (id, kind, unit, balance)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    SELECT 'member:' || i || ':COIN', 'wallet', 'COIN', {start} FROM n""",
    """INSERT INTO lot (id, account_id, source, rank, amount, remaining, is_open, frozen, pooled, created_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    SELECT i, 'member:' || i || ':COIN', 'earned', 2, {start}, {start}, {true}, {false}, {true}, 0 FROM n""",
    """INSERT INTO transfer (id, code, key, at, digest, trace, note)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    SELECT i, 'demo_grant', 'fill:' || i, 0, '', '', '' FROM n""",
    """INSERT INTO entry (transfer_id, line, account_id, lot_id, amount)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    SELECT i, 0, 'system:issuance:COIN', i, -{start} FROM n
    UNION ALL SELECT i, 1, 'member:' || i || ':COIN', i, {start} FROM n""",
)


def give(key: str, giver: AccountId, receiver: AccountId) -> Callable[[UnitOfWork], Posted]:
    """The transfer through the public verb."""

    def unit(uow: UnitOfWork) -> Posted:
        return service.give(uow, giver, receiver, ONE, Why(Code.GIFT, key, AT), sources=EARNED, become=None)

    return unit


def pairs(accounts: int, seed: int) -> Callable[[], tuple[AccountId, AccountId]]:
    """Two different wallets at random, the same ones for the same seed."""
    chance = random.Random(seed)

    def pair() -> tuple[AccountId, AccountId]:
        giver = chance.randrange(accounts)
        receiver = (giver + 1 + chance.randrange(accounts - 1)) % accounts
        return AccountId(f"member:{giver + 1}:COIN"), AccountId(f"member:{receiver + 1}:COIN")

    return pair


def raw_connection(path: Path) -> sqlite3.Connection:
    """Plain sqlite3 with the writer's pragmas."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in WRITER_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def raw_give(cursor: sqlite3.Cursor, key: str, giver: str, receiver: str) -> None:
    """The same transfer by hand."""
    run = cursor.execute
    run("BEGIN IMMEDIATE")
    made = run(
        "INSERT INTO transfer (code, key, at, digest, trace, note) VALUES (?, ?, ?, ?, '', '') "
        "ON CONFLICT (key, code) DO NOTHING",
        ("gift", key, MICROS, f"{giver}>1>{receiver}"),
    )
    assert made.rowcount == 1
    transfer = made.lastrowid
    taken = run("UPDATE account SET balance = balance - ? WHERE id = ? AND balance >= ?", (1, giver, 1)).rowcount
    assert taken == 1
    lots = run(
        "SELECT id, source, amount, remaining, net_nanos, expires_at, frozen, "
        "(SELECT balance FROM account WHERE id = ?), "
        "(SELECT id FROM lot WHERE account_id = ? AND source = 'earned' AND pooled = 1) "
        "FROM lot WHERE account_id = ? AND is_open = 1 ORDER BY id",
        (f"{giver}:debt", receiver, giver),
    ).fetchall()
    ((lot, *_, debt, pool),) = lots
    assert not debt
    taken = run("UPDATE lot SET remaining = remaining - ? WHERE id = ? AND remaining > ?", (1, lot, 1)).rowcount
    assert taken == 1
    taken = run("UPDATE account SET balance = balance + ? WHERE id = ?", (1, receiver)).rowcount
    assert taken == 1
    taken = run(
        "UPDATE lot SET amount = amount + ?, remaining = remaining + ? WHERE id = ? AND is_open = 1", (1, 1, pool)
    ).rowcount
    assert taken == 1
    run(
        "INSERT INTO entry (transfer_id, line, account_id, lot_id, amount) VALUES (?, 0, ?, ?, ?), (?, 1, ?, ?, ?)",
        (transfer, giver, lot, -1, transfer, receiver, pool, 1),
    )
    run("COMMIT")
