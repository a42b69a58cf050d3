"""`/demo`: pay and use AI as if, so that every service level can be entered and left in a demo. In no other catalog.

Money is what `[simulation]` of config.toml takes for granted, and arrives as a card payment would.
"""

from enum import StrEnum
from typing import Annotated

from core.assistant.rules import AssistantLimits
from core.chat import Asked, Button, Call, Command, Facts, Kind, Message, Nothing, Option, Reply, Room, Text
from core.clock import local_day
from core.costs import service as costs
from core.costs.rules import IncomeKind, Payer, Prices, nanos
from core.db import UnitOfWork
from core.durations import day_in_words
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.gate import service as gate
from core.gate import standing, words
from core.gate.rules import CallAsk, GateLimits
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.money import Coins, Credits, Nanos
from core.people import Plan
from core.simulation.terms import Selling
from core.usage import Usage, Worst
from core.values import dataclass

TOPIC = "Demo"
CALLS = ("0.05", "0.10", "0.25", "0.50", "1.00")
"""Dollars that a pretended call costs."""


class Bought(StrEnum):
    """What `/demo pay` sells."""

    CREDITS = "credits"
    COINS = "coins"
    PREMIUM = "premium"
    PRO = "pro"
    FREE = "free"


_BOUGHT = (
    Option(Bought.CREDITS, "Credits, the smallest pack"),
    Option(Bought.COINS, "Coins, the smallest pack"),
    Option(Bought.PREMIUM, "Premium for a month"),
    Option(Bought.PRO, "Pro for a month"),
    Option(Bought.FREE, "Back to Free"),
)
_PAYERS = (Option(Payer.HOUSE, "The house, as with earned coins"), Option(Payer.PLAN, "My plan's allowance"))
_ON = (Button("Pay as if", ("demo", "pay")), Button("Use some AI", ("demo", "use")))


@dataclass(frozen=True, slots=True)
class Payment:
    """What to pretend to buy."""

    what: Annotated[str, Asked(Kind.CHOICE, "What", options=_BOUGHT)]


@dataclass(frozen=True, slots=True)
class Use:
    """How much AI to pretend to use at once."""

    dollars: Annotated[str, Asked(Kind.CHOICE, "Dollars of AI", options=tuple(Option(one, f"${one}") for one in CALLS))]
    paid: Annotated[str, Asked(Kind.CHOICE, "Paid by", "The house, unless you choose", options=_PAYERS)] = Payer.HOUSE


def pay(uow: UnitOfWork, call: Call, form: Payment, *, selling: Selling, plans: Plans, limits: GateLimits) -> Reply:
    """Book a payment that nobody made."""
    member, rail = call.member, selling.rails[0]
    why = Why(Code.DEMO_GRANT, call.key, call.at)
    match Bought(form.what):
        case Bought.CREDITS:
            pack = selling.top_ups[0]
            net = Nanos(rail.net(pack.price))
            ledger.grant(uow, member.credit_wallet, Credits(pack.amount), why, source=LotSource.BOUGHT, net=net)
            did = f"{Credits(pack.amount)} for ${pack.price}. Answers paid with them run whatever the level."
        case Bought.COINS:
            pack = selling.recharges[0]
            net = Nanos(rail.net(pack.price))
            ledger.grant(uow, member.coin_wallet, Coins(pack.amount), why, source=LotSource.BOUGHT, net=net)
            did = f"{Coins(pack.amount)} for ${pack.price}. Answers paid with them run whatever the level."
        case Bought.FREE:
            entitlements.set_plan(uow, member.id, Plan.FREE, call.at, None)
            did = "You are on Free."
        case bought:
            plan = Plan(bought)
            entitlements.set_plan(uow, member.id, plan, call.at, None)
            until = costs.peek(uow, member.id, call.at).ends_at
            entitlements.set_plan(uow, member.id, plan, call.at, until)
            net = Nanos(rail.net(selling.price_of(plan)))
            costs.income(uow, member.id, net, IncomeKind.PLAN, key=call.key, at=call.at)
            allowance = Credits(entitlements.of(uow, member.id, call.at, plans).credits_a_month)
            ledger.grant(uow, member.credit_wallet, allowance, why, source=LotSource.ALLOWANCE, expires_at=until)
            day = day_in_words(local_day(until, member.zone))
            did = f"{plan.value.capitalize()} until {day} for ${selling.price_of(plan)}, with {allowance}."
    return _standing(uow, call, f"As if paid by card: {did}", limits)


def use(
    uow: UnitOfWork, call: Call, form: Use, *, limits: GateLimits, prices: Prices, assistant: AssistantLimits
) -> Reply:
    """Send a call of that cost through the gate; its refusals are the real ones."""
    on_plan = entitlements.cycle(uow, call.member.id, call.at) is not None
    payer = Payer(form.paid) if on_plan else Payer.HOUSE  # an allowance of Free is a gift of the house
    million = prices.cost(assistant.model, Usage(output=1_000_000), call.at)
    tokens = nanos(form.dollars) * 1_000_000 // million
    ask = CallAsk("demo", Worst(assistant.model, 0, tokens), payer)
    grant = gate.reserve(uow, call.member, ask, key=call.key, at=call.at, limits=limits, prices=prices)
    gate.settle(uow, grant.reservation, Usage(output=tokens), at=call.at, prices=prices, limits=limits)
    return _standing(uow, call, f"As if an answer had cost ${form.dollars}.", limits)


def show(uow: UnitOfWork, call: Call, form: Nothing, *, limits: GateLimits) -> Reply:
    """Where the gate sees this member."""
    return _standing(uow, call, "Where the gate sees you:", limits)


def _standing(uow: UnitOfWork, call: Call, did: str, limits: GateLimits) -> Reply:
    month = costs.peek(uow, call.member.id, call.at)
    level = standing.level_now(uow, call.member, month, call.at, limits)
    facts = Facts(
        (
            ("AI for free", level.value.replace("_", " ")),
            ("AI this month", words.dollars(month.cost)),
            ("Brought in", words.dollars(month.earned)),
            ("Profit", words.dollars(month.profit)),
            ("Until", day_in_words(local_day(month.ends_at, call.member.zone))),
        )
    )
    return Reply(Message((Text(did), facts), buttons=_ON))


ROOM = Room(
    "demo",
    commands=(
        Command(("demo", "level"), "Your service level, and why", run=show, topic=TOPIC),
        Command(("demo", "use"), "Use up AI as if, to see the levels", form=Use, run=use, topic=TOPIC),
        Command(("demo", "pay"), "Pay as if, to see the way back", form=Payment, run=pay, topic=TOPIC),
    ),
)
