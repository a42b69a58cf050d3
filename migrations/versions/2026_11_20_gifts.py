"""Make gifts.

Revision: 2026_11_20_gifts
After: 2026_11_20_coins
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_gifts"
down_revision = "2026_11_20_coins"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gift",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("giver_id", BIG, nullable=False),
        sa.Column("receiver_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hold_id", BIG, nullable=True),
        sa.CheckConstraint("state IN ('given', 'waiting', 'collected', 'returned')", name=op.f("ck_gift_state")),
        sa.ForeignKeyConstraint(["giver_id"], ["member.id"], name=op.f("fk_gift_giver_id_member")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_gift_hold_id_hold")),
        sa.ForeignKeyConstraint(["receiver_id"], ["member.id"], name=op.f("fk_gift_receiver_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
        sa.UniqueConstraint("key", name=op.f("uq_gift_key")),
    )
    op.create_index("ix_gift_giver_id_day", "gift", ["giver_id", "day"], unique=False)
    op.create_index("ix_gift_receiver_id", "gift", ["receiver_id"], unique=False)


def downgrade() -> None:
    op.drop_table("gift")
