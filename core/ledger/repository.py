"""Every statement of the ledger. Amount-changing statements are guarded: no row changed means it did not hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Insert, Text, bindparam, cast, func, insert, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.db import Row, UnitOfWork, columns
from core.ids import AccountId, HoldId, LotId, TransferId
from core.ledger.codes import Code, LotSource
from core.ledger.rules import Leg, Lot, Part, debt_of, kind_of
from core.ledger.tables import Account, Entry, Hold, Transfer
from core.ledger.tables import Lot as LotTable
from core.money import Unit

ACCOUNT, TRANSFER, ENTRY = columns(Account), columns(Transfer), columns(Entry)
HOLD, LOT = columns(Hold), columns(LotTable)

# Accounts

_amount: BindParameter[int] = bindparam("amount")

DEBIT = (
    update(ACCOUNT)
    .where(ACCOUNT.c.id == bindparam("account"), ACCOUNT.c.balance >= _amount)
    .values(balance=ACCOUNT.c.balance - _amount)
)
PAY_DEBT = (
    update(ACCOUNT)
    .where(ACCOUNT.c.id == bindparam("account"), ACCOUNT.c.balance <= -_amount)
    .values(balance=ACCOUNT.c.balance + _amount)
)
CREDIT = update(ACCOUNT).where(ACCOUNT.c.id == bindparam("account")).values(balance=ACCOUNT.c.balance + _amount)
_opened = upsert(ACCOUNT).values(
    id=bindparam("account"), kind=bindparam("kind"), unit=bindparam("unit"), balance=_amount
)
OPEN_AND_CREDIT = _opened.on_conflict_do_update(
    index_elements=[ACCOUNT.c.id], set_={"balance": ACCOUNT.c.balance + _amount}
)
ENSURE_ACCOUNT = (
    upsert(ACCOUNT)
    .values(id=bindparam("account"), kind=bindparam("kind"), unit=bindparam("unit"))
    .on_conflict_do_nothing()
)
BALANCE = select(ACCOUNT.c.balance).where(ACCOUNT.c.id == bindparam("account"))
# Without KEY, so that others may go on writing entries that refer to the account.
LOCK_ACCOUNT = select(ACCOUNT.c.balance).where(ACCOUNT.c.id == bindparam("account")).with_for_update(key_share=True)
SYSTEM_SUM = select(func.coalesce(func.sum(ENTRY.c.amount), 0)).where(ENTRY.c.account_id == bindparam("account"))


def debit(uow: UnitOfWork, account: AccountId, amount: int) -> bool:
    """Take from an account and lock it. Whether it covers the amount; if not, nothing has changed."""
    return uow.run(DEBIT, account=account, amount=amount).affected == 1


def credit(uow: UnitOfWork, account: AccountId, unit: Unit, amount: int) -> None:
    """Add to an account (a negative amount deepens a debt), making it on first sight."""
    if not uow.run(CREDIT, account=account, amount=amount).affected:
        # Still an upsert: somebody else may open it in the same moment.
        uow.run(OPEN_AND_CREDIT, account=account, kind=kind_of(account).value, unit=unit.value, amount=amount)


def pay_debt(uow: UnitOfWork, debt: AccountId, amount: int) -> bool:
    """Lessen a debt (an upsert would test the positive amount against the constraint). Whether so much was owed."""
    return uow.run(PAY_DEBT, account=debt, amount=amount).affected == 1


def ensure_account(uow: UnitOfWork, account: AccountId, unit: Unit) -> None:
    """Make an account if it is not there."""
    uow.run(ENSURE_ACCOUNT, account=account, kind=kind_of(account).value, unit=unit.value)


def balance(uow: UnitOfWork, account: AccountId) -> int:
    """What an account holds, 0 if it was never used. System accounts are summed."""
    statement = SYSTEM_SUM if kind_of(account) == "system" else BALANCE
    return uow.run(statement, account=account).scalar() or 0


def lock_account(uow: UnitOfWork, account: AccountId) -> int:
    """Lock an account before its lots are read; what it holds."""
    return uow.run(LOCK_ACCOUNT, account=account).scalar() or 0


# Transfers and entries

_MOST_LINES = 8
_transfer = upsert(TRANSFER).values(
    {name: bindparam(name) for name in ("code", "key", "at", "digest", "trace", "note", "hold_id", "reverses")}
)
INSERT_TRANSFER = _transfer.on_conflict_do_nothing(index_elements=[TRANSFER.c.key, TRANSFER.c.code]).returning(
    TRANSFER.c.id
)
# Whatever it conflicts with: a second reversal of the same transfer under another key must not raise either.
INSERT_REVERSAL = _transfer.on_conflict_do_nothing().returning(TRANSFER.c.id)
TRANSFER_BY_KEY = select(TRANSFER).where(TRANSFER.c.key == bindparam("key"), TRANSFER.c.code == bindparam("code"))
TRANSFER_BY_ID = select(TRANSFER).where(TRANSFER.c.id == bindparam("transfer"))
REVERSAL_OF = select(TRANSFER.c.id).where(TRANSFER.c.reverses == bindparam("transfer"))
ENTRIES_OF = select(ENTRY).where(ENTRY.c.transfer_id == bindparam("transfer")).order_by(ENTRY.c.line)


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
    made: TransferId | None = uow.run(
        INSERT_TRANSFER if reverses is None else INSERT_REVERSAL,
        code=code.value,
        key=key,
        at=at,
        digest=digest,
        trace=uow.trace,
        note=note,
        hold_id=hold,
        reverses=reverses,
    ).scalar()
    return made


@cache
def _insert_entries(count: int) -> tuple[Insert, tuple[str, ...]]:
    """One statement for so many lines (each statement more is a round trip more), and its parameters in order."""
    lines = [{name: f"{name}_{i}" for name in ("line", "account_id", "lot_id", "amount")} for i in range(count)]
    rows = [{"transfer_id": bindparam("transfer")} | {k: bindparam(name) for k, name in line.items()} for line in lines]
    return insert(ENTRY).values(rows), ("transfer", *[name for line in lines for name in line.values()])


def insert_entries(uow: UnitOfWork, transfer: TransferId, legs: Sequence[Leg]) -> None:
    """Write the lines of a transfer."""
    for begin in range(0, len(legs), _MOST_LINES):
        chunk = legs[begin : begin + _MOST_LINES]
        values: list[Any] = [transfer]
        for line, leg in enumerate(chunk, begin):
            values += (line, leg.account, leg.lot, leg.amount)
        statement, names = _insert_entries(len(chunk))
        uow.run(statement, **dict(zip(names, values, strict=True)))


def transfer_by_key(uow: UnitOfWork, key: str, code: Code) -> Row | None:
    """The transfer that used this key for this code."""
    return uow.run(TRANSFER_BY_KEY, key=key, code=code.value).first()


def transfer_by_id(uow: UnitOfWork, transfer: TransferId) -> Row | None:
    """A transfer's head."""
    return uow.run(TRANSFER_BY_ID, transfer=transfer).first()


