"""Runs migrations on the URL that the caller passes in `config.attributes["url"]`, on either engine.

Of several that start on an old database at once, one migrates; the others wait for it, and find nothing left to do.

Alembic's own command line passes none: it works on the database of the settings.
"""

import os
from typing import Any

from alembic import context
from sqlalchemy import URL, Connection, Engine, create_engine, event, pool, text

import core.operations.marks
import core.registry
import core.runner  # noqa: F401  with these three, every table is imported
from core.db import Table

MIGRATING = 0x74616E64656D
"""The advisory lock of whoever migrates a PostgreSQL database."""
WAIT_S = 60
"""Seconds that SQLite waits for another process that migrates."""


def run() -> None:
    """Bring the database to the revision that was asked for; each migration is made whole or not at all."""
    url: URL = context.config.attributes.get("url") or _set()
    on_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"timeout": WAIT_S} if on_sqlite else {})
    if on_sqlite:
        _say_begin(engine)
    with engine.connect() as connection:
        if not on_sqlite:  # held until the connection ends
            connection.execute(text(f"SELECT pg_advisory_lock({MIGRATING})"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            render_as_batch=on_sqlite,
            compare_type=True,
            transactional_ddl=True,
            # SQLite's lock is its transaction: between two of them another process would begin with the same step.
            transaction_per_migration=not on_sqlite,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def _set() -> URL:
    """The database of config.toml and the environment."""
    # Imported here, because a start passes its URL and needs neither.
    from bot import config, migrate

    return migrate.sqlalchemy_url(config.load(config.find(None, os.environ), os.environ).database.url)


def _say_begin(engine: Engine) -> None:
    """Let SQLAlchemy begin transactions: the driver begins none before DDL, and half a migration would stay."""

    @event.listens_for(engine, "connect")
    def leave_it_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # Only a new file takes it. A transfer changes some bytes on each of four pages, and a group of 64 writes them
        # all: with half the page it writes half as much, which is a seventh faster.
        connection.execute("PRAGMA page_size = 2048")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
