"""What the earnings room offers."""

from core.chat import Export, Job, Reaction, Room
from core.earnings import service
from core.facts import MemberErased, MembersMerged

ROOM = Room(
    "earnings",
    jobs=(Job(service.PAY, run=service.pay_waiting),),
    reactions=(Reaction(MembersMerged, service.merge), Reaction(MemberErased, service.erase)),
    exports=(Export("earnings", ("earning",), service.export),),
)
