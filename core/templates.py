"""Content that ships with the program: `data/templates`, a folder for each kind, a file for each template.

Each folder is read once, by the room that uses it; a wrong file is told in one line, and a test reads them all.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import TandemError

TEMPLATES = Path(__file__).parents[1] / "data" / "templates"
PROBLEM_MAX = 90


class Template(BaseModel):
    """Base of all templates: frozen, and a key that nobody reads is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=20)]
    """The file's own name, never written inside."""


class Part(BaseModel):
    """Base of what templates are made of."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


T = TypeVar("T", bound=Template)


class TemplateError(TandemError):
    """A file of `data/templates` that does not say what it should."""

    words: ClassVar[str] = "{file}: {problem}. Mend the file; data/templates/README.md says how."

    file: str
    problem: str


def load(folder: str, model: type[T], *, root: Path = TEMPLATES) -> tuple[T, ...]:
    """Every template of a folder, in the order of their names. Raises `TemplateError`, naming file and field."""
    files, shown = sorted((root / folder).glob("*")), f"{root.parent.name}/{root.name}/{folder}"
    if not files:
        raise TemplateError(shown, "there is no template")
    return tuple(_read(path, model, f"{shown}/{path.name}") for path in files)


def _read(path: Path, model: type[T], shown: str) -> T:
    try:
        text = path.read_text(encoding="utf-8")
        match path.suffix:
            case ".json":
                content = json.loads(text)
            case ".toml":
                content = tomllib.loads(text)
            case _:
                raise TemplateError(shown, "neither .json nor .toml")
    except (ValueError, OSError) as error:  # both readers' errors are ValueErrors
        raise TemplateError(shown, _short(str(error))) from None
    if not isinstance(content, dict) or "name" in content:
        raise TemplateError(shown, "name: is the file's own, and everything else stands in one table")
    try:
        # By way of JSON, because a strict reading of Python takes no list for a tuple.
        return model.model_validate_json(json.dumps({**content, "name": path.stem}, default=str))
    except ValidationError as error:
        raise TemplateError(shown, _first(error)) from None


def _first(error: ValidationError) -> str:
    problem: Any = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return _short(f"{place}: {problem['msg']}" if place else problem["msg"])


def _short(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= PROBLEM_MAX else line[: PROBLEM_MAX - 1] + "…"
