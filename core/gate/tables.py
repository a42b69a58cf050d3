"""Reservations, how fast members call, and what they were told. Amounts are nano-dollars."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field

from core.db import Big, Instant, Json, Table, partial_index


class ReservationRow(Table, table=True):
    """The worst case of one call, set aside before it runs; ends settled, released or expired, once."""

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("state IN ('open', 'settled', 'released', 'expired')", name="state"),
        CheckConstraint("payer IN ('self', 'plan', 'house')", name="payer"),
        CheckConstraint("nanos >= 0 AND held >= 0 AND held <= nanos AND net >= 0", name="amounts"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_when_not_open"),
        partial_index("ix_reservation_open", "expires_at", where="state = 'open'"),
        Index("ix_reservation_month_id", "month_id"),
        partial_index("ix_reservation_unpaid", "month_id", where="hold_id IS NOT NULL"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False))
    month_id: int = Field(sa_column=Column(Big, ForeignKey("member_month.id"), nullable=False))
    purpose: str
    payer: str
    level: str
    model: str
    input: int = Field(sa_column=Column(Big, nullable=False))
    output: int = Field(sa_column=Column(Big, nullable=False))
    nanos: int = Field(sa_column=Column(Big, nullable=False))
    """The worst case."""
    held: int = Field(sa_column=Column(Big, nullable=False))
    """How much of it the member's month holds: all of it, or of a self-paid call what its lots did not bring."""
    net: int = Field(sa_column=Column(Big, nullable=False))
    """What the lots of a self-paid call brought."""
    free: bool
    """Whether it counts against the day's service budget."""
    hold_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("hold.id"), nullable=True))
    """The hold of the price, until the ledger says what was taken of it."""
    state: str = "open"
    cost: int | None = Field(default=None, sa_column=Column(Big, nullable=True))
    """What it cost in truth."""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class PaceRow(Table, table=True):
    """How fast a member has been calling, how often on which day, and how long they wait for it."""

    __tablename__ = "call_pace"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    called_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    digest: str
    copies: int
    strikes: int
    struck_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    appealed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    cause: str | None = None
    """What led to the last strike: `burst`, `copies` or `outlier`."""
    day: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    """The day in UTC on which the last call was counted."""
    today: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    """Calls on that day."""
    past: list[int] = Field(default_factory=list, sa_column=Column(Json, nullable=False, server_default="[]"))
    """Calls on each of the 28 days before it, the latest first."""
    lately: list[int] = Field(default_factory=list, sa_column=Column(Json, nullable=False, server_default="[]"))
    """The calls of the minute before the last one, it among them, in microseconds since 1970."""
    outlier_on: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    """The last day with a strike for being far from their usual one."""


class StandingRow(Table, table=True):
    """What lifts the half ladder from a new identity, and the level a member was last told."""

    __tablename__ = "gate_standing"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    trusted_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    trusted_by: str = ""
    month_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member_month.id"), nullable=True))
    """The month that `level` was told for."""
    level: str = "normal"
    free_from: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """Before it the house pays nothing: who they were before has had this month's free part."""
