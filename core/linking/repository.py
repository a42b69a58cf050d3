"""Every statement on links and guesses."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update

from core.db import Row, UnitOfWork, columns, upsert
from core.ids import MemberId
from core.linking.tables import GuessRow, LinkRow
from core.values import dataclass

LINK, GUESS = columns(LinkRow), columns(GuessRow)
_member: Any = bindparam("member")
_of_member = or_(LINK.c.member_id == _member, LINK.c.other_id == _member)

INSERT = (
    upsert(LINK)
    .values(
        {name: bindparam(name) for name in ("id", "code", "member_id", "expires_at")}
        | {"state": "open", "other_id": None, "merges_at": None}
    )
    .on_conflict_do_nothing(index_elements=[LINK.c.code])
    .returning(LINK.c.id)
)
BY_CODE = select(LINK).where(LINK.c.code == bindparam("code"))
BY_ID = select(LINK).where(LINK.c.id == bindparam("link"))
OF_MEMBER = select(LINK).where(_of_member).order_by(LINK.c.expires_at, LINK.c.id)
DROP_CODES = delete(LINK).where(LINK.c.member_id == _member, LINK.c.state == "open")
ASK = (
    update(LINK)
    .where(LINK.c.id == bindparam("link"), LINK.c.state == "open")
    .values(state="asked", other_id=bindparam("other"), expires_at=bindparam("until"))
    .returning(LINK.c.id)
)
AGREE = (
    update(LINK)
    .where(LINK.c.id == bindparam("link"), LINK.c.state == "asked")
    .values(state="agreed", merges_at=bindparam("merges"), expires_at=bindparam("merges"))
    .returning(LINK.c.id)
)
END = (
    update(LINK)
    .where(LINK.c.id == bindparam("link"), LINK.c.state.in_(["asked", "agreed"]))
    .values(state=bindparam("end"))
    .returning(LINK.c.id)
)
FORGET = delete(LINK).where(_of_member)
EXPIRE = delete(LINK).where(LINK.c.expires_at <= bindparam("before"), LINK.c.state != "agreed")

_guess = upsert(GUESS).values({name: bindparam(name) for name in ("member_id", "since", "wrong")})
SET_GUESSES = _guess.on_conflict_do_update(
    index_elements=[GUESS.c.member_id], set_={name: _guess.excluded[name] for name in ("since", "wrong")}
)
GUESSES = select(GUESS).where(GUESS.c.member_id == _member)
FORGET_GUESSES = delete(GUESS).where(GUESS.c.member_id == _member)
EXPIRE_GUESSES = delete(GUESS).where(GUESS.c.since <= bindparam("before"))


@dataclass(frozen=True, slots=True)
class Link:
    """A code and what became of it."""

    id: str
    code: str
    member: MemberId
    other: MemberId | None
    state: str
    expires_at: datetime
    merges_at: datetime | None

    def waits(self, at: datetime) -> bool:
        """Whether it can still become a merge."""
        return self.state == "agreed" or (self.state == "asked" and self.expires_at > at)

    def beyond(self, member: MemberId) -> MemberId:
        """The one on the other side."""
        assert self.other is not None, "an open code has one side"
        return self.other if member == self.member else self.member


def _link(row: Row) -> Link:
    return Link(row.id, row.code, row.member_id, row.other_id, row.state, row.expires_at, row.merges_at)


def by_code(uow: UnitOfWork, code: str) -> Link | None:
    """The link of a code."""
    row = uow.run(BY_CODE, code=code).first()
    return None if row is None else _link(row)


def by_id(uow: UnitOfWork, link: str) -> Link | None:
    """A link."""
    row = uow.run(BY_ID, link=link).first()
    return None if row is None else _link(row)


def of_member(uow: UnitOfWork, member: MemberId) -> list[Link]:
    """Every link that names a member, whatever became of it."""
    return [_link(row) for row in uow.run(OF_MEMBER, member=member)]


def guesses(uow: UnitOfWork, member: MemberId) -> tuple[datetime | None, int]:
    """Since when a member has guessed wrong how often."""
    row = uow.run(GUESSES, member=member).first()
    return (None, 0) if row is None else (row.since, row.wrong)
