"""Keep talks, answers that may be given again, and how questions were answered.

Revision: 2026_11_20_talks
After: 2026_11_20_gate
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_talks"
down_revision = "2026_11_20_gate"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "talk_thread",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("turns", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_talk_thread_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_thread")),
        sa.UniqueConstraint("member_id", "name", name=op.f("uq_talk_thread_member_id_name")),
    )
    op.create_table(
        "talk_turn",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("answered", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["talk_thread.id"], name=op.f("fk_talk_turn_thread_id_talk_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_turn")),
        sa.UniqueConstraint("thread_id", "key", name=op.f("uq_talk_turn_thread_id_key")),
    )
    op.create_index("ix_talk_turn_thread_id", "talk_turn", ["thread_id"])
    op.create_table(
        "kept_answer",
        sa.Column("member_id", BIG, autoincrement=False, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_kept_answer_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "question", name=op.f("pk_kept_answer")),
    )
    op.create_index("ix_kept_answer_at", "kept_answer", ["at"])
    op.create_table(
        "answered_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("nearest", sa.Text(), nullable=False),
        sa.Column("times", BIG, nullable=False),
        sa.CheckConstraint("source IN ('model', 'kept', 'prepared')", name=op.f("ck_answered_day_source")),
        sa.CheckConstraint("times > 0", name=op.f("ck_answered_day_times")),
        sa.PrimaryKeyConstraint("day", "purpose", "source", "nearest", name=op.f("pk_answered_day")),
    )


def downgrade() -> None:
    op.drop_table("answered_day")
    op.drop_index("ix_kept_answer_at", table_name="kept_answer")
    op.drop_table("kept_answer")
    op.drop_index("ix_talk_turn_thread_id", table_name="talk_turn")
    op.drop_table("talk_turn")
    op.drop_table("talk_thread")
