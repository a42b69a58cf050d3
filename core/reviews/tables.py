"""Cases: what waits for a person, and how it was decided."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text
from sqlmodel import Field

from core.db import Big, Instant, Table, partial_index


class CaseRow(Table, table=True):
    """Something about a member that a person decides, or the deadline does."""

    __tablename__ = "review_case"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'decided', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'decided') = (option IS NOT NULL)", name="decided_with_an_option"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at_an_instant"),
        CheckConstraint("by_id IS NULL OR state = 'decided'", name="decided_by_somebody"),
        CheckConstraint("deadline > opened_at", name="time_to_decide"),
        partial_index("ix_review_case_opened_at", "opened_at", where="state = 'open'"),
        Index("ix_review_case_about_id", "about_id"),
        Index("ix_review_case_by_id", "by_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    kind: str
    """Which room's review it is."""
    subject: str
    """What it is about, in that room's own words: a contract, a report, a payout."""
    about_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deadline: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = ""
    """What the member says for themselves."""
    state: str = "open"
    option: str | None = None
    by_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member.id"), nullable=True))
    """Who decided; None for the deadline."""
    why: str = ""
    """The reason that was given; the member reads it."""
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
