"""What members and features read: balances, lots, holds, history."""

from dataclasses import dataclass
from datetime import datetime

from core.db import UnitOfWork
from core.ids import AccountId, HoldId
from core.ledger import repository, rules, statements
from core.ledger.codes import Code
from core.ledger.rules import Lot
from core.money import AMOUNTS, Amount, Unit


@dataclass(frozen=True, slots=True)
class Held:
    """An open hold: what it is for and how much it still holds."""

    id: HoldId
    amount: Amount
    what: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a wallet's history: what one transfer changed in one unit."""

    at: datetime
    code: Code
    amount: Amount
    note: str


def balance(uow: UnitOfWork, account: AccountId, unit: Unit) -> Amount:
    """What an account holds, 0 if it was never used."""
    return AMOUNTS[unit](repository.balance(uow, account))


def debt(uow: UnitOfWork, wallet: AccountId) -> int:
    """What the wallet's member owes, 0 or more."""
    return -repository.balance(uow, rules.debt_of(wallet))


def lots(uow: UnitOfWork, wallet: AccountId, at: datetime) -> list[Lot]:
    """What is left, lot by lot in burn order, frozen ones last; lapsed ones are left out."""
    left = repository.open_lots(uow, wallet)
    frozen = [lot for lot in left if lot.frozen]
    return rules.burnable(left, at) + frozen


def disputed(uow: UnitOfWork, wallet: AccountId) -> bool:
    """Whether a payment behind any lot of the wallet is in dispute, be the lot spent or not."""
    return uow.run(statements.DISPUTED, account=wallet).first() is not None


def is_empty(uow: UnitOfWork, wallet: AccountId) -> bool:
    """Whether there is nothing in the wallet, on hold, or owed."""
    return not (repository.balance(uow, wallet) or debt(uow, wallet) or holds(uow, wallet))


def holds(uow: UnitOfWork, wallet: AccountId) -> list[Held]:
    """What the wallet has on hold."""
    rows = uow.run(statements.OPEN_HOLDS, account=wallet)
    return [Held(row.id, AMOUNTS[Unit(row.unit)](row.balance), row.what, row.expires_at) for row in rows]


def history(uow: UnitOfWork, coins: AccountId, credits: AccountId, *, most: int = 20) -> list[Line]:  # noqa: A002
    """The last transfers of a member, newest first, both units together."""
    rows = uow.run(statements.HISTORY, coins=coins, credits=credits, most=most)
    return [Line(row.at, Code(row.code), AMOUNTS[Unit(row.unit)](int(row.amount)), row.note) for row in rows]


def moved(uow: UnitOfWork, wallet: AccountId, since: datetime, *, most: int = 2_000) -> list[tuple[datetime, int]]:
    """What each transfer since an instant put into a wallet, or took out (negative), in order."""
    return [(row.at, int(row.amount)) for row in uow.run(statements.MOVED, account=wallet, since=since, most=most)]


def gave(uow: UnitOfWork, giver: AccountId, receiver: AccountId) -> bool:
    """Whether anything was ever given from one wallet to another, also what waited to be collected."""
    return uow.run(statements.GAVE, giver=giver, receiver=receiver).first() is not None
