"""What was earned, paid or waiting to be."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field

from core.db import Big, Instant, Table


class Earning(Table, table=True):
    """One reward in coins: booked whole, paid whole on a local day with room."""

    __tablename__ = "earning"
    __table_args__ = (
        UniqueConstraint("key", "code"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(day IS NULL) = (paid_at IS NULL)", name="paid"),
        Index("ix_earning_member_id_day", "member_id", "day"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False))
    """With the code what the reward is for: the same is earned once."""
    code: str = Field(sa_column=Column(Text, nullable=False))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    amount: int = Field(sa_column=Column(Big, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    """When it was earned."""
    day: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    """The member's local day on which it was paid, which is the day whose cap it counts on."""
    paid_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
