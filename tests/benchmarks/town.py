"""The house as `tandem run` opens it, on a day that the measure sets, with people in it who have credits to give."""

import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, redirect_stderr
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.web.metrics import Metrics
from bot import logging, wiring
from bot.observer import ServiceObserver, TimedDatabase
from bot.service import freeze
from bot.settings import DatabaseSettings, Settings
from bot.wiring import House
from core.clock import SetClock
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.gifts.rules import GiftLimits
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.money import Credits, Unit
from core.people import Actor, Identity, Plan, wallet
from tests.databases import SqliteEngine

NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
RICH = Credits(1_000_000)
PEOPLE = 256
IN_FLIGHT = 64
APART = timedelta(days=15)
"""From one measure to the next: so far that a wallet has one day to show, and no picture; those have their own line."""
_numbers = itertools.count(1)


def number() -> int:
    """A number that no event had before."""
    return 1_400_000_000_000_000_000 + next(_numbers)


def user(who: int) -> int:
    """The platform's id of somebody."""
    return 500_000_000_000_000 + who


@asynccontextmanager
async def town(folder: Path, platform: str, people: int = PEOPLE) -> AsyncIterator[tuple[House, SetClock]]:
    """A house with its people; it logs as it does in service, to nowhere."""
    clock, metrics = SetClock(NOON), Metrics()
    settings = replace(
        Settings(),
        database=DatabaseSettings(SqliteEngine(folder).fresh()),
        gifts=GiftLimits(daily_cap=10**9),
    )
    with redirect_stderr(Path(os.devnull).open("w", encoding="utf-8")) as nowhere, closing(nowhere):  # noqa: ASYNC230
        logging.configure(settings.log.level, settings.log.format, salt=b"a salt for measures")
        observer = ServiceObserver(metrics)
        opening = wiring.open_house(
            settings, observer, clock=clock, watch=lambda database: TimedDatabase(database, metrics)
        )
        async with opening as house:
            await house.database.write(lambda uow: _fill(uow, platform, people))
            clock.advance(timedelta(days=30))
            freeze()
            yield house, clock


def _fill(uow: UnitOfWork, platform: str, people: int) -> None:
    for who in range(people):
        member = members.resolve(uow, Actor(Identity(platform, str(user(who))), f"P{who}"), NOON).member.id
        entitlements.set_plan(uow, member, Plan.PREMIUM, NOON, None)
        why = Why(Code.DEMO_GRANT, f"fill:{member}", NOON)
        ledger.grant(uow, wallet(member, Unit.CREDIT), RICH, why, source=LotSource.BOUGHT)
    uow.facts.clear()
