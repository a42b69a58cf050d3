"""Talks, answers that may be given again, and how many questions needed a model."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field

from core.db import Big, Instant, Table


class ThreadRow(Table, table=True):
    """A talk of one member: what its older turns came to."""

    __tablename__ = "talk_thread"
    __table_args__ = (UniqueConstraint("member_id", "name"),)

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    name: str
    """Which talk: `coach`, or one agent's."""
    summary: str = Field(sa_column=Column(Text, nullable=False))
    turns: int = Field(sa_column=Column(Big, nullable=False))
    """Turns ever, folded ones among them."""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    """Of the last turn."""


class TurnRow(Table, table=True):
    """One exchange that is still remembered word for word."""

    __tablename__ = "talk_turn"
    __table_args__ = (UniqueConstraint("thread_id", "key"), Index("ix_talk_turn_thread_id", "thread_id"))

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    thread_id: int = Field(sa_column=Column(Big, ForeignKey("talk_thread.id"), nullable=False))
    key: str = Field(sa_column=Column(Text, nullable=False))
    asked: str = Field(sa_column=Column(Text, nullable=False))
    answered: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AnswerRow(Table, table=True):
    """An answer that may be given again: to the same member, to the same question, while its context is the same."""

    __tablename__ = "kept_answer"
    __table_args__ = (Index("ix_kept_answer_at", "at"),)

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    question: str = Field(sa_column=Column(Text, primary_key=True))
    """A hash: the question itself is not needed."""
    context: str
    """A hash of everything the answer was computed from."""
    answer: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AnsweredRow(Table, table=True):
    """How many questions of a day were answered how. No member and no text: only which prepared answer was nearest."""

    __tablename__ = "answered_day"
    __table_args__ = (
        CheckConstraint("source IN ('model', 'kept', 'prepared')", name="source"),
        CheckConstraint("times > 0", name="times"),
    )

    day: date = Field(sa_column=Column(Date, primary_key=True))
    purpose: str = Field(sa_column=Column(Text, primary_key=True))
    source: str = Field(sa_column=Column(Text, primary_key=True))
    nearest: str = Field(sa_column=Column(Text, primary_key=True))
    """The prepared answer that fitted, or fitted best without being sure; empty: none came near."""
    times: int = Field(sa_column=Column(Big, nullable=False))
