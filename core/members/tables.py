"""A member is a person; an identity is that person on one platform."""

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Index, Text
from sqlmodel import Field

from core.db import Big, Instant, Table


class MemberRow(Table, table=True):
    """A person. Made on first contact, or when somebody gives to an identity that was never here."""

    __tablename__ = "member"

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    name: str
    """As the platform they were last seen on shows it."""
    language: str = "en"
    zone: str = "UTC"
    zone_changed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """None while UTC is only assumed."""
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    arrived_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """First contact; None for somebody who was only ever given something."""
    last_day: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    """The last local day with a command."""
    quiet_from: str | None = None
    """Local time at which quiet hours begin; None: as `[notices]` of config.toml says."""
    quiet_to: str | None = None
    leaves_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """When they will be erased, if they asked for it."""
    erased_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    merged_into: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("member.id"), nullable=True))


class IdentityRow(Table, table=True):
    """A member on one platform. The platform's id belongs to one member for ever."""

    __tablename__ = "identity"
    __table_args__ = (Index("ix_identity_member_id", "member_id"),)

    platform: str = Field(sa_column=Column(Text, primary_key=True))
    user_id: str = Field(sa_column=Column(Text, primary_key=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    name: str
    first_seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    last_seen_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    unreachable_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """Since when the platform refuses to deliver (blocked, direct messages closed)."""
    registered_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """When the platform's account was made; None while the platform has not told."""


class OptOut(Table, table=True):
    """Something that a member turned off: a kind of notice, or receiving gifts."""

    __tablename__ = "opt_out"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, primary_key=True))


class OptIn(Table, table=True):
    """Something that a member turned on which is off by default: a kind of notice."""

    __tablename__ = "opt_in"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, primary_key=True))


class ProfileEntry(Table, table=True):
    """One thing known about a creator, and whether they said it or we measured it."""

    __tablename__ = "profile_entry"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str
    origin: str
    """`own` (typed by the member) or `measured`."""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Tombstone(Table, table=True):
    """A salted hash of an erased identity: once-only grants stay once-only."""

    __tablename__ = "tombstone"

    digest: str = Field(sa_column=Column(Text, primary_key=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    """When it was erased or left last."""
