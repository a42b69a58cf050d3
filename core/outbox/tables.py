"""Announcements."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text
from sqlmodel import Field

from core.db import Big, Instant, Json, Table


class Announcement(Table, table=True):
    """A message that still has to be delivered, or how that went."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'uncertain', 'undeliverable', 'muted')", name="state"),
        Index("ix_announcement_member_id_at", "member_id", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    notice: str
    """Its kind, by which it can be turned off."""
    counted: bool
    """Whether quiet hours and the daily number apply."""
    message: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    state: str = "waiting"
    platform: str = ""
    """Where it went, or where the last try went."""
    prefers: str = Field(default="", sa_column=Column(Text, nullable=False))
    """The platform it is meant for, where that matters; empty: the one used last."""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    settled_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
