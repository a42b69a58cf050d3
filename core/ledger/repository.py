"""The statements of the ledger as functions: from ids and amounts to rows as frozen values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from core.db import Row, UnitOfWork
from core.ids import AccountId, HoldId, LotId, TransferId
from core.ledger import statements as sql
from core.ledger.codes import Code, LotSource
from core.ledger.rules import Leg, Lot, Part, debt_of, kind_of
from core.money import Unit
from core.values import dataclass

_MOST_LINES = 8
_SOURCES = {source.value: source for source in LotSource}


def debit(uow: UnitOfWork, account: AccountId, amount: int) -> bool:
    """Take from an account and lock it. Whether it covers the amount; if not, nothing has changed."""
    return uow.run(sql.DEBIT, account=account, amount=amount).affected == 1


def credit(uow: UnitOfWork, account: AccountId, unit: Unit, amount: int) -> None:
    """Add to an account (a negative amount deepens a debt), making it on first sight."""
    if not uow.run(sql.CREDIT, account=account, amount=amount).affected:
        # Still an upsert: somebody else may open it in the same moment.
        uow.run(sql.OPEN_AND_CREDIT, account=account, kind=kind_of(account).value, unit=unit.value, amount=amount)


def pay_debt(uow: UnitOfWork, debt: AccountId, amount: int) -> bool:
    """Lessen a debt (an upsert would test the positive amount against the constraint). Whether so much was owed."""
    return uow.run(sql.PAY_DEBT, account=debt, amount=amount).affected == 1


def ensure_account(uow: UnitOfWork, account: AccountId, unit: Unit) -> None:
    """Make an account if it is not there."""
    uow.run(sql.ENSURE_ACCOUNT, account=account, kind=kind_of(account).value, unit=unit.value)


def balance(uow: UnitOfWork, account: AccountId) -> int:
    """What an account holds, 0 if it was never used. System accounts are summed."""
    statement = sql.SYSTEM_SUM if kind_of(account) == "system" else sql.BALANCE
    return uow.run(statement, account=account).scalar() or 0


def lock_account(uow: UnitOfWork, account: AccountId) -> int:
    """Lock an account before its lots are read; what it holds."""
    return uow.run(sql.LOCK_ACCOUNT, account=account).scalar() or 0


def insert_transfer(
    uow: UnitOfWork,
    code: Code,
    key: str,
    *,
    at: datetime,
    digest: str,
    note: str = "",
    hold: HoldId | None = None,
    reverses: TransferId | None = None,
) -> TransferId | None:
    """Write the head of a transfer. None if (key, code) was used before, or `reverses` was reversed before."""
    statement = sql.INSERT_TRANSFER
    cause: dict[str, int] = {}
    if hold is not None:
        statement, cause = sql.INSERT_HOLDS_TRANSFER, {"hold": hold}
    elif reverses is not None:
        statement, cause = sql.INSERT_REVERSAL, {"reverses": reverses}
    made: TransferId | None = uow.run(
        statement, code=code.value, key=key, at=at, digest=digest, trace=uow.trace, note=note, **cause
    ).scalar()
    return made


def insert_entries(uow: UnitOfWork, transfer: TransferId, legs: Sequence[Leg]) -> None:
    """Write the lines of a transfer."""
    for begin in range(0, len(legs), _MOST_LINES):
        chunk = legs[begin : begin + _MOST_LINES]
        values: list[Any] = []
        for line, leg in enumerate(chunk, begin):
            values += (transfer, line, leg.account, leg.lot, leg.amount)
        uow.run(sql.insert_entries(len(chunk)), *values)


def transfer_by_key(uow: UnitOfWork, key: str, code: Code) -> Row | None:
    """The transfer that used this key for this code."""
    return uow.run(sql.TRANSFER_BY_KEY, key=key, code=code.value).first()


def transfer_by_id(uow: UnitOfWork, transfer: TransferId) -> Row | None:
    """A transfer's head."""
    return uow.run(sql.TRANSFER_BY_ID, transfer=transfer).first()


def entries_of(uow: UnitOfWork, transfer: TransferId) -> list[Leg]:
    """A transfer's lines."""
    return [Leg(row.account_id, row.amount, row.lot_id) for row in uow.run(sql.ENTRIES_OF, transfer=transfer)]


def lot_of(row: Row) -> Lot:
    """A lot from a row that selected its columns."""
    return Lot(
        row.id,
        row.account_id,
        _SOURCES[row.source],
        row.amount,
        row.remaining,
        row.net_nanos,
        row.expires_at,
        row.frozen,
    )


def insert_lot(
    uow: UnitOfWork,
    account: AccountId,
    amount: int,
    *,
    source: LotSource,
    at: datetime,
    net_nanos: int = 0,
    expires_at: datetime | None = None,
    frozen: bool = False,
    parent: LotId | None = None,
) -> LotId:
    """Open a lot with all of it remaining."""
    made: LotId = uow.run(
        sql.INSERT_LOT,
        account_id=account,
        source=source.value,
        rank=source.rank,
        amount=amount,
        remaining=amount,
        net_nanos=net_nanos,
        expires_at=expires_at,
        frozen=frozen,
        parent_id=parent,
        created_at=at,
    ).scalar()
    return made


