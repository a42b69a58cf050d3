"""Make contracts of challenges, and the metrics that open ones are judged by.

Revision: 2026_11_20_challenges
After: 2026_11_20_reviews
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_challenges"
down_revision = "2026_11_20_reviews"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = (
    "'preparing', 'offered', 'scheduled', 'awaiting', 'running', 'measuring', 'verdict', 'appealed', 'settled',"
    " 'returned', 'lapsed'"
)


def upgrade() -> None:
    _make_challenge()
    op.create_table(
        "challenge_metric",
        sa.Column("challenge_id", BIG, autoincrement=False, nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["metric_account.id"], name=op.f("fk_challenge_metric_account_id_metric_account")
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_metric_challenge_id_challenge")
        ),
        sa.PrimaryKeyConstraint("challenge_id", "metric", name=op.f("pk_challenge_metric")),
    )
    op.create_index(
        "uq_challenge_metric_open",
        "challenge_metric",
        ["account_id", "metric"],
        unique=True,
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open"),
    )


def downgrade() -> None:
    op.drop_table("challenge_metric")
    op.drop_table("challenge")


def _make_challenge() -> None:
    op.create_table(
        "challenge",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", BIG, nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("stake", BIG, nullable=False),
        sa.Column("hold_id", BIG, nullable=True),
        sa.Column("staked_by", sa.String(), nullable=False),
        sa.Column("staked_at", BIG, nullable=True),
        sa.Column("starts_at", BIG, nullable=True),
        sa.Column("ends_at", BIG, nullable=True),
        sa.Column("baseline_at", BIG, nullable=True),
        sa.Column("lost_at", BIG, nullable=True),
        sa.Column("back_at", BIG, nullable=True),
        sa.Column("lost_key", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("consumed", BIG, nullable=False),
        sa.Column("returned", BIG, nullable=False),
        sa.Column("burned", BIG, nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("evidence_digest", sa.String(), nullable=False),
        sa.Column("judged_at", BIG, nullable=True),
        sa.Column("overturned", sa.Boolean(), nullable=False),
        sa.Column("appealed_at", BIG, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("feedback_at", BIG, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_challenge_state")),
        sa.CheckConstraint("verdict IN ('', 'A', 'B', 'C', 'D')", name=op.f("ck_challenge_verdict")),
        sa.CheckConstraint(
            "consumed + returned + burned IN (0, stake)", name=op.f("ck_challenge_coins_sum_to_the_stake")
        ),
        sa.CheckConstraint(
            "consumed >= 0 AND returned >= 0 AND burned >= 0 AND stake >= 0", name=op.f("ck_challenge_not_below_zero")
        ),
        sa.CheckConstraint("(stake > 0) = (hold_id IS NOT NULL)", name=op.f("ck_challenge_stake_is_held")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_challenge_member_id_member")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["metric_account.id"], name=op.f("fk_challenge_account_id_metric_account")
        ),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_challenge_hold_id_hold")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("key", name=op.f("uq_challenge_key")),
    )
    op.create_index("ix_challenge_member_id", "challenge", ["member_id"], unique=False)
    op.create_index("ix_challenge_account_id", "challenge", ["account_id"], unique=False)
    op.create_index("ix_challenge_state", "challenge", ["state"], unique=False)
