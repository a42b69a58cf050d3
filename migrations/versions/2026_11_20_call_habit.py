"""Count calls by day, and keep what a pause was for.

Revision: 2026_11_20_call_habit
After: 2026_11_20_account_age
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_call_habit"
down_revision = "2026_11_20_account_age"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_pace", sa.Column("cause", sa.String(), nullable=True))
    op.add_column("call_pace", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("call_pace", sa.Column("today", sa.Integer(), server_default="0", nullable=False))
    op.add_column("call_pace", sa.Column("past", sa.Text(), server_default="[]", nullable=False))
    op.add_column("call_pace", sa.Column("outlier_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for column in ("outlier_on", "past", "today", "day", "cause"):
        op.drop_column("call_pace", column)
