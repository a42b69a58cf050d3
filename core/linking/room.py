"""What the linking room offers."""

from datetime import timedelta

from core.chat import Export, Job, Reaction, Room
from core.facts import MemberErased, MembersMerged
from core.linking import merging, reactions
from core.linking.commands import COMMANDS

ROOM = Room(
    "linking",
    commands=COMMANDS,
    jobs=(
        Job(merging.MERGE, run=merging.take_effect),
        Job(merging.SWEEP, run=merging.sweep),
        Job("linking.expire", run=merging.expire, every=timedelta(hours=1)),
    ),
    reactions=(Reaction(MembersMerged, reactions.merge), Reaction(MemberErased, reactions.erase)),
    exports=(Export("linking", ("link", "link_guess"), reactions.export),),
    notices=(merging.NEWS,),
)
