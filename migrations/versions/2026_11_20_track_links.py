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
        "link",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_link_member_id_member"),
        sa.PrimaryKeyConstraint("code", name="pk_link"),
    )
    op.create_index("ix_link_member_id", "link", ["member_id"])
    op.create_table(
        "link_visit",
        sa.Column(
            "id",
            BIG,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("visitor", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["code"], ["link.code"], name="fk_link_visit_code_link"),
        sa.PrimaryKeyConstraint("id", name="pk_link_visit"),
    )
    op.create_index("ix_link_visit_code_at", "link_visit", ["code", "at"])


def downgrade() -> None:
    op.drop_table("link_visit")
    op.drop_table("link")
