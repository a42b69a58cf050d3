"""`/challenge …`: the catalogue, starting one, staking on it, how it stands, and how it was judged."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from core.challenges import service
from core.challenges.errors import NoAccount
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
    Nothing,
    Option,
    Reply,
    Text,
    Tone,
    Wait,
    said,
)
from core.chat.form import shortened
from core.contracts.catalogue import CATALOGUE
from core.contracts.evidence import Ended
from core.contracts.rules import ChallengeLimits
from core.contracts.states import Event, State
from core.db import UnitOfWork
from core.earnings.rules import EarningLimits
from core.errors import InvalidField
from core.growth.forecast import ForecastRules
from core.metrics import service as metrics
from core.metrics.reactions import label
from core.metrics.service import MetricAccount
from core.money import Coins, plural
from core.people import Member
from core.stakes import choosing, closing, messages, repository, words
from core.stakes.errors import NotNow
from core.stakes.repository import Contract
from core.values import dataclass

CAN_CANCEL = frozenset({State.OFFERED, State.SCHEDULED})
CAN_LEAVE = frozenset({State.AWAITING, State.RUNNING})

# Choices


def _catalogue(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    names = [Option(item.name, shortened(f"{item.title} · {words.in_catalogue(item)}")) for item in CATALOGUE.values()]
    return [option for option in names if prefix in option.label.casefold()]


def _accounts(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    mine = [Option(str(item.id), shortened(label(item))) for item in metrics.accounts(uow, member.id)]
    return [option for option in mine if prefix in option.label.casefold()]


def _offers(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    live = repository.live_of(uow, member.id)
    return choosing.options([item for item in live if item.state is State.OFFERED], prefix)


def _cancellable(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    return choosing.options([item for item in repository.live_of(uow, member.id) if item.state in CAN_CANCEL], prefix)


def _running(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    return choosing.options([item for item in repository.live_of(uow, member.id) if item.state in CAN_LEAVE], prefix)


# Forms


@dataclass(frozen=True, slots=True)
class Start:
    """Which challenge, with which account."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", source=_catalogue)]
    account: Annotated[str, Asked(Kind.CHOICE, "Account", "Needed if you connected several", source=_accounts)] = ""


@dataclass(frozen=True, slots=True)
class Stake:
    """How much on which offer."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Offer", source=_offers)]
    coins: Annotated[Coins, Asked(Kind.MONEY, "How many coins", "At stake until the verdict", minimum=1, example="50")]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Which one not to begin."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", source=_cancellable)]


@dataclass(frozen=True, slots=True)
class Leave:
    """Which one to leave in the middle."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", source=_running)]


# The catalogue


def catalogue(uow: UnitOfWork, call: Call, form: Nothing, *, limits: ChallengeLimits) -> Reply:
    """What there is, and what it is judged by."""
    mine = [account for account in metrics.accounts(uow, call.member.id) if account.loss is None]
    rows: list[tuple[str, Line]] = []
    buttons = []
    for item in CATALOGUE.values():
        if mine and all(service.refused_on(item, account, limits) for account in mine):
            continue
        rows.append((item.title, words.in_catalogue(item)))
        buttons.append(Button(item.title, ("challenge", "start"), {"challenge": item.name}))
    head: Line = (
        Bold("Growth challenges"),
        ": a promise to yourself, settled from your public numbers. The stakes are suggestions.",
    )
    if not mine:
        buttons = [Button("Connect TikTok or YouTube", ("connect",))]
    return Reply(Message((Text(head), Facts(tuple(rows))), buttons=tuple(buttons[:10])))


def start(uow: UnitOfWork, call: Call, form: Start, *, limits: ChallengeLimits, forecasts: ForecastRules) -> Wait:
    """Read the account now; the contract with the member's own numbers follows as a message."""
    challenge = CATALOGUE.get(choosing.meant(form.challenge, _catalogue(uow, "", call.member)))
    if challenge is None:
        raise InvalidField("challenge", "I do not know that challenge. Pick one of the list.")
    account = _account(uow, call.member, form.account)
    service.ask(uow, call.member, challenge, account, key=call.key, at=call.at, limits=limits, forecasts=forecasts)
    return Wait(f"Reading {label(account)}. The contract with your own numbers follows in a moment.")


def _account(uow: UnitOfWork, member: Member, text: str) -> MetricAccount:
    mine = metrics.accounts(uow, member.id)
    if text:
        return next((item for item in mine if str(item.id) == text), None) or _no_account()
    readable = [item for item in mine if item.loss is None]
    if len(readable) > 1:
        raise InvalidField("account", "You connected several accounts. Pick the one that counts.")
    return readable[0] if readable else (mine[0] if mine else _no_account())


def _no_account() -> MetricAccount:
    raise NoAccount


# Staking


