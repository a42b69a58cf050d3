"""`/admin challenges …`: what is at stake, and admitting an error of ours."""

from typing import Annotated

from core.audit import service as audit
from core.challenges.errors import FriendsChallenge, NothingAtStake, OwnChallenge
from core.chat import Asked, Bold, Call, Command, Facts, Kind, Line, Message, Nothing, Option, Reply, Text, Tone, said
from core.chat.form import shortened
from core.contracts.states import JUDGED
from core.db import UnitOfWork
from core.earnings.rules import EarningLimits
from core.ids import ROW_DIGITS_MAX
from core.members import service as members
from core.money import plural
from core.people import Member, Role
from core.reviews import service as reviews
from core.stakes import cases, choosing, closing, messages, repository, words
from core.values import dataclass

TOPIC = "Staff"
ROWS_MAX = 15
NUMBER_MAX = 40
"""How much of a number that is none an error repeats."""


def _live(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    return choosing.options(repository.live(uow, most=25), prefix)


@dataclass(frozen=True, slots=True)
class Failed:
    """Which contract, and what went wrong on our side."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", source=_live)]
    reason: Annotated[
        str, Asked(Kind.TEXT, "What went wrong", "The member reads it", minimum=5, maximum=150, example="quota ran out")
    ]


def show(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """Contracts with coins in escrow, those that end first at the top."""
    live = repository.live(uow, most=ROWS_MAX)
    if not live:
        return Reply(said("No challenge has coins in escrow."))
    rows: list[tuple[str, Line]] = []
    for item in live:
        who = members.member(uow, item.member).name
        terms = item.terms
        title = f"{item.id} · {terms.title if terms else item.template}"
        until = f" · ends {words.moment(terms.ends_at, call.member.zone)}" if terms else ""
        rows.append((title, f"{who} · {words.STATES[item.state]} · {plural(item.stake, 'coin')}{until}"))
    return Reply(Message((Text((Bold("Challenges"),)), Facts(tuple(rows)))))


def confirm_fail(uow: UnitOfWork, call: Call, form: Failed) -> Message:
    """What returning it does."""
    contract = _find(uow, call.member, form.challenge)
    who = members.member(uow, contract.member).name
    return said(
        f"Return all that is in escrow of {contract.agreed.title} to {who}?",
        f"They read: {form.reason}. It can not be taken back.",
    )


def fail(uow: UnitOfWork, call: Call, form: Failed, *, earning: EarningLimits) -> Reply:
    """Settle a contract as a failure of ours: everything comes back, with the reason on record."""
    contract = _find(uow, call.member, form.challenge)
    cases.withdraw(uow, contract, call.at)
    closing.overturn(uow, contract, form.reason, call.at, earning)
    ended = repository.locked(uow, contract.id)
    messages.tell(uow, ended, messages.returned(ended, f"{form.reason.rstrip('.')}. That is on us."), "failed", call.at)
    # Without the reason: it may name people, and this log can forget nobody.
    detail = {"returned": ended.returned}
    audit.write(uow, call.member.id, "challenge.fail", f"challenge:{contract.id}", at=call.at, detail=detail)
    back = plural(ended.returned, "coin")
    return Reply(said(f"{contract.agreed.title} is settled as our failure: {back} returned.", tone=Tone.SUCCESS))


def _find(uow: UnitOfWork, by: Member, text: str) -> repository.Contract:
    """Anybody's contract but one's own or a friend's.

    Raises `NothingAtStake`, `OwnChallenge`, `FriendsChallenge`, `NotNow`.
    """
    found = repository.one(uow, int(text)) if text.isdecimal() and len(text) <= ROW_DIGITS_MAX else None
    if found is None or found.terms is None:
        raise NothingAtStake(shortened(text, NUMBER_MAX))
    if found.member in members.everyone(uow, by.id):
        raise OwnChallenge
    if reviews.exchanged_gifts(uow, found.member, by.id):
        raise FriendsChallenge(members.member(uow, found.member).name)
    contract = repository.locked(uow, found.id)
    if not (closing.is_open(contract) or contract.state in JUDGED):
        closing.refuse(contract)
    return contract


COMMANDS = (
    Command(("admin", "challenges", "list"), "What is at stake", run=show, role=Role.SUPPORT, topic=TOPIC, front=True),
    Command(
        ("admin", "challenges", "fail"), "Return a stake: an error of ours", form=Failed, confirm=confirm_fail,
        run=fail, role=Role.MODERATOR, topic=TOPIC,
    ),
)  # fmt: skip
