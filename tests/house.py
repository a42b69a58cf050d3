"""A whole Tandem for one test: a real database, the rooms, a clock that is set, and people who talk to it."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import text

from adapters.postgres import PostgresDatabase
from adapters.sqlite import SqliteDatabase
from core.chat import Agreement, Answer, Ask, Button, Confirm, Invocation, Outcome, Place, Refusal, Reply, Room, Said
from core.chat.catalog import Catalog
from core.chat.easel import Easel
from core.clock import SetClock
from core.coins.room import ROOM as COINS
from core.coins.rules import CoinRules
from core.db import UnitOfWork
from core.desk import ChatLimits, Desk
from core.dispatch import Dispatcher
from core.earnings.rules import EarningLimits
from core.entitlements.service import ROOM as ENTITLEMENTS
from core.entitlements.service import Plans
from core.ledger import audit, views
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.members.reactions import ROOM as MEMBERS
from core.members.rules import MemberRules
from core.members.service import Salt
from core.money import Coins, Credits, Unit
from core.outbox.rules import NoticeLimits, OutboxPace
from core.outbox.service import ROOM as OUTBOX
from core.people import Actor, Identity, Member
from core.ports import Messenger
from core.roles.service import ROOM as ROLES
from core.roles.service import Owners
from core.runner import Runner
from core.schedule import service as schedule
from core.schedule.service import SchedulePace
from tests.fakes.outside import Outside, RecordingMessenger, RecordingObserver, Sketches
from tests.fakes.rooms.effects import HAPPENED
from tests.fakes.rooms.garden import GARDEN
from tests.fakes.rooms.tower import TOWER

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
OWNER = Identity("discord", "owner")
AnyDatabase = SqliteDatabase | PostgresDatabase


class House:
    """Catalog, dispatcher, runner and fakes over one database."""

    def __init__(self, database: AnyDatabase, rooms: Sequence[Room] = (GARDEN, TOWER)) -> None:
        self.database = database
        self.clock = SetClock(NOON)
        self.messenger = RecordingMessenger()
        self.outside = Outside()
        self.observer = RecordingObserver()
        self.painter = Sketches()
        self.easel = Easel(self.painter, self.observer)
        self.provided: dict[type, Any] = {
            CoinRules: CoinRules(),
            EarningLimits: EarningLimits(),
            MemberRules: MemberRules(),
            Salt: Salt(b"tests"),
            Messenger: self.messenger,
            NoticeLimits: NoticeLimits(),
            OutboxPace: OutboxPace(),
            Outside: self.outside,
            Easel: self.easel,
        }
        self.pace = SchedulePace()
        self._events = itertools.count(1)
        self.move_in(rooms)

    def move_in(self, rooms: Sequence[Room]) -> None:
        """Start again on the same database, perhaps with other rooms: a restart, or a new version."""
        self.rooms = tuple(rooms)
        floors = (MEMBERS, ROLES, ENTITLEMENTS, OUTBOX, *rooms, COINS)
        self.catalog = Catalog(floors, self.provided)
        owners = Owners(frozenset({OWNER}))
        self.desk = Desk(
            self.database, self.catalog, self.clock, owners, Plans(), ChatLimits(), self.observer, self.easel
        )
        self.dispatcher = Dispatcher(self.desk)
        self.runner = self.new_runner()

    def new_runner(self) -> Runner:
        """One more process that looks for what is due."""
        return Runner(self.desk, self.pace)

    @property
    def on_postgres(self) -> bool:
        """Which engine it stands on."""
        return isinstance(self.database, PostgresDatabase)

    @property
    def path(self) -> Path:
        """The file of an SQLite house."""
        assert isinstance(self.database, SqliteDatabase)
        return self.database.path

    async def open(self) -> Self:
        """Make the table of the made-up rooms."""

        def effects(uow: UnitOfWork) -> None:
            uow.run(text("CREATE TABLE IF NOT EXISTS effect (what TEXT, key TEXT)"))

        await self.database.write(effects)
        return self

    def person(self, name: str = "ann", platform: str = "discord") -> "Person":
        """Somebody with an identity of that name; a member once they say something."""
        return Person(self, Identity(platform, name))

    def event(self, platform: str) -> str:
        """A key that no event had."""
        return f"{platform}:event:{next(self._events)}"

    async def happened(self, what: str) -> list[str]:
        """What the made-up rooms did."""
        return await self.database.read(lambda uow: [row.key for row in uow.run(HAPPENED, what=what)])

    async def planned(self, kind: str, key: str, *, payload: dict[str, Any] | None = None) -> None:
        """Plan a row that is due now."""
        now = self.clock.now()
        await self.database.write(lambda uow: schedule.plan(uow, kind, key, now, payload))

    async def due(self) -> list[tuple[str, str]]:
        """Rows of the due table."""
        statement = text("SELECT kind, key FROM due ORDER BY id").columns(*schedule.DUE.c["kind", "key"])
        return await self.database.read(lambda uow: [(row.kind, row.key) for row in uow.run(statement)])

    async def later(self, **by: float) -> None:
        """Let time pass and run what is due."""
        self.clock.advance(timedelta(**by))
        await self.runner.run_due()

    async def books_are_right(self) -> bool:
        """Whether every invariant of the ledger holds."""
        findings = await self.database.read(lambda uow: list(audit.findings(uow)))
        assert not findings, findings
        return True


@dataclass(frozen=True)
class Person:
    """Somebody who talks to the house."""

    house: House
    identity: Identity
    space: str = ""
    since: datetime | None = None
    """When the platform's account was made, if it tells."""

    @property
    def actor(self) -> Actor:
        return Actor(self.identity, self.identity.user_id.capitalize(), since=self.since)

    @property
    def place(self) -> Place:
        return Place(self.identity.platform, f"dm-{self.identity.user_id}", self.space, private=not self.space)

    def _event(self, key: str) -> tuple[Actor, Place, str, datetime]:
        return self.actor, self.place, key or self.house.event(self.identity.platform), self.house.clock.now()

    def invocation(self, command: str, *, key: str = "", **values: Any) -> Invocation:
        return Invocation(tuple(command.split()), values, *self._event(key))

    async def invokes(self, command: str, *, key: str = "", **values: Any) -> Any:
        return await self.house.dispatcher.handle(self.invocation(command, key=key, **values))

    async def answers(self, asked: Ask | Confirm | str, *, key: str = "", **values: Any) -> Any:
        return await self.house.dispatcher.handle(Answer(token_of(asked), values, *self._event(key)))

    async def agrees(self, asked: Ask | Confirm | Button | str, *, yes: bool = True, key: str = "") -> Any:
        return await self.house.dispatcher.handle(Agreement(token_of(asked), yes, *self._event(key)))

    async def declines(self, asked: Ask | Confirm | str) -> Any:
        return await self.agrees(asked, yes=False)

    async def presses(self, button: Button) -> Any:
        if button.token:
            return await self.agrees(button)
        return await self.invokes(" ".join(button.command))

    async def says(self, sentence: str, *, key: str = "") -> Any:
        return await self.house.dispatcher.handle(Said(sentence, *self._event(key)))

    async def member(self) -> Member:
        """The member that they are."""

        def look(uow: UnitOfWork) -> Member:
            known = members.known(uow, self.identity)
            assert known is not None, f"{self.identity} was never here"
            return known.member

        return await self.house.database.read(look)

    async def has(self, credits: int = 0, coins: int = 0, *, bought: int = 0) -> Self:  # noqa: A002  the product's word
        """Arrive, and own something."""
        await self.invokes("start")
        member, at = await self.member(), self.house.clock.now()
        why = Why(Code.DEMO_GRANT, self.house.event("grant"), at)

        def pay(uow: UnitOfWork) -> None:
            if credits:
                ledger.grant(uow, member.credit_wallet, Credits(credits), why, source=LotSource.WELCOME)
            if coins:
                ledger.grant(uow, member.coin_wallet, Coins(coins), why, source=LotSource.EARNED)
            if bought:
                also = why._replace(key=f"{why.key}:bought")
                ledger.grant(uow, member.credit_wallet, Credits(bought), also, source=LotSource.BOUGHT)

        await self.house.database.write(pay)
        return self

    async def lots(self) -> list[tuple[LotSource, int]]:
        """What is left in the credit wallet, by source in burn order."""
        member, at = await self.member(), self.house.clock.now()
        found = await self.house.database.read(lambda uow: views.lots(uow, member.credit_wallet, at))
        return [(lot.source, lot.remaining) for lot in found]

    async def credits(self) -> int:
        """What the credit wallet holds."""
        member = await self.member()
        return await self.house.database.read(lambda uow: views.balance(uow, member.credit_wallet, Unit.CREDIT).value)

    async def coins(self) -> int:
        """What the coin wallet holds."""
        member = await self.member()
        return await self.house.database.read(lambda uow: views.balance(uow, member.coin_wallet, Unit.COIN).value)

    async def held(self) -> list[int]:
        """What is on hold, hold by hold."""
        member = await self.member()
        return await self.house.database.read(
            lambda uow: [held.amount.value for held in views.holds(uow, member.credit_wallet)]
        )


def token_of(asked: Ask | Confirm | Button | str) -> str:
    return asked if isinstance(asked, str) else asked.token


def text_of(outcome: Outcome | None) -> str:
    """All that a member reads in an outcome."""
    if isinstance(outcome, Refusal):
        return "\n".join([outcome.error.text, *(str(line) for line in outcome.lines)])
    if isinstance(outcome, Ask):
        return "\n".join([*(field.label for field in outcome.fields), *(item.text for item in outcome.problems)])
    assert isinstance(outcome, Reply | Confirm), outcome
    return "\n".join(_lines(outcome.message.blocks))


def _lines(blocks: Sequence[Any]) -> Iterator[str]:
    for block in blocks:
        if hasattr(block, "content"):
            yield str(block.content)
        for label, value in getattr(block, "rows", ()):
            yield f"{label}: {value}"


def refused(outcome: Outcome | None) -> str:
    """The name of the error of a refusal."""
    assert isinstance(outcome, Refusal), outcome
    return type(outcome.error).__name__
