"""Whether a database is a demo, and its salt; decided once, when it is made."""

import secrets
from datetime import datetime

from sqlalchemy import bindparam, func, select

from core.db import UnitOfWork, columns, upsert
from core.inbox.service import INBOX
from core.operations.tables import Mark
from core.values import dataclass

MARK = columns(Mark)
SET_ONCE = (
    upsert(MARK)
    .values({name: bindparam(name) for name in ("name", "value", "at")})
    .on_conflict_do_nothing()
    .returning(MARK.c.name)
)
ALL = select(MARK.c.name, MARK.c.value)
NEWEST_EVENT = select(func.max(INBOX.c.done_at))


@dataclass(frozen=True, slots=True)
class Marks:
    """What was decided about a database. `fresh` on the call that decided it."""

    demo: bool
    salt: bytes
    fresh: bool


def settle(uow: UnitOfWork, at: datetime, *, demo: bool) -> Marks:
    """Decide what a new database is; an old one keeps what it was made as, whatever is wanted now."""
    fresh = uow.run(SET_ONCE, name="demo", value="yes" if demo else "no", at=at).first() is not None
    uow.run(SET_ONCE, name="salt", value=secrets.token_hex(32), at=at)
    found = {row.name: row.value for row in uow.run(ALL)}
    return Marks(found["demo"] == "yes", bytes.fromhex(found["salt"]), fresh)


def is_demo(uow: UnitOfWork) -> bool | None:
    """What a database was made as; None if nobody has decided that yet."""
    found = {row.name: row.value for row in uow.run(ALL)}
    return found["demo"] == "yes" if "demo" in found else None


def seconds_ahead(uow: UnitOfWork, now: datetime) -> float:
    """How far the newest event that came in lies in the future of a clock; 0 if it does not."""
    newest: datetime | None = uow.run(NEWEST_EVENT).scalar()
    return 0.0 if newest is None else max(0.0, (newest - now).total_seconds())
