"""What the coin room offers."""

from core.chat import Card, Export, Job, Line, Reaction, Room
from core.coins import reminders, service
from core.coins.commands import DAILY, PAY_VISIT, WALLET
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged, NoticeTurned
from core.ledger import views
from core.money import Unit
from core.people import Member


def balances(uow: UnitOfWork, member: Member) -> list[tuple[str, Line]]:
    """Coins and credits, for the member view."""
    coins = views.balance(uow, member.coin_wallet, Unit.COIN)
    credits = views.balance(uow, member.credit_wallet, Unit.CREDIT)  # noqa: A001  the product's word
    return [("Coins", str(coins)), ("Credits", str(credits))]


ROOM = Room(
    "coins",
    commands=(DAILY, WALLET),
    jobs=(Job(reminders.REMIND, run=reminders.remind),),
    reactions=(
        PAY_VISIT,
        Reaction(MembersMerged, service.merge),
        Reaction(MembersMerged, reminders.merge),
        Reaction(MemberErased, service.erase),
        Reaction(NoticeTurned, reminders.turned),
    ),
    notices=(reminders.REMINDER,),
    exports=(Export("visits", ("visit",), service.export),),
    cards=(Card(balances),),
)
