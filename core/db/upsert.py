"""INSERT … ON CONFLICT, as one statement that both engines' compilers take."""

from typing import Any, Self

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate


class Upsert(Insert):
    """SQLite's insert, which PostgreSQL's compiler takes as well once its clause names no constraint.

    PostgreSQL's own would do for both too, but brings its whole dialect into every start on SQLite: 22 modules, a tenth
    of what importing SQLModel takes.
    """

    inherit_cache = True

    def on_conflict_do_nothing(self, index_elements: Any = None, index_where: Any = None) -> Self:
        """Skip a row that is there already, by these columns of a unique index or by any."""
        return self.ext(_Nothing(index_elements, index_where))

    def on_conflict_do_update(
        self, index_elements: Any = None, index_where: Any = None, set_: Any = None, where: Any = None
    ) -> Self:
        """Change the row that is there, by these columns of a unique index, if it meets `where`."""
        return self.ext(_Update(index_elements, index_where, set_, where))


class _Nothing(OnConflictDoNothing):
    inherit_cache = True
    constraint_target = None


class _Update(OnConflictDoUpdate):
    inherit_cache = True
    constraint_target = None


def upsert(table: Table) -> Upsert:
    """An insert into a table that may find its row there: `upsert(ACCOUNT).values(…).on_conflict_do_nothing()`."""
    return Upsert(table)
