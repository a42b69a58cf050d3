"""Coins or credits: the question before, with what is missing and the ways to it, and the balance after."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from datetime import datetime
from typing import Any

from core.asks.errors import OnlySold, TooFew
from core.asks.rules import Pay, Price
from core.assistant.service import Answered, Assistant, Source
from core.chat import Button, Call, Delta, Done, Meanwhile, Option
from core.chat.catalog import Catalog
from core.chat.message import Line
from core.db import UnitOfWork
from core.durations import in_words
from core.entitlements.service import Plans
from core.gate import service as gate
from core.gate.errors import NotSold
from core.gate.rules import GateLimits, Level
from core.ledger import views
from core.ledger.codes import SELF_PAID
from core.money import Amount
from core.people import Quote, wallet
from core.values import dataclass

PAY = (
    Option(Pay.COINS, "Coins"),
    Option(Pay.CREDITS, "Credits"),
    Option(Pay.RECHARGED, "Recharged coins alone"),
    Option(Pay.BOUGHT, "Bought credits alone"),
)


@dataclass(frozen=True, slots=True)
class Bill:
    """A command with its price: what the questions and ways below are about. `form` has a field `pay`."""

    price: Price
    path: tuple[str, ...]
    form: Any

    @property
    def pay(self) -> Pay:
        """What was chosen to pay with."""
        return Pay(self.form.pay)

    @property
    def quote(self) -> Quote:
        """What is held while it runs."""
        return Quote(self.price.by(self.pay), self.price.what, self.pay.self_paid)

    def paid_by(self, pay: Pay) -> Button:
        """The same, paid otherwise."""
        amount = self.price.by(pay)
        kind = {Pay.RECHARGED: "recharged ", Pay.BOUGHT: "bought "}.get(pay, "")
        label = f"Use {amount.value:,} {kind}{str(amount).split()[-1]}"
        return Button(label, self.path, asdict(self.form) | {"pay": pay.value})


def ways(uow: UnitOfWork, call: Call, bill: Bill) -> tuple[Button, ...]:
    """The same paid in the other unit, if that much is there."""
    other = bill.pay.other
    return (bill.paid_by(other),) if _covers(uow, call, bill.price, other) else ()


def sold_ways(uow: UnitOfWork, call: Call, bill: Bill) -> tuple[Button, ...]:
    """The same paid with what was sold alone, in the unit that was chosen before the other; none if it is already."""
    if bill.pay.self_paid:
        return ()
    found = (_sold(uow, call, bill, pay) for pay in (bill.pay, bill.pay.other))
    return tuple(bill.paid_by(pay) for pay in found if pay is not None and pay is not bill.pay)


def _sold(uow: UnitOfWork, call: Call, bill: Bill, pay: Pay) -> Pay | None:
    """How a unit pays with what was sold alone: as it is, where it holds nothing else. None: there is not enough."""
    if not _covers(uow, call, bill.price, pay.sold):
        return None
    others = _have(uow, call, bill.price, pay).value > _have(uow, call, bill.price, pay.sold).value
    return pay.sold if others else pay


def offer(
    uow: UnitOfWork, call: Call, bill: Bill, *, limits: GateLimits, plans: Plans
) -> tuple[list[Line], tuple[Button, ...]]:
    """What the question says of paying, and the other ways to: where the month has limits, also those without any."""
    others = ways(uow, call, bill)
    if gate.expected(uow, call.member, bill.quote.amount, call.at, plans=plans, limits=limits) is Level.NORMAL:
        return [], others
    sold = sold_ways(uow, call, bill)
    if not sold:
        return [], others
    line = "The free AI has limits for the rest of this month. Paid with what you bought alone, this has none."
    return [line], (*sold, *(button for button in others if button not in sold))


def told_before(answered_at: datetime | None, at: datetime) -> list[Line]:
    """What the question says of an answer that would come again."""
    if answered_at is None:
        return []
    ago = in_words(at - answered_at)
    return [f"I answered this {ago} ago, and nothing that I know has changed: the same answer would come again."]


def check(uow: UnitOfWork, call: Call, bill: Bill, *, catalog: Catalog) -> None:
    """Raise `TooFew` with the ways on, if the balance does not cover the price."""
    amount, pay = bill.quote.amount, bill.pay
    have = _have(uow, call, bill.price, pay)
    if have.value >= amount.value:
        return
    buttons: list[Button] = [Button(f"Get {pay.unit.lower()}s", ("buy",))]
    if pay is Pay.COINS:
        invited = (invitation.button(uow, call) for invitation in catalog.invitations)
        buttons += [button for button in invited if button is not None]
    buttons += ways(uow, call, bill)
    which = {Pay.RECHARGED: " that were recharged", Pay.BOUGHT: " that were bought"}.get(pay, "")
    raise TooFew(bill.price.what, amount, have.value, which, amount.value - have.value, tuple(buttons))


async def delivered(
    assistant: Assistant, call: Call, bill: Bill, pieces: AsyncGenerator[Delta | Meanwhile | Done, None]
) -> AsyncGenerator[Delta | Meanwhile | Done, None]:
    """An answer as it comes; where the gate refuses what was not sold, the refusal offers what would run."""
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece
    except NotSold as refusal:
        sold = await assistant.look(lambda uow: sold_ways(uow, call, bill))
        if not sold:
            raise
        ways_on = (Button(label, path) for label, path in refusal.ways)
        raise OnlySold(refusal.text, (*sold, *ways_on)) from refusal


def left(uow: UnitOfWork, call: Call, answered: Answered) -> str:
    """What was paid, and the balance after; what is given back of a hold counts as there."""
    price = views.price(uow, call.key)
    if price is None:
        own = " For your own case, ask with what is particular about it."
        return f"Nothing was charged.{own if answered.source is Source.PREPARED else ''}"
    have = views.balance(uow, wallet(call.member.id, price.amount.unit), price.amount.unit)
    if answered.source is Source.PREPARED:
        return f"Nothing was charged. {have + price.amount} left."
    return f"{price.amount} paid. {have} left."


def _covers(uow: UnitOfWork, call: Call, price: Price, pay: Pay) -> bool:
    amount = price.by(pay)
    return bool(amount) and _have(uow, call, price, pay).value >= amount.value


def _have(uow: UnitOfWork, call: Call, price: Price, pay: Pay) -> Amount:
    """What there is of it, with what is held for this very call: that comes back before anything else is asked for."""
    unit = price.by(pay).unit
    account = wallet(call.member.id, unit)
    free = views.self_paid(uow, account, unit, call.at) if pay.self_paid else views.balance(uow, account, unit)
    held = views.price(uow, call.key)
    if held is None or held.amount.unit is not unit:
        return free
    parts = views.held_parts(uow, held.hold)
    back = sum(part.amount for part in parts if part.source in SELF_PAID or not pay.self_paid)
    return free + type(free)(back)
