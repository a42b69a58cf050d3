"""Every statement on members, identities, settings and profiles."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, update

from core.db import Row, UnitOfWork, columns, upsert
from core.ids import MemberId
from core.members.tables import IdentityRow, MemberRow, OptIn, OptOut, ProfileEntry, Tombstone
from core.people import Actor, Identity, Member
from core.values import dataclass

MEMBER, IDENTITY, OPT_OUT = columns(MemberRow), columns(IdentityRow), columns(OptOut)
OPT_IN = columns(OptIn)
PROFILE, TOMBSTONE = columns(ProfileEntry), columns(Tombstone)

_member: Any = bindparam("member")
_who = (IDENTITY.c.platform == bindparam("platform"), IDENTITY.c.user_id == bindparam("user_id"))
_PERSON = (
    MEMBER.c.id, MEMBER.c.name, MEMBER.c.zone, MEMBER.c.zone_changed_at, MEMBER.c.created_at, MEMBER.c.arrived_at,
    MEMBER.c.leaves_at,
)  # fmt: skip

_other = IDENTITY.alias("other")
_elsewhere = exists().where(
    _other.c.member_id == IDENTITY.c.member_id,
    _other.c.platform != IDENTITY.c.platform,
    _other.c.last_seen_at >= IDENTITY.c.last_seen_at,
)

BY_IDENTITY = (
    select(
        *_PERSON,
        MEMBER.c.last_day,
        IDENTITY.c.name.label("shown"),
        IDENTITY.c.unreachable_at,
        IDENTITY.c.registered_at,
        _elsewhere.label("elsewhere"),
    )
    .join(IDENTITY, IDENTITY.c.member_id == MEMBER.c.id)
    .where(*_who)
)
BY_ID = select(*_PERSON, MEMBER.c.merged_into).where(MEMBER.c.id == _member)
SETTINGS = select(
    MEMBER.c.zone, MEMBER.c.zone_changed_at, MEMBER.c.language, MEMBER.c.quiet_from, MEMBER.c.quiet_to
).where(MEMBER.c.id == _member)
ARRIVED = select(MEMBER.c.arrived_at).where(MEMBER.c.id == _member)
ERASED = select(MEMBER.c.erased_at).where(MEMBER.c.id == _member)
# Not the key: rows that name a member come and go without waiting, or two who name each other would for ever.
LOCK = BY_ID.with_for_update(key_share=True)
INSERT_MEMBER = (
    insert(MEMBER)
    .values({name: bindparam(name) for name in ("name", "language", "created_at", "arrived_at")} | {"zone": "UTC"})
    .returning(MEMBER.c.id)
)
INSERT_IDENTITY = (
    upsert(IDENTITY)
    .values({name: bindparam(name) for name in ("platform", "user_id", "member_id", "name", "first_seen_at")})
    .on_conflict_do_nothing()
)
STAND_IN = insert(MEMBER).values(
    id=bindparam("id"), name="Nobody", language="en", zone="UTC", created_at=bindparam("at")
)
DELETE_MEMBER = delete(MEMBER).where(MEMBER.c.id == _member)
ARRIVE = (
    update(MEMBER)
    .where(MEMBER.c.id == _member, MEMBER.c.arrived_at.is_(None))
    .values(arrived_at=bindparam("at"), name=bindparam("name"), language=bindparam("language"))
)
VISIT = (
    update(MEMBER)
    .where(
        MEMBER.c.id == _member,
        MEMBER.c.last_day.is_distinct_from(bindparam("day", type_=MEMBER.c.last_day.type)),
    )
    .values(last_day=bindparam("day", type_=MEMBER.c.last_day.type))
)
FORGET_VISIT = update(MEMBER).where(MEMBER.c.id == _member).values(last_day=None)
SEEN = (
    update(IDENTITY)
    .where(*_who)
    .values(
        last_seen_at=bindparam("at"),
        name=bindparam("name"),
        unreachable_at=None,
        registered_at=func.coalesce(IDENTITY.c.registered_at, bindparam("since", type_=IDENTITY.c.registered_at.type)),
    )
)
RENAME = update(MEMBER).where(MEMBER.c.id == _member).values(name=bindparam("name"))
UNREACHABLE = update(IDENTITY).where(*_who).values(unreachable_at=bindparam("at"))
IDENTITIES = select(IDENTITY).where(IDENTITY.c.member_id == _member).order_by(IDENTITY.c.last_seen_at.desc())
# Those never seen last on both engines, which order NULL differently.
NEWEST_IDENTITY = (
    select(IDENTITY.c.platform, IDENTITY.c.user_id)
    .where(IDENTITY.c.member_id == _member)
    .order_by(IDENTITY.c.last_seen_at.is_(None), IDENTITY.c.last_seen_at.desc())
    .limit(1)
)
OLDEST_ACCOUNT = select(func.min(IDENTITY.c.registered_at)).where(IDENTITY.c.member_id == _member)
MOVE_IDENTITIES = update(IDENTITY).where(IDENTITY.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
MOVE_IDENTITY = update(IDENTITY).where(*_who).values(member_id=_member)
SET_ZONE = update(MEMBER).where(MEMBER.c.id == _member).values(zone=bindparam("zone"), zone_changed_at=bindparam("at"))
SET_QUIET = (
    update(MEMBER).where(MEMBER.c.id == _member).values(quiet_from=bindparam("start"), quiet_to=bindparam("end"))
)
SET_LANGUAGE = update(MEMBER).where(MEMBER.c.id == _member).values(language=bindparam("language"))
SET_LEAVING = update(MEMBER).where(MEMBER.c.id == _member).values(leaves_at=bindparam("at"))
# What is known of the person is the kept member's to know, and the kept member's to have erased.
SET_MERGED = (
    update(MEMBER)
    .where(MEMBER.c.id == bindparam("gone"))
    .values(
        name="", language="en", zone="UTC", zone_changed_at=None, quiet_from=None, quiet_to=None, last_day=None,
        leaves_at=None, merged_into=bindparam("kept"),
    )
)  # fmt: skip
MERGED_INTO = select(MEMBER.c.id).where(MEMBER.c.merged_into == _member).order_by(MEMBER.c.id)
ERASE = (
    update(MEMBER)
    .where(MEMBER.c.id == _member)
    .values(
        name="", language="en", zone="UTC", zone_changed_at=None, quiet_from=None, quiet_to=None, last_day=None,
        leaves_at=None, erased_at=bindparam("at"),
    )
)  # fmt: skip
FORGET_IDENTITIES = delete(IDENTITY).where(IDENTITY.c.member_id == _member)
OPT_OUTS = select(OPT_OUT.c.name).where(OPT_OUT.c.member_id == _member).order_by(OPT_OUT.c.name)
OPTED_OUT = select(OPT_OUT.c.name).where(OPT_OUT.c.member_id == _member, OPT_OUT.c.name == bindparam("name"))
TURN_OFF = upsert(OPT_OUT).values(member_id=_member, name=bindparam("name")).on_conflict_do_nothing()
TURN_ON = delete(OPT_OUT).where(OPT_OUT.c.member_id == _member, OPT_OUT.c.name == bindparam("name"))
FORGET_OPT_OUTS = delete(OPT_OUT).where(OPT_OUT.c.member_id == _member)
OPT_INS = select(OPT_IN.c.name).where(OPT_IN.c.member_id == _member).order_by(OPT_IN.c.name)
ASK_FOR = upsert(OPT_IN).values(member_id=_member, name=bindparam("name")).on_conflict_do_nothing()
ASK_NO_MORE = delete(OPT_IN).where(OPT_IN.c.member_id == _member, OPT_IN.c.name == bindparam("name"))
FORGET_OPT_INS = delete(OPT_IN).where(OPT_IN.c.member_id == _member)
_entry = upsert(PROFILE).values({name: bindparam(name) for name in ("member_id", "name", "value", "origin", "at")})
SET_PROFILE = _entry.on_conflict_do_update(
    index_elements=[PROFILE.c.member_id, PROFILE.c.name],
    set_={name: _entry.excluded[name] for name in ("value", "origin", "at")},
)
KEEP_PROFILE = _entry.on_conflict_do_nothing()
PROFILE_OF = select(PROFILE).where(PROFILE.c.member_id == _member).order_by(PROFILE.c.name)
UNTELL = delete(PROFILE).where(PROFILE.c.member_id == _member, PROFILE.c.name == bindparam("name"))
FORGET_PROFILE = delete(PROFILE).where(PROFILE.c.member_id == _member)
_tombstone = upsert(TOMBSTONE).values(digest=bindparam("digest"), at=bindparam("at"))
BURY = _tombstone.on_conflict_do_update(index_elements=[TOMBSTONE.c.digest], set_={"at": _tombstone.excluded.at})
BURIED = select(TOMBSTONE.c.digest).where(TOMBSTONE.c.digest == bindparam("digest"))
BURIED_SINCE = BURIED.where(TOMBSTONE.c.at >= bindparam("since", type_=TOMBSTONE.c.at.type))


@dataclass(frozen=True, slots=True)
class Known:
    """A member as found by an identity, with what first contact and the first command of a day need to know."""

    member: Member
    arrived: bool
    last_day: date | None
    shown: str
    reachable: bool
    elsewhere: bool
    """Whether they used another platform of theirs since they used this one."""
    registered_at: datetime | None
    """When the account of this identity was made, as far as its platform has told."""


@dataclass(frozen=True, slots=True)
class Address:
    """One identity of a member, as the outbox and settings see it."""

    identity: Identity
    name: str
    reachable: bool
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberSettings:
    """What `/settings` shows."""

    zone: str
    zone_changed_at: datetime | None
    language: str
    quiet: tuple[time, time] | None
    """Start and end of quiet hours in local time; None: the service's default."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a creator's profile."""

    name: str
    value: str
    origin: str
    at: datetime


def person(row: Row) -> Member:
    """A member from a row that selected the person's columns."""
    joined_at = row.arrived_at or row.created_at  # to be named by somebody else is no age
    arrived = row.arrived_at is not None
    return Member(row.id, row.name, row.zone, row.zone_changed_at, joined_at, row.leaves_at, arrived)


