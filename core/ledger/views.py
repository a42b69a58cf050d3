"""What members and features read: balances, lots, holds, history."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.db import Row, UnitOfWork
from core.ids import AccountId, HoldId, TransferId
from core.ledger import repository, rules, statements
from core.ledger.codes import SELF_PAID, Code, LotSource
from core.ledger.errors import HoldClosed
from core.ledger.holds import hold_account
from core.ledger.repository import HoldRow
from core.ledger.rules import Lot
from core.money import AMOUNTS, Amount, Unit
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """An open hold: what it is for and how much it still holds."""

    id: HoldId
    amount: Amount
    what: str
    expires_at: datetime | None


class Line(NamedTuple):
    """One line of a wallet's history: what one transfer changed in one unit."""

    at: datetime
    code: Code
    amount: Amount
    note: str


class Purse(NamedTuple):
    """A wallet as its member sees it: lots in burn order with frozen ones last, what is on hold, and what is owed."""

    balance: Amount
    lots: list[Lot]
    held: list[Held]
    owed: Amount


_CODES = {code.value: code for code in Code}
_AMOUNTS = {unit.value: kind for unit, kind in AMOUNTS.items()}


def purses(uow: UnitOfWork, coins: AccountId, credits: AccountId, at: datetime) -> tuple[Purse, Purse]:  # noqa: A002
    """Both wallets of a member, with a statement for each kind of thing that is in them."""
    both = {"coins": coins, "credits": credits}
    debts = {"coin_debt": rules.debt_of(coins), "credit_debt": rules.debt_of(credits)}
    rows = uow.run(statements.BALANCES, **both, **debts)
    balances = {row.id: row.balance for row in rows}
    found = [repository.lot_of(row) for row in uow.run(statements.LOTS_OF_BOTH, **both)]
    holds_ = uow.run(statements.HOLDS_OF_BOTH, **both) if any(row.holds for row in rows) else ()

    def purse(wallet: AccountId, unit: Unit) -> Purse:
        amount = AMOUNTS[unit]
        return Purse(
            amount(balances.get(wallet, 0)),
            _shown([lot for lot in found if lot.account == wallet], at),
            [_held(row) for row in holds_ if row.account_id == wallet],
            amount(-balances.get(rules.debt_of(wallet), 0)),
        )

    return purse(coins, Unit.COIN), purse(credits, Unit.CREDIT)


def balance(uow: UnitOfWork, account: AccountId, unit: Unit) -> Amount:
    """What an account holds, 0 if it was never used."""
    return AMOUNTS[unit](repository.balance(uow, account))


def debt(uow: UnitOfWork, wallet: AccountId) -> int:
    """What the wallet's member owes, 0 or more."""
    return -repository.balance(uow, rules.debt_of(wallet))


def lots(uow: UnitOfWork, wallet: AccountId, at: datetime) -> list[Lot]:
    """What is left, lot by lot in burn order, frozen ones last; lapsed ones are left out."""
    return _shown(repository.open_lots(uow, wallet), at)


def usable(uow: UnitOfWork, wallet: AccountId, at: datetime, source: LotSource) -> list[Lot]:
    """What could be spent of one source."""
    return rules.burnable(repository.open_lots(uow, wallet, source), at)


def self_paid(uow: UnitOfWork, wallet: AccountId, unit: Unit, at: datetime) -> Amount:
    """What could be spent of bought, recharged and gifted lots alone."""
    found = rules.burnable(repository.open_lots(uow, wallet), at, SELF_PAID)
    return AMOUNTS[unit](sum(lot.remaining for lot in found))


def drawn(uow: UnitOfWork, wallet: AccountId, amount: Amount, at: datetime) -> set[LotSource]:
    """The sources that an amount would be taken from in the usual order; empty, if there is not enough."""
    found = rules.burnable(repository.open_lots(uow, wallet), at)
    taken = {part.lot for part in rules.draw(found, amount.value) or ()}
    return {lot.source for lot in found if lot.id in taken}


def _shown(left: Sequence[Lot], at: datetime) -> list[Lot]:
    return rules.burnable(left, at) + [lot for lot in left if lot.frozen]


def disputed(uow: UnitOfWork, wallet: AccountId) -> bool:
    """Whether a payment behind any lot of the wallet is in dispute, be the lot spent or not."""
    return uow.run(statements.DISPUTED, account=wallet).first() is not None


