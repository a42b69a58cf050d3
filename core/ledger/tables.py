"""Accounts, lots, holds, transfers, entries. Transfers and entries are append-only: triggers refuse anything else.

The conditions of partial indices are written as statements say them, on SQLite `= 1`: it compares words, not meaning.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from core.db import Big, Instant, Table, partial_index


class Account(Table, table=True):
    """One unit of one holder. Balances of system accounts are sums, not a column: theirs stays 0."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('system', 'wallet', 'hold', 'debt')", name="kind"),
        CheckConstraint("unit IN ('COIN', 'CREDIT', 'USD')", name="unit"),
        CheckConstraint("kind NOT IN ('wallet', 'hold') OR balance >= 0", name="not_below_zero"),
        CheckConstraint("kind <> 'debt' OR balance <= 0", name="debt_not_above_zero"),
        CheckConstraint("kind <> 'system' OR balance = 0", name="system_has_no_balance"),
        # Its key is text: one tree instead of two, for the table that every entry refers to.
        {"sqlite_with_rowid": False},
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    kind: str
    unit: str
    balance: int = Field(default=0, sa_column=Column(Big, nullable=False, server_default="0"))


class Transfer(Table, table=True):
    """Something moved, for a reason. Unique by (key, code)."""

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("key", "code"),
        partial_index("uq_transfer_reverses", "reverses", where="reverses IS NOT NULL", unique=True),
        # What members brought by stakes is read from here, and stakes are few among all that moves.
        partial_index("ix_transfer_stake_consumed", "at", where="code = 'stake_consumed'"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    code: str
    key: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    digest: str
    """What was asked, in short: a replay must ask for the same."""
    trace: str
    note: str = ""
    hold_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("hold.id"), nullable=True))
    reverses: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("transfer.id"), nullable=True))


class Lot(Table, table=True):
    """An amount with one source, one expiry, one refund path, and the net dollars it brought."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("remaining >= 0", name="remaining_not_below_zero"),
        CheckConstraint("remaining <= amount", name="remaining_within_amount"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("is_open = (remaining > 0)", name="open_while_something_remains"),
        CheckConstraint("source IN ('allowance', 'welcome', 'earned', 'gifted', 'bought')", name="source"),
        # Earned coins have no date and no refund path: one running lot, not one a day.
        partial_index("uq_lot_pooled", "account_id", "source", where="pooled", sqlite="pooled = 1", unique=True),
        partial_index("ix_lot_open", "account_id", where="is_open", sqlite="is_open = 1"),
        # A dispute is asked about before every call, and few lots are ever in one.
        partial_index("ix_lot_frozen", "account_id", where="frozen", sqlite="frozen = 1"),
        partial_index(
            "ix_lot_expires_at",
            "expires_at",
            where="is_open AND expires_at IS NOT NULL",
            sqlite="is_open = 1 AND expires_at IS NOT NULL",
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    account_id: str = Field(sa_column=Column(Text, ForeignKey("account.id"), nullable=False))
    source: str
    rank: int
    """Place in the burn order."""
    amount: int = Field(sa_column=Column(Big, nullable=False))
    """All that was ever put in; what a release brings back does not count again."""
    remaining: int = Field(sa_column=Column(Big, nullable=False))
    is_open: bool = True
    """Whether anything remains. The indices hang on this and not on `remaining`, which every transfer changes."""
    net_nanos: int = Field(default=0, sa_column=Column(Big, nullable=False, server_default="0"))
    """Net dollars that the whole amount brought, after store share, fee and tax."""
    expires_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    frozen: bool = False
    """On hold with a dispute: counted, not spendable."""
    pooled: bool = False
    parent_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("lot.id"), nullable=True))
    """The lot it was cut from by a gift or a merge."""
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Entry(Table, table=True):
    """One line of a transfer: what one account gained (positive) or gave (negative), and of which lot."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_entry_account_id_transfer_id", "account_id", "transfer_id"),
        {"sqlite_with_rowid": False},
    )

    transfer_id: int = Field(sa_column=Column(Big, ForeignKey("transfer.id"), primary_key=True, autoincrement=False))
    line: int = Field(primary_key=True)
    account_id: str = Field(sa_column=Column(Text, ForeignKey("account.id"), nullable=False))
    lot_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("lot.id"), nullable=True))
    amount: int = Field(sa_column=Column(Big, nullable=False))


class Hold(Table, table=True):
    """An amount set aside from one account, in an account of its own named `hold:<id>`."""

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("key", "code"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        partial_index(
            "ix_hold_expires_at",
            "expires_at",
            where="is_open AND expires_at IS NOT NULL",
            sqlite="is_open = 1 AND expires_at IS NOT NULL",
        ),
        partial_index("ix_hold_account_id", "account_id", where="is_open", sqlite="is_open = 1"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    code: str
    key: str = Field(sa_column=Column(Text, nullable=False))
    account_id: str = Field(sa_column=Column(Text, ForeignKey("account.id"), nullable=False))
    amount: int = Field(sa_column=Column(Big, nullable=False))
    what: str
    """What it is set aside for, as the wallet shows it."""
    is_open: bool = True
    expires_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
