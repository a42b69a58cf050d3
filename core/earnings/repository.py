"""Every statement on earnings."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from core.clock import local_day
from core.db import UnitOfWork, columns, upsert
from core.earnings.rules import ONE_DAY, Used, is_of_another_zone
from core.earnings.tables import Earning
from core.ids import MemberId
from core.ledger.codes import Code
from core.ledger.posting import Why
from core.values import dataclass

EARNING = columns(Earning)
_member: Any = bindparam("member")
_day = bindparam("on_day", type_=EARNING.c.day.type)

INSERT = (
    upsert(EARNING)
    .values({name: bindparam(name) for name in ("key", "code", "member_id", "amount", "at")})
    .on_conflict_do_nothing(index_elements=[EARNING.c.key, EARNING.c.code])
)
BY_KEY = select(EARNING.c.id, EARNING.c.day).where(
    EARNING.c.key == bindparam("key"), EARNING.c.code == bindparam("code")
)
WAITING = (
    select(EARNING.c.id, EARNING.c.key, EARNING.c.code, EARNING.c.amount)
    .where(EARNING.c.member_id == _member, EARNING.c.day.is_(None))
    .order_by(EARNING.c.id)
)
BY_DAY = (
    select(EARNING.c.day, func.sum(EARNING.c.amount).label("amount"))
    .where(EARNING.c.member_id == _member, EARNING.c.day >= _day)
    .group_by(EARNING.c.day)
)
LATELY = select(EARNING.c.day, EARNING.c.paid_at, EARNING.c.amount).where(
    EARNING.c.member_id == _member,
    EARNING.c.day != _day,
    EARNING.c.paid_at > bindparam("since", type_=EARNING.c.paid_at.type),
)
PAY = (
    update(EARNING)
    .where(EARNING.c.id == bindparam("earning"), EARNING.c.paid_at.is_(None))
    .values(day=bindparam("day"), paid_at=bindparam("at"))
    .returning(EARNING.c.id)
)
MOVE = update(EARNING).where(EARNING.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
FORGET = delete(EARNING).where(EARNING.c.member_id == _member)
OF_MEMBER = select(EARNING).where(EARNING.c.member_id == _member).order_by(EARNING.c.id)


@dataclass(frozen=True, slots=True)
class Booked:
    """A reward that waits for a day with room."""

    id: int
    key: str
    code: Code
    amount: int


def book(uow: UnitOfWork, member: MemberId, amount: int, why: Why) -> None:
    """Book a reward, unless it was booked before."""
    uow.run(INSERT, key=why.key, code=why.code.value, member_id=member, amount=amount, at=why.at)


def waiting(uow: UnitOfWork, member: MemberId) -> list[Booked]:
    """What waits, in the order it was earned."""
    return [Booked(row.id, row.key, Code(row.code), row.amount) for row in uow.run(WAITING, member=member)]


def used(uow: UnitOfWork, member: MemberId, at: datetime, zone_name: str) -> Used:
    """What was paid since the first of the local month, and within a day on a local day of another zone."""
    today = local_day(at, zone_name)
    by_day = {row.day: int(row.amount) for row in uow.run(BY_DAY, member=member, on_day=today.replace(day=1))}
    rows = uow.run(LATELY, member=member, on_day=today, since=at - ONE_DAY)
    return Used(by_day, sum(row.amount for row in rows if is_of_another_zone(row.day, row.paid_at, zone_name)))
