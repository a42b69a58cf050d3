"""Months, costs, income, and small costs on their way to the ledger. Amounts are nano-dollars."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field

from core.db import Big, Instant, Table


def _amount() -> Column[int]:
    return Column(Big, nullable=False, server_default="0")


class MonthRow(Table, table=True):
    """A member's month of one plan: the one row that every reservation must pass."""

    __tablename__ = "member_month"
    __table_args__ = (
        UniqueConstraint("member_id", "plan", "starts_at"),
        CheckConstraint("spent >= 0 AND reserved >= 0 AND earned >= 0 AND lost >= 0", name="not_below_zero"),
        CheckConstraint("plan IN ('free', 'premium', 'pro')", name="plan"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    plan: str
    starts_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ends_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    spent: int = Field(default=0, sa_column=_amount())
    reserved: int = Field(default=0, sa_column=_amount())
    earned: int = Field(default=0, sa_column=_amount())
    lost: int = Field(default=0, sa_column=_amount())
    folded_into: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member_month.id"), nullable=True))
    """The month of the member this one was merged into; then this row is empty, and what refers to it means that."""


class CostRow(Table, table=True):
    """A cost that stands in the ledger. Without a month it is the service's own."""

    __tablename__ = "cost"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("nanos > 0", name="above_zero"),
        CheckConstraint("payer IN ('self', 'plan', 'house')", name="payer"),
        Index("ix_cost_month_id", "month_id"),
        Index("ix_cost_day", "day"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False))
    month_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member_month.id"), nullable=True))
    category: str
    purpose: str
    """The command or the work it was for."""
    payer: str
    nanos: int = Field(sa_column=Column(Big, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    transfer_id: int = Field(sa_column=Column(Big, ForeignKey("transfer.id"), nullable=False))


class SmallRow(Table, table=True):
    """Small costs of one month, day and category, summed up until a job posts them."""

    __tablename__ = "small_cost"
    __table_args__ = (
        CheckConstraint("nanos > 0 AND times > 0", name="above_zero"),
        Index("ix_small_cost_day", "day"),
    )

    month_id: int = Field(sa_column=Column(Big, ForeignKey("member_month.id"), primary_key=True, autoincrement=False))
    day: date = Field(sa_column=Column(Date, primary_key=True))
    category: str = Field(sa_column=Column(Text, primary_key=True))
    times: int
    nanos: int = Field(sa_column=Column(Big, nullable=False))


class IncomeRow(Table, table=True):
    """What a member brought, or (kind `reversal`) what a dispute took back: told apart, because we did not do it."""

    __tablename__ = "income"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("nanos > 0", name="above_zero"),
        Index("ix_income_month_id", "month_id"),
        Index("ix_income_day", "day"),
        Index("ix_income_kind_at", "kind", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False))
    month_id: int = Field(sa_column=Column(Big, ForeignKey("member_month.id"), nullable=False))
    kind: str
    nanos: int = Field(sa_column=Column(Big, nullable=False))
    day: date = Field(sa_column=Column(Date, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    transfer_id: int = Field(sa_column=Column(Big, ForeignKey("transfer.id"), nullable=False))


class DayRow(Table, table=True):
    """What one UTC day cost the service: the row that budget and breaker hang on."""

    __tablename__ = "cost_day"
    __table_args__ = (
        CheckConstraint(
            "spent >= 0 AND reserved >= 0 AND free_spent >= 0 AND free_reserved >= 0", name="not_below_zero"
        ),
    )

    day: date = Field(sa_column=Column(Date, primary_key=True))
    spent: int = Field(default=0, sa_column=_amount())
    """All that was booked on the day."""
    reserved: int = Field(default=0, sa_column=_amount())
    free_spent: int = Field(default=0, sa_column=_amount())
    """House-paid AI of members who brought nothing."""
    free_reserved: int = Field(default=0, sa_column=_amount())
