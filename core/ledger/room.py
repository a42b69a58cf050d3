"""What the ledger does by itself: what lapses with time, what a merge moves, what a goodbye gives back."""

from datetime import timedelta

from core.chat import Again, Due, Export, Job, Reaction, Room
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ledger import holds, service
from core.ledger.codes import Code
from core.ledger.export import UNITS, export
from core.people import wallet

UPKEEP = "ledger.upkeep"


def upkeep(uow: UnitOfWork, due: Due) -> Again | None:
    """Job: book lots whose date has come, release holds whose time is over; at once again while there are more."""
    done = service.lapse(uow, due.at) + holds.expire_holds(uow, due.at)
    return Again(due.at, fresh=True) if done else None


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: lots, debts and the way back of holds come along. Again moves what arrived since."""
    for unit in UNITS:
        key = f"merge:{fact.gone}:{unit}:{fact.at.isoformat()}"
        service.move_all(uow, wallet(fact.gone, unit), wallet(fact.kept, unit), code=Code.MERGED, key=key, at=fact.at)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: work that nobody waits for any more gives its price back; who ends it all forfeits what is left."""
    for unit in UNITS:
        holds.release_all(uow, wallet(fact.member, unit), Code.PRICED_WORK, Code.WORK_UNDONE, fact.at)


ROOM = Room(
    "ledger",
    jobs=(Job(UPKEEP, run=upkeep, every=timedelta(minutes=5)),),
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("ledger", ("account", "lot", "hold", "transfer", "entry"), export),),
)
