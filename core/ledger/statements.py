"""Every statement of the ledger. Amount-changing statements are guarded: no row changed means it did not hold."""

from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Insert,
    Select,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)

from core.db import columns, upsert
from core.ledger.codes import Code, LotSource
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
_transfer = upsert(TRANSFER).values(
    {name: bindparam(name) for name in ("code", "key", "at", "digest", "trace", "note")}
)
INSERT_TRANSFER = _transfer.on_conflict_do_nothing(index_elements=[TRANSFER.c.key, TRANSFER.c.code]).returning(
    TRANSFER.c.id
)
INSERT_HOLDS_TRANSFER = INSERT_TRANSFER.values(hold_id=bindparam("hold"))
# Whatever it conflicts with: a second reversal of the same transfer under another key must not raise either.
INSERT_REVERSAL = _transfer.values(reverses=bindparam("reverses")).on_conflict_do_nothing().returning(TRANSFER.c.id)
TRANSFER_BY_KEY = select(TRANSFER).where(TRANSFER.c.key == bindparam("key"), TRANSFER.c.code == bindparam("code"))
TRANSFER_BY_ID = select(TRANSFER).where(TRANSFER.c.id == bindparam("transfer"))
ENTRIES_OF = select(ENTRY).where(ENTRY.c.transfer_id == bindparam("transfer")).order_by(ENTRY.c.line)


@cache
def insert_entries(count: int) -> Insert:
    """One statement for so many lines, because each statement more is a round trip more."""
    names = ("transfer_id", "line", "account_id", "lot_id", "amount")
    return insert(ENTRY).values([{name: bindparam(f"{name}_{i}") for name in names} for i in range(count)])


