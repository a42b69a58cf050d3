"""Rules of the house that no linter knows, held by reading the source."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "core", "adapters")
MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
COMMITTERS = ("adapters/sqlite/", "adapters/postgres/")

Tree = ast.Module


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def readmes() -> list[Path]:
    found = []
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [name for name in inner if not name.startswith(".") and name != "node_modules"]
        found += [Path(folder) / name for name in files if name == "README.md"]
    return sorted(found)


def parse(path: Path) -> Tree:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def floats(tree: Tree) -> list[int]:
    """Lines that name float or write one."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]


def commits(tree: Tree) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def long_functions(tree: Tree) -> list[str]:
    return [
        f"{node.name} ({lines} lines)"
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def paths_named(text: str, near: Path) -> Iterator[str]:
    """What stands in backticks and looks like a path of this repository."""
    for quoted in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text):
        path = quoted.split("::")[0].rstrip("/")
        if re.fullmatch(r"[\w.][\w.-]*(/[\w.-]+)*", path) is None:
            continue
        first = path.split("/")[0]
        of_a_known_kind = re.search(r"\.(py|toml|md|lock|json|yaml|mako)$", path) is not None
        inside = "/" in path and ((ROOT / first).exists() or (near / first).exists())
        if of_a_known_kind or inside:
            yield path


def exists(path: str, near: Path) -> bool:
    # A bare file name may be a role, such as rules.py: it has to exist somewhere below the README.
    below = "/" not in path and any(near.rglob(path))
    made_later = path.startswith(".venv") or path.endswith(".db") or path == ".env"
    return made_later or below or (ROOT / path).exists() or (near / path).exists()


class TestFloats:
    @pytest.mark.parametrize("source", ["x = 1.5", "x = float(y)", "def f(x: float): ..."])
    def test_are_seen(self, source):
        assert floats(ast.parse(source)) == [1]

    def test_are_not_in_money(self):
        money = [*modules("core/ledger"), *(path for path in [ROOT / "core/money.py"] if path.exists())]
        assert {name_of(path): lines for path in money if (lines := floats(parse(path)))} == {}


class TestCommit:
    def test_is_seen(self):
        assert commits(ast.parse("uow.commit()\ncommit = 1")) == [1]

    def test_happens_in_the_database_adapters_alone(self):
        others = [path for path in modules(*ROOMS) if not name_of(path).startswith(COMMITTERS)]
        assert {name_of(path): lines for path in others if (lines := commits(parse(path)))} == {}


class TestTestFolders:
    def test_are_no_packages(self):
        assert [name_of(path) for path in (ROOT / "tests").rglob("__init__.py")] == []


class TestSizes:
    def test_modules(self):
        sizes = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in modules(*ROOMS)}
        assert {name: lines for name, lines in sizes.items() if lines > MODULE_LINES_MAX} == {}

    def test_a_long_function_is_seen(self):
        body = "    x = 1\n" * FUNCTION_LINES_MAX
        assert long_functions(ast.parse(f"async def f():\n{body}")) == ["f (61 lines)"]

    def test_functions(self):
        assert {name_of(path): long for path in modules(*ROOMS) if (long := long_functions(parse(path)))} == {}


class TestReadmes:
    def test_a_path_is_told_from_other_words(self):
        text = "`core/gone/` and `config.toml`, not `/gift`, `make run`, `and/or`, `uow.run`, `a/*/b`"
        assert list(paths_named(text, ROOT)) == ["core/gone", "config.toml"]

    def test_a_missing_path_is_seen(self):
        assert not exists("core/gone", ROOT)
        assert not exists("gone.toml", ROOT)

    def test_name_only_paths_that_exist(self):
        missing = {
            name_of(readme): gone
            for readme in readmes()
            if (
                gone := [
                    path
                    for path in paths_named(readme.read_text("utf-8"), readme.parent)
                    if not exists(path, readme.parent)
                ]
            )
        }
        assert missing == {}
