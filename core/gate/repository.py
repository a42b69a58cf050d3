"""Every statement on reservations, paces and standings."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from core.clock import EPOCH, MICROSECOND
from core.costs.rules import Payer
from core.db import Row, UnitOfWork, columns, upsert
from core.gate.pace import Cause, Pace
from core.gate.rules import Level
from core.gate.tables import PaceRow, ReservationRow, StandingRow
from core.ids import HoldId, MemberId
from core.usage import Worst
from core.values import dataclass

RESERVATION, PACE, STANDING = columns(ReservationRow), columns(PaceRow), columns(StandingRow)
_member: Any = bindparam("member")

_NAMES = (
    "key", "month_id", "purpose", "payer", "level", "model", "input", "output", "nanos", "held", "net", "free",
    "hold_id", "at", "expires_at",
)  # fmt: skip
INSERT = (
    upsert(RESERVATION)
    .values({name: bindparam(name) for name in _NAMES} | {"state": "open"})
    .on_conflict_do_nothing(index_elements=[RESERVATION.c.key])
    .returning(RESERVATION.c.id)
)
BY_KEY = select(RESERVATION).where(RESERVATION.c.key == bindparam("key"))
END = (
    update(RESERVATION)
    .where(RESERVATION.c.id == bindparam("reservation"), RESERVATION.c.state == "open")
    .values(state=bindparam("ended"), ended_at=bindparam("at"), cost=bindparam("paid"))
)
LOCK_OPEN = (
    select(RESERVATION)
    .where(RESERVATION.c.id == bindparam("reservation"), RESERVATION.c.state == "open")
    .with_for_update()
)
EXPIRED = (
    select(RESERVATION)
    .where(
        RESERVATION.c.state == "open",
        RESERVATION.c.expires_at <= bindparam("at", type_=RESERVATION.c.expires_at.type),
    )
    .order_by(RESERVATION.c.expires_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_waiting = (RESERVATION.c.hold_id.is_not(None), RESERVATION.c.state != "open")
UNPAID = (
    select(RESERVATION).where(*_waiting).order_by(RESERVATION.c.month_id, RESERVATION.c.id).limit(bindparam("most"))
)
UNPAID_OF = (
    select(RESERVATION).where(*_waiting, RESERVATION.c.month_id == bindparam("month")).order_by(RESERVATION.c.id)
)
PAID = update(RESERVATION).where(RESERVATION.c.id == bindparam("reservation")).values(hold_id=None)

_pace_names = (
    "called_at", "lately", "digest", "copies", "strikes", "struck_at", "until", "appealed_at", "cause", "day", "today",
    "past", "outlier_on",
)  # fmt: skip
PACE_OF = select(PACE).where(PACE.c.member_id == _member)
LOCK_PACE = PACE_OF.with_for_update(key_share=True)
_pace = upsert(PACE).values({name: bindparam(name) for name in ("member_id", *_pace_names)})
SAVE_PACE = _pace.on_conflict_do_update(
    index_elements=[PACE.c.member_id], set_={name: _pace.excluded[name] for name in _pace_names}
)
FORGET_PACE = delete(PACE).where(PACE.c.member_id == _member)

STANDING_OF = select(STANDING).where(STANDING.c.member_id == _member)
_trust = upsert(STANDING).values(
    member_id=_member, trusted_at=bindparam("at"), trusted_by=bindparam("why"), level="normal"
)
TRUST = _trust.on_conflict_do_update(
    index_elements=[STANDING.c.member_id],
    set_={
        "trusted_at": func.coalesce(STANDING.c.trusted_at, _trust.excluded.trusted_at),
        "trusted_by": _trust.excluded.trusted_by,
    },
)
_told = upsert(STANDING).values(member_id=_member, month_id=bindparam("month"), level=bindparam("level"), trusted_by="")
TOLD = _told.on_conflict_do_update(
    index_elements=[STANDING.c.member_id],
    set_={"month_id": _told.excluded.month_id, "level": _told.excluded.level},
)
_waits = upsert(STANDING).values(member_id=_member, free_from=bindparam("at"), level="normal", trusted_by="")
WAIT = _waits.on_conflict_do_update(
    index_elements=[STANDING.c.member_id], set_={"free_from": _waits.excluded.free_from}
)
FORGET_STANDING = delete(STANDING).where(STANDING.c.member_id == _member)
PURPOSES_OF = select(RESERVATION).where(RESERVATION.c.month_id == bindparam("month")).order_by(RESERVATION.c.id)
FORGET_PURPOSES = update(RESERVATION).where(RESERVATION.c.month_id == bindparam("month")).values(purpose="")


@dataclass(frozen=True, slots=True)
class Reservation:
    """The worst case of one call."""

    id: int
    month: int
    purpose: str
    payer: Payer
    level: Level
    worst: Worst
    nanos: int
    held: int
    net: int
    free: bool
    hold: HoldId | None
    cost: int | None
    at: datetime


def _reservation(row: Row) -> Reservation:
    return Reservation(
        row.id, row.month_id, row.purpose, Payer(row.payer), Level(row.level),
        Worst(row.model, row.input, row.output), row.nanos, row.held, row.net, bool(row.free),
        row.hold_id, row.cost, row.at,
    )  # fmt: skip


def by_key(uow: UnitOfWork, key: str) -> Reservation | None:
    """The reservation that used a key, whatever became of it."""
    row = uow.run(BY_KEY, key=key).first()
    return None if row is None else _reservation(row)


def lock_open(uow: UnitOfWork, reservation: int) -> Reservation | None:
    """A reservation that has not ended, locked."""
    row = uow.run(LOCK_OPEN, reservation=reservation).first()
    return None if row is None else _reservation(row)


def expired(uow: UnitOfWork, at: datetime, most: int) -> list[Reservation]:
    """Reservations whose time is over, locked; what somebody else ends just now is left out."""
    return [_reservation(row) for row in uow.run(EXPIRED, at=at, most=most)]


def unpaid(uow: UnitOfWork, month: int | None = None, most: int = 200) -> list[Reservation]:
    """Self-paid calls that ended and wait for what the ledger says of their price."""
    rows = uow.run(UNPAID, most=most) if month is None else uow.run(UNPAID_OF, month=month)
    return [_reservation(row) for row in rows]


def lock_pace(uow: UnitOfWork, member: MemberId) -> Pace | None:
    """How fast a member has been calling, locked."""
    row = uow.run(LOCK_PACE, member=member).first()
    if row is None:
        return None
    lately = tuple(EPOCH + called * MICROSECOND for called in row.lately)
    return Pace(
        row.called_at, lately, row.digest, row.copies, row.strikes, row.struck_at, row.until, row.appealed_at,
        None if row.cause is None else Cause(row.cause), row.day, row.today, tuple(row.past), row.outlier_on,
    )  # fmt: skip


def save_pace(uow: UnitOfWork, member: MemberId, pace: Pace) -> None:
    """Keep how fast a member has been calling."""
    values = {name: getattr(pace, name) for name in _pace_names}
    values["lately"] = [(called - EPOCH) // MICROSECOND for called in pace.lately]
    uow.run(SAVE_PACE, member_id=member, **values)
