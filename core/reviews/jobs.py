"""What time does to cases: a deadline takes the default, and staff is reminded once."""

from datetime import timedelta

from core.chat import Again, Button, Due, Moment, Notice, said
from core.chat.catalog import Catalog
from core.db import UnitOfWork
from core.durations import in_words
from core.ids import CaseId, MemberId
from core.members import service as members
from core.outbox import service as outbox
from core.people import Role
from core.reviews import repository, service
from core.reviews.rules import Case, State
from core.roles import service as roles
from core.roles.service import Owners

WAITS = Notice("review-waiting", "A case waits for a decision", counted=False)
UNKNOWN_WAITS = timedelta(days=1)
"""How long a case rests whose kind this version does not know."""


def deadline(uow: UnitOfWork, due: Due, *, catalog: Catalog) -> Again | None:
    """Job: nobody decided in time, so the default does."""
    case = repository.by_id(uow, CaseId(int(due.key)), lock=True)
    if case is None or case.state is not State.OPEN:
        return None
    if case.deadline > due.at:
        return Again(case.deadline, fresh=True)
    review = catalog.reviews.get(case.kind)
    if review is None:
        return Again(due.at + UNKNOWN_WAITS, fresh=True)
    service.take_default(uow, case, review, due.at)
    return None


def remind(uow: UnitOfWork, due: Due, *, catalog: Catalog, owners: Owners) -> None:
    """Job: tell who may look at it that a case still waits, each of them once."""
    case = repository.by_id(uow, CaseId(int(due.key)))
    if case is None or case.state is not State.OPEN:
        return
    review = catalog.reviews.get(case.kind)
    label = review.label if review is not None else case.kind
    default = service.label_of(review, review.default) if review is not None else "what the deadline brings"
    for one in _staff(uow, case, owners):
        zone = members.member(uow, one).zone
        message = said(
            (f"Case {case.id} has waited for {in_words(due.at - case.opened_at)}: {label}, ",
             members.mention(uow, case.about), "."),
            ("Without a decision it ends ", Moment(case.deadline, zone), f" with: {default}."),
            buttons=(Button("Open it", ("admin", "case"), {"case": str(case.id)}),),
        )  # fmt: skip
        outbox.announce(uow, one, WAITS, message, key=f"review-waiting:{case.id}:{one}", at=due.at)


def _staff(uow: UnitOfWork, case: Case, owners: Owners) -> list[MemberId]:
    """Who may look at cases, but not whom this one is about."""
    granted = (grant for grant in roles.everybody(uow) if not grant.space)
    found = {grant.member for grant in granted if roles.covers(grant.role, Role.SUPPORT)}
    known = (members.known(uow, identity) for identity in owners.identities)
    found |= {one.member.id for one in known if one is not None and one.arrived}
    return sorted(found - {case.about})