def add_to_pool(uow: UnitOfWork, pool: LotId, amount: int) -> bool:
    """Add to a running lot that is known. Whether it was open."""
    return uow.run(sql.ADD_TO_POOL, lot=pool, amount=amount).affected == 1


def pool_lot(uow: UnitOfWork, account: AccountId, amount: int, source: LotSource, at: datetime) -> LotId:
    """Add to the running lot of a source that has no date and brought no dollars, opening it on first use."""
    made: LotId | None = uow.run(sql.POOL_LOT, account_id=account, source=source.value, amount=amount).scalar()
    if made is None:
        made = uow.run(
            sql.OPEN_POOL,
            account_id=account,
            source=source.value,
            rank=source.rank,
            amount=amount,
            created_at=at,
        ).scalar()
    assert made is not None
    return made


def open_lots(uow: UnitOfWork, account: AccountId, source: LotSource | None = None) -> list[Lot]:
    """What is left in a wallet, of one source or of all, lot by lot, frozen and lapsed ones included."""
    if source is None:
        return [lot_of(row) for row in uow.run(sql.OPEN_LOTS, account=account)]
    return [lot_of(row) for row in uow.run(sql.OPEN_LOTS_FROM, account=account, source=source.value)]


class Found(NamedTuple):
    """What is read before an amount leaves a wallet. Where nothing is left in it, the rest is unknown."""

    lots: list[Lot]
    owed: int = 0
    pool: LotId | None = None
    """The running lot of whoever receives."""


def look(uow: UnitOfWork, wallet: AccountId, receiver: AccountId | None) -> Found:
    """What is left in a wallet, what its member owes, and where the receiver's earned coins run together."""
    rows = list(uow.run(sql.BURNABLE, account=wallet, debt=debt_of(wallet), receiver=receiver))
    return Found([lot_of(row) for row in rows], -rows[0].debt, rows[0].pool) if rows else Found([])


def granted(uow: UnitOfWork, account: AccountId, source: LotSource) -> int:
    """All that was ever granted to a wallet from a source, spent or not."""
    return int(uow.run(sql.GRANTED, account=account, source=source.value).scalar())


def lot_by_id(uow: UnitOfWork, lot: LotId) -> Lot:
    """One lot."""
    return lot_of(uow.run(sql.LOT_BY_ID, lot=lot).one())


def take_from_lots(uow: UnitOfWork, parts: Iterable[Part]) -> None:
    """Take from lots that are known to cover it: their account is locked, so a miss is a bug."""
    for part in parts:
        taken = uow.run(sql.TAKE_FROM_LOT, lot=part.lot, amount=part.amount).affected
        taken = taken or uow.run(sql.EMPTY_LOT, lot=part.lot, amount=part.amount).affected
        assert taken == 1, "a lot changed while its account was locked"


def return_to_lots(uow: UnitOfWork, parts: Iterable[Part]) -> None:
    """Bring back what was held; the lot's `amount` stays, because nothing new came in."""
    uow.run_each(sql.RETURN_TO_LOT, [{"lot": part.lot, "amount": part.amount} for part in parts])


def lapsed_lots(uow: UnitOfWork, at: datetime, most: int) -> list[Lot]:
    """Lots whose date has come, oldest first."""
    return [lot_of(row) for row in uow.run(sql.LAPSED_LOTS, at=at, most=most)]


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold's head. Its account's balance says what it still holds."""

    id: HoldId
    key: str
    account: AccountId
    amount: int
    is_open: bool
    expires_at: datetime | None


def _hold(row: Row) -> HoldRow:
    return HoldRow(row.id, row.key, row.account_id, row.amount, bool(row.is_open), row.expires_at)


def insert_hold(uow: UnitOfWork, values: Mapping[str, Any]) -> HoldId | None:
    """Write a hold's head. None if (key, code) was used before."""
    made: HoldId | None = uow.run(sql.INSERT_HOLD, **values).scalar()
    return made


def hold_by_key(uow: UnitOfWork, key: str, code: Code) -> HoldRow | None:
    """The hold that used this key for this code."""
    row = uow.run(sql.HOLD_BY_KEY, key=key, code=code.value).first()
    return None if row is None else _hold(row)


def lock_hold(uow: UnitOfWork, hold: HoldId) -> HoldRow | None:
    """A hold, locked."""
    row = uow.run(sql.LOCK_HOLD, hold=hold).first()
    return None if row is None else _hold(row)


def close_hold(uow: UnitOfWork, hold: HoldId) -> None:
    """Say that a hold holds nothing any more."""
    uow.run(sql.CLOSE_HOLD, hold=hold)


def redirect_holds(uow: UnitOfWork, giver: AccountId, receiver: AccountId) -> None:
    """Let what one wallet has on hold come back to another."""
    uow.run(sql.REDIRECT_HOLDS, giver=giver, receiver=receiver)


def held_parts(uow: UnitOfWork, account: AccountId) -> list[Part]:
    """What a hold still holds, lot by lot, read from its entries."""
    return [Part(row.lot_id, int(row.amount)) for row in uow.run(sql.HELD_PARTS, account=account)]


def expired_holds(uow: UnitOfWork, at: datetime, most: int) -> list[HoldId]:
    """Open holds whose time is over, locked, in the order in which their wallets must be locked."""
    return [row.id for row in sorted(uow.run(sql.EXPIRED_HOLDS, at=at, most=most), key=lambda row: row.account_id)]
