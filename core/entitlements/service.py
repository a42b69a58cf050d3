"""What a plan allows, as config.toml says it, and who is on which."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from core.bounds import Whole
from core.chat import Export, Reaction, Room
from core.db import UnitOfWork, columns, upsert
from core.entitlements.tables import PlanRow
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.people import Entitlements, Plan
from core.values import dataclass

PLAN = columns(PlanRow)
OF_MEMBER = select(PLAN).where(PLAN.c.member_id == bindparam("member"))
_row = upsert(PLAN).values({name: bindparam(name) for name in ("member_id", "plan", "since", "until")})
SET = _row.on_conflict_do_update(
    index_elements=[PLAN.c.member_id], set_={name: _row.excluded[name] for name in ("plan", "since", "until")}
)
END = delete(PLAN).where(PLAN.c.member_id == bindparam("member"))


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """`[plans.…]` of config.toml: credits a month, and what comes along."""

    credits_a_month: Whole = 0
    may_give: bool = False


@dataclass(frozen=True, slots=True)
class Plans:
    """`[plans]` of config.toml."""

    free: PlanTerms = PlanTerms(credits_a_month=50)
    premium: PlanTerms = PlanTerms(2_000, may_give=True)
    pro: PlanTerms = PlanTerms(10_000, may_give=True)


def of(uow: UnitOfWork, member: MemberId, at: datetime, plans: Plans) -> Entitlements:
    """What a member may at an instant."""
    row = uow.run(OF_MEMBER, member=member).first()
    plan = Plan.FREE if row is None or (row.until is not None and row.until <= at) else Plan(row.plan)
    terms: PlanTerms = getattr(plans, plan.value)
    return Entitlements(plan, terms.credits_a_month, terms.may_give)


def cycle(uow: UnitOfWork, member: MemberId, at: datetime) -> tuple[Plan, datetime] | None:
    """The plan that a member pays for at an instant, and since when its months run. None: Free."""
    row = uow.run(OF_MEMBER, member=member).first()
    if row is None or row.since > at or (row.until is not None and row.until <= at):
        return None
    return Plan(row.plan), row.since


def set_plan(uow: UnitOfWork, member: MemberId, plan: Plan, since: datetime, until: datetime | None) -> None:
    """Put a member on a plan. Touches no lot: allowances are granted by who sells the plan."""
    if plan is Plan.FREE:
        uow.run(END, member=member)
    else:
        uow.run(SET, member_id=member, plan=plan, since=since, until=until)


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: the dearer plan stays."""
    found = [uow.run(OF_MEMBER, member=who).first() for who in (fact.kept, fact.gone)]
    running = [row for row in found if row is not None and (row.until is None or row.until > fact.at)]
    uow.run(END, member=fact.gone)
    order = list(Plan)
    best = max(
        running, key=lambda row: (order.index(Plan(row.plan)), row.until is None, row.until or fact.at), default=None
    )
    if best is not None:
        uow.run(SET, member_id=fact.kept, plan=best.plan, since=best.since, until=best.until)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: no plan without a member."""
    uow.run(END, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's plan."""
    return [row._asdict() for row in uow.run(OF_MEMBER, member=member)]


ROOM = Room(
    "entitlements",
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("plan", ("member_plan",), export),),
)
