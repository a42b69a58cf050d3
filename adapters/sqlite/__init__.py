"""SQLite: the embedded default. One writer that commits in groups, and readers beside it."""

from adapters.sqlite.database import SqliteDatabase

__all__ = ["SqliteDatabase"]
