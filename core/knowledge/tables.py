"""What members told."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Text, UniqueConstraint
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
