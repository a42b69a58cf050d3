"""Ask questions.

Revision: 2026_11_20_questions
After: 2026_11_20_knowledge
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_questions"
down_revision = "2026_11_20_knowledge"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_claim_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "task", "day", name=op.f("pk_claim")),
    )


def downgrade() -> None:
    op.drop_table("claim")
