"""`/challenge status` and `/challenge history`: how contracts stand, and what became of them."""

from datetime import datetime
from typing import Annotated

from core.challenges import progress, service
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
    Meter,
    Nothing,
    Option,
    Ranking,
    Reply,
    Text,
    pictured,
    said,
)
from core.chat.message import Block
from core.contracts.actions import Kind as Duty
from core.contracts.rules import ChallengeLimits
from core.contracts.states import ENDS, OPEN, State
from core.db import UnitOfWork
from core.money import plural
from core.people import Member
from core.stakes import choosing, messages, repository, words
from core.stakes.repository import Contract
from core.values import dataclass

ROWS_MAX = 20


def _live(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    return choosing.options(repository.live_of(uow, member.id), prefix)


@dataclass(frozen=True, slots=True)
class Look:
    """Which one to look at; without it, all."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", source=_live)] = ""


def status(uow: UnitOfWork, call: Call, form: Look, *, limits: ChallengeLimits) -> Reply:
    """One contract with its picture, or all that are open."""
    if form.challenge:
        return Reply(_status(uow, call, choosing.find(uow, call.member, form.challenge, _live), limits))
    live = [item for item in repository.live_of(uow, call.member.id) if item.state is not State.PREPARING]
    if len(live) == 1:
        return Reply(_status(uow, call, live[0], limits))
    if not live:
        line = "You have no challenge open. One week is enough to see what a promise does."
        buttons = (Button("See challenges", ("challenge", "list")), Button("History", ("challenge", "history")))
        return Reply(said(line, buttons=buttons))
    rows = tuple((item.agreed.title, _short(item, call.at)) for item in live)
    pick = tuple(Button(item.agreed.title, ("challenge", "status"), {"challenge": str(item.id)}) for item in live)
    return Reply(Message((Text((Bold("Your challenges"),)), Facts(rows)), buttons=pick))


def _short(item: Contract, at: datetime) -> str:
    left = f" · {words.left(item.agreed, at)}" if item.state in OPEN else ""
    at_stake = f" · {plural(item.stake, 'coin')}" if item.stake else ""
    return f"{words.STATES[item.state]}{left}{at_stake}"


def _status(uow: UnitOfWork, call: Call, contract: Contract, limits: ChallengeLimits) -> Message:
    if contract.terms is None:
        return said("This one is still being drawn up. The contract follows in a moment.")
    terms, values, at = contract.agreed, {"challenge": str(contract.id)}, call.at
    head = Text((Bold(terms.title), f" · {words.heading(terms)} · {words.STATES[contract.state]}"))
    if contract.state is State.OFFERED:
        means = service.means(uow, call.member, at)
        made_of = Text(words.stake(terms.stake, means, limits))
        return Message((head, *_words_of(contract), made_of), buttons=messages.offered(contract, means, limits))
    if contract.state not in {State.RUNNING, State.MEASURING}:
        return Message((head, *_words_of(contract)), buttons=_ways(contract))
    evidence, found = progress.now(uow, contract, at)
    blocks: list[Block] = [head]
    for item in found.duties:
        if item.kind is Duty.POSTING_DAYS:
            blocks.append(Meter("Posting days", min(item.done, item.needed), item.needed))
        else:
            blocks.append(Text(words.duty(item)))
    blocks += [Text(words.grown(item)) for item in found.goals]
    if contract.is_away:
        blocks.append(Text("I can not read the account at the moment. Bring it back, or it counts as left."))
    left = f"{words.left(terms, at)}, verdict on {words.moment(terms.verdict_at, terms.zone)}"
    rows = (("At stake", plural(contract.stake, "coin")), ("Time", left))
    blocks += [Facts(rows), pictured(progress.picture(uow, contract, evidence, at))]
    leave_it = Button("Leave", ("challenge", "leave"), values)
    return Message(tuple(blocks), buttons=(leave_it,) if contract.state is State.RUNNING else ())


def _words_of(contract: Contract) -> tuple[Text, ...]:
    """A contract that is not measured just now."""
    terms = contract.agreed
    lines = [f"You: {words.actions(terms.actions, terms.days)}.", words.dates(terms)]
    if contract.verdict is not None:
        consumed = "in escrow until the verdict stands" if contract.state not in ENDS else "spent"
        lines = [f"{plural(contract.consumed, 'coin')} {consumed}, {contract.returned:,} came back."]
    elif contract.stake:
        lines.append(f"At stake: {plural(contract.stake, 'coin')}.")
    return tuple(Text(line) for line in lines)


def _ways(contract: Contract) -> tuple[Button, ...]:
    values = {"challenge": str(contract.id)}
    match contract.state:
        case State.SCHEDULED:
            return (Button("Cancel", ("challenge", "cancel"), values),)
        case State.AWAITING:
            return (Button("Leave", ("challenge", "leave"), values),)
        case State.VERDICT:
            return (
                Button("How it was measured", ("challenge", "explain"), values),
                Button("Appeal", ("challenge", "appeal"), values),
            )
    return (Button("How it was measured", ("challenge", "explain"), values),) if contract.verdict else ()


def history(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """What became of all of them."""
    past = [item for item in repository.of_member(uow, call.member.id) if item.stake]
    if not past:
        return Reply(said("No challenge yet.", buttons=(Button("See challenges", ("challenge", "list")),)))
    rows: list[Line] = [_past(item) for item in reversed(past[-ROWS_MAX:])]
    return Reply(Message((Text((Bold("Your challenges so far"),)), Ranking(tuple(rows)))))


def _past(item: Contract) -> str:
    title = item.terms.title if item.terms else item.template
    if item.overturned:
        how = "taken back, the stake returned"
    elif item.verdict is None:
        how = item.why if item.state in ENDS else words.STATES[item.state]
    else:
        how = f"{words.CASES[item.verdict]}, {item.consumed} of {plural(item.stake, 'coin')} spent"
    return f"{title}: {how}"


COMMANDS = (
    Command(("challenge", "status"), "How yours stand", form=Look, run=status, topic=choosing.TOPIC),
    Command(("challenge", "history"), "What became of yours", run=history, topic=choosing.TOPIC),
)
