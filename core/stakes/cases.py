"""What staff have to decide about a contract. How they do is in `core/appeals`."""

from datetime import datetime

from core.db import UnitOfWork
from core.ids import MemberId
from core.reviews import service as reviews
from core.reviews.rules import Case
from core.stakes.repository import Contract

APPEAL, AGAIN = "challenge.appeal", "challenge.again"
KINDS = (APPEAL, AGAIN)


def open_of(uow: UnitOfWork, member: MemberId) -> list[Case]:
    """What a member has before staff."""
    return [case for kind in KINDS for case in reviews.open_of(uow, kind, member)]


def withdraw(uow: UnitOfWork, contract: Contract, at: datetime) -> None:
    """There is nothing left to decide: the contract ended otherwise."""
    for case in open_of(uow, contract.member):
        if case.subject == str(contract.id):
            reviews.withdraw(uow, case.id, at)
