"""Count costs.

Revision: 2026_11_20_costs
After: 2026_11_20_challenges
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_costs"
down_revision = "2026_11_20_challenges"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_month()
    _make_cost()
    _make_small_cost()
    _make_income()
    _make_day()
    op.create_index(
        "ix_transfer_stake_consumed",
        "transfer",
        ["at"],
        sqlite_where=sa.text("code = 'stake_consumed'"),
        postgresql_where=sa.text("code = 'stake_consumed'"),
    )
    op.create_index(
        "ix_lot_frozen", "lot", ["account_id"], sqlite_where=sa.text("frozen = 1"), postgresql_where=sa.text("frozen")
    )


def downgrade() -> None:
    op.drop_index("ix_lot_frozen", "lot")
    op.drop_index("ix_transfer_stake_consumed", "transfer")
    for table in ("cost_day", "income", "small_cost", "cost", "member_month"):
        op.drop_table(table)


def _amount(name: str) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def _make_month() -> None:
    op.create_table(
        "member_month",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("starts_at", BIG, nullable=False),
        sa.Column("ends_at", BIG, nullable=False),
        _amount("spent"),
        _amount("reserved"),
        _amount("earned"),
        _amount("lost"),
        sa.Column("folded_into", BIG, nullable=True),
        sa.CheckConstraint(
            "spent >= 0 AND reserved >= 0 AND earned >= 0 AND lost >= 0",
            name=op.f("ck_member_month_not_below_zero"),
        ),
        sa.CheckConstraint("plan IN ('free', 'premium', 'pro')", name=op.f("ck_member_month_plan")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_month_member_id_member")),
        sa.ForeignKeyConstraint(
            ["folded_into"], ["member_month.id"], name=op.f("fk_member_month_folded_into_member_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_month")),
        sa.UniqueConstraint("member_id", "plan", "starts_at", name=op.f("uq_member_month_member_id_plan_starts_at")),
    )


def _make_cost() -> None:
    op.create_table(
        "cost",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("month_id", BIG, nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("nanos", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("transfer_id", BIG, nullable=False),
        sa.CheckConstraint("nanos > 0", name=op.f("ck_cost_above_zero")),
        sa.CheckConstraint("payer IN ('self', 'plan', 'house')", name=op.f("ck_cost_payer")),
        sa.ForeignKeyConstraint(["month_id"], ["member_month.id"], name=op.f("fk_cost_month_id_member_month")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_cost_transfer_id_transfer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost")),
        sa.UniqueConstraint("key", name=op.f("uq_cost_key")),
    )
    op.create_index("ix_cost_month_id", "cost", ["month_id"])
    op.create_index("ix_cost_day", "cost", ["day"])


def _make_small_cost() -> None:
    op.create_table(
        "small_cost",
        sa.Column("month_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("nanos", BIG, nullable=False),
        sa.CheckConstraint("nanos > 0 AND times > 0", name=op.f("ck_small_cost_above_zero")),
        sa.ForeignKeyConstraint(["month_id"], ["member_month.id"], name=op.f("fk_small_cost_month_id_member_month")),
        sa.PrimaryKeyConstraint("month_id", "day", "category", name=op.f("pk_small_cost")),
    )
    op.create_index("ix_small_cost_day", "small_cost", ["day"])


def _make_income() -> None:
    op.create_table(
        "income",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("month_id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("nanos", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("transfer_id", BIG, nullable=False),
        sa.CheckConstraint("nanos > 0", name=op.f("ck_income_above_zero")),
        sa.ForeignKeyConstraint(["month_id"], ["member_month.id"], name=op.f("fk_income_month_id_member_month")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_income_transfer_id_transfer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income")),
        sa.UniqueConstraint("key", name=op.f("uq_income_key")),
    )
    op.create_index("ix_income_month_id", "income", ["month_id"])
    op.create_index("ix_income_day", "income", ["day"])
    op.create_index("ix_income_kind_at", "income", ["kind", "at"])


def _make_day() -> None:
    op.create_table(
        "cost_day",
        sa.Column("day", sa.Date(), nullable=False),
        _amount("spent"),
        _amount("reserved"),
        _amount("free_spent"),
        _amount("free_reserved"),
        sa.CheckConstraint(
            "spent >= 0 AND reserved >= 0 AND free_spent >= 0 AND free_reserved >= 0",
            name=op.f("ck_cost_day_not_below_zero"),
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_cost_day")),
    )
