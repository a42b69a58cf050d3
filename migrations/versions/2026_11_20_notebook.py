"""Keep what members write down.

Revision: 2026_11_20_notebook
After: 2026_11_20_talks
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_notebook"
down_revision = "2026_11_20_talks"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_note_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_member_id_at", "note", ["member_id", "at"])


def downgrade() -> None:
    op.drop_table("note")
