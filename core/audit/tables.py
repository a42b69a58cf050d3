"""One row per act of somebody with power. No foreign keys: the log must survive everybody it names."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Text
from sqlmodel import Field

from core.db import Big, Instant, Json, Table


class AuditEntry(Table, table=True):
    """An act, chained to the one before by its hash. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_entry"

    id: int = Field(sa_column=Column(Big, primary_key=True, autoincrement=False))
    """1, 2, 3 …: a gap is a deletion."""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    actor: int = Field(sa_column=Column(Big, nullable=False))
    """Member id, 0 for the service itself; a number, so that erasing a member needs no change here."""
    act: str
    subject: str
    detail: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    digest: str = Field(sa_column=Column(Text, nullable=False))
