"""What the challenge room offers."""

from core.challenges import admin, afterwards, appeals, commands, drawing, jobs, looking, reactions, service
from core.challenges.messages import CHALLENGES, HALF_WAY
from core.chat import Export, Job, Reaction, Room
from core.facts import MemberBanned, MemberErased, MembersMerged, MetricAccountBack, MetricAccountLost

ROOM = Room(
    "challenges",
    commands=(*commands.COMMANDS, *looking.COMMANDS, *afterwards.COMMANDS, *admin.COMMANDS),
    jobs=(
        Job(service.OFFER, prepare=drawing.prepare, errand=drawing.forecast, finish=drawing.finish),
        Job(service.EXPIRE, run=drawing.expire),
        *(Job(kind, run=run) for kind, run in jobs.JOBS_OF_TIME),
    ),
    reactions=(
        Reaction(MemberBanned, reactions.ban),
        Reaction(MemberErased, reactions.erase),
        Reaction(MembersMerged, reactions.merge),
        Reaction(MetricAccountLost, reactions.lost),
        Reaction(MetricAccountBack, reactions.back),
    ),
    exports=(Export("challenges", ("challenge",), reactions.export),),
    notices=(CHALLENGES, HALF_WAY),
    reviews=(appeals.APPEAL, appeals.STRICT),
)
