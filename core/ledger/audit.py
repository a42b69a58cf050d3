"""Proves the books: every invariant of the README, as a question whose right answer is "no rows"."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Text, and_, case, cast, func, literal, or_, select

from core.db import UnitOfWork
from core.ledger.statements import ACCOUNT, ENTRY, HOLD, LOT, TRANSFER
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Sum:
    """What one kind of account holds in one unit."""

    unit: str
    kind: str
    total: int


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold, and where."""

    invariant: str
    where: str


_entry_sums = (
    select(ENTRY.c.account_id, func.sum(ENTRY.c.amount).label("total")).group_by(ENTRY.c.account_id).subquery()
)
_lot_sums = (
    select(ENTRY.c.lot_id, ENTRY.c.account_id, func.sum(ENTRY.c.amount).label("total"))
    .group_by(ENTRY.c.lot_id, ENTRY.c.account_id)
    .subquery()
)
_remaining = select(LOT.c.account_id, func.sum(LOT.c.remaining).label("total")).group_by(LOT.c.account_id).subquery()
_hold_name = literal("hold:") + cast(HOLD.c.id, Text)
_held = func.coalesce(ACCOUNT.c.balance, 0)

_WRONG: dict[str, Select[Any]] = {
    "the entries of a transfer sum to zero in each unit": select(cast(ENTRY.c.transfer_id, Text).label("place"))
    .join(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
    .group_by(ENTRY.c.transfer_id, ACCOUNT.c.unit)
    .having(func.sum(ENTRY.c.amount) != 0),
    "every transfer has entries": select(cast(TRANSFER.c.id, Text).label("place"))
    .outerjoin(ENTRY, ENTRY.c.transfer_id == TRANSFER.c.id)
    .where(ENTRY.c.line.is_(None)),
    # By sums alone a transfer could go as a whole, where an engine was told to mind no foreign keys.
    "every entry belongs to a transfer, an account and its lot": select(cast(ENTRY.c.transfer_id, Text).label("place"))
    .outerjoin(TRANSFER, TRANSFER.c.id == ENTRY.c.transfer_id)
    .outerjoin(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
    .outerjoin(LOT, LOT.c.id == ENTRY.c.lot_id)
    .where(
        or_(
            TRANSFER.c.id.is_(None),
            ACCOUNT.c.id.is_(None),
            and_(LOT.c.id.is_(None), or_(ENTRY.c.lot_id.is_not(None), ACCOUNT.c.kind == "wallet")),
        )
    )
    .distinct(),
    "a balance equals the sum of its entries": select(ACCOUNT.c.id.label("place"))
    .outerjoin(_entry_sums, _entry_sums.c.account_id == ACCOUNT.c.id)
    .where(ACCOUNT.c.kind != "system", ACCOUNT.c.balance != func.coalesce(_entry_sums.c.total, 0)),
    "a wallet's balance equals what remains in its lots": select(ACCOUNT.c.id.label("place"))
    .outerjoin(_remaining, _remaining.c.account_id == ACCOUNT.c.id)
    .where(ACCOUNT.c.kind == "wallet", ACCOUNT.c.balance != func.coalesce(_remaining.c.total, 0)),
    "a lot's remainder equals its entries in the wallet": select(cast(LOT.c.id, Text).label("place"))
    .outerjoin(_lot_sums, and_(_lot_sums.c.lot_id == LOT.c.id, _lot_sums.c.account_id == LOT.c.account_id))
    .where(LOT.c.remaining != func.coalesce(_lot_sums.c.total, 0)),
    "wallets and holds are not below zero, debts not above it": select(ACCOUNT.c.id.label("place")).where(
        or_(
            and_(ACCOUNT.c.kind.in_(["wallet", "hold"]), ACCOUNT.c.balance < 0),
            and_(ACCOUNT.c.kind == "debt", ACCOUNT.c.balance > 0),
        )
    ),
    "an open hold holds something, a closed one nothing": select(_hold_name.label("place"))
    .outerjoin(ACCOUNT, ACCOUNT.c.id == _hold_name)
    .where(case((HOLD.c.is_open, _held <= 0), else_=_held != 0)),
    "every hold account belongs to a hold": select(ACCOUNT.c.id.label("place"))
    .outerjoin(HOLD, _hold_name == ACCOUNT.c.id)
    .where(ACCOUNT.c.kind == "hold", HOLD.c.id.is_(None)),
}  # fmt: skip

SUMS = (
    select(ACCOUNT.c.unit, ACCOUNT.c.kind, func.sum(ENTRY.c.amount).label("total"))
    .join(ENTRY, ENTRY.c.account_id == ACCOUNT.c.id)
    .group_by(ACCOUNT.c.unit, ACCOUNT.c.kind)
    .order_by(ACCOUNT.c.unit, ACCOUNT.c.kind)
)
TRANSFER_COUNT = select(func.count()).select_from(TRANSFER)

INVARIANTS = tuple(_WRONG)


def findings(uow: UnitOfWork) -> Iterator[Finding]:
    """Everything in the books that is not as it must be. Reads the whole ledger."""
    for invariant, wrong in _WRONG.items():
        for row in uow.run(wrong):
            yield Finding(invariant, row.place)


def sums(uow: UnitOfWork) -> list[Sum]:
    """Totals by unit and kind of account; within a unit they sum to zero."""
    return [Sum(row.unit, row.kind, int(row.total)) for row in uow.run(SUMS)]


def transfer_count(uow: UnitOfWork) -> int:
    """How many transfers the books hold."""
    return int(uow.run(TRANSFER_COUNT).scalar())
