"""What the knowledge room offers."""

from core.chat import Export, Reaction, Room
from core.facts import MemberErased, MembersMerged
from core.knowledge import service
from core.knowledge.commands import COMMANDS
from core.knowledge.notebook import COMMANDS as NOTEBOOK

ROOM = Room(
    "knowledge",
    commands=(*COMMANDS, *NOTEBOOK),
    reactions=(Reaction(MembersMerged, service.merge), Reaction(MemberErased, service.erase)),
    exports=(Export("answers", ("told",), service.export), Export("notebook", ("note",), service.export_notes)),
)
