"""Givers, and what one looks at after a gift."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, update

from core.chat import Button, Confirm, Outcome, Reply, said
from core.conversations.buttons import Buttons
from core.db import Row, UnitOfWork
from core.entitlements import service as entitlements
from core.facts import MemberErased, MembersMerged
from core.gifts.repository import OF_MEMBER
from core.ids import MemberId
from core.ledger import service as ledger
from core.ledger import views
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Posted, Why
from core.ledger.rules import Lot
from core.ledger.statements import LOT
from core.members import service as members
from core.money import Credits, Nanos, Unit
from core.people import Plan, wallet
from tests.household import Household, Person, text_of

DAY = timedelta(days=1)


async def buy(person: Person, credits: int, *, net: int = 0) -> Posted:  # noqa: A002  the product's word
    """Bought credits; what a payment would bring."""
    house, member = person.house, await person.member()
    why = Why(Code.DEMO_GRANT, house.key(), house.clock.now())
    lot: dict[str, Any] = {"source": LotSource.BOUGHT, "net": Nanos(net)}
    posted: list[Posted] = []

    def unit(uow: UnitOfWork) -> None:
        posted.append(ledger.grant(uow, member.credit_wallet, Credits(credits), why, **lot))

    await house.do(unit)
    return posted[-1]


async def on(person: Person, plan: Plan) -> None:
    """Put somebody on a plan."""
    me, now = await person.id(), person.house.clock.now()
    await person.house.do(lambda uow: entitlements.set_plan(uow, me, plan, now, None))


async def giver(house: Household, name: str = "Ann", platform: str = "discord", *, credits: int = 2000) -> Person:  # noqa: A002
    """Somebody who may give: here for long, on Premium, with bought credits."""
    person = house.person(name, platform)
    await person.does("start")
    house.clock.advance(3 * DAY)
    await on(person, Plan.PREMIUM)
    if credits:
        await buy(person, credits)
    return person


async def met(house: Household, name: str = "Bob", platform: str = "telegram") -> Person:
    """Somebody who was here."""
    person = house.person(name, platform)
    await person.does("start")
    return person


def named(person: Person) -> dict[str, str]:
    """A person as an adapter names one: with what they are called there."""
    return {"platform": person.identity.platform, "user_id": person.identity.user_id, "name": person.name}


async def give(who: Person, to: Person, amount: int, note: str = "") -> Outcome:
    """Give, with a yes if it is asked for."""
    outcome = await who.does("gift", to=named(to), amount=amount, note=note)
    return await who.agrees(outcome) if isinstance(outcome, Confirm) else outcome


async def given(who: Person, to: Person, amount: int, note: str = "") -> str:
    """Give successfully; the words."""
    outcome = await give(who, to, amount, note)
    assert isinstance(outcome, Reply), outcome
    return text_of(outcome)


async def credits_of(person: Person) -> int:
    return await balance(person.house, await person.id())


async def balance(house: Household, member: MemberId) -> int:
    account = wallet(member, Unit.CREDIT)
    return await house.database.read(lambda uow: views.balance(uow, account, Unit.CREDIT).value)


async def held(person: Person) -> list[int]:
    """What a giver has set aside, gift by gift."""
    account = (await person.member()).credit_wallet
    return await person.house.database.read(lambda uow: [item.amount.value for item in views.holds(uow, account)])


async def lots(person: Person) -> list[Lot]:
    account, now = (await person.member()).credit_wallet, person.house.clock.now()
    return await person.house.database.read(lambda uow: views.lots(uow, account, now))


async def rows(person: Person) -> Sequence[Row]:
    """The gifts of somebody, as stored."""
    me = await person.id()
    return await person.house.database.read(lambda uow: list(uow.run(OF_MEMBER, member=me)))


async def merge(kept: Person, gone: Person) -> None:
    """Two become one."""
    house = kept.house
    fact = MembersMerged(house.clock.now(), await kept.id(), await gone.id())
    await house.react(lambda uow: uow.record(fact))


async def erase_unseen(person: Person) -> None:
    """Somebody who never was here has themselves erased, by writing to the operator."""
    fact = MemberErased(person.house.clock.now(), await person.id(), (person.identity,))
    await person.house.react(lambda uow: uow.record(fact))


def why(house: Household) -> Why:
    return Why(Code.WORK_DONE, house.key(), house.clock.now())


async def spend(person: Person, credits: int, *, bought: bool = False) -> None:  # noqa: A002
    """Use credits up, in burn order or bought ones alone."""
    account, because = (await person.member()).credit_wallet, why(person.house)
    sources = frozenset({LotSource.BOUGHT}) if bought else None
    await person.house.do(lambda uow: ledger.spend(uow, account, Credits(credits), because, sources=sources))


async def freeze(person: Person) -> None:
    """A payment provider holds the money behind a wallet's lots."""
    account = (await person.member()).credit_wallet
    statement = update(LOT).where(LOT.c.account_id == bindparam("account")).values(frozen=True)
    await person.house.do(lambda uow: uow.run(statement, account=account))


async def button(owner: Person, label: str, *command: str, **values: Any) -> str:
    """A private button that carries values; its token."""
    house, me = owner.house, await owner.id()
    message = said("Press.", buttons=(Button(label, command, values),))
    ready = await house.do(lambda uow: Buttons(uow, house.catalog, me, house.clock.now()).of_message(message))
    return ready.buttons[0].token


async def move_to(person: Person, zone: str) -> None:
    await person.does("settings", "zone", zone=zone)
    assert (await person.member()).zone == zone


async def is_member(person: Person) -> bool:
    known = await person.house.database.read(lambda uow: members.known(uow, person.identity))
    return known is not None and known.arrived
