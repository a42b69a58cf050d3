"""The ten lines of core/README.md, followed to the letter: they make a command that works."""

import re
import types
from pathlib import Path

README = Path(__file__).parents[2] / "core" / "README.md"
IMPORTS = """
from dataclasses import dataclass
from typing import Annotated
from core.chat import Asked, Call, Command, Kind, Reply, Room, said
from core.db import UnitOfWork
"""


def taught_room() -> object:
    """The room of the README's example, as a newcomer would type it."""
    text = README.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    module = types.ModuleType("hello")
    exec(IMPORTS + code, module.__dict__)
    return module.__dict__["ROOM"]
