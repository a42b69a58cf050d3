"""Links and their visits."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Text
from sqlmodel import Field

from core.db import Big, Instant, Table


class Link(Table, table=True):
    """A code, where it leads, and why it was made."""

    __tablename__ = "tracked_link"
    __table_args__ = (Index("ix_tracked_link_member_id", "member_id"),)

    code: str = Field(sa_column=Column(Text, primary_key=True))
    target: str
    purpose: str
    """What the maker of the link counts its visits for, such as `sponsor:12`."""
    member_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member.id"), nullable=True))
    """Whose link it is; None for one of the service itself."""
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class LinkVisit(Table, table=True):
    """Somebody followed a link."""

    __tablename__ = "tracked_visit"
    __table_args__ = (Index("ix_tracked_visit_code_at", "code", "at"),)

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    code: str = Field(sa_column=Column(Text, ForeignKey("tracked_link.code"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    visitor: str | None = None
    """A keyed hash that is another one each day: it tells visitors apart and says nothing about them."""
