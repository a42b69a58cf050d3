"""Writing the chain and proving it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, select

from core.audit.tables import AuditEntry
from core.db import UnitOfWork, columns, upsert
from core.ids import MemberId
from core.values import dataclass

ENTRY = columns(AuditEntry)
SERVICE = MemberId(0)
"""The actor of what the service does by itself."""
GENESIS = "0" * 64

LAST = select(ENTRY.c.id, ENTRY.c.digest).order_by(ENTRY.c.id.desc()).limit(1)
# On PostgreSQL this waits for whoever writes the same number, and then writes nothing.
INSERT = (
    upsert(ENTRY)
    .values({name: bindparam(name) for name in ("id", "at", "actor", "act", "subject", "detail", "digest")})
    .on_conflict_do_nothing()
    .returning(ENTRY.c.id)
)
PAGE = select(ENTRY).where(ENTRY.c.id > bindparam("after")).order_by(ENTRY.c.id).limit(1000)
NEWEST = select(ENTRY).order_by(ENTRY.c.id.desc()).limit(bindparam("most"))


@dataclass(frozen=True, slots=True)
class Entry:
    """An act, as staff read it."""

    id: int
    at: datetime
    actor: MemberId
    act: str
    subject: str
    detail: Mapping[str, Any]


def write(
    uow: UnitOfWork,
    actor: MemberId,
    act: str,
    subject: str,
    *,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an act to the chain, in the transaction of the act itself. Of two writers one is first, the other follows."""
    written = None
    while written is None:
        last = uow.run(LAST).first()
        number, before = (1, GENESIS) if last is None else (last.id + 1, last.digest)
        values = {"id": number, "at": at, "actor": actor, "act": act, "subject": subject, "detail": dict(detail or {})}
        written = uow.run(INSERT, digest=_digest(before, values), **values).first()


def verify(uow: UnitOfWork) -> tuple[int, int | None]:
    """(number of entries, first entry whose place in the chain is wrong or None)."""
    before, after = GENESIS, 0
    while rows := uow.run(PAGE, after=after):
        for row in rows:
            values = {name: getattr(row, name) for name in ("id", "at", "actor", "act", "subject", "detail")}
            if row.id != after + 1 or row.digest != _digest(before, values):
                return after, row.id
            before, after = row.digest, row.id
    return after, None


def newest(uow: UnitOfWork, *, most: int = 20) -> list[Entry]:
    """The latest acts, newest first."""
    return [Entry(row.id, row.at, row.actor, row.act, row.subject, row.detail) for row in uow.run(NEWEST, most=most)]


def _digest(before: str, values: Mapping[str, Any]) -> str:
    plain = {**values, "at": values["at"].astimezone(UTC).isoformat()}
    return sha256((before + json.dumps(plain, sort_keys=True, ensure_ascii=False)).encode()).hexdigest()
