"""What every table has in common, and the column types that mean the same on both engines."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Index, Integer, MetaData, Text, TypeDecorator
from sqlalchemy import Table as SqlTable
from sqlmodel import SQLModel
from sqlmodel.main import SQLModelMetaclass

from core.clock import EPOCH, MICROSECOND

# Constraints have names so that a migration can find them on both engines.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# 64 bits everywhere; SQLite gives row ids only to a column that says INTEGER.
Big = BigInteger().with_variant(Integer(), "sqlite")


# One encoder for all: making it costs as much as a small text.
_written = json.JSONEncoder(separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode


class _Declared(SQLModelMetaclass):
    """Makes a class's table as SQLModel does, and no mapper: that alone took a tenth of a start.

    What SQLAlchemy does besides is to look through every attribute of every base, for each class anew.
    """

    def __init__(self, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> None:
        type.__init__(self, name, bases, namespace)
        if options.get("table"):
            declared: Any = self
            *items, last = getattr(self, "__table_args__", ({},))
            if not isinstance(last, dict):  # as SQLAlchemy takes them: constraints, then perhaps the table's options
                items, last = [*items, last], {}
            declared.__table__ = SqlTable(declared.__tablename__, self.metadata, *self._columns(), *items, **last)

    def _columns(self) -> Iterator[Column[Any]]:
        for name in self.model_fields:
            column = getattr(self, name)  # SQLModel has put it there
            column.name = column.key = name
            yield column


class Table(SQLModel, metaclass=_Declared):
    """Base of all tables. A table class declares the schema; it is never an object that somebody changes."""

    metadata = MetaData(naming_convention=NAMING)
    # Nothing is ever validated by a table class, so no start has to wait for its validator.
    model_config = {"defer_build": True}


class Instant(TypeDecorator[datetime]):
    """An instant as whole microseconds since 1970 in UTC: exact, ordered, and the same on both engines."""

    impl = Big
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Instants must be aware: a naive time is a bug, and `-` with the epoch says so."""
        return _micros(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        """The same, without two calls in between: most statements have an instant."""
        return _micros

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Back to an aware UTC datetime."""
        return _instant(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        """The same, without a call in between: a wallet has dozens of them."""
        return _instant


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - EPOCH) // MICROSECOND


def _instant(micros: int | None) -> datetime | None:
    # By position, which takes half as long as by name.
    return None if micros is None else EPOCH + timedelta(0, 0, micros)


class Json(TypeDecorator[Any]):
    """JSON as text on both engines: nobody queries inside it, and one codec can not differ from another."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Compact, with sorted keys, so that equal values are equal text."""
        return None if value is None else _written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Parsed JSON."""
        return None if value is None else json.loads(value)


def json_naming(**parts: Any) -> str:
    """A LIKE pattern (escape: backslash) for `Json` text in which these names stand side by side."""
    text = _written(parts)[1:-1]
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def partial_index(name: str, *columns: str, where: str, sqlite: str = "", unique: bool = False) -> Index:
    """An index of the rows that meet `where`; `sqlite` where SQLite, which finds it by its words, needs others.

    Migrations make the index, and the tests hold what they made against `info["where"]`. As options of the two dialects
    the same would bring PostgreSQL's into every start: 22 modules, a twentieth of it.
    """
    return Index(name, *columns, unique=unique, info={"where": {"postgresql": where, "sqlite": sqlite or where}})


def columns(model: type[Any]) -> SqlTable:
    """The Core table behind a table class, for writing statements: `ACCOUNT = columns(Account)`."""
    table = model.__dict__["__table__"]
    assert isinstance(table, SqlTable)
    return table
