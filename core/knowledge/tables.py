"""What members told, and what they wrote down."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field

from core.db import Big, Instant, Table


class ToldRow(Table, table=True):
    """One answer of a member."""

    __tablename__ = "told"
    __table_args__ = (UniqueConstraint("member_id", "topic", "key"),)

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    topic: str = Field(sa_column=Column(Text, nullable=False))
    """What it is about, such as a questionnaire's name."""
    key: str = Field(sa_column=Column(Text, nullable=False))
    """Which answer of the topic; told again, it replaces the one before."""
    question: str = Field(sa_column=Column(Text, nullable=False))
    """As it was put to them: questions are reworded, answers stay."""
    answer: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Note(Table, table=True):
    """One note in a member's notebook: their own words, which coach and agents may read."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_member_id_at", "member_id", "at"),)

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    """When it was written or last changed."""
