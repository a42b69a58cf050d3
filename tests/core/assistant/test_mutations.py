"""Deleting the gate's calls from the source must turn the suite red: here it is deleted, and `test_gate.py` is run."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "core/assistant/door.py"
PLUGIN = """
import importlib.abc, importlib.machinery, sys
TEXT = {text!r}

class Loader(importlib.machinery.SourceFileLoader):
    def get_data(self, path):
        return TEXT.encode() if path.endswith(".py") else super().get_data(path)
    def get_code(self, fullname):
        return compile(TEXT, self.path, "exec")

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "core.assistant.door":
            return None
        return importlib.util.spec_from_loader(name, Loader(name, {path!r}))

import importlib.util
sys.meta_path.insert(0, Finder())
"""


class _Delete(ast.NodeTransformer):
    """Replaces a call of the gate by what it would have answered."""

    def __init__(self, verb: str, instead: str) -> None:
        self.verb, self.instead, self.found = verb, instead, 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        gate = isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == f"gate.{self.verb}"
        if not gate:
            return node
        self.found += 1
        return ast.parse(self.instead, mode="eval").body


def mutated(verb: str, instead: str) -> str:
    delete = _Delete(verb, instead)
    tree = delete.visit(ast.parse(SOURCE.read_text(encoding="utf-8")))
    assert delete.found == 1, f"gate.{verb} is called {delete.found} times: one door, one call"
    return ast.unparse(ast.fix_missing_locations(tree))


def run(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "mutant.py").write_text(PLUGIN.format(text=text, path=str(SOURCE)), encoding="utf-8")
    tests = str(ROOT / "tests/core/assistant/test_gate.py")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "mutant",
        "-p",
        "no:cacheprovider",
        "-n",
        "0",
        "-m",
        "not pg",
    ]
    chosen = ["-k", "(TestReserve and before) or TestSettle or TestSelfTest", tests]
    paths = os.pathsep.join([str(folder), str(ROOT)])
    environ = os.environ | {"PYTHONPATH": paths}
    return subprocess.run(
        [*command, *chosen], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False
    )


class TestDoor:
    def test_unchanged_is_green(self, tmp_path: Path):
        done = run(tmp_path, SOURCE.read_text(encoding="utf-8"))
        assert done.returncode == 0, done.stdout

    @pytest.mark.parametrize(
        ("verb", "instead", "fails"),
        [
            ("reserve", "Grant(0, gate.Level.NORMAL, worst)", ("TestReserve", "TestSelfTest")),
            ("settle", "True", ("TestSettle",)),
        ],
    )
    def test_without_the_gate_is_red(self, tmp_path: Path, verb: str, instead: str, fails: tuple[str, ...]):
        done = run(tmp_path, mutated(verb, instead))
        assert done.returncode == 1, done.stdout
        failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
        assert all(any(name in line for line in failed) for name in fails), done.stdout


class TestPort:
    def test_is_called_in_the_door_alone(self):
        """`stream` and `structure` of a model stand once each, in one module, behind a grant."""
        calls = {
            f"{path.relative_to(ROOT)}: {ast.unparse(node.func)}"
            for path in (ROOT / "core").rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("model.stream", "model.structure"))
        }
        assert calls == {
            "core/assistant/door.py: self._door._model.stream",
            "core/assistant/door.py: self._door._model.structure",
        }
