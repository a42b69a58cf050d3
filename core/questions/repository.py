"""Every statement on claims."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from core.db import UnitOfWork, columns, upsert
from core.ids import MemberId
from core.questions.tables import Claim

CLAIM = columns(Claim)
_member: Any = bindparam("member")

INSERT = (
    upsert(CLAIM)
    .values({name: bindparam(name) for name in ("member_id", "task", "day", "at")})
    .on_conflict_do_nothing()
    .returning(CLAIM.c.task)
)
LAST = (
    select(CLAIM.c.task, func.max(CLAIM.c.day).label("day"), func.max(CLAIM.c.at).label("at"))
    .where(CLAIM.c.member_id == _member)
    .group_by(CLAIM.c.task)
)
OF_MEMBER = select(CLAIM).where(CLAIM.c.member_id == _member).order_by(CLAIM.c.at, CLAIM.c.task)
_other = CLAIM.alias("other")
MOVE = (
    update(CLAIM)
    .where(
        CLAIM.c.member_id == bindparam("gone"),
        ~select(_other.c.day)
        .where(_other.c.member_id == bindparam("kept"), _other.c.task == CLAIM.c.task, _other.c.day == CLAIM.c.day)
        .exists(),
    )
    .values(member_id=bindparam("kept"))
)
FORGET = delete(CLAIM).where(CLAIM.c.member_id == _member)

Last = tuple[date, datetime]
"""The local day and the instant at which something was last told."""


def insert(uow: UnitOfWork, member: MemberId, task: str, day: date, at: datetime) -> bool:
    """Note that a task was done. False if it was noted for that day."""
    return uow.run(INSERT, member_id=member, task=task, day=day, at=at).first() is not None


def last(uow: UnitOfWork, member: MemberId) -> dict[str, Last]:
    """When each task was last done."""
    return {row.task: (row.day, row.at) for row in uow.run(LAST, member=member)}