def by_identity(uow: UnitOfWork, identity: Identity) -> Known | None:
    """The member behind an identity, if anybody knows it."""
    row = uow.run(BY_IDENTITY, platform=identity.platform, user_id=identity.user_id).first()
    if row is None:
        return None
    return Known(
        person(row),
        row.arrived_at is not None,
        row.last_day,
        row.shown,
        row.unreachable_at is None,
        bool(row.elsewhere),
        row.registered_at,
    )


def by_id(uow: UnitOfWork, member: MemberId, *, lock: bool = False) -> Member | None:
    """A member, if asked for locked; whoever was merged into another is that other."""
    row = uow.run(LOCK if lock else BY_ID, member=member).first()
    while row is not None and row.merged_into is not None:
        row = uow.run(BY_ID, member=row.merged_into).first()
    return None if row is None else person(row)


def create(uow: UnitOfWork, actor: Actor, at: datetime, *, arrived: bool) -> bool:
    """Make a member with one identity. False if the identity came into being meanwhile: look it up again."""
    values = {
        "name": actor.name,
        "language": actor.language,
        "created_at": at,
        "arrived_at": at if arrived else None,
    }
    member = uow.run(INSERT_MEMBER, **values).scalar()
    who = {"platform": actor.identity.platform, "user_id": actor.identity.user_id, "name": actor.name}
    if not uow.run(INSERT_IDENTITY, member_id=member, first_seen_at=at, **who).affected:
        uow.run(DELETE_MEMBER, member=member)
        return False
    return True


