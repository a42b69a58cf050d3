"""What the contract asks of every platform, and those that keep it: a new one is one more in SURFACES."""

import io
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from rich.cells import cell_len

from adapters.console import commands, inbound, limits
from adapters.console.outbound import Screen
from core.chat import Command, Outcome
from core.clock import SetClock

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)


class Surface(Protocol):
    """A platform as the contract sees it: it declares and shows, and asserts its own limits."""

    name: str

    def declare(self, every: Sequence[Command]) -> None:
        """Declare the commands natively. Raises AssertionError where a limit of the platform is broken."""
        ...

    def show(self, outcome: Outcome) -> str:
        """All that a member would read of an outcome, over as many rounds as the platform needs."""
        ...


class ConsoleSurface:
    """The local chat, in a pipe and on a terminal."""

    name = "console"

    def declare(self, every: Sequence[Command]) -> None:
        """Every command can be typed, completed, and is not one of the terminal's own."""
        known = commands.declare(every)
        for command in every:
            line = f"/{command.name}"
            assert commands.read(line, known) == commands.Typed(command.path, {})
            assert line not in {inbound.QUIT, inbound.CANCEL}
            last = command.path[-1]
            assert any(word.strip("/ ") == last for word in commands.complete(line, known).words)

    def show(self, outcome: Outcome) -> str:
        """Both looks keep to their widths; an address stays on one line, to be copied."""
        plain = self._printed(outcome, boxed=False)
        assert _width(plain) <= limits.PLAIN_WIDTH
        assert _width(self._printed(outcome, boxed=True)) <= limits.PANEL_WIDTH_MAX
        return plain

    def _printed(self, outcome: Outcome, *, boxed: bool) -> str:
        out = io.StringIO()
        with TemporaryDirectory() as folder:
            screen = Screen("ann", Path(folder), SetClock(NOW), out=out, boxed=boxed)
            screen.show(outcome)
            asking = inbound.opened(outcome, ())
            if isinstance(asking, inbound.Asking):
                for step in range(len(asking.ask.fields)):
                    screen.ask(asking.at(step))
        assert len(screen.buttons) <= limits.BUTTONS_MAX
        text = out.getvalue()
        assert not [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"}]
        return text


def _width(text: str) -> int:
    return max(cell_len(line) for line in [*text.splitlines(), ""] if "://" not in line)


SURFACES: tuple[Surface, ...] = (ConsoleSurface(),)
