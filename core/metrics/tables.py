"""Connected accounts, how they were proven, and everything that was read of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field

from core.db import Big, Instant, Table, partial_index


class MetricAccountRow(Table, table=True):
    """An account of a member. Disconnected ones stay for the evidence; somebody else's proof makes a row of its own."""

    __tablename__ = "metric_account"
    __table_args__ = (
        CheckConstraint("way IN ('oauth', 'code', 'demo')", name="way"),
        CheckConstraint("loss IN ('revoked', 'hidden', 'gone', 'expired', 'disconnected')", name="loss"),
        CheckConstraint("(loss IS NULL) = (lost_at IS NULL)", name="lost_at"),
        CheckConstraint("misses >= 0", name="misses"),
        Index("ix_metric_account_member_id", "member_id"),
        Index("ix_metric_account_platform_external_id", "platform", "external_id"),
        partial_index(
            "uq_metric_account_held", "platform", "external_id", where="disconnected_at IS NULL", unique=True
        ),
        Index("ix_metric_account_platform_next_at", "platform", "next_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    platform: str
    external_id: str
    """As the platform names it; after its member was erased, a salted hash that keeps the cool-down."""
    name: str
    handle: str
    way: str
    loss: str | None = None
    """Why it can not be read; None while it can."""
    lost_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    connected_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    disconnected_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """Since when nobody holds it; from here the cool-down counts."""
    next_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """When it is read next; None: not before it is connected again."""
    reading_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """A round that reads several at once has it until then."""
    misses: int = Field(default=0, sa_column=Column(Big, nullable=False))
    """Readings in a row that failed; such an account is read alone, so that it spoils no round."""


class MetricToken(Table, table=True):
    """What lets us read an account that was connected by signing in, encrypted."""

    __tablename__ = "metric_token"

    account_id: int = Field(
        sa_column=Column(Big, ForeignKey("metric_account.id"), primary_key=True, autoincrement=False)
    )
    sealed: str
    access_until: datetime = Field(sa_column=Column(Instant, nullable=False))
    refresh_until: datetime = Field(sa_column=Column(Instant, nullable=False))
    scopes: str
    asked_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """A refresh was asked for and its answer is not stored: the refresh token may be dead through no act of anybody."""


class MetricSnapshot(Table, table=True):
    """What was read of an account at one instant. The digest stays when the figures have to go."""

    __tablename__ = "metric_snapshot"
    __table_args__ = (
        CheckConstraint("step >= 1", name="step"),
        UniqueConstraint("account_id", "at", name="uq_metric_snapshot_account_id_at"),
        partial_index("ix_metric_snapshot_kept", "account_id", "at", where="dropped_at IS NULL"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    account_id: int = Field(sa_column=Column(Big, ForeignKey("metric_account.id"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    followers: int | None = Field(default=None, sa_column=Column(Big, nullable=True))
    """None: the platform hides it, or it had to be forgotten (`dropped_at`)."""
    step: int = Field(sa_column=Column(Big, nullable=False))
    """The true number lies in [followers, followers + step)."""
    era: str
    """How the platform counted views then."""
    digest: str
    """SHA-256 of the raw answers."""
    source: str
    """Platform and way, such as `youtube code`."""
    posts_since: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """Posts since then were read with it; None: none were."""
    dropped_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """When the figures were forgotten, as the platform's terms ask."""


class MetricPost(Table, table=True):
    """A post of an account, as first seen. A post once seen stays, whatever happens to it later."""

    __tablename__ = "metric_post"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id", name="uq_metric_post_account_id_external_id"),
        Index("ix_metric_post_account_id_published_at", "account_id", "published_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    account_id: int = Field(sa_column=Column(Big, ForeignKey("metric_account.id"), nullable=False))
    external_id: str
    published_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    first_seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    last_seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    gone_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    """The first reading that should have had it and did not."""
    live_started_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    live_ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class MetricCount(Table, table=True):
    """A post's counts in one snapshot. None: the platform does not say it, which is not zero."""

    __tablename__ = "metric_count"
    __table_args__ = (Index("ix_metric_count_snapshot_id", "snapshot_id"),)

    post_id: int = Field(sa_column=Column(Big, ForeignKey("metric_post.id"), primary_key=True, autoincrement=False))
    snapshot_id: int = Field(
        sa_column=Column(Big, ForeignKey("metric_snapshot.id"), primary_key=True, autoincrement=False)
    )
    views: int | None = Field(default=None, sa_column=Column(Big, nullable=True))
    likes: int | None = Field(default=None, sa_column=Column(Big, nullable=True))
    comments: int | None = Field(default=None, sa_column=Column(Big, nullable=True))
    shares: int | None = Field(default=None, sa_column=Column(Big, nullable=True))


class MetricFailure(Table, table=True):
    """A reading that did not succeed: the evidence that it was not the member's doing, or that it was."""

    __tablename__ = "metric_failure"
    __table_args__ = (Index("ix_metric_failure_account_id_at", "account_id", "at"),)

    id: int | None = Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))
    account_id: int = Field(sa_column=Column(Big, ForeignKey("metric_account.id"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    why: str
    """`away`, or the value of a `Loss`."""
    detail: str


class MetricWatch(Table, table=True):
    """Somebody judges by an account's posts, so its daily reading includes them."""

    __tablename__ = "metric_watch"

    account_id: int = Field(
        sa_column=Column(Big, ForeignKey("metric_account.id"), primary_key=True, autoincrement=False)
    )
    since: datetime = Field(sa_column=Column(Instant, primary_key=True))
    until: datetime = Field(sa_column=Column(Instant, primary_key=True))


class MetricProof(Table, table=True):
    """A one-time code that a member was given to put into an account's description."""

    __tablename__ = "metric_proof"

    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), primary_key=True, autoincrement=False))
    platform: str = Field(sa_column=Column(Text, primary_key=True))
    external_id: str = Field(sa_column=Column(Text, primary_key=True))
    name: str
    code: str
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MetricSignIn(Table, table=True):
    """A member was sent to sign in at a platform. Its state comes back once."""

    __tablename__ = "metric_sign_in"
    __table_args__ = (Index("ix_metric_sign_in_member_id", "member_id"),)

    state: str = Field(sa_column=Column(Text, primary_key=True))
    member_id: int = Field(sa_column=Column(Big, ForeignKey("member.id"), nullable=False))
    platform: str
    sealed: str
    """The verifier, and later the code that came back, encrypted; empty once they were used."""
    place: str
    """The platform on which the member asked, where they are told."""
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class MetricQuota(Table, table=True):
    """How much of a platform's allowance was planned: units of its day, requests of a minute."""

    __tablename__ = "metric_quota"

    platform: str = Field(sa_column=Column(Text, primary_key=True))
    span: str = Field(sa_column=Column(Text, primary_key=True))
    """`day` or `minute`."""
    since: datetime = Field(sa_column=Column(Instant, primary_key=True))
    used: int = Field(sa_column=Column(Big, nullable=False))
