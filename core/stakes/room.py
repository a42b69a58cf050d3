"""What the room of stakes offers: no command, but everything that time and the world do to a contract."""

from core.chat import Export, Job, Reaction, Room
from core.facts import MemberBanned, MemberErased, MembersMerged, MetricAccountBack, MetricAccountLost
from core.stakes import jobs, reactions
from core.stakes.messages import CHALLENGES, HALF_WAY

ROOM = Room(
    "stakes",
    jobs=tuple(Job(kind, run=run) for kind, run in jobs.JOBS_OF_TIME),
    reactions=(
        Reaction(MemberBanned, reactions.ban),
        Reaction(MemberErased, reactions.erase),
        Reaction(MembersMerged, reactions.merge),
        Reaction(MetricAccountLost, reactions.lost),
        Reaction(MetricAccountBack, reactions.back),
    ),
    exports=(Export("challenges", ("challenge",), reactions.export),),
    notices=(CHALLENGES, HALF_WAY),
)
