"""Runs migrations on the URL that the caller passes in `config.attributes["url"]`, on either engine."""

from alembic import context
from sqlalchemy import create_engine, pool

import core.registry  # noqa: F401  imports every room, and with them every table
from core.db import Table


def run() -> None:
    """Bring the database to the revision that was asked for, in one transaction."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
