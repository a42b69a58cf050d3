"""Make cases that a person decides.

Revision: 2026_11_20_reviews
After: 2026_11_20_metrics
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_reviews"
down_revision = "2026_11_20_metrics"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "review_case",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("about_id", BIG, nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("deadline", BIG, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("option", sa.String(), nullable=True),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("closed_at", BIG, nullable=True),
        sa.CheckConstraint("state IN ('open', 'decided', 'withdrawn')", name=op.f("ck_review_case_state")),
        sa.CheckConstraint(
            "(state = 'decided') = (option IS NOT NULL)", name=op.f("ck_review_case_decided_with_an_option")
        ),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_review_case_closed_at_an_instant")),
        sa.CheckConstraint("by_id IS NULL OR state = 'decided'", name=op.f("ck_review_case_decided_by_somebody")),
        sa.CheckConstraint("deadline > opened_at", name=op.f("ck_review_case_time_to_decide")),
        sa.ForeignKeyConstraint(["about_id"], ["member.id"], name=op.f("fk_review_case_about_id_member")),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_review_case_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_case")),
        sa.UniqueConstraint("key", name=op.f("uq_review_case_key")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_review_case_opened_at", "review_case", ["opened_at"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_review_case_about_id", "review_case", ["about_id"])
    op.create_index("ix_review_case_by_id", "review_case", ["by_id"])


def downgrade() -> None:
    op.drop_table("review_case")
