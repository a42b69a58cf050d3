"""The unit of work: a plain function of one transaction, run whole on a database thread.

Statements are SQLAlchemy Core, compiled to text once per engine and run on the driver: executing Core objects costs
four times as much (`core/decisions/0002-synchronous-core.md`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, ClauseElement, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

from core.facts import Fact

T = TypeVar("T")
Row = Any
"""A named tuple of the statement's columns, values already in their Python types."""


class Connection(Protocol):
    """The part of a driver's connection that we need; sqlite3 and psycopg both have it."""

    @property
    def execute(self) -> Callable[..., Any]:
        """Run text with positional arguments; answers a cursor with `fetchall` and `rowcount`."""
        ...


class Rows(Sequence[Row]):
    """What a statement returned. `affected` is the number of rows it returned or changed."""

    __slots__ = ("_rows", "affected")

    def __init__(self, rows: list[Row], affected: int) -> None:
        self._rows = rows
        self.affected = affected

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def first(self) -> Row | None:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one(self) -> Row:
        """The only row; anything else is a bug."""
        (row,) = self._rows
        return row

    def scalar(self) -> Any:
        """The first column of the first row, or None."""
        return self._rows[0][0] if self._rows else None


class Prepared:
    """A statement as one engine's text, with what turns parameters and rows into their types and back."""

    __slots__ = ("_binds", "_convert", "_make", "returns_rows", "text")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)
        self.text = str(compiled)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._binds = tuple(_bind(binds, name, dialect) for name in (compiled.positiontup or ()))
        selected = _returned_columns(statement)
        self.returns_rows = bool(selected)
        self._make = None
        self._convert: tuple[tuple[int, Callable[[Any], Any]], ...] = ()
        if selected:
            names = [column.key or f"column_{i}" for i, column in enumerate(selected)]
            self._make = NamedTuple("Row", [(name, Any) for name in names])._make
            processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]
            self._convert = tuple((i, process) for i, process in enumerate(processors) if process is not None)

    def arguments(self, params: Mapping[str, Any]) -> tuple[Any, ...]:
        """Positional arguments for the driver. Raises KeyError for a parameter that was not given."""
        return tuple(
            [
                process(value) if process is not None else value
                for value, process in (
                    (params[name] if required or name in params else default, process)
                    for name, default, required, process in self._binds
                )
            ]
        )

    def rows(self, raw: list[Any]) -> list[Row]:
        """Driver rows as named tuples of Python values."""
        make, convert = self._make, self._convert
        assert make is not None
        if not convert:
            return [make(row) for row in raw]
        made = []
        for row in raw:
            values = list(row)
            for i, process in convert:
                values[i] = process(values[i])
            made.append(make(values))
        return made


def _bind(
    binds: Mapping[str, BindParameter[Any]], name: str, dialect: Dialect
) -> tuple[str, Any, bool, Callable[[Any], Any] | None]:
    """A positional parameter as (name, value if it is a literal, required, what turns it into a driver value)."""
    bind = binds.get(name)
    if bind is not None:
        return name, bind.value, bind.required, bind.type.dialect_impl(dialect).bind_processor(dialect)
    # The members of IN (...) are named after their list: status_1 becomes status_1_1, status_1_2.
    base, _, number = name.rpartition("_")
    listed: Any = binds[base].value
    return name, listed[int(number) - 1], False, None


def _returned_columns(statement: ClauseElement) -> list[Any]:
    for attribute in ("selected_columns", "exported_columns"):
        selected = getattr(statement, attribute, None)
        if selected:
            return list(selected)
    return []


class Statements:
    """An engine's compiled statements. Statements are constants of the repositories, so each compiles once."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._prepared: WeakKeyDictionary[ClauseElement, Prepared] = WeakKeyDictionary()

    def prepare(self, statement: ClauseElement) -> Prepared:
        """The compiled form of a statement, remembered for as long as the statement lives."""
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = Prepared(statement, self.dialect)
        return prepared


class UnitOfWork:
    """One transaction, handed to a function that can not await and can not commit."""

    __slots__ = ("_connection", "_statements", "facts", "trace")

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements
        self.facts: list[Fact] = []
        self.trace = ""
        """The id that ties log lines and transfers of one interaction together; the dispatcher sets it."""

    def run(self, statement: Executable, /, **params: Any) -> Rows:
        """Run one statement; its rows are read at once, so that no cursor stays open."""
        assert isinstance(statement, ClauseElement)
        prepared = self._statements.prepare(statement)
        cursor = self._connection.execute(prepared.text, prepared.arguments(params))
        if prepared.returns_rows:
            rows = prepared.rows(cursor.fetchall())
            return Rows(rows, len(rows))
        return Rows([], cursor.rowcount)

    def run_each(self, statement: Executable, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run one statement for each set of parameters."""
        assert isinstance(statement, ClauseElement)
        prepared = self._statements.prepare(statement)
        for params in rows:
            self._connection.execute(prepared.text, prepared.arguments(params))

    def record(self, fact: Fact) -> None:
        """Say that something several rooms must act on has become true; they react before the commit."""
        self.facts.append(fact)


Unit = Callable[[UnitOfWork], T]


class Database(Protocol):
    """Where units of work run. Made in `bot`; only dispatch and assistant call `write`."""

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit in a transaction of its own; durable when this returns, undone when it raises."""
        ...

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads, on one consistent snapshot."""
        ...
