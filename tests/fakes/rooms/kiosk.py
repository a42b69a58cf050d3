"""A room where coins are looked at and spent, and where everybody looks on."""

from collections.abc import AsyncIterator
from typing import Annotated

from core.chat import (
    Asked,
    Call,
    Command,
    Delta,
    Done,
    Kind,
    Message,
    Nothing,
    Reply,
    Room,
    Visibility,
    Visit,
    said,
)
from core.db import UnitOfWork
from core.ledger import views
from core.money import Coins, Unit
from core.people import Entitlements, Quote
from core.values import dataclass
from tests.fakes.rooms.effects import Sorry


@dataclass(frozen=True, slots=True)
class Order:
    cost: Annotated[int, Asked(Kind.NUMBER, "Cost", minimum=0, maximum=1000)] = 8


def price(form: Order, allowed: Entitlements) -> Quote:
    return Quote(Coins(form.cost), "Tea")


def served(uow: UnitOfWork, call: Call, form: Order) -> Reply:
    return Reply(said(f"{views.balance(uow, call.member.coin_wallet, Unit.COIN)} left."))


def look(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    return Reply(said(str(views.balance(uow, call.member.coin_wallet, Unit.COIN))))


def away(uow: UnitOfWork, call: Call, form: Nothing) -> Visit:
    return Visit("https://example.org", "Go", said("Go there."), private=False)


def sure(uow: UnitOfWork, call: Call, form: Nothing) -> Message:
    return said("Sure?")


async def sing(call: Call, form: Nothing) -> AsyncIterator[Delta | Done]:
    yield Delta("La.")
    yield Done(lambda uow, delivered: Reply(said("Sung.")))


async def break_off(call: Call, form: Nothing) -> AsyncIterator[Delta | Done]:
    yield Delta("La.")
    raise Sorry


async def wash(call: Call, form: Nothing) -> Done:
    return Done(lambda uow, delivered: Reply(said("Washed.")))


async def drop(call: Call, form: Nothing) -> Done:
    raise Sorry


PUBLIC = Visibility.PUBLIC
KIOSK = Room(
    "kiosk",
    commands=(
        Command(("tea",), "Buy tea", form=Order, run=served, price=price),
        Command(("menu",), "Choose tea", form=Order, run=served, asks_first=True),
        Command(("look",), "What is there", run=look),
        Command(("song",), "Sing to all", stream=sing, visibility=PUBLIC),
        Command(("broken", "song"), "Break off", stream=break_off, visibility=PUBLIC),
        Command(("wash",), "Wash up", errand=wash, visibility=PUBLIC),
        Command(("drop",), "Drop it", errand=drop, visibility=PUBLIC),
        Command(("out",), "Go out", run=away, visibility=PUBLIC),
        Command(("agree",), "Agree", run=look, confirm=sure, visibility=PUBLIC),
    ),
)
