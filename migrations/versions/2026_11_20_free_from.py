"""Say from when the house pays for somebody who used this month's free part under another name.

Revision: 2026_11_20_free_from
After: 2026_11_20_call_habit
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_free_from"
down_revision = "2026_11_20_call_habit"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("gate_standing", sa.Column("free_from", BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("gate_standing", "free_from")
