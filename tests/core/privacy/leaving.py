"""Somebody who has something to lose, and what one looks at before and after they leave."""

import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.facts import MembersMerged
from core.ledger import views
from core.ledger.codes import LotSource
from core.members import service as members
from core.money import Coins, Credits, Unit
from core.people import Plan
from tests.household import NOON, Person, file_of

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


async def settled(person: Person) -> None:
    """Somebody with coins, bought credits, a plan, a profile, and forty days behind them."""
    house = person.house
    await person.does("start")
    house.clock.advance(timedelta(days=40))
    await person.does("daily")
    member = await person.member()
    await house.grant(member.coin_wallet, Coins(100))
    await house.grant(member.credit_wallet, Credits(300), LotSource.BOUGHT)
    await house.do(lambda uow: entitlements.set_plan(uow, member.id, Plan.PREMIUM, NOON, None))
    await house.do(lambda uow: members.tell(uow, member.id, "niche", f"baking by {person.name}", NOON))


async def wallets(person: Person, number: Any) -> tuple[int, int]:
    """Coins and credits of a member, known or erased."""
    house = person.house
    return await house.database.read(
        lambda uow: (
            views.balance(uow, number.coin_wallet, Unit.COIN).value,
            views.balance(uow, number.credit_wallet, Unit.CREDIT).value,
        )
    )


def unzip(content: bytes) -> dict[str, str]:
    """Its files by name, as text."""
    with ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


async def taken(person: Person) -> dict[str, str]:
    """The files of an export."""
    return unzip(file_of(await person.does("privacy", "export")).content)


def raw(person: Person) -> dict[str, str]:
    """A person as an adapter names one."""
    return {"platform": person.identity.platform, "user_id": person.identity.user_id}


def merge_now(uow: UnitOfWork, one: Person, other: Person) -> None:
    """The other becomes part of the one, without a day between."""
    kept, gone = members.known(uow, one.identity), members.known(uow, other.identity)
    assert kept is not None
    assert gone is not None
    uow.record(MembersMerged(one.house.clock.now(), kept.member.id, gone.member.id))