def reversal_of(uow: UnitOfWork, transfer: TransferId) -> TransferId | None:
    """The transfer that reversed this one."""
    found: TransferId | None = uow.run(REVERSAL_OF, transfer=transfer).scalar()
    return found


def entries_of(uow: UnitOfWork, transfer: TransferId) -> list[Leg]:
    """A transfer's lines."""
    return [Leg(row.account_id, row.amount, row.lot_id) for row in uow.run(ENTRIES_OF, transfer=transfer)]


# Lots

_SOURCES = {source.value: source for source in LotSource}
_LOT_COLUMNS = (
    "account_id", "source", "rank", "amount", "remaining", "net_nanos", "expires_at", "frozen", "parent_id", "created_at"
)  # fmt: skip
INSERT_LOT = (
    insert(LOT).values({name: bindparam(name) for name in _LOT_COLUMNS} | {"pooled": False}).returning(LOT.c.id)
)
POOL_LOT = (
    update(LOT)
    .where(LOT.c.account_id == bindparam("account_id"), LOT.c.source == bindparam("source"), LOT.c.pooled)
    .values(amount=LOT.c.amount + _amount, remaining=LOT.c.remaining + _amount)
    .returning(LOT.c.id)
)
_pooled = upsert(LOT).values(
    {name: bindparam(name) for name in ("account_id", "source", "rank", "created_at")}
    | {"amount": _amount, "remaining": _amount, "net_nanos": 0, "pooled": True, "frozen": False}
)
OPEN_POOL = _pooled.on_conflict_do_update(
    index_elements=[LOT.c.account_id, LOT.c.source],
    index_where=LOT.c.pooled == true(),
    set_={"amount": LOT.c.amount + _amount, "remaining": LOT.c.remaining + _amount},
).returning(LOT.c.id)
_LOT_VIEW = select(
    LOT.c.id, LOT.c.account_id, LOT.c.source, LOT.c.amount, LOT.c.remaining, LOT.c.net_nanos, LOT.c.expires_at,
    LOT.c.frozen,
)  # fmt: skip
OPEN_LOTS = _LOT_VIEW.where(LOT.c.account_id == bindparam("account"), LOT.c.remaining > 0).order_by(LOT.c.id)
# The debt rides along: read after the account was locked, it can not be older than the lots.
OPEN_LOTS_AND_DEBT = OPEN_LOTS.add_columns(
    func.coalesce(
        select(ACCOUNT.c.balance).where(ACCOUNT.c.id == bindparam("debt")).correlate(None).scalar_subquery(), 0
    ).label("debt")
)
# Lots of a gift or a merge have a parent: they were granted elsewhere.
GRANTED = select(func.coalesce(func.sum(LOT.c.amount), 0)).where(
    LOT.c.account_id == bindparam("account"), LOT.c.source == bindparam("source"), LOT.c.parent_id.is_(None)
)
DISPUTED = select(LOT.c.id).where(LOT.c.account_id == bindparam("account"), LOT.c.frozen).limit(1)
LOT_BY_ID = _LOT_VIEW.where(LOT.c.id == bindparam("lot"))
TAKE_FROM_LOT = (
    update(LOT)
    .where(LOT.c.id == bindparam("lot"), LOT.c.remaining >= _amount)
    .values(remaining=LOT.c.remaining - _amount)
)
RETURN_TO_LOT = update(LOT).where(LOT.c.id == bindparam("lot")).values(remaining=LOT.c.remaining + _amount)
LAPSED_LOTS = (
    _LOT_VIEW.where(
        LOT.c.remaining > 0, LOT.c.expires_at.is_not(None), LOT.c.expires_at <= bindparam("at"), ~LOT.c.frozen
    )
    .order_by(LOT.c.expires_at)
    .limit(bindparam("most"))
)


