"""The database as the core sees it: tables, statements, and a unit of work that can not await."""

from core.db.base import Big, Instant, Json, Table, columns, json_naming, partial_index
from core.db.uow import Database, Row, Rows, Unit, UnitOfWork
from core.db.upsert import upsert

__all__ = [
    "Big",
    "Database",
    "Instant",
    "Json",
    "Row",
    "Rows",
    "Table",
    "Unit",
    "UnitOfWork",
    "columns",
    "json_naming",
    "partial_index",
    "upsert",
]
