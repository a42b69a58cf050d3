"""Planning, claiming and finishing due rows. A crash leaves a row whose lease ends, and somebody does it again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Text, bindparam, cast, delete, func, select, update

from core.bounds import Positive
from core.chat import Reaction, Room
from core.db import UnitOfWork, columns, json_naming, upsert
from core.facts import MemberErased
from core.schedule.tables import DueRow
from core.values import dataclass

DUE = columns(DueRow)
ERRAND = "errand"
"""The kind of a row that finds an unfinished errand again; its payload names the member and the place."""
_row = upsert(DUE).values(
    {name: bindparam(name) for name in ("kind", "key", "due_at", "free_at", "payload")} | {"lease": "", "attempts": 0}
)
PLAN = _row.on_conflict_do_nothing(index_elements=[DUE.c.kind, DUE.c.key])
REPLAN = _row.on_conflict_do_update(
    index_elements=[DUE.c.kind, DUE.c.key],
    set_={name: _row.excluded[name] for name in ("due_at", "free_at", "payload", "lease", "attempts")},
)
CANCEL = delete(DUE).where(DUE.c.kind == bindparam("of_kind"), DUE.c.key == bindparam("of_key"))
CLAIM = (
    update(DUE)
    .where(
        DUE.c.id.in_(
            select(DUE.c.id)
            .where(DUE.c.free_at <= bindparam("at"))
            .order_by(DUE.c.free_at)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(free_at=bindparam("until"), lease=bindparam("holder"), attempts=DUE.c.attempts + 1)
    .returning(DUE.c.id, DUE.c.kind, DUE.c.key, DUE.c.due_at, DUE.c.payload, DUE.c.attempts)
)
FINISH = delete(DUE).where(DUE.c.id == bindparam("row"), DUE.c.lease == bindparam("holder"))
HOLDS = select(DUE.c.id).where(DUE.c.id == bindparam("row"), DUE.c.lease == bindparam("holder")).with_for_update()
RENEW = (
    update(DUE)
    .where(DUE.c.id == bindparam("row"), DUE.c.lease == bindparam("holder"))
    .values(free_at=bindparam("until"))
    .returning(DUE.c.id)
)
POSTPONE = (
    update(DUE)
    .where(DUE.c.id == bindparam("row"), DUE.c.lease == bindparam("holder"))
    .values(due_at=bindparam("until"), free_at=bindparam("until"), lease="", attempts=bindparam("tries"))
)
GIVE_BACK = (
    update(DUE)
    .where(DUE.c.id == bindparam("row"), DUE.c.lease == bindparam("holder"))
    .values(free_at=DUE.c.due_at, lease="", attempts=DUE.c.attempts - 1)
)
HASTEN = (
    update(DUE)
    .where(DUE.c.kind == bindparam("of_kind"), DUE.c.free_at > bindparam("until"), DUE.c.lease == "")
    .values(due_at=bindparam("until"), free_at=bindparam("until"))
)
# Whoever has a row in hand never leased it for so long: not even a lease keeps such a row waiting.
RECALL = (
    update(DUE)
    .where(DUE.c.kind == bindparam("of_kind"), DUE.c.key == bindparam("of_key"), DUE.c.free_at > bindparam("most"))
    .values(due_at=bindparam("until"), free_at=bindparam("until"), lease="")
)
HASTEN_ONE = HASTEN.where(DUE.c.key == bindparam("of_key"))
ERRANDS_NAMING = select(DUE.c.id, DUE.c.payload).where(
    DUE.c.kind == ERRAND, cast(DUE.c.payload, Text).like(bindparam("pattern"), escape="\\")
)
DROP = delete(DUE).where(DUE.c.id == bindparam("row"))
NEXT = select(func.min(DUE.c.free_at))
BEHIND = select(func.count()).select_from(DUE).where(DUE.c.free_at <= bindparam("at"))
PLANNED = select(func.count()).select_from(DUE).where(DUE.c.kind == bindparam("of_kind"))


@dataclass(frozen=True, slots=True)
class SchedulePace:
    """`[schedule]` of config.toml: seconds between looks, length of a lease, rows a look."""

    tick_s: Annotated[float, Field(gt=0, le=3600)] = 1.0
    lease_s: Positive = 60
    batch: Annotated[int, Field(ge=1, le=1000)] = 64


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row under our lease."""

    id: int
    kind: str
    key: str
    due_at: datetime
    payload: dict[str, Any]
    attempt: int


