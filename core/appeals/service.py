"""Appeals: staff look at the evidence, and if nobody does, the member is believed."""

from datetime import datetime, timedelta

from core.appeals import explaining
from core.appeals.errors import AppealedBefore, TooManyAppeals
from core.chat import Line, Message, Option, Review
from core.contracts.rules import ChallengeLimits
from core.contracts.states import Event, State
from core.db import UnitOfWork
from core.ids import MemberId
from core.money import plural
from core.reviews import service as reviews
from core.reviews.rules import Case
from core.schedule import service as schedule
from core.stakes import cases, closing, repository
from core.stakes.repository import Contract

UPHOLD, REFUSE = "return", "keep"
OPTIONS = (Option(UPHOLD, "Return everything"), Option(REFUSE, "The verdict stands"))
REFUSED_BEFORE = 2
"""So many refusals in a row, and silence means that the verdict stands."""


def show(uow: UnitOfWork, subject: str) -> Message:
    """The evidence, as the member sees it."""
    contract = repository.one(uow, int(subject))
    assert contract is not None, "contracts are never deleted"
    return explaining.explain(contract)


def decide(uow: UnitOfWork, case: Case, option: str, by: MemberId | None, at: datetime) -> Line:
    """Return what waits in escrow, or consume it."""
    contract = repository.locked(uow, int(case.subject))
    title = contract.terms.title if contract.terms else "the challenge"
    if contract.state is not State.APPEALED:
        return f"{title} was closed in the meantime."
    if option == UPHOLD:
        why = "returned on appeal" if by is not None else "returned, because nobody answered the appeal in time"
        closing.end(uow, contract, Event.UPHOLD, why, at)
        return f"{title}: {plural(contract.consumed + contract.burned, 'coin')} are back in your wallet."
    closing.consume_rest(uow, contract, Event.REFUSE, "the verdict stands after an appeal", at)
    return f"{title}: the verdict stands, {plural(contract.consumed, 'coin')} spent."


APPEAL = Review(cases.APPEAL, "Appeal on a challenge", OPTIONS, show, decide, UPHOLD)
STRICT = Review(cases.AGAIN, "Appeal on a challenge, after refusals", OPTIONS, show, decide, REFUSE)


def appeal(
    uow: UnitOfWork, contract: Contract, reason: str, *, key: str, at: datetime, limits: ChallengeLimits
) -> datetime:
    """Ask staff to look; until when they have to. Raises `AppealedBefore`, `TooManyAppeals`, `NotNow`."""
    if contract.appealed_at is not None:
        raise AppealedBefore
    if len(cases.open_of(uow, contract.member)) >= limits.appeals_open_max:
        raise TooManyAppeals(limits.appeals_open_max)
    closing.move(uow, contract, Event.APPEAL)
    uow.run(repository.APPEAL, challenge=contract.id, appealed_at=at)
    schedule.cancel(uow, closing.STANDS, str(contract.id))
    deadline = at + timedelta(days=limits.appeal_days)
    kind = STRICT.kind if _refused_lately(uow, contract.member) else APPEAL.kind
    reviews.open_case(
        uow, kind, str(contract.id), contract.member, deadline=deadline, note=reason, key=f"appeal:{key}", at=at
    )
    return deadline


def _refused_lately(uow: UnitOfWork, member: MemberId) -> bool:
    decided = [case for kind in cases.KINDS for case in reviews.decided_of(uow, kind, member)]
    decided.sort(key=lambda case: case.closed_at or case.opened_at)
    last = [case.option for case in decided[-REFUSED_BEFORE:]]
    return last == [REFUSE] * REFUSED_BEFORE
