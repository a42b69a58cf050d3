"""Gifts: what was given, by whom, and how it ended."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Text
from sqlmodel import Field

from core.db import Big, Instant, Table


class GiftRow(Table, table=True):
    """One gift. The credits themselves are in the ledger."""

    __tablename__ = "gift"
    __table_args__ = (
        CheckConstraint("state IN ('given', 'waiting', 'collected', 'returned')", name="state"),
        Index("ix_gift_giver_id_day", "giver_id", "day"),
        Index("ix_gift_receiver_id", "receiver_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    giver_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    receiver_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    amount: int = Field(sa_column=Column(Big, nullable=False))
    note: str = ""
    day: date = Field(sa_column=Column(Date, nullable=False))
    """The giver's local day, for the daily cap."""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    state: str
    hold_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("hold.id"), nullable=True))
    """Where the credits wait while the receiver has not been met."""
