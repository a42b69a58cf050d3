"""Keep when a platform's account was made.

Revision: 2026_11_20_account_age
After: 2026_11_20_notebook
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_20_account_age"
down_revision = "2026_11_20_notebook"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("identity", sa.Column("registered_at", BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("identity", "registered_at")