def plan(
    uow: UnitOfWork,
    kind: str,
    key: str,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    *,
    move: bool = False,
) -> None:
    """Let something happen at a time. The same (kind, key) is planned once; `move=True` replaces what was planned."""
    uow.run(REPLAN if move else PLAN, kind=kind, key=key, due_at=at, free_at=at, payload=dict(payload or {}))


def cancel(uow: UnitOfWork, kind: str, key: str) -> bool:
    """Let it not happen. False if nothing was planned."""
    return uow.run(CANCEL, of_kind=kind, of_key=key).affected == 1


def claim(uow: UnitOfWork, at: datetime, holder: str, pace: SchedulePace) -> list[Claimed]:
    """Take what is due under a lease of ours, oldest first. No other holder gets it until the lease ends."""
    until = at + timedelta(seconds=pace.lease_s)
    rows = uow.run(CLAIM, at=at, until=until, holder=holder, most=pace.batch)
    claimed = [Claimed(row.id, row.kind, row.key, row.due_at, row.payload, row.attempts) for row in rows]
    return sorted(claimed, key=lambda row: (row.due_at, row.id))


def finish(uow: UnitOfWork, row: Claimed, holder: str) -> bool:
    """Remove a row in the transaction that does it. False: the lease was lost, so nothing may be done."""
    return uow.run(FINISH, row=row.id, holder=holder).affected == 1


def holds(uow: UnitOfWork, row: Claimed, holder: str) -> bool:
    """Whether our lease on a row still stands."""
    return uow.run(HOLDS, row=row.id, holder=holder).first() is not None


def renew(uow: UnitOfWork, row: Claimed, holder: str, at: datetime, pace: SchedulePace) -> bool:
    """Begin our lease anew; False if it does not stand. A row may have waited long behind others of its look."""
    return uow.run(RENEW, row=row.id, holder=holder, until=at + timedelta(seconds=pace.lease_s)).first() is not None


def postpone(uow: UnitOfWork, row: Claimed, holder: str, until: datetime, *, fresh: bool = False) -> None:
    """Give a row back, to be claimed again at a time; `fresh` forgets the attempts so far."""
    uow.run(POSTPONE, row=row.id, holder=holder, until=until, tries=0 if fresh else row.attempt)


def give_back(uow: UnitOfWork, rows: Iterable[Claimed], holder: str) -> None:
    """Rows that were claimed and not begun: they may be claimed at once, and nothing was tried."""
    uow.run_each(GIVE_BACK, [{"row": row.id, "holder": holder} for row in rows])


def hasten(uow: UnitOfWork, kind: str, at: datetime, key: str | None = None) -> None:
    """Make all waiting rows of a kind due now, or the one of a key; for when what they waited for has come."""
    if key is None:
        uow.run(HASTEN, of_kind=kind, until=at)
    else:
        uow.run(HASTEN_ONE, of_kind=kind, of_key=key, until=at)


def recall(uow: UnitOfWork, kind: str, key: str, at: datetime, most: datetime) -> None:
    """Make a row due now that waits for longer than it ever should: it was put off by a clock that was ahead."""
    uow.run(RECALL, of_kind=kind, of_key=key, until=at, most=most)


def next_at(uow: UnitOfWork) -> datetime | None:
    """When the next row is due."""
    found: datetime | None = uow.run(NEXT).scalar()
    return found


def behind(uow: UnitOfWork, at: datetime) -> int:
    """How many rows are due and not done: the health of the schedule."""
    return int(uow.run(BEHIND, at=at).scalar())


def planned(uow: UnitOfWork, kind: str) -> int:
    """How many rows of a kind are not done, due or not."""
    return int(uow.run(PLANNED, of_kind=kind).scalar())


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: nobody is left to tell how an errand ended, and its row says where they were."""
    for row in uow.run(ERRANDS_NAMING, pattern=json_naming(member=fact.member)):
        if row.payload["member"] == fact.member:
            uow.run(DROP, row=row.id)


ROOM = Room("schedule", reactions=(Reaction(MemberErased, erase),))
