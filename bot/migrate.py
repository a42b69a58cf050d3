"""Bringing a database to the newest schema. Saying that there is nothing to do must not cost alembic's import."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"

_REVISION = re.compile(r"^revision(?:: str)? = \"(.+)\"$", re.MULTILINE)
_AFTER = re.compile(r"^down_revision(?:: .+)? = \"(.+)\"$", re.MULTILINE)


def current(url: str) -> str | None:
    """The revision that a database is at, None for an empty one."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return revision


def newest() -> str:
    """The revision that no other one comes after, read from the version files."""
    texts = [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    revisions = {found[1] for text in texts if (found := _REVISION.search(text))}
    (head,) = revisions - {found[1] for text in texts if (found := _AFTER.search(text))}
    return head


def is_current(url: str) -> bool:
    """Whether a database has the newest schema."""
    return current(url) == newest()


def upgrade(url: str, revision: str = "head") -> None:
    """Run what migrations are missing, each in a transaction of its own."""
    from alembic import command

    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back, down to and without `revision`'s followers; `base` empties the database."""
    from alembic import command

    command.downgrade(_config(url), revision)


def sqlalchemy_url(url: str) -> str:
    """`postgresql://` as SQLAlchemy wants it, which would look for another driver."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    # A percent sign in a path would begin an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = sqlalchemy_url(url)
    return config
