"""Let members turn on what is off.

Revision: 2026_11_20_opt_in
After: 2026_11_20_questions
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_opt_in"
down_revision = "2026_11_20_questions"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "opt_in",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_opt_in_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "name", name=op.f("pk_opt_in")),
    )


def downgrade() -> None:
    op.drop_table("opt_in")
