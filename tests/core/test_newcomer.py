"""The ten lines of core/README.md, followed to the letter: they make a command that works."""

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.registry import ROOMS
from tests.driver import Chat, Driver

README = Path(__file__).parents[2] / "core" / "README.md"
IMPORTS = """
from dataclasses import dataclass
from typing import Annotated
from core.chat import Asked, Call, Command, Kind, Reply, Room, said
from core.db import UnitOfWork
"""


def taught() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return str(code)


@pytest.fixture
def room() -> Any:
    """The room of the example, as a newcomer would type it."""
    module = ModuleType("hello")
    exec(IMPORTS + taught(), module.__dict__)
    return module.__dict__["ROOM"]


class TestFirstCommand:
    def test_takes_ten_lines(self):
        assert len([line for line in taught().splitlines() if line.strip()]) <= 10

    def test_works_asks_and_refuses(self, sqlite_engine, room):
        driver = Driver(path=_path(sqlite_engine.fresh()), rooms=(*ROOMS, room))
        ann = Chat(driver).as_member("ann")
        ann.invokes("hello", to="Mara").sees("Hello Mara.")
        ann.invokes("hello").sees("Hello you.")
        ann.invokes("hello", to="x" * 41).asks("to")

    def test_is_found_in_help(self, sqlite_engine, room):
        driver = Driver(path=_path(sqlite_engine.fresh()), rooms=(*ROOMS, room))
        Chat(driver).as_member("ann").invokes("help", about="hello").sees("/hello")


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