def make(uow: UnitOfWork, name: str, language: str, at: datetime) -> MemberId:
    """Make a member without an identity; the caller moves one here."""
    made: MemberId = uow.run(INSERT_MEMBER, name=name, language=language, created_at=at, arrived_at=at).scalar()
    return made


def stand_in(uow: UnitOfWork, number: int, at: datetime) -> None:
    """A member with a number that is given."""
    uow.run(STAND_IN, id=number, at=at)


def addresses(uow: UnitOfWork, member: MemberId) -> list[Address]:
    """A member's identities, the last used first."""
    rows = uow.run(IDENTITIES, member=member)
    found = [
        Address(Identity(row.platform, row.user_id), row.name, row.unreachable_at is None, row.last_seen_at)
        for row in rows
    ]
    # NULLS LAST is not the same on both engines, so the order is settled here.
    return sorted(found, key=lambda item: item.last_seen_at.timestamp() if item.last_seen_at else 0, reverse=True)


def newest_identity(uow: UnitOfWork, member: MemberId) -> Identity | None:
    """The identity that a member used last."""
    row = uow.run(NEWEST_IDENTITY, member=member).first()
    return None if row is None else Identity(row.platform, row.user_id)


def oldest_account(uow: UnitOfWork, member: MemberId) -> datetime | None:
    """When the oldest of a member's accounts was made, of those whose platform tells."""
    found: datetime | None = uow.run(OLDEST_ACCOUNT, member=member).scalar()
    return found


def settings(uow: UnitOfWork, member: MemberId) -> MemberSettings:
    """What a member has set."""
    row = uow.run(SETTINGS, member=member).one()
    quiet = None
    if row.quiet_from is not None and row.quiet_to is not None:
        quiet = time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_to)
    return MemberSettings(row.zone, row.zone_changed_at, row.language, quiet)


def profile(uow: UnitOfWork, member: MemberId) -> list[Entry]:
    """What is known about a creator, by name."""
    return [Entry(row.name, row.value, row.origin, row.at) for row in uow.run(PROFILE_OF, member=member)]
