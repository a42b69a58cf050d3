"""The steps that every verb of the ledger is made of: claim the key, burn lots, open lots, write the entries."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.db import UnitOfWork
from core.ids import AccountId, HoldId, LotId, TransferId
from core.ledger import repository, rules
from core.ledger.codes import Code, LotSource
from core.ledger.errors import AlreadyReversed, InDebt, InsufficientFunds, KeyReused
from core.ledger.rules import Leg, Lot, Part
from core.money import Amount


class Why(NamedTuple):
    """Why something moves: the code, the idempotency key, the instant, and a note that people read."""

    code: Code
    key: str
    at: datetime
    note: str = ""


class Posted(NamedTuple):
    """A transfer that stands. `replayed` when it stood before this call, which then moved nothing."""

    transfer: TransferId
    replayed: bool = False


def begin(
    uow: UnitOfWork, why: Why, digest: str, *, hold: HoldId | None = None, reverses: TransferId | None = None
) -> tuple[TransferId, Posted | None]:
    """Claim (key, code). Either a new transfer, or the one that stands; another content is refused."""
    made = repository.insert_transfer(
        uow, why.code, why.key, at=why.at, digest=digest, note=why.note, hold=hold, reverses=reverses
    )
    if made is not None:
        return made, None
    stands = repository.transfer_by_key(uow, why.key, why.code)
    if stands is None:
        assert reverses is not None, "only a reversal can meet a transfer under another key"
        raise AlreadyReversed(reverses)
    if stands.digest != digest:
        raise KeyReused(why.key)
    return stands.id, Posted(stands.id, replayed=True)


def write(uow: UnitOfWork, transfer: TransferId, lines: Sequence[Leg]) -> None:
    """Write a transfer's entries."""
    assert rules.sums_to_zero(lines), "a transfer must sum to zero"
    repository.insert_entries(uow, transfer, lines)


def legs(part: Part, giver: AccountId, taker: AccountId) -> tuple[Leg, Leg]:
    """The two entries that move a part of a lot, which stays the same lot."""
    return Leg(giver, -part.amount, part.lot), Leg(taker, part.amount, part.lot)


class Least(NamedTuple):
    """At least so much of an amount has to come from lots of these sources."""

    sources: frozenset[LotSource]
    amount: int


class Burnt(NamedTuple):
    """What left a wallet: the lots as they were, what was taken of each, and the receiver's pool if there is one."""

    lots: list[Lot]
    parts: list[Part]
    pool: LotId | None


def burn(
    uow: UnitOfWork,
    wallet: AccountId,
    amount: Amount,
    at: datetime,
    *,
    sources: frozenset[LotSource] | None,
    receiver: AccountId | None = None,
    least: Least | None = None,
) -> Burnt:
    """Debit a wallet and its lots in burn order.

    The guarded update comes first: it locks the account, so that the lots and the debt are read as they stand.
    """
    assert amount.value > 0, "only a positive amount moves"
    debited = repository.debit(uow, wallet, amount.value)
    found = repository.look(uow, wallet, receiver)
    usable = rules.burnable(found.lots, at, sources)
    if least is not None:
        usable = rules.reserve(usable, amount.value, least.sources, least.amount)
    parts = rules.draw(usable, amount.value)
    if found.owed or not debited or parts is None:
        raise _refusal(uow, wallet, amount, usable)
    repository.take_from_lots(uow, parts)
    return Burnt(usable, parts, found.pool)


def cut(
    uow: UnitOfWork,
    lot: Lot,
    amount: int,
    receiver: AccountId,
    *,
    become: LotSource | None,
    at: datetime,
    pool: LotId | None = None,
) -> LotId:
    """Open the receiver's lot for a part of another; date, dollars and frost go along. Earned coins join the pool."""
    source = become or lot.source
    net = rules.net_share(lot, amount)
    if source is LotSource.EARNED and lot.expires_at is None and not net and not lot.frozen:
        if pool is not None and repository.add_to_pool(uow, pool, amount):
            return pool
        return repository.pool_lot(uow, receiver, amount, source, at)
    return repository.insert_lot(
        uow,
        receiver,
        amount,
        source=source,
        at=at,
        net_nanos=net,
        expires_at=lot.expires_at,
        frozen=lot.frozen,
        parent=lot.id,
    )


def take_whole(uow: UnitOfWork, lot: Lot, goal: AccountId, why: Why) -> int:
    """Empty one lot into another account; how much moved. The caller has locked the lot's account."""
    transfer, posted = begin(uow, why, f"{lot.account}>{lot.remaining}>{goal}")
    if posted:
        return 0
    assert repository.debit(uow, lot.account, lot.remaining), "a wallet holds what its lots hold"
    repository.take_from_lots(uow, [Part(lot.id, lot.remaining)])
    write(uow, transfer, legs(Part(lot.id, lot.remaining), lot.account, goal))
    return lot.remaining


def _refusal(uow: UnitOfWork, wallet: AccountId, amount: Amount, usable: Sequence[Lot]) -> InDebt | InsufficientFunds:
    """Why a wallet does not give an amount."""
    owed = -repository.balance(uow, rules.debt_of(wallet))
    if owed > 0:
        return InDebt(type(amount)(owed))
    return InsufficientFunds(type(amount)(sum(lot.remaining for lot in usable)), amount)
