"""Every statement on talks, kept answers and their counts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from core.assistant.tables import AnsweredRow, AnswerRow, ThreadRow, TurnRow
from core.db import Row, UnitOfWork, columns, upsert
from core.ids import MemberId

THREAD, TURN, ANSWER, ANSWERED = columns(ThreadRow), columns(TurnRow), columns(AnswerRow), columns(AnsweredRow)
_member: Any = bindparam("member")
_thread: Any = bindparam("thread")

THREAD_OF = select(THREAD).where(THREAD.c.member_id == _member, THREAD.c.name == bindparam("name"))
LOCK_THREAD = THREAD_OF.with_for_update()
MAKE_THREAD = (
    upsert(THREAD)
    .values(member_id=_member, name=bindparam("name"), summary="", turns=0, at=bindparam("at"))
    .on_conflict_do_nothing(index_elements=[THREAD.c.member_id, THREAD.c.name])
)
THREADS_OF = select(THREAD).where(THREAD.c.member_id == _member).order_by(THREAD.c.id)
TURNS_OF = select(TURN).where(TURN.c.thread_id == _thread).order_by(TURN.c.id)
ADD_TURN = (
    upsert(TURN)
    .values({name: bindparam(name) for name in ("thread_id", "key", "asked", "answered", "at")})
    .on_conflict_do_nothing(index_elements=[TURN.c.thread_id, TURN.c.key])
    .returning(TURN.c.id)
)
TOUCH_THREAD = (
    update(THREAD)
    .where(THREAD.c.id == _thread)
    .values(summary=bindparam("summary_now"), turns=bindparam("turns_now"), at=bindparam("at_now"))
)
DROP_TURNS_TO = delete(TURN).where(TURN.c.thread_id == _thread, TURN.c.id <= bindparam("last"))
DROP_TURNS = delete(TURN).where(TURN.c.thread_id == _thread)
DROP_THREAD = delete(THREAD).where(THREAD.c.id == _thread)
MOVE_THREAD = update(THREAD).where(THREAD.c.id == _thread).values(member_id=bindparam("kept"))
IDLE_THREADS = select(THREAD.c.id).where(THREAD.c.at < bindparam("before")).order_by(THREAD.c.id).limit(200)

_kept = upsert(ANSWER).values(
    member_id=_member,
    question=bindparam("question"),
    context=bindparam("context"),
    answer=bindparam("answer"),
    at=bindparam("at"),
)
KEEP_ANSWER = _kept.on_conflict_do_update(
    index_elements=[ANSWER.c.member_id, ANSWER.c.question],
    set_={name: _kept.excluded[name] for name in ("context", "answer", "at")},
)
ANSWER_OF = select(ANSWER).where(
    ANSWER.c.member_id == _member,
    ANSWER.c.question == bindparam("question"),
    ANSWER.c.context == bindparam("context"),
    ANSWER.c.at >= bindparam("since"),
)
ANSWERS_OF = select(ANSWER).where(ANSWER.c.member_id == _member).order_by(ANSWER.c.at)
DROP_ANSWERS = delete(ANSWER).where(ANSWER.c.member_id == _member)
OLD_ANSWERS = delete(ANSWER).where(ANSWER.c.at < bindparam("before"))

_counted = upsert(ANSWERED).values(
    day=bindparam("day"),
    purpose=bindparam("purpose"),
    source=bindparam("source"),
    nearest=bindparam("nearest"),
    times=1,
)
COUNT = _counted.on_conflict_do_update(
    index_elements=[ANSWERED.c.day, ANSWERED.c.purpose, ANSWERED.c.source, ANSWERED.c.nearest],
    set_={"times": ANSWERED.c.times + 1},
)
COUNTED = (
    select(ANSWERED.c.source, ANSWERED.c.nearest, func.sum(ANSWERED.c.times).label("times"))
    .where(ANSWERED.c.day >= bindparam("since"), ANSWERED.c.day <= bindparam("until"))
    .group_by(ANSWERED.c.source, ANSWERED.c.nearest)
    .order_by(func.sum(ANSWERED.c.times).desc(), ANSWERED.c.source, ANSWERED.c.nearest)
)


def lock_thread(uow: UnitOfWork, member: MemberId, name: str, at: datetime) -> Row:
    """A member's talk, locked; made on first sight."""
    uow.run(MAKE_THREAD, member=member, name=name, at=at)
    return uow.run(LOCK_THREAD, member=member, name=name).one()


def drop_thread(uow: UnitOfWork, thread: int) -> None:
    """Forget a talk and all that was said in it."""
    uow.run(DROP_TURNS, thread=thread)
    uow.run(DROP_THREAD, thread=thread)


def counted(uow: UnitOfWork, since: date, until: date) -> list[Row]:
    """How often questions were answered how, the most frequent first."""
    return list(uow.run(COUNTED, since=since, until=until))
