"""Keep what members tell.

Revision: 2026_11_20_knowledge
After: 2026_11_20_earnings
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_knowledge"
down_revision = "2026_11_20_earnings"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "told",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_told_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
        sa.UniqueConstraint("member_id", "topic", "key", name=op.f("uq_told_member_id_topic_key")),
    )


def downgrade() -> None:
    op.drop_table("told")
