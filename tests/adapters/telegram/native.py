"""Updates as the Bot API sends them, to be varied by a test."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.telegram import commands, events, inbound
from core.chat import Command
from core.registry import ROOMS

AT = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
COMMANDS: list[Command] = [command for room in ROOMS for command in room.commands]
PEOPLE = {"bob_b": commands.who(202, "Bob")}
SCENE = events.Scene(7, "tandem_test_bot", commands.known(COMMANDS), PEOPLE.get)
FIXTURES = Path(__file__).with_name("fixtures")


def update(name: str, **changes: Any) -> Any:
    """A captured update; `changes` go into its message."""
    body = json.loads((FIXTURES / f"{name}.json").read_text())
    body.get("message", {}).update(changes)
    return body


def read(name: str, **changes: Any) -> Any:
    """What it asks for."""
    return inbound.read(update(name, **changes), SCENE, AT)
