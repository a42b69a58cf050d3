"""What was done that pays once in a while."""

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Text
from sqlmodel import Field

from core.db import Big, Instant, Table


class Claim(Table, table=True):
    """A questionnaire, a check-in or limits, told on a local day. What was told may go; this stays."""

    __tablename__ = "claim"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    task: str = Field(sa_column=Column(Text, primary_key=True))
    day: date = Field(sa_column=Column(Date, primary_key=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
