"""Contracts, and which metric of which account is being judged."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text
from sqlmodel import Field

from core.contracts.states import State
from core.db import Big, Instant, Table, partial_index

_STATES = ", ".join(f"'{state.value}'" for state in State)


class ChallengeRow(Table, table=True):
    """One contract, from the moment somebody asked for it. The coins themselves are in the ledger."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("verdict IN ('', 'A', 'B', 'C', 'D')", name="verdict"),
        CheckConstraint("consumed + returned + burned IN (0, stake)", name="coins_sum_to_the_stake"),
        CheckConstraint("consumed >= 0 AND returned >= 0 AND burned >= 0 AND stake >= 0", name="not_below_zero"),
        CheckConstraint("(stake > 0) = (hold_id IS NOT NULL)", name="stake_is_held"),
        Index("ix_challenge_member_id", "member_id"),
        Index("ix_challenge_account_id", "account_id"),
        Index("ix_challenge_state", "state"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    account_id: int = Field(sa_column=Column(Big, ForeignKey("metric_account.id"), nullable=False))
    template: str
    state: str
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    terms: str = ""
    """As text, frozen at the stake; empty until it is offered, and after the member was erased."""
    digest: str = ""
    """SHA-256 of the terms: stays when they have to go."""
    stake: int = Field(default=0, sa_column=Column(Big, nullable=False))
    hold_id: int | None = Field(default=None, sa_column=Column(Big, ForeignKey("hold.id"), nullable=True))
    staked_by: str = ""
    """The key of the agreement: pressing the same button twice is one stake."""
    staked_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    starts_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    ends_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    baseline_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """Which reading of the account it began with."""
    lost_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """Since when the account was taken away by an act of the member, the last time that it was."""
    back_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """When it came back; None while it is away."""
    lost_key: str = ""
    """The announcement that told them."""
    verdict: str = ""
    share: str = ""
    """X of the verdict, as a fraction."""
    consumed: int = Field(default=0, sa_column=Column(Big, nullable=False))
    returned: int = Field(default=0, sa_column=Column(Big, nullable=False))
    burned: int = Field(default=0, sa_column=Column(Big, nullable=False))
    evidence: str = ""
    """As text; empty once it had to go."""
    evidence_digest: str = ""
    judged_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    overturned: bool = False
    """Whether the verdict was taken back, by staff or on appeal."""
    appealed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    why: str = ""
    """How it ended, in a word."""
    feedback_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class ChallengeMetric(Table, table=True):
    """A metric that a contract is judged by. One open contract at a time for each of an account."""

    __tablename__ = "challenge_metric"
    __table_args__ = (
        partial_index(
            "uq_challenge_metric_open", "account_id", "metric", where="is_open", sqlite="is_open = 1", unique=True
        ),
    )

    challenge_id: int = Field(sa_column=Column(Big, ForeignKey("challenge.id"), primary_key=True, autoincrement=False))
    metric: str = Field(sa_column=Column(Text, primary_key=True))
    account_id: int = Field(sa_column=Column(Big, ForeignKey("metric_account.id"), nullable=False))
    is_open: bool = True