def confirm_stake(uow: UnitOfWork, call: Call, form: Stake, *, limits: ChallengeLimits) -> Message | None:
    """The whole contract once more if the stake is another one, or the terms were never accepted."""
    offered = choosing.find(uow, call.member, form.challenge, _offers)
    first = not service.has_accepted(uow, call.member.id)
    if offered.staked_by or (offered.terms is not None and form.coins.value == offered.terms.stake and not first):
        return None
    service.check_stake(uow, call.member, offered, form.coins, call.at, limits=limits)
    means = service.means(uow, call.member, call.at)
    terms = replace(offered.agreed, stake=form.coins.value)
    return Message(messages.contract(terms, form.coins.value, means, limits, first=first))


def stake(uow: UnitOfWork, call: Call, form: Stake, *, limits: ChallengeLimits) -> Reply:
    """The coins go into escrow."""
    offered = choosing.find(uow, call.member, form.challenge, _offers)
    made = service.stake(uow, call.member, offered.id, form.coins, key=call.key, at=call.at, limits=limits)
    terms = made.agreed
    values = {"challenge": str(made.id)}
    message = said(
        (Bold(terms.title), f": {plural(made.stake, 'coin')} are in escrow."),
        f"It begins on {words.moment(terms.starts_at, terms.zone)}, your time. Until then you can cancel for free.",
        f"You have {service.balance(uow, call.member)} left.",
        tone=Tone.SUCCESS,
        buttons=(Button("Cancel", ("challenge", "cancel"), values), Button("Status", ("challenge", "status"), values)),
    )
    return Reply(message)


def cancel(uow: UnitOfWork, call: Call, form: Cancel) -> Reply:
    """Before it begins nothing is lost."""
    contract = choosing.find(uow, call.member, form.challenge, _cancellable)
    ended = service.cancel(uow, call.member, contract.id, call.at)
    title = ended.terms.title if ended.terms else "It"
    if not ended.stake:
        return Reply(said(f"{title} is off the table. Nothing was staked.", buttons=(messages.NEXT,)))
    line = f"{title} is cancelled. Your {plural(ended.stake, 'coin')} are back."
    return Reply(said(line, tone=Tone.SUCCESS, buttons=(messages.NEXT,)))


def confirm_leave(uow: UnitOfWork, call: Call, form: Leave) -> Message:
    """What leaving costs."""
    contract = choosing.find(uow, call.member, form.challenge, _running)
    if contract.state not in CAN_LEAVE:
        closing.refuse(contract)
    _check_not_ended(contract, call.at)
    terms = contract.agreed
    if contract.state is State.AWAITING:
        return said(f"Leave {terms.title}? It was not measured yet, so all {plural(contract.stake, 'coin')} come back.")
    least = contract.stake * terms.penalty_percent // 100
    return said(
        f"Leave {terms.title} now? It counts as not kept.",
        f"At least {plural(least, 'coin')} of {contract.stake} are gone, more if you have grown by more than that.",
    )


def leave(uow: UnitOfWork, call: Call, form: Leave, *, earning: EarningLimits) -> Reply:
    """End it in the middle: judged at once by what is known."""
    contract = choosing.find(uow, call.member, form.challenge, _running)
    _check_not_ended(contract, call.at)
    if contract.state is State.AWAITING:
        closing.end(uow, contract, Event.LEAVE, "left before it was measured", call.at)
        line = f"{contract.agreed.title} is over. Your {plural(contract.stake, 'coin')} are back."
        return Reply(said(line, buttons=(messages.NEXT,)))
    found = closing.settle(uow, contract, Event.LEAVE, Ended.LEFT, call.at, earning=earning)
    judged = repository.locked(uow, contract.id)
    return Reply(messages.verdict(judged, found, judged.agreed.stands_at(call.at)))


def _check_not_ended(contract: Contract, at: datetime) -> None:
    """The job that ends it is late; there is nothing left to leave since midnight. Raises `NotNow`."""
    if contract.state is State.RUNNING and at >= contract.agreed.ends_at:
        raise NotNow(contract.agreed.title, words.STATES[State.MEASURING])


COMMANDS = (
    Command(("challenge", "list"), "Growth challenges to pick from", run=catalogue, topic=choosing.TOPIC, front=True),
    Command(("challenge", "start"), "Pick one; I draw up the contract", form=Start, run=start,
            topic=choosing.TOPIC, begins=True),
    Command(("challenge", "stake"), "Stake coins on an offer", form=Stake, confirm=confirm_stake, run=stake,
            opening=choosing.needs(_offers, "to stake on"), topic=choosing.TOPIC, begins=True),
    Command(("challenge", "cancel"), "Take a stake back before it begins", form=Cancel, run=cancel,
            opening=choosing.needs(_cancellable, "to cancel"), topic=choosing.TOPIC),
    Command(("challenge", "leave"), "Leave one in the middle", form=Leave, confirm=confirm_leave, run=leave,
            opening=choosing.needs(_running, "to leave"), topic=choosing.TOPIC),
)  # fmt: skip