def _lot(row: Row) -> Lot:
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
        INSERT_LOT,
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


def pool_lot(uow: UnitOfWork, account: AccountId, amount: int, source: LotSource, at: datetime) -> LotId:
    """Add to the running lot of a source that has no date and brought no dollars, opening it on first use."""
    made: LotId | None = uow.run(POOL_LOT, account_id=account, source=source.value, amount=amount).scalar()
    if made is None:
        made = uow.run(
            OPEN_POOL, account_id=account, source=source.value, rank=source.rank, amount=amount, created_at=at
        ).scalar()
    assert made is not None
    return made


def open_lots(uow: UnitOfWork, account: AccountId) -> list[Lot]:
    """What is left in a wallet, lot by lot, frozen and lapsed ones included."""
    return [_lot(row) for row in uow.run(OPEN_LOTS, account=account)]


def open_lots_and_debt(uow: UnitOfWork, account: AccountId) -> tuple[list[Lot], int]:
    """What is left in a wallet, and what its member owes (0 or more; unknown, so 0, where nothing is left)."""
    rows = uow.run(OPEN_LOTS_AND_DEBT, account=account, debt=debt_of(account))
    lots = [_lot(row) for row in rows]
    return lots, -rows[0].debt if lots else 0


def granted(uow: UnitOfWork, account: AccountId, source: LotSource) -> int:
    """All that was ever granted to a wallet from a source, spent or not."""
    return int(uow.run(GRANTED, account=account, source=source.value).scalar())


def lot_by_id(uow: UnitOfWork, lot: LotId) -> Lot:
    """One lot."""
    return _lot(uow.run(LOT_BY_ID, lot=lot).one())


def take_from_lots(uow: UnitOfWork, parts: Iterable[Part]) -> None:
    """Take from lots that are known to cover it: their account is locked, so a miss is a bug."""
    for part in parts:
        taken = uow.run(TAKE_FROM_LOT, lot=part.lot, amount=part.amount).affected
        assert taken == 1, "a lot changed while its account was locked"


def return_to_lots(uow: UnitOfWork, parts: Iterable[Part]) -> None:
    """Bring back what was held; the lot's `amount` stays, because nothing new came in."""
    uow.run_each(RETURN_TO_LOT, [{"lot": part.lot, "amount": part.amount} for part in parts])


def lapsed_lots(uow: UnitOfWork, at: datetime, most: int) -> list[Lot]:
    """Lots whose date has come, oldest first."""
    return [_lot(row) for row in uow.run(LAPSED_LOTS, at=at, most=most)]


# Holds

