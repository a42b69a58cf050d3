"""Keep when the calls of the last minute were, instead of how many a minute had that began with one of them.

Revision: 2026_11_20_calls_lately
After: 2026_11_20_free_from
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_calls_lately"
down_revision = "2026_11_20_free_from"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE call_pace RENAME COLUMN window_at TO called_at")
    op.drop_column("call_pace", "calls")
    op.add_column("call_pace", sa.Column("lately", sa.Text(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("call_pace", "lately")
    op.add_column("call_pace", sa.Column("calls", sa.Integer(), server_default="0", nullable=False))
    op.execute("ALTER TABLE call_pace RENAME COLUMN called_at TO window_at")
