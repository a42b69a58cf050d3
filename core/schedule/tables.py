"""The due table."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field

from core.db import Big, Instant, Json, Table


class DueRow(Table, table=True):
    """Something to do at a time. Claimed under a lease; gone in the transaction that does it."""

    __tablename__ = "due"
    __table_args__ = (UniqueConstraint("kind", "key"), Index("ix_due_free_at", "free_at"))

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    key: str = Field(sa_column=Column(Text, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    free_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    """When it may be claimed: `due_at`, or the end of the present lease."""
    lease: str = ""
    """Who holds it; whoever finishes must still hold it."""
    attempts: int = 0
    payload: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
