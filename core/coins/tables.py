"""Daily visits."""

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey
from sqlmodel import Field

from core.db import Big, Instant, Table


class Visit(Table, table=True):
    """A member's visit on a local day: paid once."""

    __tablename__ = "visit"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    day: date = Field(sa_column=Column(Date, primary_key=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    streak: int
    """Which day of the streak this was, from 1."""
    bridged: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    """The missed day that a grace day covered, if one did."""
