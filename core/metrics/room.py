"""What the metrics room offers."""

from core.chat import Card, Export, Job, Reaction, Room
from core.facts import MemberErased, MembersMerged, MetricAccountLost
from core.metrics import commands, jobs, notices, profile, reactions, sign_in, tokens

ROOM = Room(
    "metrics",
    commands=commands.COMMANDS,
    jobs=(*jobs.JOBS, *tokens.JOBS, *sign_in.JOBS, Job(reactions.FORGET, run=reactions.forget)),
    reactions=(
        Reaction(MembersMerged, reactions.merge),
        Reaction(MemberErased, reactions.erase),
        Reaction(MetricAccountLost, profile.clear),
    ),
    exports=(Export("connected accounts", reactions.TABLES, reactions.export),),
    notices=(notices.ACCOUNTS,),
    cards=(Card(reactions.card),),
    hooks=sign_in.HOOKS,
)
