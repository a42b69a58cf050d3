"""config.toml and the environment become one frozen `Settings`; what is wrong is said in one line."""

import dataclasses
import difflib
import json
import re
import tomllib
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, TypeAdapter, ValidationError

from bot.settings import Settings
from bot.words import unsaid
from core.values import dataclass

PREFIX = "TANDEM__"
DEFAULT_FILE = Path("config.toml")
DEFAULT_ENV_FILE = Path(".env")


class ConfigError(Exception):
    """What the operator reads instead of a trace: one line that says where, what and what is allowed."""


@dataclass(frozen=True, slots=True)
class _Variable:
    """A setting from the environment or .env, with where it came from for the error."""

    source: str
    name: str
    value: str


_Where = tuple[str, ...]
_Shape = dict[str, Any]  # a key to its type, a section to the shape inside


def find(argument: str | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read: `--config`, then TANDEM_CONFIG, then config.toml if there is one."""
    for source, named in (("--config", argument), ("TANDEM_CONFIG", environ.get("TANDEM_CONFIG"))):
        if named:
            if not Path(named).is_file():
                # Falling back to defaults here would quietly open another database.
                raise ConfigError(f"{source} names {named}, which is not a file")
            return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def load(path: Path | None, environ: Mapping[str, str], *, env_file: Path | None = DEFAULT_ENV_FILE) -> Settings:
    """Environment over .env over the file over the defaults. A missing file means defaults."""
    # Imported here because everybody imports the dataclasses above, and only a start needs the readers.
    from pydantic_settings import BaseSettings, DotEnvSettingsSource, TomlConfigSettingsSource

    shape, file = _shape(Settings), str(path or "defaults")
    reading = path
    try:
        table = TomlConfigSettingsSource(BaseSettings, toml_file=path).toml_data
        reading = env_file
        stored = DotEnvSettingsSource(BaseSettings, env_file=env_file).env_vars
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {_toml_place(error, path)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{reading}: can not be read: {error}") from None
    _check_keys(table, shape, file)
    # The environment comes last, so it wins over .env.
    variables = _variables(shape, [(str(env_file), stored), ("environment", environ)])
    sections = TypeAdapter(Settings)
    try:
        # The file alone, and strictly: a quoted number is a mistake there, in a variable it is the only way.
        sections.validate_json(json.dumps(table, default=str), strict=True)
        values = dataclasses.asdict(Settings())
        for where, value in (*_leaves(table), *((where, found.value) for where, found in variables.items())):
            _put(values, where, value)
        return sections.validate_python(values)
    except ValidationError as error:
        raise ConfigError(_explain(error, shape, file, variables)) from None


def _shape(section: type[Any]) -> _Shape:
    hints = typing.get_type_hints(section, include_extras=True)
    return {
        name: _shape(hint) if isinstance(hint, type) and dataclasses.is_dataclass(hint) else hint
        for name, hint in hints.items()
    }


def _row(hint: Any) -> _Shape | None:
    """The shape of one table of a list of tables; None of anything else."""
    tables = (part for part in typing.get_args(hint) if isinstance(part, type) and dataclasses.is_dataclass(part))
    return next((_shape(part) for part in tables), None)


def _leaves(table: Mapping[str, Any], above: _Where = ()) -> Iterator[tuple[_Where, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _put(values: dict[str, Any], where: _Where, value: object) -> None:
    for key in where[:-1]:
        values = values[key]
    values[where[-1]] = value


def _check_keys(table: Mapping[str, Any], shape: _Shape, file: str, above: _Where = ()) -> None:
    inner = [name for name, inside in shape.items() if isinstance(inside, dict)]
    section = ".".join(above)
    for key, value in table.items():
        here, known = (*above, key), shape.get(key)
        named = ".".join(here)
        if known is None and isinstance(value, dict):
            raise ConfigError(f"{file}: [{named}] is not a section{_nearest(key, inner, '[{}]', above)}")
        if known is None and inner:
            raise ConfigError(f"{file}: {named} stands in no section{_nearest(key, inner, '[{}]', above)}")
        if known is None:
            raise ConfigError(f"{file}: [{section}] {key} is not a setting{_nearest(key, shape)}")
        if isinstance(known, dict) and not isinstance(value, dict):
            raise ConfigError(f"{file}: {named} is a section; write [{named}] and its keys below")
        if isinstance(known, dict):
            _check_keys(value, known, file, here)
        if known is SecretStr:
            home = f"set {_variable_name(here)} in the environment or .env"
            raise ConfigError(f"{file}: [{section}] {key} is a secret; {home}")
        for row in value if isinstance(value, list) else ():
            if (inside := _row(known)) is not None and isinstance(row, dict):
                _check_keys(row, inside, file, here)


def _variables(shape: _Shape, sources: Iterable[tuple[str, Mapping[str, str | None]]]) -> dict[_Where, _Variable]:
    known = {_variable_name(where): where for where, _ in _leaves(shape)}
    found = {}
    for source, environ in sources:
        for written, value in environ.items():
            name = written.upper()
            if not name.startswith(PREFIX) or not value:  # a copied .env.example holds empty secrets
                continue
            if name not in known:
                raise ConfigError(f"{source}: {name} is not a setting{_nearest(name, known)}")
            found[known[name]] = _Variable(source, name, value)
    return found


def _variable_name(where: _Where) -> str:
    return PREFIX + "__".join(where).upper()


def _nearest(key: str, known: Iterable[str], form: str = "{}", above: _Where = ()) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"; did you mean {form.format('.'.join((*above, near[0])))}?"
    return f"; known here: {', '.join(known)}" if known and not key.startswith(PREFIX) else ""


def _toml_place(error: tomllib.TOMLDecodeError, path: Path | None) -> str:
    what, _, place = str(error).rstrip(")").partition(" (at ")
    line = re.search(r"line \d+", place)
    if line is None and path is not None:  # "at end of document" names no line
        return f"line {len(path.read_text().splitlines())}: {what}"
    return f"{line.group() if line else place}: {what}"


def _explain(error: ValidationError, shape: _Shape, file: str, variables: Mapping[_Where, _Variable]) -> str:
    first = error.errors(include_url=False)[0]
    hint: Any = shape
    where: _Where = ()
    rest = list(first["loc"])
    while rest and isinstance(hint, dict):
        where = (*where, str(rest.pop(0)))
        hint = hint[where[-1]]
    if isinstance(hint, dict):
        # A rule between two keys: each may come from anywhere, so every source is named.
        used = [found.name for place, found in variables.items() if place[: len(where)] == where]
        rule = first["msg"].removeprefix("Value error, ")
        return f"{' with '.join([file, *used])}: [{'.'.join(where)}] {rule}"
    found = variables.get(where)
    at = f"{found.source}: {found.name}" if found else f"{file}: [{'.'.join(where[:-1])}] {where[-1]}"
    if (row := _row(hint)) is not None and len(rest) > 1:
        at, hint = f"{at}, table {int(rest[0]) + 1}: {rest[1]}", row[str(rest[1])]
    if first["type"] == "missing":
        return f"{at} is missing"
    value = found.value if found else first["input"]
    # A database URL may hold a password.
    shown = json.dumps(unsaid(value) if isinstance(value, str) else value, default=str)
    words = _allowed(hint)
    should = f"be {words}" if words else re.sub(r"^\w+ should ", "", first["msg"])
    return f"{at} = {shown} is not allowed; it should {should}"


def _allowed(hint: Any) -> str | None:
    """The words a type carries for people, where pydantic would print a regular expression."""
    inside = (*getattr(hint, "__metadata__", ()), *(typing.get_args(hint)))
    for part in inside:
        words = getattr(part, "description", None) or (None if part is hint else _allowed(part))
        if words:
            return str(words)
    return None
