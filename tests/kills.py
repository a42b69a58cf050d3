"""SIGKILL under load: what was acknowledged is there, once, and the books are right.

Run as a program this file is the load: it moves money as fast as it can and says every acknowledged key.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from sqlalchemy import bindparam, func, select  # noqa: E402

from core.db import UnitOfWork  # noqa: E402
from core.ids import AccountId  # noqa: E402
from core.ledger import audit, holds, service  # noqa: E402
from core.ledger.codes import Code, LotSource  # noqa: E402
from core.ledger.posting import Posted, Why  # noqa: E402
from core.ledger.statements import TRANSFER  # noqa: E402
from core.money import Coins  # noqa: E402
from tests.databases import AnyDatabase, connect  # noqa: E402

AT = datetime(2026, 11, 20, tzinfo=UTC)
WALLETS = 20
BOTH = frozenset({LotSource.BOUGHT, LotSource.GIFTED})
ACKNOWLEDGED = select(func.count()).select_from(TRANSFER).where(TRANSFER.c.key == bindparam("key"))


def unit_of(key: str) -> Callable[[UnitOfWork], Posted]:
    """What a key stands for: the key says it all, so that it can be done again after the crash."""
    chance = random.Random(key)
    giver, receiver = (AccountId(f"member:{i}:COIN") for i in chance.sample(range(WALLETS), 2))
    why = Why(Code.GIFT, key, AT)

    def stake(uow: UnitOfWork) -> Posted:
        held = holds.hold(uow, giver, Coins(2), Why(Code.GIFT_HELD, key, AT), what="stake")
        return holds.capture(uow, held, Coins(2), why, to=receiver, become=LotSource.GIFTED)

    return chance.choice(
        [
            lambda uow: service.grant(uow, receiver, Coins(3), why, source=LotSource.BOUGHT),
            lambda uow: service.give(uow, giver, receiver, Coins(1), why, sources=BOTH, become=None),
            stake,
        ]
    )


def fill(uow: UnitOfWork) -> None:
    """Something for everybody to give."""
    for i in range(WALLETS):
        why = Why(Code.DEMO_GRANT, f"fill:{i}", AT)
        service.grant(uow, AccountId(f"member:{i}:COIN"), Coins(10**6), why, source=LotSource.BOUGHT)


def kill_under_load(url: str, run: int, acknowledgements: int) -> list[str]:
    """Start the load, kill it after so many acknowledgements, and return the keys that it has said."""
    load = subprocess.Popen([sys.executable, __file__, url, str(run)], stdout=subprocess.PIPE, cwd=ROOT)
    assert load.stdout is not None
    said = [load.stdout.readline() for _ in range(acknowledgements)]
    load.send_signal(signal.SIGKILL)
    said += load.stdout.readlines()
    load.wait()
    load.stdout.close()
    return [line.decode().strip() for line in said if line.endswith(b"\n")]


async def check(database: AnyDatabase, keys: list[str]) -> None:
    """Every key is there once, doing it again moves nothing, and the books are right."""

    def look(uow: UnitOfWork) -> None:
        for key in keys:
            assert uow.run(ACKNOWLEDGED, key=key).scalar() in (1, 2), f"{key} was acknowledged and is lost"
        assert list(audit.findings(uow)) == []
        assert sum(total.total for total in audit.sums(uow)) == 0

    await database.read(look)
    before = await database.read(audit.transfer_count)
    again = await asyncio.gather(*[database.write(unit_of(key)) for key in keys[-50:]])
    assert all(posted.replayed for posted in again), "what was done was done again"
    assert await database.read(audit.transfer_count) == before


async def _load(url: str, run: str) -> None:
    numbers = count()
    async with connect(url) as database:

        async def call() -> None:
            while True:
                key = f"{run}:{next(numbers)}"
                await database.write(unit_of(key))
                os.write(1, f"{key}\n".encode())

        await asyncio.gather(*[call() for _ in range(48)])


if __name__ == "__main__":
    asyncio.run(_load(*sys.argv[1:]))
