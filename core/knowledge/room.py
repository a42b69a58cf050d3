"""What the knowledge room offers."""

from core.chat import Export, Reaction, Room
from core.facts import MemberErased, MembersMerged
from core.knowledge import service
from core.knowledge.commands import COMMANDS

ROOM = Room(
    "knowledge",
    commands=COMMANDS,
    reactions=(Reaction(MembersMerged, service.merge), Reaction(MemberErased, service.erase)),
    exports=(Export("answers", ("told",), service.export),),
)
