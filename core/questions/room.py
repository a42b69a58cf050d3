"""What the question room offers."""

from core.chat import Export, Invitation, Reaction, Room
from core.facts import MemberErased, MembersMerged
from core.questions import commands, service

ROOM = Room(
    "questions",
    commands=commands.COMMANDS,
    reactions=(Reaction(MembersMerged, service.merge), Reaction(MemberErased, service.erase)),
    exports=(Export("questions", ("claim",), service.export),),
    invitations=(Invitation(commands.invite),),
)
