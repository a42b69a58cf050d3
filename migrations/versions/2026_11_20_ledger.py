"""Make the ledger: accounts, holds, lots, transfers and entries, the last two append-only.

Revision: 2026_11_20_ledger
After: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_ledger"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("transfer", "entry")


def upgrade() -> None:
    _make_account()
    _make_hold()
    _make_lot()
    _make_transfer()
    _make_entry()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def downgrade() -> None:
    for table in ("entry", "transfer", "lot", "hold", "account"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change")


def _make_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("balance", BIG, server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('system', 'wallet', 'hold', 'debt')", name=op.f("ck_account_kind")),
        sa.CheckConstraint("unit IN ('COIN', 'CREDIT', 'USD')", name=op.f("ck_account_unit")),
        sa.CheckConstraint("kind NOT IN ('wallet', 'hold') OR balance >= 0", name=op.f("ck_account_not_below_zero")),
        sa.CheckConstraint("kind <> 'debt' OR balance <= 0", name=op.f("ck_account_debt_not_above_zero")),
        sa.CheckConstraint("kind <> 'system' OR balance = 0", name=op.f("ck_account_system_has_no_balance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sqlite_with_rowid=False,
    )


def _make_hold() -> None:
    op.create_table(
        "hold",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("expires_at", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_hold_amount_above_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_hold_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("key", "code", name=op.f("uq_hold_key_code")),
    )
    _partial_index("ix_hold_account_id", "hold", ["account_id"], "is_open")
    _partial_index("ix_hold_expires_at", "hold", ["expires_at"], "is_open AND expires_at IS NOT NULL")


def _make_lot() -> None:
    op.create_table(
        "lot",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("remaining", BIG, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("net_nanos", BIG, server_default="0", nullable=False),
        sa.Column("expires_at", BIG, nullable=True),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("pooled", sa.Boolean(), nullable=False),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_lot_remaining_not_below_zero")),
        sa.CheckConstraint("remaining <= amount", name=op.f("ck_lot_remaining_within_amount")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_lot_amount_above_zero")),
        sa.CheckConstraint("is_open = (remaining > 0)", name=op.f("ck_lot_open_while_something_remains")),
        sa.CheckConstraint(
            "source IN ('allowance', 'welcome', 'earned', 'gifted', 'bought')", name=op.f("ck_lot_source")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_lot_account_id_account")),
        sa.ForeignKeyConstraint(["parent_id"], ["lot.id"], name=op.f("fk_lot_parent_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    _partial_index("uq_lot_pooled", "lot", ["account_id", "source"], "pooled", unique=True)
    _partial_index("ix_lot_open", "lot", ["account_id"], "is_open")
    _partial_index("ix_lot_expires_at", "lot", ["expires_at"], "is_open AND expires_at IS NOT NULL")


def _make_transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("trace", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("hold_id", BIG, nullable=True),
        sa.Column("reverses", BIG, nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_transfer_hold_id_hold")),
        sa.ForeignKeyConstraint(["reverses"], ["transfer.id"], name=op.f("fk_transfer_reverses_transfer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("key", "code", name=op.f("uq_transfer_key_code")),
    )
    _partial_index("uq_transfer_reverses", "transfer", ["reverses"], "reverses IS NOT NULL", unique=True)


def _make_entry() -> None:
    op.create_table(
        "entry",
        sa.Column("transfer_id", BIG, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("lot_id", BIG, nullable=True),
        sa.Column("amount", BIG, nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_entry_amount_not_zero")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_entry_transfer_id_transfer")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_account_id_account")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_entry_lot_id_lot")),
        sa.PrimaryKeyConstraint("transfer_id", "line", name=op.f("pk_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entry_account_id_transfer_id", "entry", ["account_id", "transfer_id"])


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    # SQLite compares words, not meaning, and statements say `= 1` there.
    said = where.replace("is_open", "is_open = 1").replace("pooled", "pooled = 1")
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(said), postgresql_where=sa.text(where))


def _refuse_changes(table: str) -> None:
    """What is written stays written, whoever holds the connection: corrections are reversals."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
