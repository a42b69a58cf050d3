"""What the privacy room offers."""

from core.chat import Job, Reaction, Room
from core.facts import MemberErased
from core.privacy import jobs, service
from core.privacy.commands import COMMANDS

ROOM = Room(
    "privacy",
    commands=COMMANDS,
    jobs=(
        Job(service.ERASE, run=service.erase_due),
        Job(service.REST, run=service.forfeit_rest),
        Job(service.SWEEP, run=service.sweep),
        Job(jobs.SWEEP, prepare=jobs.prepare, errand=jobs.sweep, finish=jobs.finish, every=jobs.SWEEPS),
    ),
    reactions=(Reaction(MemberErased, service.forfeit),),
    notices=(service.SECURITY,),
)
