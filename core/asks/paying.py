"""Coins or credits: the question before, with what is missing and the ways to it, and the balance after."""

from dataclasses import asdict
from typing import Any

from core.asks.errors import TooFew
from core.asks.rules import COINS, CREDITS, Price, other
from core.assistant.service import Answered, Source
from core.chat import Button, Call, Option
from core.chat.catalog import Catalog
from core.db import UnitOfWork
from core.ledger import views
from core.money import Amount
from core.people import Quote, wallet

PAY = (Option(COINS, "Coins"), Option(CREDITS, "Credits"))


def quote(price: Price, pay: str) -> Quote:
    """What is held while it runs."""
    return Quote(price.by(pay), price.what)


def ways(uow: UnitOfWork, call: Call, price: Price, form: Any, path: tuple[str, ...]) -> tuple[Button, ...]:
    """The same paid in the other unit, if that much is there."""
    amount = price.by(other(form.pay))
    if not amount or _have(uow, call, amount).value < amount.value:
        return ()
    return (Button(f"Use {amount}", path, asdict(form) | {"pay": other(form.pay)}),)


def check(uow: UnitOfWork, call: Call, price: Price, form: Any, path: tuple[str, ...], *, catalog: Catalog) -> None:
    """Raise `TooFew` with the ways on, if the balance does not cover the price."""
    amount = price.by(form.pay)
    have = _have(uow, call, amount)
    if have.value >= amount.value:
        return
    buttons: list[Button] = [Button(f"Get {form.pay}", ("buy",))]
    if form.pay == COINS:
        invited = (invitation.button(uow, call) for invitation in catalog.invitations)
        buttons += [button for button in invited if button is not None]
    buttons += ways(uow, call, price, form, path)
    missing = amount.value - have.value
    raise TooFew(price.what, amount, have.value, missing, tuple(buttons))


def left(uow: UnitOfWork, call: Call, answered: Answered) -> str:
    """What was paid, and the balance after; what is given back of a hold counts as there."""
    price = views.price(uow, call.key)
    if price is None:
        own = " For your own case, ask with what is particular about it."
        return f"Nothing was charged.{own if answered.source is Source.PREPARED else ''}"
    have = _have(uow, call, price.amount)
    if answered.source is Source.PREPARED:
        return f"Nothing was charged. {have + price.amount} left."
    return f"{price.amount} paid. {have} left."


def _have(uow: UnitOfWork, call: Call, amount: Amount) -> Amount:
    return views.balance(uow, wallet(call.member.id, amount.unit), amount.unit)
