"""Who has which role where."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Text
from sqlmodel import Field

from core.db import Big, Instant, Table


class RoleGrant(Table, table=True):
    """A role of a member, for the whole service (`space` empty) or within one space (`discord:123`)."""

    __tablename__ = "role_grant"
    # Owners come from config.toml alone: no chat command can make one.
    __table_args__ = (CheckConstraint("role IN ('admin', 'moderator', 'support', 'partner')", name="role"),)

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    role: str = Field(sa_column=Column(Text, primary_key=True))
    space: str = Field(default="", sa_column=Column(Text, primary_key=True))
    granted_by: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member.id"), nullable=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
