"""`/admin queue`, `/admin case`, `/admin decide`: support looks, moderators decide."""

from typing import Annotated

from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Command,
    Facts,
    Kind,
    Line,
    Message,
    Moment,
    Option,
    Ranking,
    Reply,
    Review,
    Text,
    Tone,
    said,
)
from core.chat.catalog import Catalog
from core.chat.form import OPTIONS_MAX, shortened
from core.db import UnitOfWork
from core.durations import in_words
from core.errors import InvalidField, TandemError
from core.ids import CaseId, is_row_number
from core.members import service as members
from core.people import Member, Role
from core.reviews import rules, service
from core.reviews.errors import NoSuchCase
from core.reviews.rules import Case, State
from core.roles import service as roles
from core.roles.service import Owners
from core.values import dataclass

_TOPIC = "Staff"
A_PAGE = 6
"""Cases on a page: each is a line and a button."""


def cases(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """Source: what waits, by number and name."""
    found = service.waiting(uow, most=OPTIONS_MAX)
    options = [
        Option(str(case.id), shortened(f"{case.id} · {members.member(uow, case.about).name} · {case.kind}"))
        for case in found
    ]
    return [option for option in options if prefix in option.label.casefold()]


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the queue."""

    page: Annotated[int, Asked(Kind.NUMBER, "Page", minimum=1, maximum=10_000)] = 1


@dataclass(frozen=True, slots=True)
class Which:
    """A case."""

    case: Annotated[str, Asked(Kind.CHOICE, "Case", "By its number", source=cases)]


@dataclass(frozen=True, slots=True)
class Decision:
    """A case and what becomes of it."""

    case: Annotated[str, Asked(Kind.CHOICE, "Case", "By its number", source=cases)]
    option: Annotated[str, Asked(Kind.TEXT, "Decision", "One of those that the case names", maximum=100)]
    why: Annotated[str, Asked(Kind.TEXT, "Reason", "The member reads it", minimum=3, maximum=300)]


def queue(uow: UnitOfWork, call: Call, form: Page, *, catalog: Catalog) -> Reply:
    """What waits for a person, oldest first."""
    total = service.number_waiting(uow)
    if not total:
        return Reply(said("Nothing waits for a decision."))
    pages = -(-total // A_PAGE)
    page = min(form.page, pages)
    shown = service.waiting(uow, most=A_PAGE, passed=(page - 1) * A_PAGE)
    heading = f"{total} open" if pages == 1 else f"{total} open · page {page} of {pages}"
    rows = tuple(_row(uow, case, call, catalog) for case in shown)
    buttons = [Button(f"Case {case.id}", ("admin", "case"), {"case": str(case.id)}) for case in shown]
    if page < pages:
        buttons.append(Button("Next page", ("admin", "queue"), {"page": page + 1}))
    return Reply(Message((Text((Bold(heading),)), Facts(rows)), buttons=tuple(buttons)))


def _row(uow: UnitOfWork, case: Case, call: Call, catalog: Catalog) -> tuple[str, Line]:
    review = catalog.reviews.get(case.kind)
    left = case.deadline - call.at
    ends = f"ends by itself in {in_words(left)}" if left.total_seconds() > 0 else "ends by itself now"
    waited = f"waits for {in_words(call.at - case.opened_at)}"
    label = review.label if review is not None else case.kind
    return f"{case.id} · {label}", (members.mention(uow, case.about), f" · {waited} · {ends}")


def show(uow: UnitOfWork, call: Call, form: Which, *, catalog: Catalog, owners: Owners) -> Reply:
    """The evidence on one screen, and what can be decided."""
    case = _case(uow, form.case)
    review = service.review_of(case, catalog)
    evidence = review.show(uow, case.subject)
    blocks = (*_head(uow, case, review, call), *evidence.blocks)
    if case.state is not State.OPEN:
        return Reply(Message((*blocks, Text(f"Closed: {service.closed_as(case, review)}.")), buttons=evidence.buttons))
    obstacle = _obstacle(uow, case, review, call, owners)
    if obstacle is not None:
        return Reply(Message((*blocks, Text(obstacle)), buttons=evidence.buttons))
    buttons = tuple(
        Button(option.label, ("admin", "decide"), {"case": str(case.id), "option": option.value})
        for option in review.options
    )
    return Reply(Message(blocks, buttons=(*buttons, *evidence.buttons)))


def _head(uow: UnitOfWork, case: Case, review: Review, call: Call) -> tuple[Text | Facts, ...]:
    default = service.label_of(review, review.default)
    rows: list[tuple[str, Line]] = [
        ("About", (members.mention(uow, case.about),)),
        ("Opened", (Moment(case.opened_at, call.member.zone),)),
        ("Without a decision", (f"{default}, ", Moment(case.deadline, call.member.zone))),
    ]
    if case.note:
        rows.append(("They say", case.note))
    if case.why:
        rows.append(("The reason", case.why))
    return Text((Bold(f"Case {case.id} · {review.label}"),)), Facts(tuple(rows))


def _obstacle(uow: UnitOfWork, case: Case, review: Review, call: Call, owners: Owners) -> str | None:
    """Why whoever looks can not decide, said before they try."""
    here = [one.identity for one in members.addresses(uow, call.member.id)]
    mine = [identity for identity in here if identity.platform == call.place.platform]
    if not any(roles.may(uow, call.member.id, identity, Role.MODERATOR, owners) for identity in mine):
        return "A moderator decides this."
    try:
        service.check(uow, case, review, call.member, call.at)
    except TandemError as error:  # nothing was changed: a check only reads
        return error.text
    return None


def confirm(uow: UnitOfWork, call: Call, form: Decision, *, catalog: Catalog) -> Message:
    """The decision once more, because it can not be taken back."""
    case, review, option = _decision(uow, form, catalog)
    service.check(uow, case, review, call.member, call.at)
    return said(
        (f"Case {case.id}, {review.label}, ", members.mention(uow, case.about), ": ", Bold(option.label), "?"),
        f"They read your reason: {form.why}",
    )


def decide(uow: UnitOfWork, call: Call, form: Decision, *, catalog: Catalog) -> Reply:
    """Decide a case, once."""
    case, _, option = _decision(uow, form, catalog)
    line = service.decide(uow, catalog, case.id, option.value, call.member, why=form.why, at=call.at)
    blocks = (
        Text(f"Case {case.id} is decided: {option.label}. They are told this:"),
        Ranking((line,)),
    )
    return Reply(Message(blocks, tone=Tone.SUCCESS, buttons=(Button("What waits", ("admin", "queue")),)))


def _decision(uow: UnitOfWork, form: Decision, catalog: Catalog) -> tuple[Case, Review, Option]:
    case = _case(uow, form.case)
    review = service.review_of(case, catalog)
    option = rules.named(review, form.option)
    if option is None:
        known = ", ".join(one.label for one in review.options)
        raise InvalidField("option", f"This case knows: {known}. Take one of them."[:200])
    return case, review, option


def _case(uow: UnitOfWork, number: str) -> Case:
    digits = number.strip().removeprefix("#")
    if not is_row_number(digits):
        raise NoSuchCase(number[:40])
    return service.case_of(uow, CaseId(int(digits)))


COMMANDS = (
    Command(("admin", "queue"), "What waits for a decision", form=Page, run=queue, role=Role.SUPPORT, topic=_TOPIC),
    Command(("admin", "case"), "A case and its evidence", form=Which, run=show, role=Role.SUPPORT, topic=_TOPIC),
    Command(
        ("admin", "decide"),
        "Decide a case, with a reason",
        form=Decision,
        run=decide,
        confirm=confirm,
        role=Role.MODERATOR,
        topic=_TOPIC,
    ),
)
