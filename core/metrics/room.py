"""What the metrics room offers."""

from core.chat import Card, Export, Job, Reaction, Room
from core.facts import MemberErased, MembersMerged
from core.metrics import reactions

ROOM = Room(
    "metrics",
    jobs=(Job(reactions.FORGET, run=reactions.forget),),
    reactions=(Reaction(MembersMerged, reactions.merge), Reaction(MemberErased, reactions.erase)),
    exports=(Export("connected accounts", reactions.TABLES, reactions.export),),
    cards=(Card(reactions.card),),
)
