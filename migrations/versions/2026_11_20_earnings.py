"""Earn coins.

Revision: 2026_11_20_earnings
After: 2026_11_20_track_links
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_earnings"
down_revision = "2026_11_20_track_links"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "earning",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("paid_at", BIG, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_earning_amount")),
        sa.CheckConstraint("(day IS NULL) = (paid_at IS NULL)", name=op.f("ck_earning_paid")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_earning_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earning")),
        sa.UniqueConstraint("key", "code", name=op.f("uq_earning_key_code")),
    )
    op.create_index("ix_earning_member_id_day", "earning", ["member_id", "day"], unique=False)


def downgrade() -> None:
    op.drop_table("earning")