INSERT_HOLD = (
    upsert(HOLD)
    .values(
        {name: bindparam(name) for name in ("code", "key", "account_id", "amount", "what", "expires_at", "created_at")}
        | {"is_open": True}
    )
    .on_conflict_do_nothing(index_elements=[HOLD.c.key, HOLD.c.code])
    .returning(HOLD.c.id)
)
HOLD_BY_KEY = select(HOLD).where(HOLD.c.key == bindparam("key"), HOLD.c.code == bindparam("code"))
LOCK_HOLD = select(HOLD).where(HOLD.c.id == bindparam("hold")).with_for_update()
REDIRECT_HOLDS = (
    update(HOLD).where(HOLD.c.account_id == bindparam("giver"), HOLD.c.is_open).values(account_id=bindparam("receiver"))
)
CLOSE_HOLD = update(HOLD).where(HOLD.c.id == bindparam("hold")).values(is_open=False)
HELD_PARTS = (
    select(ENTRY.c.lot_id, func.sum(ENTRY.c.amount).label("amount"))
    .where(ENTRY.c.account_id == bindparam("account"))
    .group_by(ENTRY.c.lot_id)
    .having(func.sum(ENTRY.c.amount) > 0)
    .order_by(ENTRY.c.lot_id)
)
# Holds that somebody is resolving just now are left to them.
EXPIRED_HOLDS = (
    select(HOLD.c.id, HOLD.c.account_id)
    .where(HOLD.c.is_open, HOLD.c.expires_at.is_not(None), HOLD.c.expires_at <= bindparam("at"))
    .order_by(HOLD.c.expires_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
OPEN_HOLDS = (
    select(HOLD.c.id, HOLD.c.what, HOLD.c.expires_at, ACCOUNT.c.balance, ACCOUNT.c.unit)
    .where(
        HOLD.c.account_id == bindparam("account"),
        HOLD.c.is_open,
        ACCOUNT.c.id == literal("hold:") + cast(HOLD.c.id, Text),
    )
    .order_by(HOLD.c.id)
)


HOLDS_FOR = select(HOLD.c.id).where(
    HOLD.c.account_id == bindparam("account"), HOLD.c.is_open, HOLD.c.code == bindparam("code")
)


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
    made: HoldId | None = uow.run(INSERT_HOLD, **values).scalar()
    return made


def hold_by_key(uow: UnitOfWork, key: str, code: Code) -> HoldRow | None:
    """The hold that used this key for this code."""
    row = uow.run(HOLD_BY_KEY, key=key, code=code.value).first()
    return None if row is None else _hold(row)


def lock_hold(uow: UnitOfWork, hold: HoldId) -> HoldRow | None:
    """A hold, locked."""
    row = uow.run(LOCK_HOLD, hold=hold).first()
    return None if row is None else _hold(row)


def close_hold(uow: UnitOfWork, hold: HoldId) -> None:
    """Say that a hold holds nothing any more."""
    uow.run(CLOSE_HOLD, hold=hold)


def redirect_holds(uow: UnitOfWork, giver: AccountId, receiver: AccountId) -> None:
    """Let what one wallet has on hold come back to another."""
    uow.run(REDIRECT_HOLDS, giver=giver, receiver=receiver)


def held_parts(uow: UnitOfWork, account: AccountId) -> list[Part]:
    """What a hold still holds, lot by lot, read from its entries."""
    return [Part(row.lot_id, int(row.amount)) for row in uow.run(HELD_PARTS, account=account)]


def expired_holds(uow: UnitOfWork, at: datetime, most: int) -> list[HoldId]:
    """Open holds whose time is over, locked, in the order in which their wallets must be locked."""
    return [row.id for row in sorted(uow.run(EXPIRED_HOLDS, at=at, most=most), key=lambda row: row.account_id)]


# What the wallet shows

HISTORY = (
    select(TRANSFER.c.id, TRANSFER.c.code, TRANSFER.c.at, TRANSFER.c.note, ACCOUNT.c.unit, func.sum(ENTRY.c.amount).label("amount"))
    .join(ENTRY, ENTRY.c.transfer_id == TRANSFER.c.id)
    .join(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
    .where(or_(ENTRY.c.account_id == bindparam("coins"), ENTRY.c.account_id == bindparam("credits")))
    .group_by(TRANSFER.c.id, TRANSFER.c.code, TRANSFER.c.at, TRANSFER.c.note, ACCOUNT.c.unit)
    .order_by(TRANSFER.c.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
