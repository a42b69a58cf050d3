"""Opening cases, deciding them once, and what other rooms ask about them."""

from datetime import datetime

from core.audit import service as audit
from core.chat import Line, Notice, Review, said
from core.chat.catalog import Catalog
from core.db import UnitOfWork
from core.errors import TandemError
from core.ids import CaseId, MemberId
from core.ledger import views
from core.members import service as members
from core.money import Unit
from core.outbox import service as outbox
from core.people import Member, wallet
from core.reviews import repository, rules
from core.reviews.errors import AlreadyClosed, GiftsExchanged, NoSuchCase, OwnCase, PastDeadline
from core.reviews.rules import Case, State
from core.schedule import service as schedule

DEADLINE = "reviews.deadline"
REMIND = "reviews.remind"
DECIDED = Notice("review", "What was decided about you", counted=False)


def open_case(
    uow: UnitOfWork,
    kind: str,
    subject: str,
    about: MemberId,
    *,
    deadline: datetime,
    note: str,
    key: str,
    at: datetime,
) -> CaseId:
    """Let a person decide something until a deadline. The same key is one case."""
    row = {"kind": kind, "subject": subject, "about_id": about, "opened_at": at, "deadline": deadline, "note": note}
    made = uow.run(repository.INSERT, key=key, **row).scalar()
    if made is None:
        return CaseId(uow.run(repository.BY_KEY, key=key).scalar())
    schedule.plan(uow, DEADLINE, str(made), deadline)
    schedule.plan(uow, REMIND, str(made), rules.remind_at(at, deadline))
    return CaseId(made)


def case_of(uow: UnitOfWork, case_id: CaseId, *, lock: bool = False) -> Case:
    """A case; locked, nobody else closes it meanwhile. Raises `NoSuchCase`."""
    case = repository.by_id(uow, case_id, lock=lock)
    if case is None:
        raise NoSuchCase(str(case_id))
    return case


def open_of(uow: UnitOfWork, kind: str, about: MemberId) -> list[Case]:
    """What waits about a member, oldest first."""
    return [repository.case_of(row) for row in uow.run(repository.OF_KIND, of_kind=kind, member=about, at="open")]


def decided_of(uow: UnitOfWork, kind: str, about: MemberId) -> list[Case]:
    """What was decided about a member, by people and by deadlines, oldest first."""
    return [repository.case_of(row) for row in uow.run(repository.OF_KIND, of_kind=kind, member=about, at="decided")]


def waiting(uow: UnitOfWork, *, most: int, passed: int = 0) -> list[Case]:
    """The queue, oldest first."""
    return [repository.case_of(row) for row in uow.run(repository.QUEUE, most=most, passed=passed)]


def number_waiting(uow: UnitOfWork) -> int:
    """How long the queue is."""
    return int(uow.run(repository.WAITING).scalar())


def withdraw(uow: UnitOfWork, case_id: CaseId, at: datetime) -> bool:
    """End a case that has become moot, without a decision and without a word. False if it was closed before.

    The rows of its deadline and its reminder stay planned, here and after a decision: they find it closed.
    """
    return repository.close(uow, case_id, State.WITHDRAWN, at=at)


def review_of(case: Case, catalog: Catalog) -> Review:
    """The review that knows a case. Raises `NoSuchCase` for one that this version does not have."""
    review = catalog.reviews.get(case.kind)
    if review is None:
        raise NoSuchCase(str(case.id))
    return review


def check(uow: UnitOfWork, case: Case, review: Review, by: Member, at: datetime) -> None:
    """Whether somebody may decide a case now. Raises what is in the way."""
    if case.state is not State.OPEN:
        raise AlreadyClosed(case.id, closed_as(case, review))
    if case.deadline <= at:
        raise PastDeadline(case.id, label_of(review, review.default))
    stands = conflict(uow, case, by)
    if stands is not None:
        raise stands


def conflict(uow: UnitOfWork, case: Case, by: Member) -> TandemError | None:
    """Why somebody is not to decide a case: it is theirs, or they and the member gave each other something."""
    theirs, own = members.everyone(uow, case.about), members.everyone(uow, by.id)
    if set(theirs) & set(own) or members.member(uow, case.about).id == by.id:
        return OwnCase(case.id)
    if exchanged_gifts(uow, case.about, by.id):
        return GiftsExchanged(members.member(uow, case.about).name, case.id)
    return None


def exchanged_gifts(uow: UnitOfWork, one: MemberId, other: MemberId) -> bool:
    """Whether two members, as any of their identities, ever gave each other something."""
    ours, theirs = members.everyone(uow, one), members.everyone(uow, other)
    pairs = [(wallet(mine, Unit.CREDIT), wallet(yours, Unit.CREDIT)) for mine in ours for yours in theirs]
    return any(views.gave(uow, mine, yours) or views.gave(uow, yours, mine) for mine, yours in pairs)


def decide(
    uow: UnitOfWork, catalog: Catalog, case_id: CaseId, option: str, by: Member, *, why: str, at: datetime
) -> Line:
    """Decide a case as a person, once: do it, write it down, tell the member. Raises what is in the way."""
    case = case_of(uow, case_id, lock=True)
    review = review_of(case, catalog)
    check(uow, case, review, by, at)
    return _close(uow, case, review, option, at=at, by=by.id, why=why)


def take_default(uow: UnitOfWork, case: Case, review: Review, at: datetime, *, tell: bool = True) -> None:
    """Decide a case as its deadline does. Raises `AlreadyClosed`."""
    _close(uow, case, review, review.default, at=at, tell=tell)


def _close(
    uow: UnitOfWork,
    case: Case,
    review: Review,
    option: str,
    *,
    at: datetime,
    by: MemberId | None = None,
    why: str = "",
    tell: bool = True,
) -> Line:
    # Claimed before anything is done: of two that decide at the same time one finds it open.
    if not repository.close(uow, case.id, State.DECIDED, at=at, option=option, by=by, why=why):
        raise AlreadyClosed(case.id, closed_as(case_of(uow, case.id), review))
    line = review.decide(uow, case, option, by, at)
    # Without the reason: it may name people, and this log can forget nobody.
    detail = {"kind": case.kind, "subject": case.subject, "about": case.about, "option": option}
    audit.write(uow, audit.SERVICE if by is None else by, "review.decide", f"case:{case.id}", at=at, detail=detail)
    if tell:
        how = "" if by is not None else ", because nobody decided in time"
        heading = f"{review.label}: {label_of(review, option)}{how}."
        lines: list[Line] = [heading, line, *([f"The reason: {why}"] if why else [])]
        outbox.announce(uow, case.about, DECIDED, said(*lines), key=f"review:{case.id}", at=at)
    return line


def label_of(review: Review, option: str) -> str:
    """An option as people read it."""
    found = review.option(option)
    return found.label if found is not None else option


def closed_as(case: Case, review: Review) -> str:
    """How a closed case ended, in words."""
    if case.state is State.WITHDRAWN or case.option is None:
        return "there was nothing left to decide"
    ended = label_of(review, case.option)
    return ended if case.by is not None else f"{ended}, by its deadline"
