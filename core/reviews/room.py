"""What the review room offers, and what it does when two members are one, and when one goes."""

from typing import Any

from core.chat import Export, Job, Reaction, Room
from core.chat.catalog import Catalog
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.reviews import jobs, repository, service
from core.reviews.admin import COMMANDS
from core.reviews.rules import State


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: cases about either, and decisions of either, are those of the one."""
    uow.run(repository.MOVE_ABOUT, kept=fact.kept, gone=fact.gone)
    uow.run(repository.MOVE_BY, kept=fact.kept, gone=fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased, *, catalog: Catalog) -> None:
    """Reaction: what waits ends with its default, before other rooms settle what is theirs; then the words go.

    Nobody is told: nobody is left to read it.
    """
    for row in list(uow.run(repository.OF_MEMBER, member=fact.member)):
        case = repository.case_of(row)
        review = catalog.reviews.get(case.kind)
        if case.state is State.OPEN and review is not None:
            service.take_default(uow, case, review, fact.at, tell=False)
        elif case.state is State.OPEN:
            service.withdraw(uow, case.id, fact.at)
    uow.run(repository.FORGET, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """Cases about the member, and what they decided about others. Who the other one is belongs to the other one."""
    return [
        {
            "kind": case.kind,
            "subject": case.subject,
            "opened_at": case.opened_at,
            "deadline": case.deadline,
            "note": case.note,
            "state": case.state,
            "option": case.option,
            "why": case.why,
            "closed_at": case.closed_at,
        }
        for case in map(repository.case_of, uow.run(repository.OF_MEMBER, member=member))
    ] + [
        {"kind": case.kind, "decided_by_you": True, "option": case.option, "closed_at": case.closed_at}
        for case in map(repository.case_of, uow.run(repository.BY_MEMBER, member=member))
    ]


ROOM = Room(
    "reviews",
    commands=COMMANDS,
    jobs=(Job(service.DEADLINE, run=jobs.deadline), Job(service.REMIND, run=jobs.remind)),
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("reviews", ("review_case",), export),),
    notices=(service.DECIDED, jobs.WAITS),
)
