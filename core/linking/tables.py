"""Codes and the links that come of them, and who guessed wrong."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text
from sqlmodel import Field

from core.db import Big, Instant, Table


class LinkRow(Table, table=True):
    """A code, and what became of it. Deleted when one of the two goes or both are one."""

    __tablename__ = "link"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'asked', 'agreed', 'done', 'cancelled')", name="state"),
        CheckConstraint("(other_id IS NULL) = (state = 'open')", name="asked_by_somebody"),
        CheckConstraint("member_id <> other_id", name="two_members"),
        Index("ix_link_member_id", "member_id"),
        Index("ix_link_other_id", "other_id"),
        Index("ix_link_expires_at", "expires_at"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    """Who made the code, and agrees last."""
    other_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member.id"), nullable=True))
    """Who gave the code back on another platform, which was to agree."""
    state: str
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    """Until when the code, then the question, waits."""
    merges_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """When the two become one; None until both agreed."""


class GuessRow(Table, table=True):
    """Wrong codes of a member within an hour."""

    __tablename__ = "link_guess"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    wrong: int
