"""What happens to months when two members are one, or one goes; what is exported; what time does."""

from datetime import timedelta
from typing import Any

from core.chat import Again, Due, Export, Job, Reaction, Room
from core.costs import repository, service
from core.costs.months import Month
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.people import Plan

POST = "costs.post"
EVERY = timedelta(minutes=10)


def post(uow: UnitOfWork, due: Due) -> Again | None:
    """Job: small costs of days that are over and consumed stakes go to the ledger; at once again while there are."""
    done = service.post_small(uow, service.utc_day(due.at), due.at) + service.post_stakes(uow)
    return Again(due.at, fresh=True) if done else None


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: costs and income count for both, so that no bound is doubled.

    Months of the same plan and start become one, and so do the paid months that the two were living in; a free month
    stays a free month, so that nobody gets a second one. What both had cost before adds up, below the bound if need be.
    """
    mine, theirs = (_months(uow, who) for who in (fact.kept, fact.gone))
    lived_in = {month.id for month in (_last_paid(mine, fact), _last_paid(theirs, fact)) if month is not None}
    same = {(month.plan, month.starts_at): month for month in mine}
    for month in theirs:
        twin = same.get((month.plan, month.starts_at))
        if twin is not None:
            _fold(uow, month, twin)
        else:
            uow.run(repository.MOVE_MONTH, month=month.id, kept=fact.kept)
    now = service.month(uow, fact.kept, fact.at)
    if now.plan is not Plan.FREE:
        for month in _months(uow, fact.kept):
            if month.id in lived_in - {now.id}:
                _fold(uow, month, now)


def _months(uow: UnitOfWork, member: MemberId) -> list[Month]:
    rows = uow.run(repository.MONTHS_OF, member=member)
    return [repository.as_month(row) for row in rows if row.folded_into is None]


def _last_paid(months: list[Month], fact: MembersMerged) -> Month | None:
    """The paid month that somebody was living in, if any."""
    running = [one for one in months if one.plan is not Plan.FREE and one.starts_at <= fact.at < one.ends_at]
    return max(running, key=lambda one: one.starts_at, default=None)


def _fold(uow: UnitOfWork, gone: Month, kept: Month) -> None:
    """Let one month become part of another, with all that names it."""
    # Both are locked, the older first, and read again: what was settled meanwhile counts.
    for month in sorted((gone.id, kept.id)):
        service.month_by_id(uow, month)
    gone = service.month_by_id(uow, gone.id)
    repository.change(uow, kept.id, spent=gone.spent, reserved=gone.reserved, earned=gone.earned, lost=gone.lost)
    for move in (repository.MOVE_COSTS, repository.MOVE_INCOME, repository.REFOLD):
        uow.run(move, gone=gone.id, kept=kept.id)
    for row in list(uow.run(repository.SMALL_OF, month=gone.id)):
        uow.run(repository.DROP_SMALL, month=gone.id, on=row.day, of=row.category)
        same = {"day": row.day, "category": row.category, "times": row.times, "nanos": row.nanos}
        uow.run(repository.ADD_SMALL, month=kept.id, **same)
    uow.run(repository.FOLD, gone=gone.id, kept=kept.id)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: sums stay true under a number that names nobody any more; what each was for goes."""
    uow.run(repository.FORGET_PURPOSES, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's months, and every cost and income in them."""
    rows: list[dict[str, Any]] = []
    for table, statement in (
        ("member_month", repository.MONTHS_OF),
        ("cost", repository.COSTS_OF),
        ("small_cost", repository.SMALL_OF_MEMBER),
        ("income", repository.INCOME_OF),
    ):
        rows += [{"table": table, **row._asdict()} for row in uow.run(statement, member=member)]
    return rows


ROOM = Room(
    "costs",
    jobs=(Job(POST, run=post, every=EVERY),),
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("costs", ("member_month", "cost", "small_cost", "income"), export),),
)
