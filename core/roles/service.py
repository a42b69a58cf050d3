"""Who may do what: asked by the dispatcher before every command that names a role."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from core.chat import Export, Reaction, Room
from core.db import UnitOfWork, columns, upsert
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.people import Identity, Role
from core.roles.tables import RoleGrant
from core.values import dataclass

GRANT = columns(RoleGrant)

_COVERS: dict[Role, frozenset[Role]] = {
    Role.OWNER: frozenset(Role),
    Role.ADMIN: frozenset({Role.ADMIN, Role.MODERATOR, Role.SUPPORT, Role.PARTNER}),
    Role.MODERATOR: frozenset({Role.MODERATOR, Role.SUPPORT}),
    Role.SUPPORT: frozenset({Role.SUPPORT}),
    Role.PARTNER: frozenset({Role.PARTNER}),
}

OF_MEMBER = select(GRANT).where(GRANT.c.member_id == bindparam("member")).order_by(GRANT.c.role, GRANT.c.space)
ALL = select(GRANT).order_by(GRANT.c.role, GRANT.c.space, GRANT.c.member_id)
INSERT = (
    upsert(GRANT)
    .values({name: bindparam(name) for name in ("member_id", "role", "space", "granted_by", "at")})
    .on_conflict_do_nothing()
    .returning(GRANT.c.role)
)
DELETE = (
    delete(GRANT)
    .where(
        GRANT.c.member_id == bindparam("member"),
        GRANT.c.role == bindparam("role"),
        GRANT.c.space == bindparam("space"),
    )
    .returning(GRANT.c.role)
)
FORGET = delete(GRANT).where(GRANT.c.member_id == bindparam("member"))
FORGET_GRANTER = update(GRANT).where(GRANT.c.granted_by == bindparam("member")).values(granted_by=None)


@dataclass(frozen=True, slots=True)
class Owners:
    """`[operator] owners`: the identities that own this service."""

    identities: frozenset[Identity]


@dataclass(frozen=True, slots=True)
class Granted:
    """One role of one member; `space` is empty for the whole service."""

    member: MemberId
    role: Role
    space: str


def covers(has: Role, needed: Role) -> bool:
    """Whether one role includes another. A partner is apart: only owners and admins include it."""
    return needed in _COVERS[has]


def may(
    uow: UnitOfWork, member: MemberId, identity: Identity, needed: Role, owners: Owners, *, space: str = ""
) -> bool:
    """Whether a member has a role, by a service grant or (if a space is given) by one of that space."""
    if identity in owners.identities:
        return True
    return any(
        covers(grant.role, needed) and (not grant.space or grant.space == space) for grant in of_member(uow, member)
    )


def may_somewhere(uow: UnitOfWork, member: MemberId, identity: Identity, needed: Role, owners: Owners) -> bool:
    """Whether a member has a role for the service or in any space."""
    return identity in owners.identities or any(covers(grant.role, needed) for grant in of_member(uow, member))


def of_member(uow: UnitOfWork, member: MemberId) -> list[Granted]:
    """The roles of a member."""
    return [Granted(row.member_id, Role(row.role), row.space) for row in uow.run(OF_MEMBER, member=member)]


def everybody(uow: UnitOfWork) -> list[Granted]:
    """All roles that were granted."""
    return [Granted(row.member_id, Role(row.role), row.space) for row in uow.run(ALL)]


def grant(uow: UnitOfWork, member: MemberId, role: Role, space: str, *, by: MemberId | None, at: datetime) -> bool:
    """Give a role. False if the member had it. Owners can not be made here: the database refuses it too."""
    assert role is not Role.OWNER, "owners come from config.toml alone"
    values = {"member_id": member, "role": role, "space": space, "granted_by": by, "at": at}
    return uow.run(INSERT, **values).first() is not None


def revoke(uow: UnitOfWork, member: MemberId, role: Role, space: str) -> bool:
    """Take a role. False if the member did not have it."""
    return uow.run(DELETE, member=member, role=role, space=space).first() is not None


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: roles are given to accounts that somebody looked at, so they do not travel by linking."""
    uow.run(FORGET, member=fact.gone)
    uow.run(FORGET_GRANTER, member=fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: roles end with the member; what they granted stands."""
    uow.run(FORGET, member=fact.member)
    uow.run(FORGET_GRANTER, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's roles."""
    return [{"role": item.role.value, "space": item.space} for item in of_member(uow, member)]


ROOM = Room(
    "roles",
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("roles", ("role_grant",), export),),
)
