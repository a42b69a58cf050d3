"""Make members, their identities, settings and profiles, roles and plans.

Revision: 2026_11_20_people
After: 2026_11_20_ledger
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_people"
down_revision = "2026_11_20_ledger"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "member",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("zone_changed_at", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("arrived_at", BIG, nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("quiet_from", sa.String(), nullable=True),
        sa.Column("quiet_to", sa.String(), nullable=True),
        sa.Column("leaves_at", BIG, nullable=True),
        sa.Column("erased_at", BIG, nullable=True),
        sa.Column("merged_into", BIG, nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["member.id"], name=op.f("fk_member_merged_into_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    op.create_table(
        "identity",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_seen_at", BIG, nullable=False),
        sa.Column("last_seen_at", BIG, nullable=True),
        sa.Column("unreachable_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_identity_member_id_member")),
        sa.PrimaryKeyConstraint("platform", "user_id", name=op.f("pk_identity")),
    )
    op.create_index("ix_identity_member_id", "identity", ["member_id"], unique=False)
    op.create_table(
        "opt_out",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_opt_out_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "name", name=op.f("pk_opt_out")),
    )
    op.create_table(
        "profile_entry",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_profile_entry_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "name", name=op.f("pk_profile_entry")),
    )
    op.create_table(
        "tombstone",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tombstone")),
    )
    op.create_table(
        "role_grant",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("granted_by", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("role IN ('admin', 'moderator', 'support', 'partner')", name=op.f("ck_role_grant_role")),
        sa.ForeignKeyConstraint(["granted_by"], ["member.id"], name=op.f("fk_role_grant_granted_by_member")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_role_grant_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "role", "space", name=op.f("pk_role_grant")),
    )
    op.create_table(
        "member_plan",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("until", BIG, nullable=True),
        sa.CheckConstraint("plan IN ('premium', 'pro')", name=op.f("ck_member_plan_plan")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_plan_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_plan")),
    )


def downgrade() -> None:
    op.drop_table("member_plan")
    op.drop_table("role_grant")
    op.drop_table("tombstone")
    op.drop_table("profile_entry")
    op.drop_table("opt_out")
    op.drop_table("identity")
    op.drop_table("member")
