"""Keep connected accounts and what is read of them.

Revision: 2026_11_20_metrics
After: 2026_11_20_opt_in
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_metrics"
down_revision = "2026_11_20_opt_in"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "metric_quota",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("used", BIG, nullable=False),
        sa.PrimaryKeyConstraint("platform", "span", "since", name=op.f("pk_metric_quota")),
    )
    op.create_table(
        "metric_account",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("loss", sa.String(), nullable=True),
        sa.Column("lost_at", BIG, nullable=True),
        sa.Column("connected_at", BIG, nullable=False),
        sa.Column("disconnected_at", BIG, nullable=True),
        sa.Column("next_at", BIG, nullable=True),
        sa.Column("reading_until", BIG, nullable=True),
        sa.Column("misses", BIG, nullable=False),
        sa.CheckConstraint(
            "loss IN ('revoked', 'hidden', 'gone', 'expired', 'disconnected')", name=op.f("ck_metric_account_loss")
        ),
        sa.CheckConstraint("way IN ('oauth', 'code', 'demo')", name=op.f("ck_metric_account_way")),
        sa.CheckConstraint("(loss IS NULL) = (lost_at IS NULL)", name=op.f("ck_metric_account_lost_at")),
        sa.CheckConstraint("misses >= 0", name=op.f("ck_metric_account_misses")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_metric_account_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_account")),
    )
    op.create_index("ix_metric_account_member_id", "metric_account", ["member_id"], unique=False)
    op.create_index(
        "ix_metric_account_platform_external_id", "metric_account", ["platform", "external_id"], unique=False
    )
    op.create_index("ix_metric_account_platform_next_at", "metric_account", ["platform", "next_at"], unique=False)
    op.create_index(
        "uq_metric_account_held",
        "metric_account",
        ["platform", "external_id"],
        unique=True,
        sqlite_where=sa.text("disconnected_at IS NULL"),
        postgresql_where=sa.text("disconnected_at IS NULL"),
    )
    op.create_table(
        "metric_proof",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_metric_proof_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "platform", "external_id", name=op.f("pk_metric_proof")),
    )
    op.create_table(
        "metric_sign_in",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.Column("used_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_metric_sign_in_member_id_member")),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_metric_sign_in")),
    )
    op.create_index("ix_metric_sign_in_member_id", "metric_sign_in", ["member_id"], unique=False)
    op.create_table(
        "metric_failure",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["metric_account.id"], name=op.f("fk_metric_failure_account_id_metric_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_failure")),
    )
    op.create_index("ix_metric_failure_account_id_at", "metric_failure", ["account_id", "at"], unique=False)
    op.create_table(
        "metric_post",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("published_at", BIG, nullable=False),
        sa.Column("first_seen_at", BIG, nullable=False),
        sa.Column("last_seen_at", BIG, nullable=False),
        sa.Column("gone_at", BIG, nullable=True),
        sa.Column("live_started_at", BIG, nullable=True),
        sa.Column("live_ended_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["metric_account.id"], name=op.f("fk_metric_post_account_id_metric_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_post")),
        sa.UniqueConstraint("account_id", "external_id", name="uq_metric_post_account_id_external_id"),
    )
    op.create_index(
        "ix_metric_post_account_id_published_at", "metric_post", ["account_id", "published_at"], unique=False
    )
    op.create_table(
        "metric_snapshot",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("followers", BIG, nullable=True),
        sa.Column("step", BIG, nullable=False),
        sa.Column("era", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("posts_since", BIG, nullable=True),
        sa.Column("dropped_at", BIG, nullable=True),
        sa.CheckConstraint("step >= 1", name=op.f("ck_metric_snapshot_step")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["metric_account.id"], name=op.f("fk_metric_snapshot_account_id_metric_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_snapshot")),
        sa.UniqueConstraint("account_id", "at", name="uq_metric_snapshot_account_id_at"),
    )
    op.create_index(
        "ix_metric_snapshot_kept",
        "metric_snapshot",
        ["account_id", "at"],
        unique=False,
        sqlite_where=sa.text("dropped_at IS NULL"),
        postgresql_where=sa.text("dropped_at IS NULL"),
    )
    op.create_table(
        "metric_token",
        sa.Column("account_id", BIG, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("access_until", BIG, nullable=False),
        sa.Column("refresh_until", BIG, nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("asked_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["metric_account.id"], name=op.f("fk_metric_token_account_id_metric_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_metric_token")),
    )
    op.create_table(
        "metric_watch",
        sa.Column("account_id", BIG, autoincrement=False, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["metric_account.id"], name=op.f("fk_metric_watch_account_id_metric_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "since", "until", name=op.f("pk_metric_watch")),
    )
    op.create_table(
        "metric_count",
        sa.Column("post_id", BIG, autoincrement=False, nullable=False),
        sa.Column("snapshot_id", BIG, autoincrement=False, nullable=False),
        sa.Column("views", BIG, nullable=True),
        sa.Column("likes", BIG, nullable=True),
        sa.Column("comments", BIG, nullable=True),
        sa.Column("shares", BIG, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["metric_post.id"], name=op.f("fk_metric_count_post_id_metric_post")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["metric_snapshot.id"], name=op.f("fk_metric_count_snapshot_id_metric_snapshot")
        ),
        sa.PrimaryKeyConstraint("post_id", "snapshot_id", name=op.f("pk_metric_count")),
    )
    op.create_index("ix_metric_count_snapshot_id", "metric_count", ["snapshot_id"], unique=False)


def downgrade() -> None:
    op.drop_table("metric_count")
    op.drop_table("metric_watch")
    op.drop_table("metric_token")
    op.drop_table("metric_snapshot")
    op.drop_table("metric_post")
    op.drop_table("metric_failure")
    op.drop_table("metric_sign_in")
    op.drop_table("metric_proof")
    op.drop_table("metric_account")
    op.drop_table("metric_quota")
