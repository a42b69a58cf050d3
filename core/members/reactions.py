"""What the member room does when two members are one, and when one goes; and what it exports."""

from typing import Any

from core.chat import Export, Reaction, Room
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.members import repository, service


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's own row, identities, profile, and what they turned off and on."""
    row = uow.run(repository.SETTINGS, member=member).one()
    rows: list[dict[str, Any]] = [{"table": "member", **row._asdict()}]
    rows += [{"table": "identity", **item._asdict()} for item in uow.run(repository.IDENTITIES, member=member)]
    rows += [{"table": "profile_entry", **item._asdict()} for item in uow.run(repository.PROFILE_OF, member=member)]
    rows += [{"table": "opt_out", "name": name} for name in sorted(service.turned_off(uow, member))]
    rows += [{"table": "opt_in", "name": name} for name in sorted(service.asked_for(uow, member))]
    return rows


ROOM = Room(
    "members",
    reactions=(Reaction(MembersMerged, service.merge), Reaction(MemberErased, service.erase)),
    exports=(Export("profile", ("member", "identity", "profile_entry", "opt_out", "opt_in"), export),),
)
