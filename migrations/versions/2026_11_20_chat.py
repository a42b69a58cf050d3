"""Make conversations, talks, inbox, outbox and what is due.

Revision: 2026_11_20_chat
After: 2026_11_20_people
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_chat"
down_revision = "2026_11_20_people"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.CheckConstraint("stage IN ('asking', 'confirming', 'button', 'done')", name=op.f("ck_conversation_stage")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_conversation_member_id_member")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_conversation")),
    )
    op.create_index("ix_conversation_expires_at", "conversation", ["expires_at"], unique=False)
    op.create_index("ix_conversation_member_id", "conversation", ["member_id"], unique=False)
    op.create_table(
        "talk",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("started_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_talk_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_talk")),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("done_at", BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_done_at", "inbox", ["done_at"], unique=False)
    op.create_index(
        "ix_inbox_open",
        "inbox",
        ["source", "at"],
        unique=False,
        sqlite_where=sa.text("payload IS NOT NULL"),
        postgresql_where=sa.text("payload IS NOT NULL"),
    )
    op.create_table(
        "due",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", BIG, nullable=False),
        sa.Column("free_at", BIG, nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_due_kind_key")),
    )
    op.create_index("ix_due_free_at", "due", ["free_at"], unique=False)
    op.create_table(
        "announcement",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("prefers", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("settled_at", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'uncertain', 'undeliverable', 'muted')",
            name=op.f("ck_announcement_state"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_announcement_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("key", name=op.f("uq_announcement_key")),
    )
    op.create_index("ix_announcement_member_id_at", "announcement", ["member_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("announcement")
    op.drop_table("due")
    op.drop_table("inbox")
    op.drop_table("talk")
    op.drop_table("conversation")
