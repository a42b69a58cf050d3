"""What two people who are one do, and what they have."""

from datetime import timedelta

from sqlalchemy import bindparam, update

from core.chat import Reply
from core.ids import MemberId
from core.ledger import views
from core.ledger.codes import LotSource
from core.ledger.statements import LOT
from core.linking import repository
from core.money import Coins, Credits, Unit
from core.people import wallet
from tests.household import Household, Person

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def code_of(person: Person) -> str:
    """A fresh code."""
    await person.does("link")
    me = await person.id()
    links = await person.house.database.read(lambda uow: repository.of_member(uow, me))
    return next(link.code for link in links if link.state == "open")


async def both_rich(mara: Person, tele: Person) -> None:
    """Both own something, so that a merge takes its day. Mara was here first."""
    await mara.does("start")
    mara.house.clock.advance(HOUR)
    await tele.does("start")
    await mara.house.grant((await mara.member()).coin_wallet, Coins(100))
    await mara.house.grant((await tele.member()).coin_wallet, Coins(30))
    await mara.house.grant((await tele.member()).credit_wallet, Credits(50), LotSource.BOUGHT)


async def asked_to_agree(mara: Person, tele: Person) -> str:
    """Telegram has given back the code that Discord made; the code."""
    code = await code_of(mara)
    await tele.insists("link", code=code)
    return code


async def both_agreed(mara: Person, tele: Person) -> None:
    code = await asked_to_agree(mara, tele)
    assert isinstance(await mara.insists("link", "agree", code=code), Reply)


async def coins(person: Person) -> int:
    member = await person.member()
    found = await person.house.database.read(lambda uow: views.balance(uow, member.coin_wallet, Unit.COIN))
    return found.value


async def all_coins(house: Household, *who: MemberId) -> int:
    return await house.database.read(
        lambda uow: sum(views.balance(uow, wallet(one, Unit.COIN), Unit.COIN).value for one in who)
    )


async def freeze(house: Household, account: str) -> None:
    """A payment provider holds the money behind a wallet's lots."""
    statement = update(LOT).where(LOT.c.account_id == bindparam("account")).values(frozen=True)
    await house.do(lambda uow: uow.run(statement, account=account))
