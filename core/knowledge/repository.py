"""Every statement on what members told and wrote down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, func, insert, or_, select, update

from core.db import Row, UnitOfWork, columns, upsert
from core.ids import MemberId
from core.knowledge.tables import Note as NoteRow
from core.knowledge.tables import ToldRow
from core.values import dataclass

TOLD = columns(ToldRow)
_member: Any = bindparam("member")
_mine = (TOLD.c.id == bindparam("told"), TOLD.c.member_id == _member)
_row = upsert(TOLD).values(
    {name: bindparam(name) for name in ("member_id", "topic", "key", "question", "answer", "at")}
)

TELL = _row.on_conflict_do_update(
    index_elements=[TOLD.c.member_id, TOLD.c.topic, TOLD.c.key],
    set_={name: _row.excluded[name] for name in ("question", "answer", "at")},
)
OF_MEMBER = select(TOLD).where(TOLD.c.member_id == _member).order_by(TOLD.c.at.desc(), TOLD.c.id)
OF_TOPIC = OF_MEMBER.where(TOLD.c.topic == bindparam("topic"))
PAGE = OF_TOPIC.limit(bindparam("most")).offset(bindparam("after"))
# What is told on the same topic is what a copy is most likely of.
LATEST = (
    select(TOLD.c.answer, TOLD.c.at)
    .where(TOLD.c.member_id == _member)
    .order_by(case((TOLD.c.topic == bindparam("topic"), 0), else_=1), TOLD.c.at.desc(), TOLD.c.id)
    .limit(bindparam("most"))
)
TOPICS = (
    select(TOLD.c.topic, func.count().label("answers"), func.max(TOLD.c.at).label("at"))
    .where(TOLD.c.member_id == _member)
    .group_by(TOLD.c.topic)
    .order_by(TOLD.c.topic)
)
ONE = select(TOLD).where(*_mine)
CORRECT = update(TOLD).where(*_mine).values(answer=bindparam("answer"), at=bindparam("at")).returning(TOLD.c.id)
DELETE = delete(TOLD).where(*_mine).returning(TOLD.c.id)
FORGET = delete(TOLD).where(TOLD.c.member_id == _member)
MOVE = update(TOLD).where(TOLD.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
_other = TOLD.alias("other")
_kept: Any = bindparam("kept")
_gone: Any = bindparam("gone")
# Of two answers to one question the later stays; of two at once that of the member who stays.
DROP_OLDER = delete(TOLD).where(
    TOLD.c.member_id.in_([bindparam("one"), bindparam("two")]),
    exists().where(
        _other.c.topic == TOLD.c.topic,
        _other.c.key == TOLD.c.key,
        or_(
            and_(TOLD.c.member_id == _kept, _other.c.member_id == _gone, _other.c.at > TOLD.c.at),
            and_(TOLD.c.member_id == _gone, _other.c.member_id == _kept, _other.c.at >= TOLD.c.at),
        ),
    ),
)

NOTE = columns(NoteRow)
_note = (NOTE.c.id == bindparam("note"), NOTE.c.member_id == _member)
WRITE_NOTE = insert(NOTE).values({name: bindparam(name) for name in ("member_id", "text", "at")}).returning(NOTE.c.id)
COUNT_NOTES = select(func.count()).select_from(NOTE).where(NOTE.c.member_id == _member)
NOTES = select(NOTE).where(NOTE.c.member_id == _member).order_by(NOTE.c.at.desc(), NOTE.c.id.desc())
NOTES_PAGE = NOTES.limit(bindparam("most")).offset(bindparam("after"))
ONE_NOTE = select(NOTE).where(*_note)
CHANGE_NOTE = update(NOTE).where(*_note).values(text=bindparam("words"), at=bindparam("now")).returning(NOTE.c.id)
DELETE_NOTE = delete(NOTE).where(*_note).returning(NOTE.c.id)
FORGET_NOTES = delete(NOTE).where(NOTE.c.member_id == _member)
MOVE_NOTES = update(NOTE).where(NOTE.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))


@dataclass(frozen=True, slots=True)
class Note:
    """A note in a notebook, and when it was written or last changed."""

    id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Something a member told: on which topic, in answer to what, and when."""

    id: int
    topic: str
    key: str
    question: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic on which a member told something: how many answers, and when the last."""

    name: str
    answers: int
    at: datetime


def _told(row: Row) -> Told:
    return Told(row.id, row.topic, row.key, row.question, row.answer, row.at)


def told(uow: UnitOfWork, member: MemberId, topics: Sequence[str] | None) -> list[Told]:
    """What a member told on some topics, or on all: the latest first."""
    if topics is None:
        return [_told(row) for row in uow.run(OF_MEMBER, member=member)]
    found = [_told(row) for topic in dict.fromkeys(topics) for row in uow.run(OF_TOPIC, member=member, topic=topic)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def page(uow: UnitOfWork, member: MemberId, topic: str, *, most: int, after: int) -> list[Told]:
    """Some answers on a topic, the latest first."""
    return [_told(row) for row in uow.run(PAGE, member=member, topic=topic, most=most, after=after)]


def topics(uow: UnitOfWork, member: MemberId) -> list[Topic]:
    """What a member told about."""
    return [Topic(row.topic, int(row.answers), row.at) for row in uow.run(TOPICS, member=member)]


def one(uow: UnitOfWork, member: MemberId, told: int) -> Told | None:
    """An answer of a member; None if it is gone, or another's."""
    row = uow.run(ONE, member=member, told=told).first()
    return None if row is None else _told(row)


def latest(uow: UnitOfWork, member: MemberId, topic: str, most: int) -> list[tuple[str, datetime]]:
    """The latest answers with their instants, those of a topic first."""
    return [(row.answer, row.at) for row in uow.run(LATEST, member=member, topic=topic, most=most)]


def notes(uow: UnitOfWork, member: MemberId, *, most: int, after: int) -> list[Note]:
    """Some notes, the latest first."""
    return [Note(row.id, row.text, row.at) for row in uow.run(NOTES_PAGE, member=member, most=most, after=after)]


def note(uow: UnitOfWork, member: MemberId, note: int) -> Note | None:
    """A note of a member; None if it is gone, or another's."""
    row = uow.run(ONE_NOTE, member=member, note=note).first()
    return None if row is None else Note(row.id, row.text, row.at)
