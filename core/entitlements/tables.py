"""Who is on a plan other than Free."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey
from sqlmodel import Field

from core.db import Big, Instant, Table


class PlanRow(Table, table=True):
    """A member's plan. No row means Free; after `until` it means Free again."""

    __tablename__ = "member_plan"
    __table_args__ = (CheckConstraint("plan IN ('premium', 'pro')", name="plan"),)

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    plan: str
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
