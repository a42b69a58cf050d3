"""Store, claim, find again. The claim stands in the transaction of the effect: both happen or neither."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from core.chat import Due, Job, Reaction, Room
from core.db import Row, UnitOfWork, columns, upsert
from core.facts import MemberErased
from core.inbox.tables import InboxRow
from core.values import dataclass

INBOX = columns(InboxRow)
KEPT = timedelta(days=3)
"""How long a done event is remembered: beyond it no platform redelivers."""
STORE = (
    upsert(INBOX)
    .values({name: bindparam(name) for name in ("key", "source", "payload", "at")})
    .on_conflict_do_nothing()
)
# Nearly every event that nobody stored is new: written as done in one statement that gives nothing back, because on
# SQLite RETURNING costs as much again.
CLAIM_NEW = (
    upsert(INBOX)
    .values({name: bindparam(name) for name in ("key", "source", "payload", "at")} | {"done_at": bindparam("at")})
    .on_conflict_do_nothing()
)
CLAIM_STORED = (
    update(INBOX).where(INBOX.c.key == bindparam("of_key"), INBOX.c.done_at.is_(None)).values(done_at=bindparam("now"))
)
ANSWER = update(INBOX).where(INBOX.c.key == bindparam("of_key")).values(answer=bindparam("answer"))
ANSWERED = (
    update(INBOX)
    .where(INBOX.c.key == bindparam("of_key"))
    .values(answered_at=bindparam("at"), payload=None, answer=None)
)
_stored = select(INBOX.c.key, INBOX.c.payload, INBOX.c.at, INBOX.c.done_at, INBOX.c.answer)
# All of them: answers that wait for who has no private chat yet stand first, and must not hide what a crash left.
UNANSWERED = _stored.where(INBOX.c.source == bindparam("source"), INBOX.c.payload.is_not(None)).order_by(
    INBOX.c.at, INBOX.c.key
)
# The event that erases is told as it happens, and its own answer is still to be said.
UNSAID = _stored.where(
    INBOX.c.source == bindparam("source"), INBOX.c.payload.is_not(None), INBOX.c.done_at < bindparam("before")
)
FIND = _stored.where(INBOX.c.key == bindparam("key"), INBOX.c.done_at.is_(None))
EXPIRE = delete(INBOX).where(INBOX.c.done_at <= bindparam("before"))


@dataclass(frozen=True, slots=True)
class Stored:
    """An event that was acknowledged and not answered. `answer` is what was to be said, once it is `done`."""

    key: str
    payload: bytes
    at: datetime
    done: bool
    answer: dict[str, Any] | None


def store(uow: UnitOfWork, key: str, source: str, payload: bytes, at: datetime) -> bool:
    """Keep an event; after the commit it may be acknowledged. False if it was here before."""
    return uow.run(STORE, key=key, source=source, payload=payload, at=at).affected == 1


def claim(uow: UnitOfWork, key: str, source: str, at: datetime, payload: bytes | None = None) -> bool | None:
    """Take an event as done, in the transaction of its effect. None: it was done before, so do nothing.

    Else whether it is stored, before or just now with a payload: then its answer has to be kept until it was given.
    """
    if uow.run(CLAIM_NEW, key=key, source=source, payload=payload, at=at).affected:
        return payload is not None
    return True if uow.run(CLAIM_STORED, of_key=key, now=at).affected else None


def keep_answer(uow: UnitOfWork, key: str, answer: dict[str, Any]) -> None:
    """What is to be said about a stored event, in the transaction that decided it."""
    uow.run(ANSWER, of_key=key, answer=answer)


def answered(uow: UnitOfWork, key: str, at: datetime) -> None:
    """It was said: payload and answer go."""
    uow.run(ANSWERED, of_key=key, at=at)


def unanswered(uow: UnitOfWork, source: str) -> list[Stored]:
    """Events of a source that were acknowledged and not answered, oldest first."""
    return [_read(row) for row in uow.run(UNANSWERED, source=source)]


def find(uow: UnitOfWork, key: str) -> Stored | None:
    """An event that is not done."""
    row = uow.run(FIND, key=key).first()
    return None if row is None else _read(row)


def _read(row: Row) -> Stored:
    return Stored(row.key, bytes(row.payload), row.at, row.done_at is not None, row.answer)


def expire(uow: UnitOfWork, before: datetime) -> int:
    """Forget events done before an instant: beyond it no platform redelivers."""
    return uow.run(EXPIRE, before=before).affected


def upkeep(uow: UnitOfWork, due: Due) -> None:
    """Job: forget old events."""
    expire(uow, due.at - KEPT)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: what was not said yet, and what it answered, name them in the platform's own words."""
    for identity in fact.identities:
        for row in uow.run(UNSAID, source=identity.platform, before=fact.at):
            if identity.user_id.encode() in bytes(row.payload):
                answered(uow, row.key, fact.at)


ROOM = Room(
    "inbox",
    jobs=(Job("inbox.expire", run=upkeep, every=timedelta(hours=1)),),
    reactions=(Reaction(MemberErased, erase),),
)
