"""Bringing a database to the newest schema. Saying that there is nothing to do must not cost alembic's import."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from core.errors import DatabaseBusy, TandemError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"

_REVISION = re.compile(r"^revision(?:: str)? = \"(.+)\"$", re.MULTILINE)
_AFTER = re.compile(r"^down_revision(?:: .+)? = \"(.+)\"$", re.MULTILINE)


class NewerSchema(TandemError):
    """Somebody ran a newer program on this database; this one would not know what it writes."""

    words: ClassVar[str] = "The database has schema {revision}, which this version does not know. Install a newer one."

    revision: str


def current(url: str) -> str | None:
    """The revision that a database is at, None for an empty one. Raises `DatabaseBusy`."""
    with _reaching(DBAPIError, ArgumentError, ValueError):  # the last two: an address that is none
        engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with _reaching(DBAPIError), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return revision


def newest() -> str:
    """The revision that no other one comes after, read from the version files."""
    texts = _versions()
    (head,) = _revisions(texts) - {found[1] for text in texts if (found := _AFTER.search(text))}
    return head


def is_current(url: str) -> bool:
    """Whether a database has the newest schema. Raises `DatabaseBusy`, `NewerSchema`."""
    revision = current(url)
    if revision is not None and revision not in _revisions(_versions()):
        raise NewerSchema(revision)
    return revision == newest()


def _versions() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]


def _revisions(texts: list[str]) -> set[str]:
    return {found[1] for text in texts if (found := _REVISION.search(text))}


def upgrade(url: str, revision: str = "head") -> None:
    """Run what migrations are missing, each in a transaction of its own. Raises `DatabaseBusy`."""
    from alembic import command

    with _reaching(OperationalError):  # whatever else a migration raises is a bug of ours
        command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back, down to and without `revision`'s followers; `base` empties the database."""
    from alembic import command

    command.downgrade(_config(url), revision)


def sqlalchemy_url(url: str) -> URL:
    """A URL as the adapters read it: SQLAlchemy would take another driver, and part of a file's name for options."""
    if url.startswith("sqlite:///"):
        return URL.create("sqlite", database=url.removeprefix("sqlite:///"))
    return make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))


@contextmanager
def _reaching(*away: type[Exception]) -> Iterator[None]:
    """What a driver says of a database that is locked, away or none at all, as the adapters say it."""
    try:
        yield
    except away as error:
        raise DatabaseBusy from getattr(error, "orig", error)


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    # A percent sign in a path would begin an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = sqlalchemy_url(url)
    return config
