"""The inbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, Text
from sqlmodel import Field

from core.db import Instant, Json, Table, partial_index

OPEN = "payload IS NOT NULL"


class InboxRow(Table, table=True):
    """One native event, known by the platform's own id."""

    __tablename__ = "inbox"
    __table_args__ = (
        partial_index("ix_inbox_open", "source", "at", where=OPEN),
        Index("ix_inbox_done_at", "done_at"),
    )

    key: str = Field(sa_column=Column(Text, primary_key=True))
    source: str
    """Who can read the payload: a platform's adapter or a hook."""
    payload: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """As it came; None where the platform does not redeliver. Dropped when it is answered."""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    """What is to be said about a stored event, until it was said."""
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
