"""Every statement on months, costs and income."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from core.costs.months import Key, Month
from core.costs.rules import PAYING
from core.costs.tables import CostRow, DayRow, IncomeRow, MonthRow, SmallRow
from core.db import Row, UnitOfWork, columns, upsert
from core.ids import MemberId
from core.people import Plan

MONTH, COST, SMALL = columns(MonthRow), columns(CostRow), columns(SmallRow)
INCOME, DAY = columns(IncomeRow), columns(DayRow)

_member: Any = bindparam("member")
_month: Any = bindparam("month")
_nanos: Any = bindparam("nanos")

# Months

_key = (
    MONTH.c.member_id == _member,
    MONTH.c.plan == bindparam("plan"),
    MONTH.c.starts_at == bindparam("starts_at", type_=MONTH.c.starts_at.type),
)
FIND_MONTH = select(MONTH).where(*_key)
LOCK_MONTH = FIND_MONTH.with_for_update(key_share=True)
BY_ID = select(MONTH).where(MONTH.c.id == _month)
LOCK_BY_ID = BY_ID.with_for_update(key_share=True)
MAKE_MONTH = (
    upsert(MONTH)
    .values({name: bindparam(name) for name in ("member_id", "plan", "starts_at", "ends_at")})
    .on_conflict_do_nothing(index_elements=[MONTH.c.member_id, MONTH.c.plan, MONTH.c.starts_at])
)
# The bound itself: whoever comes second finds what the first has reserved, and no row.
TAKE = (
    update(MONTH)
    .where(MONTH.c.id == _month, MONTH.c.earned - MONTH.c.spent - MONTH.c.reserved - _nanos >= -bindparam("bound"))
    .values(reserved=MONTH.c.reserved + _nanos)
)
CHANGE = (
    update(MONTH)
    .where(MONTH.c.id == _month)
    .values({name: MONTH.c[name] + bindparam(f"{name}_by") for name in ("spent", "reserved", "earned", "lost")})
)
SPEND_SMALL = (
    update(MONTH)
    .where(MONTH.c.id == _month, MONTH.c.earned - MONTH.c.spent - MONTH.c.reserved - _nanos >= -bindparam("bound"))
    .values(spent=MONTH.c.spent + _nanos)
)
MONTHS_OF = select(MONTH).where(MONTH.c.member_id == _member).order_by(MONTH.c.id)

# Costs and income

_cost = ("key", "month_id", "category", "purpose", "payer", "nanos", "day", "at", "transfer_id")
COST_BY_KEY = select(COST.c.id).where(COST.c.key == bindparam("key"))
INSERT_COST = insert(COST).values({name: bindparam(name) for name in _cost})
INCOME_BY_KEY = select(INCOME.c.id).where(INCOME.c.key == bindparam("key"))
INSERT_INCOME = insert(INCOME).values(
    {name: bindparam(name) for name in ("key", "month_id", "kind", "nanos", "day", "at", "transfer_id")}
)
_small = upsert(SMALL).values(month_id=_month, day=bindparam("day"), category=bindparam("category"),
                              times=bindparam("times"), nanos=_nanos)  # fmt: skip
ADD_SMALL = _small.on_conflict_do_update(
    index_elements=[SMALL.c.month_id, SMALL.c.day, SMALL.c.category],
    set_={"times": SMALL.c.times + _small.excluded.times, "nanos": SMALL.c.nanos + _small.excluded.nanos},
)
SMALL_BEFORE = (
    select(SMALL)
    .where(SMALL.c.day < bindparam("before", type_=SMALL.c.day.type))
    .order_by(SMALL.c.day, SMALL.c.month_id, SMALL.c.category)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
DROP_SMALL = (
    SMALL.delete()
    .where(SMALL.c.month_id == _month, SMALL.c.day == bindparam("on"), SMALL.c.category == bindparam("of"))
    .returning(SMALL.c.nanos)
)
PAID = (
    select(INCOME.c.id)
    .join(MONTH, MONTH.c.id == INCOME.c.month_id)
    .where(MONTH.c.member_id == _member, INCOME.c.kind.in_([kind.value for kind in PAYING]))
    .limit(1)
)

# Days

MAKE_DAY = upsert(DAY).values(day=bindparam("day")).on_conflict_do_nothing()
_on = DAY.c.day == bindparam("on", type_=DAY.c.day.type)
_free: Any = bindparam("free")
TAKE_DAY = (
    update(DAY)
    .where(
        _on,
        DAY.c.spent + DAY.c.reserved + _nanos <= bindparam("most"),
        or_(_free == 0, DAY.c.free_spent + DAY.c.free_reserved + _free <= bindparam("budget")),
    )
    .values(reserved=DAY.c.reserved + _nanos, free_reserved=DAY.c.free_reserved + _free)
)
CHANGE_DAY = (
    update(DAY)
    .where(_on)
    .values(
        {name: DAY.c[name] + bindparam(f"{name}_by") for name in ("spent", "reserved", "free_spent", "free_reserved")}
    )
)
DAY_OF = select(DAY).where(_on)
SMALL_OF_DAY = select(func.coalesce(func.sum(SMALL.c.nanos), 0)).where(
    SMALL.c.day == bindparam("on", type_=SMALL.c.day.type)
)

LAST_STAKE = select(func.max(INCOME.c.at)).where(INCOME.c.kind == "stake")

# Merging and leaving

FOLD = (
    update(MONTH)
    .where(MONTH.c.id == bindparam("gone"))
    .values(spent=0, reserved=0, earned=0, lost=0, folded_into=bindparam("kept"))
)
MOVE_MONTH = update(MONTH).where(MONTH.c.id == _month).values(member_id=bindparam("kept"))
REFOLD = update(MONTH).where(MONTH.c.folded_into == bindparam("gone")).values(folded_into=bindparam("kept"))
MOVE_COSTS = update(COST).where(COST.c.month_id == bindparam("gone")).values(month_id=bindparam("kept"))
MOVE_INCOME = update(INCOME).where(INCOME.c.month_id == bindparam("gone")).values(month_id=bindparam("kept"))
_theirs = select(MONTH.c.id).where(MONTH.c.member_id == _member).scalar_subquery()
FORGET_PURPOSES = update(COST).where(COST.c.month_id.in_(_theirs)).values(purpose="")
SMALL_OF = select(SMALL).where(SMALL.c.month_id == _month)
COSTS_OF = (
    select(COST.c.at, COST.c.category, COST.c.purpose, COST.c.payer, COST.c.nanos)
    .join(MONTH, MONTH.c.id == COST.c.month_id)
    .where(MONTH.c.member_id == _member)
    .order_by(COST.c.id)
)
INCOME_OF = (
    select(INCOME.c.at, INCOME.c.kind, INCOME.c.nanos)
    .join(MONTH, MONTH.c.id == INCOME.c.month_id)
    .where(MONTH.c.member_id == _member)
    .order_by(INCOME.c.id)
)
SMALL_OF_MEMBER = (
    select(SMALL.c.day, SMALL.c.category, SMALL.c.times, SMALL.c.nanos)
    .join(MONTH, MONTH.c.id == SMALL.c.month_id)
    .where(MONTH.c.member_id == _member)
    .order_by(SMALL.c.day, SMALL.c.category)
)


def as_month(row: Row) -> Month:
    """A month from its row."""
    return Month(
        row.id, row.member_id, Plan(row.plan), row.starts_at, row.ends_at, row.spent, row.reserved, row.earned, row.lost
    )


def lock_month(uow: UnitOfWork, member: MemberId, key: Key) -> Month:
    """A member's month, locked; made on first sight. Of somebody who was merged it is the one it became part of."""
    named = {"member": member, "plan": key.plan.value, "starts_at": key.starts_at}
    row = uow.run(LOCK_MONTH, **named).first()
    if row is None:
        values = {"member_id": member, "plan": key.plan.value, "starts_at": key.starts_at, "ends_at": key.ends_at}
        uow.run(MAKE_MONTH, **values)
        row = uow.run(LOCK_MONTH, **named).one()
    return as_month(row) if row.folded_into is None else by_id(uow, row.folded_into)


def by_id(uow: UnitOfWork, month: int, *, lock: bool = True) -> Month:
    """A month that is known, if asked for locked; one that was folded into another is that other."""
    look = LOCK_BY_ID if lock else BY_ID
    row = uow.run(look, month=month).one()
    if row.folded_into is not None:
        row = uow.run(look, month=row.folded_into).one()
    return as_month(row)


def change(uow: UnitOfWork, month: int, *, spent: int = 0, reserved: int = 0, earned: int = 0, lost: int = 0) -> None:
    """Add to a month's sums; the constraint refuses what would fall below zero."""
    uow.run(CHANGE, month=month, spent_by=spent, reserved_by=reserved, earned_by=earned, lost_by=lost)


def change_day(
    uow: UnitOfWork, day: date, *, spent: int = 0, reserved: int = 0, free_spent: int = 0, free_reserved: int = 0
) -> None:
    """Add to a day's sums, making the day on first sight."""
    values = {"spent_by": spent, "reserved_by": reserved, "free_spent_by": free_spent}
    values["free_reserved_by"] = free_reserved
    if not uow.run(CHANGE_DAY, on=day, **values).affected:
        uow.run(MAKE_DAY, day=day)
        uow.run(CHANGE_DAY, on=day, **values)
