"""Make codes, links and their guesses.

Revision: 2026_11_20_linking
After: 2026_11_20_gifts
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_linking"
down_revision = "2026_11_20_gifts"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("other_id", BIG, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.Column("merges_at", BIG, nullable=True),
        sa.CheckConstraint("state IN ('open', 'asked', 'agreed', 'done', 'cancelled')", name=op.f("ck_link_state")),
        sa.CheckConstraint("(other_id IS NULL) = (state = 'open')", name=op.f("ck_link_asked_by_somebody")),
        sa.CheckConstraint("member_id <> other_id", name=op.f("ck_link_two_members")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_link_member_id_member")),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_link_other_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("code", name=op.f("uq_link_code")),
    )
    op.create_index("ix_link_expires_at", "link", ["expires_at"], unique=False)
    op.create_index("ix_link_member_id", "link", ["member_id"], unique=False)
    op.create_index("ix_link_other_id", "link", ["other_id"], unique=False)
    op.create_table(
        "link_guess",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_link_guess_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_link_guess")),
    )


def downgrade() -> None:
    op.drop_table("link_guess")
    op.drop_table("link")
