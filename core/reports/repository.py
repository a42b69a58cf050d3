"""Every statement of the reports. Nothing here writes."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, select, union_all

from core.costs.repository import COST, INCOME, MONTH, SMALL
from core.db import Row, UnitOfWork
from core.gate.repository import RESERVATION
from core.ids import MemberId
from core.links.service import LINK
from core.links.service import VISIT as LINK_VISIT
from core.members.repository import MEMBER
from core.outbox.service import ANNOUNCEMENT
from core.reports.rules import Books, Earned, Span, Spent

_first: Any = bindparam("first")
_last: Any = bindparam("last")
_since: Any = bindparam("since", type_=COST.c.at.type)
_until: Any = bindparam("until", type_=COST.c.at.type)
_at: Any = bindparam("at", type_=COST.c.at.type)

COSTS = (
    select(
        COST.c.day, COST.c.category, COST.c.purpose, COST.c.payer,
        func.count().label("times"), func.sum(COST.c.nanos).label("nanos"),
    )
    .where(COST.c.day >= _first, COST.c.day <= _last)
    .group_by(COST.c.day, COST.c.category, COST.c.purpose, COST.c.payer)
    .order_by(COST.c.day, COST.c.category, COST.c.purpose, COST.c.payer)
)  # fmt: skip
SMALLS = (
    select(
        SMALL.c.day, SMALL.c.category, func.sum(SMALL.c.times).label("times"), func.sum(SMALL.c.nanos).label("nanos")
    )
    .where(SMALL.c.day >= _first, SMALL.c.day <= _last)
    .group_by(SMALL.c.day, SMALL.c.category)
    .order_by(SMALL.c.day, SMALL.c.category)
)
INCOMES = (
    select(INCOME.c.day, INCOME.c.kind, func.count().label("times"), func.sum(INCOME.c.nanos).label("nanos"))
    .where(INCOME.c.day >= _first, INCOME.c.day <= _last)
    .group_by(INCOME.c.day, INCOME.c.kind)
    .order_by(INCOME.c.day, INCOME.c.kind)
)
_whose = select(MONTH.c.member_id, COST.c.day, COST.c.nanos).join(MONTH, MONTH.c.id == COST.c.month_id)
_whose_small = select(MONTH.c.member_id, SMALL.c.day, SMALL.c.nanos).join(MONTH, MONTH.c.id == SMALL.c.month_id)
_on: Any = bindparam("on", type_=COST.c.day.type)
_of_day = union_all(_whose.where(COST.c.day == _on), _whose_small.where(SMALL.c.day == _on)).subquery("of_day")
DEAR_ON = (
    select(_of_day.c.member_id)
    .group_by(_of_day.c.member_id)
    .having(func.sum(_of_day.c.nanos) >= bindparam("least"))
    .order_by(_of_day.c.member_id)
)
_theirs = MONTH.c.member_id == bindparam("member")
_of_member = union_all(
    _whose.where(_theirs, COST.c.day >= _first, COST.c.day <= _last),
    _whose_small.where(_theirs, SMALL.c.day >= _first, SMALL.c.day <= _last),
).subquery("of_member")
DAYS_OF_MEMBER = select(_of_member.c.day, func.sum(_of_member.c.nanos).label("nanos")).group_by(_of_member.c.day)
PEOPLE = (
    select(func.count())
    .select_from(MEMBER)
    .where(MEMBER.c.arrived_at.is_not(None), MEMBER.c.merged_into.is_(None), MEMBER.c.erased_at.is_(None))
)
# A cycle of a plan and the free month before it may both run: whoever reads adds them up by member.
RUNNING = (
    select(
        MONTH.c.member_id, MONTH.c.spent, MONTH.c.reserved, MONTH.c.earned, MONTH.c.lost,
        MEMBER.c.created_at, MEMBER.c.arrived_at,
    )
    .join(MEMBER, MEMBER.c.id == MONTH.c.member_id)
    .where(MONTH.c.starts_at <= _at, MONTH.c.ends_at > _at, MONTH.c.folded_into.is_(None))
    .order_by(MONTH.c.member_id, MONTH.c.id)
)  # fmt: skip
_now, _then = MONTH.alias("now"), MONTH.alias("then")


def _ran(month: Any, at: Any) -> Any:
    sums = month.c.spent + month.c.earned + month.c.lost
    return and_(month.c.starts_at <= at, month.c.ends_at > at, month.c.folded_into.is_(None), sums > 0)


_before: Any = bindparam("before", type_=COST.c.at.type)
ACTIVE_BEFORE = select(func.count(_then.c.member_id.distinct())).where(_ran(_then, _before))
CAME_BACK = ACTIVE_BEFORE.where(
    select(_now.c.id).where(_now.c.member_id == _then.c.member_id, _ran(_now, _at)).exists()
)
CALLS_BY_LEVEL = (
    select(
        RESERVATION.c.level,
        func.count().label("times"),
        func.count(MONTH.c.member_id.distinct()).label("members"),
    )
    .join(MONTH, MONTH.c.id == RESERVATION.c.month_id)
    .where(
        RESERVATION.c.at >= _since, RESERVATION.c.at < _until, RESERVATION.c.payer == "house",
        RESERVATION.c.level != "normal",
    )
    .group_by(RESERVATION.c.level)
)  # fmt: skip
TOLD = (
    select(
        ANNOUNCEMENT.c.member_id,
        func.min(ANNOUNCEMENT.c.at).label("at"),
        func.count().label("times"),
    )
    .where(ANNOUNCEMENT.c.notice == bindparam("notice"), ANNOUNCEMENT.c.at >= _since, ANNOUNCEMENT.c.at < _until)
    .group_by(ANNOUNCEMENT.c.member_id)
)
_told = TOLD.subquery("told")
TOLD_AND_BROUGHT = (
    select(
        select(func.count()).select_from(_told).scalar_subquery().label("members"),
        select(func.coalesce(func.sum(_told.c.times), 0)).scalar_subquery().label("times"),
        func.coalesce(func.sum(INCOME.c.nanos), 0).label("nanos"),
    )
    .select_from(INCOME)
    .join(MONTH, MONTH.c.id == INCOME.c.month_id)
    .join(_told, _told.c.member_id == MONTH.c.member_id)
    .where(INCOME.c.at > _told.c.at, INCOME.c.at < _until, INCOME.c.kind != "reversal")
)
VISITS = (
    select(func.count().label("times"), func.count(LINK.c.member_id.distinct()).label("members"))
    .select_from(LINK_VISIT)
    .join(LINK, LINK.c.code == LINK_VISIT.c.code)
    .where(LINK_VISIT.c.at >= _since, LINK_VISIT.c.at < _until, LINK.c.purpose.like("visit:%"))
)


def books(uow: UnitOfWork, span: Span) -> Books:
    """Every cost and income of the days, what is not posted yet among them."""
    days = {"first": span.first, "last": span.last}
    spent = [
        Spent(row.day, row.category, row.purpose or "erased", row.payer, int(row.times), int(row.nanos))
        for row in uow.run(COSTS, **days)
    ]
    spent += [
        Spent(row.day, row.category, "small costs", "house", int(row.times), int(row.nanos), posted=False)
        for row in uow.run(SMALLS, **days)
    ]
    earned = [Earned(row.day, row.kind, int(row.times), int(row.nanos)) for row in uow.run(INCOMES, **days)]
    return Books(tuple(spent), tuple(earned))


def days_of_purposes(uow: UnitOfWork, span: Span) -> dict[str, dict[date, int]]:
    """What each purpose that is known has cost on each day."""
    found: dict[str, dict[date, int]] = {}
    for row in books(uow, span).spent:
        if row.posted and row.purpose not in {"erased", "small costs"}:
            days = found.setdefault(row.purpose, {})
            days[row.day] = days.get(row.day, 0) + row.nanos
    return found


def days_of_members(uow: UnitOfWork, span: Span, least: int) -> dict[MemberId, dict[date, int]]:
    """What members have cost on each day, of those who have cost so much on the last one."""
    found: dict[MemberId, dict[date, int]] = {}
    for dear in uow.run(DEAR_ON, on=span.last, least=least):
        days = found.setdefault(dear.member_id, {})
        for row in uow.run(DAYS_OF_MEMBER, member=dear.member_id, first=span.first, last=span.last):
            days[row.day] = int(row.nanos)
    return found


def people(uow: UnitOfWork) -> int:
    """How many members there are."""
    return int(uow.run(PEOPLE).scalar())


def running(uow: UnitOfWork, at: datetime) -> list[Row]:
    """The months that run at an instant, in the order of their members."""
    return list(uow.run(RUNNING, at=at))


def returning(uow: UnitOfWork, span: Span) -> tuple[int, int]:
    """How many were active in the calendar month before the span's last, and how many of them are in this one."""
    before = span.last.replace(day=1) - timedelta(days=1)
    instants = {"before": _noon(before), "at": span.until - timedelta(microseconds=1)}
    return int(uow.run(ACTIVE_BEFORE, before=instants["before"]).scalar()), int(uow.run(CAME_BACK, **instants).scalar())


def _noon(day: date) -> datetime:
    return Span(day, day).since + timedelta(hours=12)
