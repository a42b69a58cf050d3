"""A made-up platform of short messages: all an adapter has to know is the chat language."""

from collections.abc import Sequence
from typing import assert_never

from core.chat import Ask, Button, Command, Confirm, Outcome, Refusal, Reply, Streaming, Visit, Wait, said
from tests.outcomes import words

PAGE_MAX = 160


class Pager:
    """Shows pages of 160 characters; every choice is a word to send back."""

    name = "pager"

    def declare(self, every: Sequence[Command]) -> None:
        """A command is one word."""
        names = ["-".join(command.path) for command in every]
        assert len(set(names)) == len(names)
        assert max(map(len, names)) <= PAGE_MAX

    def show(self, outcome: Outcome) -> str:
        """All pages."""
        text, choices = self._read(outcome)
        pages = self._pages([*text.split("\n"), *choices])
        assert all(len(page) <= PAGE_MAX for page in pages)
        return "\n".join(pages)

    def _read(self, outcome: Outcome) -> tuple[str, list[str]]:
        match outcome:
            case Ask(title=title, fields=fields, problems=problems):
                return title, [problem.text for problem in problems] + [field.label for field in fields]
            case Confirm(message=message):
                return words(message), ["yes", "no"]
            case Reply(message=message):
                return words(message), self._buttons(message.buttons)
            case Streaming():
                return "", []
            case Visit(url=url, message=message):
                return words(message), [url]
            case Wait(note=note):
                return words(said(note)), []
            case Refusal(error=error, buttons=buttons, lines=lines):
                return words(said(error.text, *lines)), self._buttons(buttons)
        assert_never(outcome)

    def _buttons(self, buttons: Sequence[Button]) -> list[str]:
        return [button.token or "-".join(button.command) for button in buttons]

    def _pages(self, lines: list[str]) -> list[str]:
        return [line[i : i + PAGE_MAX] for line in lines for i in range(0, len(line), PAGE_MAX)]
