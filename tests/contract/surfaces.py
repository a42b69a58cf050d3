"""What the contract asks of every platform, and those that keep it: a new one is one more in SURFACES."""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from rich.cells import cell_len

from adapters.common.arguments import Typed
from adapters.common.chunk import utf16
from adapters.console import commands, inbound, limits
from adapters.console.outbound import Screen
from adapters.discord import commands as discord_commands
from adapters.discord import forms, render
from adapters.discord import limits as discord_limits
from adapters.telegram import commands as telegram_commands
from adapters.telegram import keyboard as telegram_keyboard
from adapters.telegram import limits as telegram_limits
from adapters.telegram import render as telegram_render
from core.chat import Ask, Command, Outcome, Streaming
from core.clock import SetClock
from tests.fakes.discord import command_limits
from tests.fakes.discord.components import walk
from tests.fakes.discord.limits import message_faults, modal_faults

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


class TelegramSurface:
    """Telegram, in a private chat."""

    name = "telegram"

    def declare(self, every: Sequence[Command]) -> None:
        """Each command is one word that the platform takes, and leads back to its command."""
        known = telegram_commands.known(every)
        for menu in (telegram_commands.private_menu(every), telegram_commands.group_menu(every)):
            assert len(menu) <= telegram_limits.COMMANDS_MAX
            assert len({entry.command for entry in menu}) == len(menu)
            for entry in menu:
                assert re.fullmatch(r"[a-z0-9_]{1,32}", entry.command)
                assert 1 <= len(entry.description) <= telegram_limits.COMMAND_DESCRIPTION_MAX
        for command in every:
            spoken = telegram_commands.spoken(f"/{telegram_commands.word(command)}")
            assert spoken is not None
            typed = telegram_commands.read(spoken, known, telegram_commands.Beside())
            assert isinstance(typed, Typed)
            assert known.by_path[typed.command] is command

    def show(self, outcome: Outcome) -> str:
        """Every field of a form once, every page of its options; each within the platform's bounds."""
        looks = [telegram_render.Look(NOW, "tandem_bot")]
        if isinstance(outcome, Ask):
            looks = [
                replace(looks[0], step=step, shown=telegram_keyboard.Shown(page))
                for step in range(len(outcome.fields))
                for page in range(4)
            ]
        return "\n".join(self._read(telegram_render.outcome(outcome, look)) for look in looks)

    def _read(self, screen: telegram_render.Screen) -> str:
        assert len(screen.toast) <= telegram_limits.TOAST_MAX
        for piece in screen.pieces:
            assert 0 < utf16(piece.text) <= telegram_limits.TEXT_MAX
            assert len(piece.entities) <= telegram_limits.ENTITIES_MAX
            assert all(0 <= e["offset"] <= utf16(piece.text) - e["length"] for e in piece.entities)
        markup = screen.markup or {}
        rows = markup.get("inline_keyboard", [])
        for row in rows:
            assert 0 < len(row) <= telegram_limits.ROW_MAX
            for button in row:
                assert button["text"].strip()
                data = button.get("callback_data", "").encode()
                assert "url" in button or 0 < len(data) <= telegram_limits.CALLBACK_DATA_BYTES_MAX
        assert sum(map(len, rows)) <= telegram_limits.BUTTONS_MAX
        assert len(markup.get("input_field_placeholder", "")) <= telegram_limits.PLACEHOLDER_MAX
        assert all(len(file.caption) <= telegram_limits.CAPTION_MAX for file in screen.files)
        words = [piece.text for piece in screen.pieces] + [file.caption for file in screen.files]
        return "\n".join(words).replace("\u2060", "")


class DiscordSurface:
    """Discord, held to the rules that the loopback Discord enforces."""

    name = "discord"

    def declare(self, every: Sequence[Command]) -> None:
        """Discord would register them all: names, options, choices, 8,000 characters of each."""
        declared = discord_commands.declare(every)
        refused = command_limits.refusal(declared)
        assert refused is None, refused.body()
        assert sum(command["type"] == 1 for command in declared) <= discord_limits.COMMANDS_MAX
        assert max(command_limits.size(command) for command in declared) <= discord_limits.COMMAND_SIZE_MAX

    def show(self, outcome: Outcome) -> str:
        """Every page and every form, until nothing is left to ask."""
        view = render.outcome(outcome)
        text = "\n".join(self._page(page) for page in view.pages)
        if view.modal is not None:
            assert isinstance(outcome, Ask)
            assert modal_faults(view.modal) == []
            text += "\n" + _forms_text(view.modal)
            rest = outcome.fields[len(forms.fields_at_once(outcome)) :]
            if rest:
                text += "\n" + self.show(replace(outcome, fields=rest, problems=()))
        if isinstance(outcome, Streaming):
            text += "\n".join(self._page(page) for page in render.growing("word " * 2000))
        return _unescaped(text)

    def _page(self, page: render.Page) -> str:
        body = {"components": list(page.components), "flags": discord_limits.COMPONENTS_V2}
        assert message_faults(body, v2=True, files=tuple(file.name for file in page.files)) == []
        words = []
        for _, part in walk(list(page.components)):
            words += [str(part.get("content") or ""), str(part.get("label") or ""), str(part.get("url") or "")]
        return "\n".join(words)


def _forms_text(modal: dict[str, Any]) -> str:
    parts = [modal["title"]]
    for part in modal["components"]:
        parts += [str(part.get("content") or ""), str(part.get("label") or ""), str(part.get("description") or "")]
    return "\n".join(parts)


def _unescaped(text: str) -> str:
    """As a client shows it: without the signs of markup."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", re.sub(r"(?<!\\)(\*\*|`)", "", text)).replace("\u200b", "")


SURFACES: tuple[Surface, ...] = (ConsoleSurface(), DiscordSurface(), TelegramSurface())
