"""Making links, following them, and counting who followed.

Visits are kept for 90 days: long enough for what is paid by the month and settled after three, and no longer, because
they say when somebody was where. What was paid for a visit stands in the books.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from core.chat import Again, Due, Export, Job, Reaction, Room
from core.db import UnitOfWork, columns, upsert
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId, new_code
from core.links import rules
from core.links.tables import Link, LinkVisit
from core.values import dataclass

LINK = columns(Link)
VISIT = columns(LinkVisit)
CODE_LENGTH = 8
EXPIRE = "links.expire"
KEPT = timedelta(days=90)
LOOKS = timedelta(days=1)
BATCH = 5_000
"""Visits forgotten in one transaction, so that nobody waits long behind it."""

CREATE = (
    upsert(LINK)
    .values({name: bindparam(name) for name in ("code", "target", "purpose", "member_id", "created_at")})
    .on_conflict_do_nothing()
    .returning(LINK.c.code)
)
FIND = select(LINK).where(LINK.c.code == bindparam("code"))
NOTE = insert(VISIT).values({name: bindparam(name) for name in ("code", "at", "visitor")})
COUNT = select(func.count(), func.count(VISIT.c.visitor.distinct())).where(VISIT.c.code == bindparam("link"))
_visits = select(func.count()).where(VISIT.c.code == LINK.c.code).scalar_subquery()
OF_MEMBER = select(LINK, _visits.label("visits")).where(LINK.c.member_id == bindparam("member")).order_by(LINK.c.code)
OF_PURPOSE = (
    select(LINK).where(LINK.c.member_id == bindparam("member"), LINK.c.purpose == bindparam("purpose")).limit(1)
)
LAST_VISIT = (
    select(func.max(VISIT.c.at))
    .join(LINK, LINK.c.code == VISIT.c.code)
    .where(LINK.c.member_id == bindparam("member"), LINK.c.purpose.like(bindparam("purposes")))
)
MOVE = update(LINK).where(LINK.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
RENAME = update(LINK).where(LINK.c.code == bindparam("link")).values(purpose=bindparam("purpose"))
_theirs = select(LINK.c.code).where(LINK.c.member_id == bindparam("member"))
FORGET_VISITS = delete(VISIT).where(VISIT.c.code.in_(_theirs.scalar_subquery()))
_old = select(VISIT.c.id).where(VISIT.c.at < bindparam("before")).order_by(VISIT.c.id).limit(bindparam("most"))
EXPIRE_VISITS = delete(VISIT).where(VISIT.c.id.in_(_old.scalar_subquery()))
FORGET = delete(LINK).where(LINK.c.member_id == bindparam("member"))


@dataclass(frozen=True, slots=True)
class Found:
    """A link, as who follows it or pays for it needs it."""

    code: str
    target: str
    purpose: str
    member: MemberId | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Visits:
    """How often a link was followed in the last 90 days, and by how many a day, added up."""

    total: int
    visitors: int


def create(uow: UnitOfWork, target: str, purpose: str, member: MemberId | None, at: datetime) -> str:
    """Make a link and answer its code. Raises `UnusableTarget`."""
    row = {"target": rules.target(target), "purpose": purpose, "member_id": member, "created_at": at}
    while (made := uow.run(CREATE, code=new_code(CODE_LENGTH), **row).scalar()) is None:
        pass  # the code is taken
    return str(made)


def find(uow: UnitOfWork, code: str) -> Found | None:
    """The link of a code, however it was typed."""
    row = uow.run(FIND, code=code.upper()).first()
    return None if row is None else Found(row.code, row.target, row.purpose, row.member_id, row.created_at)


def note_visit(uow: UnitOfWork, link: Found, at: datetime, visitor: str | None = None) -> None:
    """Count one visit. `visitor` is a hash, never an address."""
    uow.run(NOTE, code=link.code, at=at, visitor=visitor)


def own(uow: UnitOfWork, target: str, purpose: str, member: MemberId, at: datetime) -> str:
    """The code of a member's own link for a purpose; made on first sight, and again when the target has changed."""
    row = uow.run(OF_PURPOSE, member=member, purpose=purpose).first()
    if row is not None and row.target == target:
        return str(row.code)
    if row is not None:
        uow.run(RENAME, link=row.code, purpose=f"{purpose}:{row.created_at.date()}")
    return create(uow, target, purpose, member, at)


def last_visit(uow: UnitOfWork, member: MemberId, purposes: str) -> datetime | None:
    """When any of a member's links whose purpose begins like this was last followed, in the last 90 days."""
    found: datetime | None = uow.run(LAST_VISIT, member=member, purposes=f"{purposes}%").scalar()
    return found


def visits(uow: UnitOfWork, code: str) -> Visits:
    """What a link brought, as far back as visits are kept."""
    total, visitors = uow.run(COUNT, link=code).one()
    return Visits(total, visitors)


def expire(uow: UnitOfWork, due: Due) -> Again | None:
    """Job: forget old visits, a part at a time."""
    forgotten = uow.run(EXPIRE_VISITS, before=due.at - KEPT, most=BATCH).affected
    return Again(due.at, fresh=True) if forgotten == BATCH else None


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: the links of either are the links of the one."""
    uow.run(MOVE, kept=fact.kept, gone=fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: the links go with their visits, because an address often names a person.

    What was paid for a visit stands in the books of who paid.
    """
    uow.run(FORGET_VISITS, member=fact.member)
    uow.run(FORGET, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's links, each with the number of its visits; the visitors are somebody else."""
    return [row._asdict() for row in uow.run(OF_MEMBER, member=member)]


ROOM = Room(
    "links",
    jobs=(Job(EXPIRE, run=expire, every=LOOKS),),
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("tracked links", ("tracked_link", "tracked_visit"), export),),
)
