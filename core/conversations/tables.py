"""Open questions, buttons that carry values, and talks: rows, so that a restart loses none."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text
from sqlmodel import Field

from core.db import Big, Instant, Json, Table


class Conversation(Table, table=True):
    """A question that waits for its member, or a button that carries values. Claimed once."""

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("stage IN ('asking', 'confirming', 'button', 'done')", name="stage"),
        Index("ix_conversation_expires_at", "expires_at"),
        Index("ix_conversation_member_id", "member_id"),
    )

    token: str = Field(sa_column=Column(Text, primary_key=True))
    command: str
    version: str
    member_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member.id"), nullable=True))
    """Whose answer counts. None: a button of a public message, which starts afresh for whoever presses it."""
    stage: str
    values: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TalkRow(Table, table=True):
    """The talk that a member's plain sentences go to."""

    __tablename__ = "talk"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    name: str
    subject: str = ""
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
