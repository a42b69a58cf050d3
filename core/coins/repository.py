"""Every statement on visits."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, select, update

from core.coins.rules import Past
from core.coins.tables import Visit
from core.db import UnitOfWork, columns, upsert
from core.ids import MemberId

VISIT = columns(Visit)
_member = bindparam("member", type_=VISIT.c.member_id.type)

INSERT = (
    upsert(VISIT)
    .values({name: bindparam(name) for name in ("member_id", "day", "at", "streak", "bridged")})
    .on_conflict_do_nothing()
)
LAST = select(VISIT).where(VISIT.c.member_id == _member).order_by(VISIT.c.day.desc()).limit(1)
_recent = VISIT.alias("recent")
# The covered day rides along. It lies before its visit, so only the visits since it began to matter are looked at.
LAST_AND_BRIDGED = LAST.add_columns(
    select(func.max(_recent.c.bridged))
    .where(_recent.c.member_id == _member, _recent.c.day >= bindparam("since", type_=VISIT.c.day.type))
    .scalar_subquery()
    .label("last_bridged")
)
OF_MEMBER = select(VISIT).where(VISIT.c.member_id == _member).order_by(VISIT.c.day)
_other = VISIT.alias("other")
MOVE = (
    update(VISIT)
    .where(
        VISIT.c.member_id == bindparam("gone"),
        ~select(_other.c.day).where(_other.c.member_id == bindparam("kept"), _other.c.day == VISIT.c.day).exists(),
    )
    .values(member_id=bindparam("kept"))
)
FORGET = delete(VISIT).where(VISIT.c.member_id == _member)
SET_STREAK = update(VISIT).where(VISIT.c.member_id == _member, VISIT.c.day == bindparam("on_day")).values(
    streak=bindparam("streak")
)  # fmt: skip


def insert(uow: UnitOfWork, member: MemberId, day: date, at: datetime, *, streak: int, bridged: date | None) -> bool:
    """Note a visit. False if the day was paid."""
    row = {"member_id": member, "day": day, "at": at, "streak": streak, "bridged": bridged}
    return uow.run(INSERT, **row).affected == 1


def last(uow: UnitOfWork, member: MemberId) -> Past | None:
    """The last visit."""
    row = uow.run(LAST, member=member).first()
    return None if row is None else Past(row.day, row.at, row.streak)


def last_and_bridged(uow: UnitOfWork, member: MemberId, since: date) -> tuple[Past | None, date | None]:
    """The last visit, and the last missed day that a grace day covered, as far as a visit since a day did."""
    row = uow.run(LAST_AND_BRIDGED, member=member, since=since).first()
    return (None, None) if row is None else (Past(row.day, row.at, row.streak), row.last_bridged)
