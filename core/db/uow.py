"""The unit of work: a plain function of one transaction, run whole on a database thread.

Statements are SQLAlchemy Core, compiled to text once per engine and run on the driver: executing Core objects costs
four times as much (`core/decisions/0002-synchronous-core.md`).
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import BindParameter, ClauseElement, Dialect, Executable, Insert, Table, bindparam, literal_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import replacement_traverse

from core.facts import Fact

T = TypeVar("T")
Row = Any
"""A named tuple of the statement's columns, values already in their Python types."""


class Connection(Protocol):
    """The part of a driver's connection, or of a cursor that is used over and over, that we need."""

    @property
    def execute(self) -> Callable[..., Any]:
        """Run text with positional arguments; answers a cursor with `fetchall`, `rowcount`, on SQLite `lastrowid`."""
        ...


class Rows(Sequence[Row]):
    """What a statement returned. `affected` is the number of rows it returned or changed."""

    __slots__ = ("_prepared", "_raw", "affected")

    def __init__(self, prepared: "Prepared", raw: Sequence[Any], affected: int) -> None:
        # Rows are made when somebody looks: most statements are asked for one number, or for nothing.
        self._prepared = prepared
        self._raw = raw
        self.affected = affected

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._prepared.row(raw) for raw in self._raw[index]]
        return self._prepared.row(self._raw[index])

    def __iter__(self) -> Iterator[Row]:
        return map(self._prepared.row, self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def first(self) -> Row | None:
        """The first row, or None."""
        return self._prepared.row(self._raw[0]) if self._raw else None

    def one(self) -> Row:
        """The only row; anything else is a bug."""
        (raw,) = self._raw
        return self._prepared.row(raw)

    def scalar(self) -> Any:
        """The first column of the first row, or None."""
        return self._prepared.scalar(self._raw[0]) if self._raw else None


Process = Callable[[Any], Any]


class Prepared:
    """A statement as one engine's text, with what turns parameters and rows into their types and back.

    Every transfer goes through here seven times: what can be decided while compiling is decided then.
    """

    __slots__ = ("arguments", "returns_new_id", "returns_rows", "row", "scalar", "text")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = _ready(statement).compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)
        text = str(compiled)
        # SQLite's driver tells the id unasked, and RETURNING costs as much again as the insert.
        unasked = _without_returning(text, statement) if dialect.name == "sqlite" else None
        self.returns_new_id = unasked is not None
        self.text = unasked or text
        names = list(compiled.positiontup or ())
        constants, processes = _parameters(compiled, names, dialect)
        self.arguments: Callable[[Mapping[str, Any]], Sequence[Any]] = _processed(
            _picker(names, constants),
            [(i, processes[name]) for i, name in enumerate(names) if name in processes],
            list,
        )
        """Positional arguments for the driver. Raises KeyError for a parameter that was not given."""
        selected = _returned_columns(statement)
        self.returns_rows = bool(selected) and not self.returns_new_id
        columns = [column.key or f"column_{i}" for i, column in enumerate(selected)]
        converters = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]
        make: Callable[[Any], Row] = partial(tuple.__new__, namedtuple("Row", columns))  # noqa: PYI024  its fields are known at run time
        self.row: Callable[[Sequence[Any]], Row] = _processed(
            lambda raw: raw,
            [(i, process) for i, process in enumerate(converters) if process is not None],
            make,
        )
        """A driver row as a named tuple of Python values."""
        first = converters[0] if converters else None
        self.scalar: Callable[[Sequence[Any]], Any] = itemgetter(0) if first is None else lambda raw: first(raw[0])
        """The first column of a driver row as a Python value."""


