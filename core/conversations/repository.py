"""Every statement on conversations and talks."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Text, bindparam, cast, delete, exists, insert, select, update

from core.conversations.tables import Conversation, TalkRow
from core.db import Row, UnitOfWork, columns, json_naming, upsert
from core.ids import MemberId, Token, new_token
from core.people import Identity
from core.values import dataclass

# A forged one may hold what no database takes, such as NUL or half a surrogate pair.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
CONVERSATION, TALK = columns(Conversation), columns(TalkRow)


class Stage(StrEnum):
    """Where a conversation stands."""

    ASKING = "asking"
    CONFIRMING = "confirming"
    BUTTON = "button"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Open:
    """A conversation as stored. `values` are raw: they go through the parser again."""

    token: Token
    command: tuple[str, ...]
    version: str
    member: MemberId | None
    stage: Stage
    values: Mapping[str, Any]
    expires_at: datetime


INSERT = insert(CONVERSATION).values(
    {name: bindparam(name) for name in ("token", "command", "version", "member_id", "stage", "values", "expires_at")}
)
BY_TOKEN = select(CONVERSATION).where(CONVERSATION.c.token == bindparam("by_token"))
NEWEST_FORM = (
    select(CONVERSATION)
    .where(
        CONVERSATION.c.member_id == bindparam("member"),
        CONVERSATION.c.stage == Stage.ASKING,
        CONVERSATION.c.expires_at > bindparam("at"),
    )
    .order_by(CONVERSATION.c.expires_at.desc())
    .limit(1)
)
CLAIM = (
    update(CONVERSATION)
    .where(CONVERSATION.c.token == bindparam("by_token"), CONVERSATION.c.stage == bindparam("at_stage"))
    .values(stage=Stage.DONE)
)
ADVANCE = (
    update(CONVERSATION)
    .where(
        CONVERSATION.c.token == bindparam("by_token"),
        CONVERSATION.c.stage.in_([Stage.ASKING, Stage.CONFIRMING]),
    )
    .values(stage=bindparam("stage"), values=bindparam("values"), expires_at=bindparam("expires_at"))
)
EXPIRE = delete(CONVERSATION).where(CONVERSATION.c.expires_at <= bindparam("at"))
OF_MEMBER = (
    select(CONVERSATION)
    .where(CONVERSATION.c.member_id == bindparam("member"))
    .order_by(CONVERSATION.c.expires_at, CONVERSATION.c.token)
)
MOVE = update(CONVERSATION).where(CONVERSATION.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
FORGET = delete(CONVERSATION).where(CONVERSATION.c.member_id == bindparam("member"))
FORGET_NAMING = delete(CONVERSATION).where(cast(CONVERSATION.c["values"], Text).like(bindparam("pattern"), escape="\\"))

BEGIN_TALK = upsert(TALK).values({name: bindparam(name) for name in ("member_id", "name", "subject", "started_at")})
BEGIN_TALK = BEGIN_TALK.on_conflict_do_update(
    index_elements=[TALK.c.member_id],
    set_={name: BEGIN_TALK.excluded[name] for name in ("name", "subject", "started_at")},
)
CURRENT_TALK = select(TALK).where(TALK.c.member_id == bindparam("member"))
_other = TALK.alias("other")
MOVE_TALK = (
    update(TALK)
    .where(
        TALK.c.member_id == bindparam("gone"),
        ~exists().where(_other.c.member_id == bindparam("kept")),
    )
    .values(member_id=bindparam("kept"))
)
END_TALK = delete(TALK).where(TALK.c.member_id == bindparam("member")).returning(TALK.c.name)


def save(
    uow: UnitOfWork,
    command: tuple[str, ...],
    version: str,
    member: MemberId | None,
    *,
    stage: Stage,
    values: Mapping[str, Any],
    expires_at: datetime,
) -> Token:
    """Open a conversation; its new token."""
    token = new_token()
    row = {"token": token, "command": " ".join(command), "version": version, "member_id": member}
    uow.run(INSERT, stage=stage, values=dict(values), expires_at=expires_at, **row)
    return token


def find(uow: UnitOfWork, token: str) -> Open | None:
    """The conversation of a token; what can not be one of ours is not looked for."""
    row = uow.run(BY_TOKEN, by_token=token).first() if _TOKEN.fullmatch(token) else None
    if row is None:
        return None
    return _open(row)


def _open(row: Row) -> Open:
    path = tuple(row.command.split())
    return Open(row.token, path, row.version, row.member_id, Stage(row.stage), row.values, row.expires_at)


def newest_form(uow: UnitOfWork, member: MemberId, at: datetime) -> Open | None:
    """The form that a member touched last and has not finished."""
    row = uow.run(NEWEST_FORM, member=member, at=at).first()
    return None if row is None else _open(row)


def claim(uow: UnitOfWork, token: str, stage: Stage) -> bool:
    """Take a conversation out of its stage, once, in the transaction of what it does. False: somebody was faster."""
    return uow.run(CLAIM, by_token=token, at_stage=stage).affected == 1


def advance(uow: UnitOfWork, token: str, stage: Stage, values: Mapping[str, Any], expires_at: datetime) -> bool:
    """Keep what is known so far. False if the conversation is done."""
    moved = uow.run(ADVANCE, by_token=token, stage=stage, values=dict(values), expires_at=expires_at)
    return moved.affected == 1


def expire(uow: UnitOfWork, at: datetime) -> int:
    """Forget what nobody answered in time."""
    return uow.run(EXPIRE, at=at).affected


def begin_talk(uow: UnitOfWork, member: MemberId, name: str, subject: str, at: datetime) -> None:
    """Let a member's plain sentences go to a talk."""
    uow.run(BEGIN_TALK, member_id=member, name=name, subject=subject, started_at=at)


def current_talk(uow: UnitOfWork, member: MemberId) -> tuple[str, str] | None:
    """The member's talk as (name, subject)."""
    row = uow.run(CURRENT_TALK, member=member).first()
    return None if row is None else (row.name, row.subject)


def end_talk(uow: UnitOfWork, member: MemberId) -> str | None:
    """End the member's talk; its name."""
    row = uow.run(END_TALK, member=member).first()
    return None if row is None else row.name


def of_member(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """What a member was asked or offered, and their talk, without the tokens that answer it."""
    rows: list[dict[str, Any]] = [
        {
            "table": "conversation",
            "command": row.command,
            "stage": row.stage,
            "values": row.values,
            "expires_at": row.expires_at,
        }
        for row in uow.run(OF_MEMBER, member=member)
    ]
    rows += [
        {"table": "talk", "name": row.name, "subject": row.subject, "started_at": row.started_at}
        for row in uow.run(CURRENT_TALK, member=member)
    ]
    return rows


def move(uow: UnitOfWork, gone: MemberId, kept: MemberId) -> None:
    """Let one member answer what another was asked. The talk of who stays goes on."""
    uow.run(MOVE, gone=gone, kept=kept)
    uow.run(MOVE_TALK, gone=gone, kept=kept)
    uow.run(END_TALK, member=gone)


def forget(uow: UnitOfWork, member: MemberId, identities: Iterable[Identity]) -> None:
    """Drop what a member was asked, and every question or button of others that names them."""
    uow.run(FORGET, member=member)
    uow.run(END_TALK, member=member)
    for identity in identities:
        pattern = json_naming(platform=identity.platform, user_id=identity.user_id)
        uow.run(FORGET_NAMING, pattern=pattern)
