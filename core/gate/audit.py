"""Proves that what months and days have set aside is what open reservations hold."""

from collections.abc import Iterator

from sqlalchemy import Text, cast, func, literal, select

from core.costs.repository import COST, DAY, MONTH
from core.db import UnitOfWork
from core.gate.repository import RESERVATION
from core.ledger.audit import Finding

_named = MONTH.alias("named")
# A reservation may name a month that was folded into another.
_of_month = (
    select(func.coalesce(func.sum(RESERVATION.c.held), 0))
    .join(_named, _named.c.id == RESERVATION.c.month_id)
    .where(
        RESERVATION.c.state == "open",
        func.coalesce(_named.c.folded_into, _named.c.id) == MONTH.c.id,
    )
    .correlate(MONTH)
    .scalar_subquery()
)
MISHELD = select(MONTH.c.id).where(MONTH.c.reserved != _of_month)
UNBOOKED = (
    select(RESERVATION.c.id)
    .outerjoin(COST, COST.c.key == literal("call:") + cast(RESERVATION.c.id, Text))
    .where(RESERVATION.c.state != "open", func.coalesce(COST.c.nanos, 0) != RESERVATION.c.cost)
)
INVARIANTS = (
    "a month has reserved what its open reservations hold",
    "a reservation that ended has cost what was booked for it",
    "a day has reserved what its open reservations hold, and spent what was booked for it",
)
OPEN = select(RESERVATION.c.at, RESERVATION.c.nanos, RESERVATION.c.free).where(RESERVATION.c.state == "open")
DAYS = select(DAY)
BOOKED = select(COST.c.day, func.sum(COST.c.nanos).label("total")).group_by(COST.c.day)


def findings(uow: UnitOfWork) -> Iterator[Finding]:
    """Everything about reservations that is not as it must be. Reads all of them."""
    for row in uow.run(MISHELD):
        yield Finding(INVARIANTS[0], f"month {row.id}")
    for row in uow.run(UNBOOKED):
        yield Finding(INVARIANTS[1], f"reservation {row.id}")
    held: dict[object, tuple[int, int]] = {}
    for row in uow.run(OPEN):
        so_far, free = held.get(row.at.date(), (0, 0))
        held[row.at.date()] = (so_far + row.nanos, free + (row.nanos if row.free else 0))
    booked = {row.day: int(row.total) for row in uow.run(BOOKED)}
    for row in uow.run(DAYS):
        found = (row.reserved, row.free_reserved, row.spent)
        if found != (*held.get(row.day, (0, 0)), booked.get(row.day, 0)):
            yield Finding(INVARIANTS[2], str(row.day))
