"""The steps that every verb of the ledger is made of: claim the key, burn lots, open lots, write the entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.db import UnitOfWork
from core.ids import AccountId, HoldId, LotId, TransferId
from core.ledger import repository, rules
from core.ledger.codes import Code, LotSource
from core.ledger.errors import InDebt, InsufficientFunds, KeyReused
from core.ledger.rules import Leg, Lot, Part
from core.money import Amount


@dataclass(frozen=True, slots=True)
class Why:
    """Why something moves: the code, the idempotency key, the instant, and a note that people read."""

    code: Code
    key: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
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
    if stands.digest != digest:
        raise KeyReused(why.key)
    return stands.id, Posted(stands.id, replayed=True)


def used(uow: UnitOfWork, why: Why) -> bool:
    """Whether (key, code) has a transfer."""
    return bool(uow.run(repository.TRANSFER_BY_KEY, key=why.key, code=why.code))


def write(uow: UnitOfWork, transfer: TransferId, lines: Sequence[Leg]) -> None:
    """Write a transfer's entries. A leg of nothing is no entry."""
    lines = [leg for leg in lines if leg.amount]
    assert rules.sums_to_zero(lines), "a transfer must sum to zero"
    repository.insert_entries(uow, transfer, lines)


def legs(part: Part, giver: AccountId, taker: AccountId) -> tuple[Leg, Leg]:
    """The two entries that move a part of a lot, which stays the same lot."""
    return Leg(giver, -part.amount, part.lot), Leg(taker, part.amount, part.lot)


def burn(
    uow: UnitOfWork, wallet: AccountId, amount: Amount, at: datetime, sources: frozenset[LotSource] | None
) -> list[Part]:
    """Debit a wallet and its lots in burn order. The guarded update comes first: it locks the account."""
    assert amount.value > 0, "only a positive amount moves"
    debited = repository.debit_wallet(uow, wallet, amount.value)
    lots = repository.open_lots(uow, wallet)
    usable = rules.burnable(lots, at, sources)
    parts = rules.draw(usable, amount.value)
    if debited is None or parts is None:
        owed = -repository.balance(uow, rules.debt_of(wallet))
        if owed > 0:
            raise InDebt(type(amount)(owed))
        raise InsufficientFunds(type(amount)(sum(lot.remaining for lot in usable)), amount)
    repository.take_from_lots(uow, parts)
    return parts


def cut(uow: UnitOfWork, part: Part, receiver: AccountId, become: LotSource | None, at: datetime) -> LotId:
    """Open the receiver's lot for a part of another: date and dollars go along. Earned coins join the running lot."""
    lot = repository.lot_by_id(uow, part.lot)
    source = become or lot.source
    net = rules.net_share(lot, part.amount)
    if source is LotSource.EARNED and lot.expires_at is None and not net:
        return repository.pool_lot(uow, receiver, part.amount, source, at)
    return repository.insert_lot(
        uow, receiver, part.amount, source=source, at=at, net_nanos=net, expires_at=lot.expires_at, parent=lot.id
    )


def take_whole(uow: UnitOfWork, lot: Lot, goal: AccountId, why: Why) -> None:
    """Empty one lot into another account. The caller has locked the lot's account."""
    transfer, posted = begin(uow, why, f"{lot.account}>{lot.remaining}>{goal}")
    if posted:
        return
    assert repository.debit(uow, lot.account, lot.remaining) is not None, "a wallet holds what its lots hold"
    repository.take_from_lots(uow, [Part(lot.id, lot.remaining)])
    write(uow, transfer, legs(Part(lot.id, lot.remaining), lot.account, goal))