_LOT_COLUMNS = (
    "account_id", "source", "rank", "amount", "remaining", "net_nanos", "expires_at", "frozen", "parent_id",
    "created_at",
)  # fmt: skip
INSERT_LOT = (
    insert(LOT)
    .values({name: bindparam(name) for name in _LOT_COLUMNS} | {"pooled": False, "is_open": True})
    .returning(LOT.c.id)
)
ADD_TO_POOL = (
    update(LOT)
    .where(LOT.c.id == bindparam("lot"), LOT.c.is_open)
    .values(amount=LOT.c.amount + _amount, remaining=LOT.c.remaining + _amount)
)
POOL_LOT = (
    update(LOT)
    .where(
        LOT.c.account_id == bindparam("account_id"),
        LOT.c.source == bindparam("source"),
        LOT.c.pooled,
        LOT.c.is_open,
    )
    .values(amount=LOT.c.amount + _amount, remaining=LOT.c.remaining + _amount)
    .returning(LOT.c.id)
)
_pooled = upsert(LOT).values(
    {name: bindparam(name) for name in ("account_id", "source", "rank", "created_at")}
    | {
        "amount": _amount,
        "remaining": _amount,
        "net_nanos": 0,
        "pooled": True,
        "frozen": False,
        "is_open": True,
    }
)
OPEN_POOL = _pooled.on_conflict_do_update(
    index_elements=[LOT.c.account_id, LOT.c.source],
    index_where=LOT.c.pooled == true(),
    set_={"amount": LOT.c.amount + _amount, "remaining": LOT.c.remaining + _amount, "is_open": True},
).returning(LOT.c.id)
_LOT_VIEW = select(
    LOT.c.id, LOT.c.account_id, LOT.c.source, LOT.c.amount, LOT.c.remaining, LOT.c.net_nanos, LOT.c.expires_at,
    LOT.c.frozen,
)  # fmt: skip
OPEN_LOTS = _LOT_VIEW.where(LOT.c.account_id == bindparam("account"), LOT.c.is_open).order_by(LOT.c.id)
OPEN_LOTS_FROM = OPEN_LOTS.where(LOT.c.source == bindparam("source"))
# The debt rides along: read after the account was locked, it can not be older than the lots. So does the pool of
# whoever receives: a pool keeps its id for ever, and an update that returns one costs more than one that names it.
_pool = LOT.alias("pool")
BURNABLE = OPEN_LOTS.add_columns(
    func.coalesce(
        select(ACCOUNT.c.balance).where(ACCOUNT.c.id == bindparam("debt")).correlate(None).scalar_subquery(),
        0,
    ).label("debt"),
    select(_pool.c.id)
    .where(
        _pool.c.account_id == bindparam("receiver"),
        _pool.c.source == literal_column(f"'{LotSource.EARNED}'"),
        _pool.c.pooled,
    )
    .correlate(None)
    .scalar_subquery()
    .label("pool"),
)
# Lots of a gift or a merge have a parent: they were granted elsewhere.
GRANTED = select(func.coalesce(func.sum(LOT.c.amount), 0)).where(
    LOT.c.account_id == bindparam("account"), LOT.c.source == bindparam("source"), LOT.c.parent_id.is_(None)
)
DISPUTED = select(LOT.c.id).where(LOT.c.account_id == bindparam("account"), LOT.c.frozen).limit(1)
LOT_BY_ID = _LOT_VIEW.where(LOT.c.id == bindparam("lot"))
# Taking some and taking all are two statements, because a statement that sets `is_open` rewrites the indices.
TAKE_FROM_LOT = (
    update(LOT)
    .where(LOT.c.id == bindparam("lot"), LOT.c.remaining > _amount)
    .values(remaining=LOT.c.remaining - _amount)
)
EMPTY_LOT = (
    update(LOT).where(LOT.c.id == bindparam("lot"), LOT.c.remaining == _amount).values(remaining=0, is_open=False)
)
RETURN_TO_LOT = (
    update(LOT).where(LOT.c.id == bindparam("lot")).values(remaining=LOT.c.remaining + _amount, is_open=True)
)
LAPSED_LOTS = (
    _LOT_VIEW.where(LOT.c.is_open, LOT.c.expires_at.is_not(None), LOT.c.expires_at <= bindparam("at"), ~LOT.c.frozen)
    .order_by(LOT.c.expires_at)
    .limit(bindparam("most"))
)


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
HOLDS_FOR = select(HOLD.c.id).where(
    HOLD.c.account_id == bindparam("account"), HOLD.c.is_open, HOLD.c.code == bindparam("code")
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
_HOLD_VIEW = (
    select(HOLD.c.id, HOLD.c.account_id, HOLD.c.what, HOLD.c.expires_at, ACCOUNT.c.balance, ACCOUNT.c.unit)
    .where(HOLD.c.is_open, ACCOUNT.c.id == literal("hold:") + cast(HOLD.c.id, Text))
    .order_by(HOLD.c.id)
)
OPEN_HOLDS = _HOLD_VIEW.where(HOLD.c.account_id == bindparam("account"))


# What the wallet shows

# A gift goes from wallet to wallet, or waits in a hold of the giver's until it is collected.
_from = ENTRY.alias("from_entry")
GAVE = (
    select(ENTRY.c.transfer_id)
    .join(TRANSFER, TRANSFER.c.id == ENTRY.c.transfer_id)
    .outerjoin(HOLD, HOLD.c.id == TRANSFER.c.hold_id)
    .where(
        ENTRY.c.account_id == bindparam("receiver"),
        ENTRY.c.amount > 0,
        TRANSFER.c.code == Code.GIFT.value,
        or_(
            HOLD.c.account_id == bindparam("giver"),
            select(_from.c.line)
            .where(_from.c.transfer_id == ENTRY.c.transfer_id, _from.c.account_id == bindparam("giver"))
            .exists(),
        ),
    )
    .limit(1)
)
# The newest entries first, and only so many: an old wallet has more than anybody looks at.
_newest = (
    select(ENTRY.c.transfer_id, ENTRY.c.amount)
    .where(ENTRY.c.account_id == bindparam("account"))
    .order_by(ENTRY.c.transfer_id.desc())
    .limit(bindparam("most"))
    .subquery()
)
MOVED = (
    select(TRANSFER.c.at, func.sum(_newest.c.amount).label("amount"))
    .join(_newest, _newest.c.transfer_id == TRANSFER.c.id)
    .where(TRANSFER.c.at >= bindparam("since"))
    .group_by(TRANSFER.c.id, TRANSFER.c.at)
    .order_by(TRANSFER.c.id)
)
_both: tuple[BindParameter[str], BindParameter[str]] = (bindparam("coins"), bindparam("credits"))
# Whether anything is on hold rides along: mostly nothing is.
BALANCES = select(
    ACCOUNT.c.id,
    ACCOUNT.c.balance,
    select(HOLD.c.id).where(HOLD.c.account_id.in_(_both), HOLD.c.is_open).correlate(None).exists().label("holds"),
).where(ACCOUNT.c.id.in_([*_both, bindparam("coin_debt"), bindparam("credit_debt")]))
LOTS_OF_BOTH = _LOT_VIEW.where(LOT.c.account_id.in_(_both), LOT.c.is_open).order_by(LOT.c.id)
HOLDS_OF_BOTH = _HOLD_VIEW.where(HOLD.c.account_id.in_(_both))


def _last(wallet: str, unit: Unit) -> Select[Any]:
    """What the last transfers changed in one wallet, read from the end of its index: a long history costs no more."""
    moved = (
        select(ENTRY.c.transfer_id, func.sum(ENTRY.c.amount).label("amount"))
        .where(ENTRY.c.account_id == bindparam(wallet))
        .group_by(ENTRY.c.transfer_id)
        .order_by(ENTRY.c.transfer_id.desc())
        .limit(bindparam("most"))
        .subquery()
    )
    return select(moved.c.transfer_id, moved.c.amount, literal_column(f"'{unit}'").label("unit"))


_moved = union_all(_last("coins", Unit.COIN), _last("credits", Unit.CREDIT)).subquery("moved")
HISTORY = (
    select(TRANSFER.c.code, TRANSFER.c.at, TRANSFER.c.note, _moved.c.unit, _moved.c.amount)
    .join(_moved, _moved.c.transfer_id == TRANSFER.c.id)
    .order_by(TRANSFER.c.id.desc(), _moved.c.unit)
    .limit(bindparam("most"))
)

CONSUMED = (
    select(
        TRANSFER.c.id, TRANSFER.c.at, HOLD.c.account_id, LOT.c.amount, LOT.c.net_nanos, ENTRY.c.amount.label("moved")
    )
    .join(HOLD, HOLD.c.id == TRANSFER.c.hold_id)
    .join(ENTRY, ENTRY.c.transfer_id == TRANSFER.c.id)
    .join(LOT, LOT.c.id == ENTRY.c.lot_id)
    .where(
        TRANSFER.c.code == literal_column("'stake_consumed'"),
        TRANSFER.c.at >= bindparam("since", type_=TRANSFER.c.at.type),
        ENTRY.c.amount > 0,
        LOT.c.source == LotSource.BOUGHT.value,
        LOT.c.net_nanos > 0,
    )
    .order_by(TRANSFER.c.at, TRANSFER.c.id, ENTRY.c.line)
    .limit(bindparam("most"))
)
IS_HELD = select(HOLD.c.is_open).where(HOLD.c.id == bindparam("hold"))
CAPTURED_LOTS = (
    select(LOT.c.amount, LOT.c.net_nanos, ENTRY.c.amount.label("moved"))
    .join(ENTRY, ENTRY.c.lot_id == LOT.c.id)
    .join(TRANSFER, TRANSFER.c.id == ENTRY.c.transfer_id)
    .where(
        ENTRY.c.account_id == bindparam("account"),
        ENTRY.c.amount < 0,
        TRANSFER.c.code == "work_done",
        LOT.c.source.in_([LotSource.BOUGHT.value, LotSource.GIFTED.value]),
    )
)
HELD_LOTS = (
    select(LOT.c.id, LOT.c.source, LOT.c.amount, LOT.c.net_nanos, LOT.c.frozen, func.sum(ENTRY.c.amount).label("held"))
    .join(ENTRY, ENTRY.c.lot_id == LOT.c.id)
    .where(ENTRY.c.account_id == bindparam("account"))
    .group_by(LOT.c.id, LOT.c.source, LOT.c.amount, LOT.c.net_nanos, LOT.c.frozen)
    .having(func.sum(ENTRY.c.amount) > 0)
    .order_by(LOT.c.id)
)
