"""Make daily visits.

Revision: 2026_11_20_coins
After: 2026_11_20_audit
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_coins"
down_revision = "2026_11_20_audit"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("bridged", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_visit_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "day", name=op.f("pk_visit")),
    )


def downgrade() -> None:
    op.drop_table("visit")
