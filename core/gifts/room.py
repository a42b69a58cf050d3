"""What the gift room offers."""

from core.chat import Export, Job, Reaction, Room
from core.facts import MemberArrived, MemberErased, MembersMerged
from core.gifts import service
from core.gifts.commands import GIFT

ROOM = Room(
    "gifts",
    commands=(GIFT,),
    jobs=(Job(service.RETURN, run=service.give_back),),
    reactions=(
        Reaction(MemberArrived, service.collect),
        Reaction(MembersMerged, service.merge),
        Reaction(MemberErased, service.erase),
    ),
    exports=(Export("gifts", ("gift",), service.export),),
    notices=(service.RECEIVED,),
)