def _processed(
    pick: Callable[[Any], Sequence[Any]], processes: Sequence[tuple[int, Process]], make: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    """What picks values, turns some of them into others, and makes something of them all."""
    if not processes:
        return pick if make is list else make
    if len(processes) == 1 and make is not list:
        ((only, process),) = processes
        after = only + 1

        def process_one(raw: Any) -> Any:  # most rows have one instant, and a wallet has twenty of them
            value = raw[only]
            return make(raw if value is None else (*raw[:only], process(value), *raw[after:]))

        return process_one

    def process_some(source: Any) -> Any:
        values = list(pick(source))
        for i, process in processes:
            if values[i] is not None:  # nothing is nothing on both sides
                values[i] = process(values[i])
        return values if make is list else make(values)

    return process_some


# One row, nothing in parentheses but columns and parameters, and on a conflict nothing.
_NEW_ID = re.compile(
    r"(?P<insert>INSERT INTO \w+ \([^()]*\) VALUES \([^()]*\)(?: ON CONFLICT(?: \([^()]*\))? DO NOTHING)?)"
    r" RETURNING (?P<id>\w+)"
)

_GIVEN = object()
"""The value of a parameter that whoever runs the statement must give."""


def _ready(statement: ClauseElement) -> ClauseElement:
    """The statement as it is compiled.

    Literal numbers stand in its text, because `remaining > ?` would not find the index of `remaining > 0`.
    Parameters yet to be given pretend to have a value, which the expansion of IN lists beside them asks for.
    """

    def replaced(element: Any, **_: Any) -> Any:
        # Not LIMIT's own kind of parameter, and not True and False, which differ between engines.
        if type(element) is not BindParameter:
            return None
        if element.unique and type(element.value) is int:
            return literal_column(str(element.value), element.type)
        return bindparam(element.key, _GIVEN, element.type) if element.required else None

    return cast(ClauseElement, replacement_traverse(statement, {}, replaced))


def _picker(names: list[str], constants: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What takes the parameters of these names, in this order, out of a mapping."""
    if len(names) < 2:  # itemgetter of one name gives a value, not a tuple
        return lambda params: tuple([params[name] if name in params else constants[name] for name in names])
    pick = itemgetter(*names)
    return (lambda params: pick({**constants, **params})) if constants else pick


def _parameters(compiled: SQLCompiler, names: list[str], dialect: Dialect) -> tuple[dict[str, Any], dict[str, Process]]:
    """The parameters whose values the statement brings along, and what turns given ones into driver values."""
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    constants: dict[str, Any] = {}
    processes: dict[str, Process] = {}
    for name in names:
        bind = binds.get(name)
        if bind is None:
            # The members of IN (...) are named after their list: status_1 becomes status_1_1, status_1_2.
            base, _, number = name.rpartition("_")
            bind = binds[base]
            assert bind.value is not None
            value = bind.value[int(number) - 1]
        else:
            value = bind.value
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        # A literal in a statement has a name that nobody can pass: its value is converted once, here.
        if bind.unique:
            constants[name] = value if process is None else process(value)
            continue
        if value is not _GIVEN:
            constants[name] = value
        if process is not None:
            processes[name] = process
    return constants, processes


def _returned_columns(statement: ClauseElement) -> list[Any]:
    for attribute in ("selected_columns", "exported_columns"):
        selected = getattr(statement, attribute, None)
        if selected:
            return list(selected)
    return []


def _without_returning(text: str, statement: ClauseElement) -> str | None:
    """The text of an insert that asks for its new row's number alone, without asking. None for anything else."""
    asks = _NEW_ID.fullmatch(text)
    if asks is None or not isinstance(statement, Insert):
        return None
    number = cast(Table, statement.table).autoincrement_column
    return asks["insert"] if number is not None and number.name == asks["id"] else None


class Statements(dict[Executable, Prepared]):
    """An engine's compiled statements. Statements are constants of the repositories, so each compiles once."""

    def __init__(self, dialect: Dialect, *, most: int = 4096) -> None:
        super().__init__()
        self.dialect = dialect
        self._most = most

    def __missing__(self, statement: Executable) -> Prepared:
        assert isinstance(statement, ClauseElement)
        if len(self) >= self._most:  # somebody builds statements as they go
            self.clear()
        prepared = self[statement] = Prepared(statement, self.dialect)
        return prepared


class UnitOfWork:
    """One transaction, handed to a function that can not await and can not commit."""

    __slots__ = ("_execute", "_statements", "facts", "trace")

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._execute = connection.execute
        self._statements = statements
        self.facts: list[Fact] = []
        self.trace = ""
        """The id that ties log lines and transfers of one interaction together; the dispatcher sets it."""

    def run(self, statement: Executable, /, *values: Any, **params: Any) -> Rows:
        """Run one statement; its rows are read at once, so that no cursor stays open.

        Instead of named parameters, `values` are what the driver gets, in the order of the statement's text.
        """
        prepared = self._statements[statement]
        cursor = self._execute(prepared.text, values or prepared.arguments(params))
        if prepared.returns_rows:
            raw = cursor.fetchall()
            return Rows(prepared, raw, len(raw))
        changed = cursor.rowcount
        return Rows(prepared, ((cursor.lastrowid,),) if changed and prepared.returns_new_id else (), changed)

    def run_each(self, statement: Executable, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run one statement for each set of parameters."""
        prepared = self._statements[statement]
        for params in rows:
            self._execute(prepared.text, prepared.arguments(params))

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
