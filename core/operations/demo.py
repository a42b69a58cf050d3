"""`tandem demo`: people to play with, labelled as demo. Only on a database that was created as a demo."""

from datetime import datetime, timedelta

from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.money import Coins, Credits, Nanos
from core.people import Actor, Identity, Plan

PEOPLE = (("creator", Plan.PREMIUM), ("mara", Plan.PRO), ("bob", Plan.FREE))
"""Names in the local chat (`tandem chat --as NAME`) and their plans."""
AGE = timedelta(days=40)
"""They joined so long ago, so that rules for new members do not stand in the way."""


def fill(uow: UnitOfWork, at: datetime, plans: Plans) -> list[str]:
    """Give the demo people plans, credits of several sources and some coins. Again changes nothing. Their names."""
    for name, plan in PEOPLE:
        actor = Actor(Identity("console", name), name)
        found = members.known(uow, actor.identity)
        member = found.member if found else members.resolve(uow, actor, at - AGE).member
        entitlements.set_plan(uow, member.id, plan, at, None)
        credits = member.credit_wallet  # noqa: A001  the product's word
        # $5 less a card's fee of 2.9% and 30 cents.
        net = Nanos(4_555_000_000)
        bought = Why(Code.DEMO_GRANT, f"demo:bought:{member.id}", at)
        ledger.grant(uow, credits, Credits(1_000), bought, source=LotSource.BOUGHT, net=net)
        monthly = entitlements.of(uow, member.id, at, plans).credits_a_month
        allowance = Why(Code.DEMO_GRANT, f"demo:allowance:{member.id}", at)
        until = at + timedelta(days=30)
        ledger.grant(uow, credits, Credits(monthly), allowance, source=LotSource.ALLOWANCE, expires_at=until)
        recharged = Why(Code.DEMO_GRANT, f"demo:coins:{member.id}", at)
        ledger.grant(uow, member.coin_wallet, Coins(500), recharged, source=LotSource.BOUGHT, net=net)
    uow.facts.clear()
    return [name for name, _ in PEOPLE]
