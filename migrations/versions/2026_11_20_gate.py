"""Reserve what calls may cost.

Revision: 2026_11_20_gate
After: 2026_11_20_costs
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_gate"
down_revision = "2026_11_20_costs"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reservation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("month_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("input", BIG, nullable=False),
        sa.Column("output", BIG, nullable=False),
        sa.Column("nanos", BIG, nullable=False),
        sa.Column("held", BIG, nullable=False),
        sa.Column("net", BIG, nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("hold_id", BIG, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cost", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.Column("ended_at", BIG, nullable=True),
        sa.CheckConstraint("state IN ('open', 'settled', 'released', 'expired')", name=op.f("ck_reservation_state")),
        sa.CheckConstraint("payer IN ('self', 'plan', 'house')", name=op.f("ck_reservation_payer")),
        sa.CheckConstraint(
            "nanos >= 0 AND held >= 0 AND held <= nanos AND net >= 0", name=op.f("ck_reservation_amounts")
        ),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_reservation_ended_when_not_open")),
        sa.ForeignKeyConstraint(["month_id"], ["member_month.id"], name=op.f("fk_reservation_month_id_member_month")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_reservation_hold_id_hold")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("key", name=op.f("uq_reservation_key")),
    )
    op.create_index("ix_reservation_month_id", "reservation", ["month_id"])
    op.create_index(
        "ix_reservation_unpaid",
        "reservation",
        ["month_id"],
        sqlite_where=sa.text("hold_id IS NOT NULL"),
        postgresql_where=sa.text("hold_id IS NOT NULL"),
    )
    op.create_index(
        "ix_reservation_open",
        "reservation",
        ["expires_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "call_pace",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("window_at", BIG, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("struck_at", BIG, nullable=True),
        sa.Column("until", BIG, nullable=True),
        sa.Column("appealed_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_call_pace_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_call_pace")),
    )
    op.create_table(
        "gate_standing",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("trusted_at", BIG, nullable=True),
        sa.Column("trusted_by", sa.String(), nullable=False),
        sa.Column("month_id", BIG, nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_gate_standing_member_id_member")),
        sa.ForeignKeyConstraint(["month_id"], ["member_month.id"], name=op.f("fk_gate_standing_month_id_member_month")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_gate_standing")),
    )


def downgrade() -> None:
    for table in ("gate_standing", "call_pace", "reservation"):
        op.drop_table(table)