def is_empty(uow: UnitOfWork, wallet: AccountId) -> bool:
    """Whether there is nothing in the wallet, on hold, or owed."""
    return not (repository.balance(uow, wallet) or debt(uow, wallet) or holds(uow, wallet))


def holds(uow: UnitOfWork, wallet: AccountId) -> list[Held]:
    """What the wallet has on hold."""
    return [_held(row) for row in uow.run(statements.OPEN_HOLDS, account=wallet)]


def _held(row: Row) -> Held:
    return Held(row.id, _AMOUNTS[row.unit](row.balance), row.what, row.expires_at)


@dataclass(frozen=True, slots=True)
class HeldPart:
    """What a hold drew from one lot, and the net dollars that it brought."""

    source: LotSource
    amount: int
    net_nanos: int
    frozen: bool


def held_parts(uow: UnitOfWork, hold: HoldId) -> list[HeldPart]:
    """What a hold still holds, lot by lot."""
    rows = uow.run(statements.HELD_LOTS, account=hold_account(hold))
    return [
        HeldPart(LotSource(row.source), int(row.held), row.net_nanos * int(row.held) // row.amount, bool(row.frozen))
        for row in rows
    ]


def is_resolved(uow: UnitOfWork, hold: HoldId) -> bool:
    """Whether a hold holds nothing any more; it never will again, so nothing is locked."""
    return not uow.run(statements.IS_HELD, hold=hold).scalar()


def captured_net(uow: UnitOfWork, hold: HoldId) -> int:
    """The net dollars of the bought and gifted lots that work was paid with from a hold."""
    rows = uow.run(statements.CAPTURED_LOTS, account=hold_account(hold))
    return sum(row.net_nanos * -row.moved // row.amount for row in rows)


@dataclass(frozen=True, slots=True)
class Price:
    """What is held for the work that runs under a key."""

    hold: HoldId
    amount: Amount


def price(uow: UnitOfWork, key: str) -> Price | None:
    """The price that the dispatcher holds for a call; None: it costs nothing, or is resolved already."""
    found = repository.hold_by_key(uow, key, Code.PRICED_WORK)
    return _price(found) if found is not None and found.is_open else None


def price_still_held(uow: UnitOfWork, key: str) -> Price | None:
    """The same for who is about to do the work. Raises `HoldClosed` if a price was held and is not any more."""
    found = repository.hold_by_key(uow, key, Code.PRICED_WORK)
    if found is None:
        return None
    if not found.is_open:
        raise HoldClosed(found.id)
    return _price(found)


def _price(held: HoldRow) -> Price:
    return Price(held.id, AMOUNTS[rules.unit_of(held.account)](held.amount))


@dataclass(frozen=True, slots=True)
class Consumed:
    """Recharged coins that one transfer consumed, as the net dollars they had brought."""

    transfer: TransferId
    at: datetime
    wallet: AccountId
    net_nanos: int


def stakes_consumed(uow: UnitOfWork, since: datetime, *, most: int = 5_000) -> list[Consumed]:
    """What verdicts consumed of recharged coins, lot by lot, in the order of time."""
    rows = uow.run(statements.CONSUMED, since=since, most=most)
    return [Consumed(row.id, row.at, row.account_id, row.net_nanos * row.moved // row.amount) for row in rows]


def history(uow: UnitOfWork, coins: AccountId, credits: AccountId, *, most: int = 20) -> list[Line]:  # noqa: A002
    """The last transfers of a member, newest first, both units together."""
    rows = uow.run(statements.HISTORY, coins=coins, credits=credits, most=most)
    return [Line(at, _CODES[code], _AMOUNTS[unit](int(amount)), note) for code, at, note, unit, amount in rows]


def moved(uow: UnitOfWork, wallet: AccountId, since: datetime, *, most: int = 2_000) -> list[tuple[datetime, int]]:
    """What each transfer since an instant put into a wallet, or took out (negative), in order."""
    return [(row.at, int(row.amount)) for row in uow.run(statements.MOVED, account=wallet, since=since, most=most)]


def gave(uow: UnitOfWork, giver: AccountId, receiver: AccountId) -> bool:
    """Whether anything was ever given from one wallet to another, also what waited to be collected."""
    return uow.run(statements.GAVE, giver=giver, receiver=receiver).first() is not None
