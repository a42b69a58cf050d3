"""`/admin …`: hidden by default permissions, and checked here for every command."""

from typing import Annotated

from core.audit import service as audit
from core.chat import (
    Asked,
    Bold,
    Call,
    Command,
    Facts,
    Kind,
    Line,
    Mention,
    Message,
    Nothing,
    Option,
    Ranking,
    Reply,
    Text,
    Tone,
    said,
)
from core.chat.catalog import Catalog
from core.clock import zone
from core.db import UnitOfWork
from core.durations import day_in_words
from core.ids import MemberId
from core.members import service as members
from core.moderation.errors import NoSpaceHere, OwnRole, RoleAbove
from core.people import Role
from core.roles import service as roles
from core.roles.service import Granted, Owners
from core.values import dataclass

_TOPIC = "Staff"
GRANTABLE = tuple(Option(role.value, role.value.capitalize()) for role in Role if role is not Role.OWNER)


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Whose role, which, and where it counts."""

    member: Annotated[MemberId, Asked(Kind.MEMBER, "Who")]
    role: Annotated[str, Asked(Kind.CHOICE, "Role", options=GRANTABLE)]
    here_only: Annotated[bool, Asked(Kind.FLAG, "Only in this space", "Else for the whole service")] = False


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody to look at."""

    member: Annotated[MemberId, Asked(Kind.MEMBER, "Who")]


def give_role(uow: UnitOfWork, call: Call, form: RoleChange, *, owners: Owners) -> Reply:
    """Give a role."""
    role, space = _check(uow, call, form, owners)
    who = members.member(uow, form.member)
    if not roles.grant(uow, who.id, role, space, by=call.member.id, at=call.at):
        return Reply(said((Mention(who.name), f" has the role {role.value} already.")))
    audit.write(
        uow, call.member.id, "role.give", f"member:{who.id}", at=call.at, detail={"role": role.value, "space": space}
    )
    return Reply(said((Mention(who.name), f" is {role.value} now{_where(space)}."), tone=Tone.SUCCESS))


def take_role(uow: UnitOfWork, call: Call, form: RoleChange, *, owners: Owners) -> Reply:
    """Take a role."""
    role, space = _check(uow, call, form, owners)
    who = members.member(uow, form.member)
    if not roles.revoke(uow, who.id, role, space):
        return Reply(said((Mention(who.name), f" does not have the role {role.value}{_where(space)}.")))
    audit.write(
        uow, call.member.id, "role.take", f"member:{who.id}", at=call.at, detail={"role": role.value, "space": space}
    )
    return Reply(said((Mention(who.name), f" is not {role.value} any more{_where(space)}."), tone=Tone.SUCCESS))


def _check(uow: UnitOfWork, call: Call, form: RoleChange, owners: Owners) -> tuple[Role, str]:
    role = Role(form.role)
    if form.member == call.member.id:
        raise OwnRole
    if role is Role.ADMIN and not _is_owner(uow, call, owners):
        raise RoleAbove(role.value)
    if form.here_only and not call.place.space:
        raise NoSpaceHere("here_only", "There is no space here. Use it in the server or group you mean, or say no.")
    return role, f"{call.place.platform}:{call.place.space}" if form.here_only else ""


def _is_owner(uow: UnitOfWork, call: Call, owners: Owners) -> bool:
    """Whether an owner asks. Config names identities: one that is linked to an owner's is none."""
    own = [address.identity for address in members.addresses(uow, call.member.id)]
    return any(identity in owners.identities for identity in own if identity.platform == call.place.platform)


def _where(space: str) -> str:
    return " in this space" if space else ""


def _granted(grant: Granted) -> str:
    return f"{grant.role.value} in {grant.space}" if grant.space else grant.role.value


def list_roles(uow: UnitOfWork, call: Call, form: Nothing, *, owners: Owners) -> Reply:
    """Who has which role."""
    rows: list[Line] = [f"{identity} · owner (config.toml)" for identity in sorted(owners.identities, key=str)]
    for grant in roles.everybody(uow):
        name = members.member(uow, grant.member).name
        rows.append((Mention(name), f" · {_granted(grant)}"))
    if not rows:
        return Reply(said("Nobody has a role. Owners are named in config.toml under [operator] owners."))
    return Reply(Message((Text((Bold("Roles"),)), Ranking(tuple(rows)))))


def show_member(uow: UnitOfWork, call: Call, form: Who, *, catalog: Catalog) -> Reply:
    """What support needs to see of a member: identities, dates, and a line from every room."""
    who = members.member(uow, form.member)
    addresses = members.addresses(uow, who.id)
    rows: list[tuple[str, Line]] = [
        ("Member", f"{who.name}, number {who.id}"),
        ("Since", day_in_words(who.joined_at.date()) + f" {who.joined_at.year}"),
        (
            "Known on",
            ", ".join(f"{item.identity}{'' if item.reachable else ' (unreachable)'}" for item in addresses),
        ),
        ("Roles", ", ".join(_granted(grant) for grant in roles.of_member(uow, who.id)) or "none"),
    ]
    for card in catalog.cards:
        rows += card.rows(uow, who)
    return Reply(Message((Facts(tuple(rows)),)))


def show_audit(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """The latest acts of staff and of the service itself."""
    entries = audit.newest(uow)
    if not entries:
        return Reply(said("The audit log is empty."))
    local = zone(call.member.zone)
    rows = tuple(
        (
            f"{entry.id} · {entry.at.astimezone(local):%d %b %H:%M}",
            f"{entry.act} · {entry.subject} · by {entry.actor}",
        )
        for entry in entries
    )
    return Reply(Message((Text((Bold("Audit log"),)), Facts(rows))))


COMMANDS = (
    Command(
        ("admin", "role", "give"),
        "Give a role",
        form=RoleChange,
        run=give_role,
        role=Role.ADMIN,
        topic=_TOPIC,
    ),
    Command(
        ("admin", "role", "take"),
        "Take a role",
        form=RoleChange,
        run=take_role,
        role=Role.ADMIN,
        topic=_TOPIC,
    ),
    Command(
        ("admin", "role", "list"),
        "Who has which role",
        run=list_roles,
        role=Role.ADMIN,
        topic=_TOPIC,
        front=True,
    ),
    Command(("admin", "member"), "Look at a member", form=Who, run=show_member, role=Role.SUPPORT, topic=_TOPIC),
    Command(("admin", "audit"), "The latest acts of staff", run=show_audit, role=Role.ADMIN, topic=_TOPIC),
)
