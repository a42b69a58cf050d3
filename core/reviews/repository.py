"""Every statement on cases."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from core.db import Row, UnitOfWork, columns, upsert
from core.ids import CaseId, MemberId
from core.reviews.rules import Case, State
from core.reviews.tables import CaseRow

CASE = columns(CaseRow)
_IS_OPEN = CASE.c.state == "open"

INSERT = (
    upsert(CASE)
    .values(
        {name: bindparam(name) for name in ("key", "kind", "subject", "about_id", "opened_at", "deadline", "note")}
        | {"state": "open", "why": ""}
    )
    .on_conflict_do_nothing(index_elements=[CASE.c.key])
    .returning(CASE.c.id)
)
BY_KEY = select(CASE.c.id).where(CASE.c.key == bindparam("key"))
BY_ID = select(CASE).where(CASE.c.id == bindparam("case"))
LOCKED = BY_ID.with_for_update()
# Only one of those who decide at the same time finds it open.
CLOSE = (
    update(CASE)
    .where(CASE.c.id == bindparam("case"), _IS_OPEN)
    .values({name: bindparam(f"new_{name}") for name in ("state", "option", "by_id", "why", "closed_at")})
    .returning(CASE.c.id)
)
QUEUE = (
    select(CASE)
    .where(_IS_OPEN)
    .order_by(CASE.c.opened_at, CASE.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("passed"))
)
WAITING = select(func.count()).select_from(CASE).where(_IS_OPEN)
OF_KIND = (
    select(CASE)
    .where(CASE.c.kind == bindparam("of_kind"), CASE.c.about_id == bindparam("member"), CASE.c.state == bindparam("at"))
    .order_by(CASE.c.id)
)
OF_MEMBER = select(CASE).where(CASE.c.about_id == bindparam("member")).order_by(CASE.c.id)
BY_MEMBER = select(CASE).where(CASE.c.by_id == bindparam("member")).order_by(CASE.c.id)
MOVE_ABOUT = update(CASE).where(CASE.c.about_id == bindparam("gone")).values(about_id=bindparam("kept"))
MOVE_BY = update(CASE).where(CASE.c.by_id == bindparam("gone")).values(by_id=bindparam("kept"))
FORGET = update(CASE).where(CASE.c.about_id == bindparam("member")).values(note="", why="")


def case_of(row: Row) -> Case:
    """A row as everybody reads it."""
    return Case(
        CaseId(row.id),
        row.kind,
        row.subject,
        MemberId(row.about_id),
        row.opened_at,
        row.deadline,
        row.note,
        State(row.state),
        row.option,
        None if row.by_id is None else MemberId(row.by_id),
        row.why,
        row.closed_at,
    )


def by_id(uow: UnitOfWork, case: CaseId, *, lock: bool = False) -> Case | None:
    """A case."""
    row = uow.run(LOCKED if lock else BY_ID, case=case).first()
    return None if row is None else case_of(row)


def close(
    uow: UnitOfWork,
    case: CaseId,
    state: State,
    *,
    at: datetime,
    option: str | None = None,
    by: MemberId | None = None,
    why: str = "",
) -> bool:
    """End an open case, once. False: somebody was first."""
    values = {"new_state": state.value, "new_option": option, "new_by_id": by, "new_why": why, "new_closed_at": at}
    return uow.run(CLOSE, case=case, **values).first() is not None
