"""What is true of a database as a whole."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from core.db import Instant, Table


class Mark(Table, table=True):
    """A fact about this database, written when it was made: whether it is a demo, its salt."""

    __tablename__ = "mark"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
