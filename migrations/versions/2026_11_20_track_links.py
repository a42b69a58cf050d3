"""Track links.

Revision: 2026_11_20_track_links
After: 2026_11_20_linking
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_track_links"
down_revision = "2026_11_20_linking"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tracked_link",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_tracked_link_member_id_member"),
        sa.PrimaryKeyConstraint("code", name="pk_tracked_link"),
    )
    op.create_index("ix_tracked_link_member_id", "tracked_link", ["member_id"])
    op.create_table(
        "tracked_visit",
        sa.Column(
            "id",
            BIG,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("visitor", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["code"], ["tracked_link.code"], name="fk_tracked_visit_code_tracked_link"),
        sa.PrimaryKeyConstraint("id", name="pk_tracked_visit"),
    )
    op.create_index("ix_tracked_visit_code_at", "tracked_visit", ["code", "at"])


def downgrade() -> None:
    op.drop_table("tracked_visit")
    op.drop_table("tracked_link")
