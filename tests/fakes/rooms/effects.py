"""What made-up rooms leave behind, refuse with and record.

Each trace is a row in a table of their own, `effect`: so that twice is seen as two.
"""

from typing import ClassVar

from sqlalchemy import Column, MetaData, Text, bindparam, insert, select
from sqlalchemy import Table as SqlTable

from core.db import UnitOfWork
from core.errors import ErrorKind, TandemError
from core.facts import Fact
from core.ids import MemberId
from core.values import dataclass

EFFECT = SqlTable("effect", MetaData(), Column("what", Text), Column("key", Text))
HAPPEN = insert(EFFECT).values(what=bindparam("what"), key=bindparam("key"))
HAPPENED = select(EFFECT.c.key).where(EFFECT.c.what == bindparam("what"))


def happen(uow: UnitOfWork, what: str, key: str = "") -> None:
    """Leave a trace that a rollback takes away and a repetition doubles."""
    uow.run(HAPPEN, what=what, key=key)


class Sorry(TandemError):
    """A rule that says no."""

    words: ClassVar[str] = "Sorry, not today. Try another day."


class Overloaded(TandemError):
    """Something outside is busy."""

    kind: ClassVar[ErrorKind] = ErrorKind.OPERATIONAL
    words: ClassVar[str] = "It is busy. Try again in a minute."


@dataclass(frozen=True, slots=True)
class Planted(Fact):
    """Something was planted."""

    member: MemberId
    amount: int


@dataclass(frozen=True, slots=True)
class Watered(Fact):
    """What a reaction to `Planted` records."""

    member: MemberId
