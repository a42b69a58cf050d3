"""Every statement on gifts."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from core.db import Row, UnitOfWork, columns, upsert
from core.gifts.tables import GiftRow
from core.ids import HoldId, MemberId
from core.money import Credits
from core.values import dataclass

GIFT = columns(GiftRow)
THREE_DAYS = timedelta(days=3)
_member: Any = bindparam("member")

INSERT = (
    upsert(GIFT)
    .values(
        {
            name: bindparam(name)
            for name in ("key", "giver_id", "receiver_id", "amount", "note", "day", "at", "state", "hold_id")
        }
    )
    .on_conflict_do_nothing(index_elements=[GIFT.c.key])
    .returning(GIFT.c.id)
)
# No zone is three days from another: what came before `first` is of no later day and not younger than `since`.
GIVEN = select(func.coalesce(func.sum(GIFT.c.amount), 0)).where(
    GIFT.c.giver_id == _member,
    GIFT.c.day >= bindparam("first", type_=GIFT.c.day.type),
    or_(GIFT.c.day >= bindparam("day", type_=GIFT.c.day.type), GIFT.c.at > bindparam("since", type_=GIFT.c.at.type)),
    GIFT.c.state != "returned",
)
BY_KEY = select(GIFT).where(GIFT.c.key == bindparam("key"))
WAITING = select(GIFT).where(GIFT.c.state == "waiting").order_by(GIFT.c.id).with_for_update()
WAITING_FOR = WAITING.where(GIFT.c.receiver_id == _member)
WAITING_FROM = WAITING.where(GIFT.c.giver_id == _member)
WAITING_ONE = WAITING.where(GIFT.c.id == bindparam("gift"))
END = update(GIFT).where(GIFT.c.id == bindparam("gift"), GIFT.c.state == "waiting").values(state=bindparam("state"))
OF_MEMBER = select(GIFT).where(or_(GIFT.c.giver_id == _member, GIFT.c.receiver_id == _member)).order_by(GIFT.c.id)
MOVE_GIVEN = update(GIFT).where(GIFT.c.giver_id == bindparam("gone")).values(giver_id=bindparam("kept"))
MOVE_RECEIVED = update(GIFT).where(GIFT.c.receiver_id == bindparam("gone")).values(receiver_id=bindparam("kept"))
FORGET_NOTES = update(GIFT).where(or_(GIFT.c.giver_id == _member, GIFT.c.receiver_id == _member)).values(note="")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A gift that its receiver has not collected."""

    id: int
    giver: MemberId
    receiver: MemberId
    amount: Credits
    note: str
    hold: HoldId


def _waiting(row: Row) -> Waiting:
    return Waiting(row.id, row.giver_id, row.receiver_id, Credits(row.amount), row.note, row.hold_id)


def given(uow: UnitOfWork, giver: MemberId, day: date, since: datetime) -> int:
    """What a member gave on a local day or after an instant; what came back does not count.

    Days ahead count too: whoever moved west lives through a day that they already had.
    """
    return int(uow.run(GIVEN, member=giver, first=day - THREE_DAYS, day=day, since=since).scalar())


def waiting_for(uow: UnitOfWork, receiver: MemberId) -> list[Waiting]:
    """What waits for a member."""
    return [_waiting(row) for row in uow.run(WAITING_FOR, member=receiver)]


def waiting_from(uow: UnitOfWork, giver: MemberId) -> list[Waiting]:
    """What a member gave that still waits."""
    return [_waiting(row) for row in uow.run(WAITING_FROM, member=giver)]


def waiting_one(uow: UnitOfWork, gift: int) -> Waiting | None:
    """A gift, if it still waits."""
    row = uow.run(WAITING_ONE, gift=gift).first()
    return None if row is None else _waiting(row)
