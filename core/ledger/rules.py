"""Which lots burn, how a part of a hold is shared over its lots, what a lot brings along. Pure functions.

Their values are named tuples and not dataclasses, which cost three times as much to make, a dozen times a transfer.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from core.ids import AccountId, LotId
from core.ledger.codes import AccountKind, LotSource
from core.money import Unit, split


class Lot(NamedTuple):
    """A lot as the rules see it; amounts in whole units, `net_nanos` for the whole `amount`."""

    id: LotId
    account: AccountId
    source: LotSource
    amount: int
    remaining: int
    net_nanos: int
    expires_at: datetime | None
    frozen: bool


class Part(NamedTuple):
    """So much of one lot."""

    lot: LotId
    amount: int


class Leg(NamedTuple):
    """One entry to be: what an account gains (positive) or gives (negative), and of which lot."""

    account: AccountId
    amount: int
    lot: LotId | None = None


def burnable(lots: Iterable[Lot], at: datetime, sources: frozenset[LotSource] | None = None) -> list[Lot]:
    """The lots that may be spent at an instant, in the order in which they burn."""
    usable = [
        lot
        for lot in lots
        if lot.remaining > 0
        and not lot.frozen
        and (lot.expires_at is None or lot.expires_at > at)
        and (sources is None or lot.source in sources)
    ]
    if len(usable) < 2:
        return usable
    # Two keys for the date, because None does not compare: dated lots before undated ones.
    return sorted(usable, key=lambda lot: (lot.source.rank, lot.expires_at is None, lot.expires_at or at, lot.id))


def draw(lots: Sequence[Lot], amount: int) -> list[Part] | None:
    """Take an amount from lots in their order. None if they do not cover it."""
    parts = []
    missing = amount
    for lot in lots:
        if missing == 0:
            break
        taken = min(lot.remaining, missing)
        parts.append(Part(lot.id, taken))
        missing -= taken
    return parts if missing == 0 else None


def reserve(lots: Sequence[Lot], amount: int, sources: frozenset[LotSource], least: int) -> list[Lot]:
    """The same lots with so little left of the others that at least a part of an amount comes from some sources."""
    others, kept = amount - least, []
    for lot in lots:
        if lot.source not in sources:
            taken = min(lot.remaining, max(0, others))
            others -= taken
            lot = lot._replace(remaining=taken)
        if lot.remaining:
            kept.append(lot)
    return kept


def share(parts: Sequence[Part], amount: int) -> list[Part]:
    """Spread an amount over the lots of a hold pro rata, exactly, by largest remainder."""
    shares = split(amount, [part.amount for part in parts])
    return [Part(part.lot, taken) for part, taken in zip(parts, shares, strict=True) if taken]


def net_share(lot: Lot, amount: int) -> int:
    """Net nano-dollars that a part of a lot carries along; rounded down: parts never bring more than the whole."""
    return lot.net_nanos * amount // lot.amount


def shortage(amount: int, found: int, debt: int, debt_cap: int) -> tuple[int, int]:
    """What a reversal could not find, as (added to the debt, written off). `debt` is what is owed already."""
    missing = amount - found
    owed = min(missing, max(0, debt_cap - debt))
    return owed, missing - owed


def kind_of(account: AccountId) -> AccountKind:
    """What an account may do, read off its name."""
    if account.startswith("system:"):
        return AccountKind.SYSTEM
    if account.startswith("hold:"):
        return AccountKind.HOLD
    return AccountKind.DEBT if account.endswith(":debt") else AccountKind.WALLET


def unit_of(account: AccountId) -> Unit:
    """The unit in a member account's name, `member:<id>:<unit>`."""
    return Unit(account.split(":")[2])


def debt_of(account: AccountId) -> AccountId:
    """The debt account beside a wallet."""
    return AccountId(f"{account}:debt")


def sums_to_zero(legs: Iterable[Leg]) -> bool:
    """Whether legs of one unit balance. Asserted before every write; `audit.py` proves it afterwards."""
    return sum([leg.amount for leg in legs]) == 0
