"""Readable stand-ins for what is random, so that a page changes only when the product does."""

import re
from dataclasses import field, fields, is_dataclass, replace
from typing import Any, TypeVar

from bot.preview.scenes import Streamed
from core.chat import Ask, Button, Code, Confirm, Refusal, Reply, Visit, Wait
from core.errors import TandemError
from core.values import dataclass

T = TypeVar("T")

REFERENCE = "7F3K"
CODES = ("K7M2Q9", "R4T8WX", "P3N6HV", "D9C5JZ")
REDIRECT = "K7M2Q9RT"
_SIZE = re.compile(r"\b\d+ KB\b")
"""A packed archive holds random tokens, so its size wavers."""
_HASHED = re.compile(r"\b[0-9a-f]{10}(?=: cost)")
"""Members in a report, by the salt of the database that the page is played on."""
HASHED = "7c1f09a3e2"


@dataclass(slots=True)
class StandIns:
    """What was random, and what is shown in its place; of the same length, so that no line breaks elsewhere."""

    known: dict[str, str] = field(default_factory=dict)
    _codes: int = 0

    def of(self, value: T) -> T:
        """The same with stand-ins throughout."""
        self._learn(value.end if isinstance(value, Streamed) else value)
        return self._changed(value)  # type: ignore[no-any-return]

    def _learn(self, value: Any) -> None:
        match value:
            case Ask(token=str(token)) | Confirm(token=str(token)) | Visit(token=str(token)) | Wait(token=str(token)):
                self._token(token)
            case Visit(url=url) if "/r/" in url:
                self.known.setdefault(url.rpartition("/")[2], REDIRECT)
            case Refusal(reference=str(reference)) if reference:
                self.known[reference] = REFERENCE
            case Reply():
                for code in codes(value):
                    self._code(code)
        for button in _buttons(value):
            self._token(button.token)

    def _code(self, found: str) -> None:
        if found not in self.known:
            mark, dash, code = found.rpartition("-")
            self.known[found] = mark + dash + (CODES[self._codes % len(CODES)] * 2)[: len(code)]
            self._codes += 1

    def _token(self, token: str) -> None:
        if token:
            self.known.setdefault(token, f"token-{len(self.known):06}")

    def _changed(self, value: Any) -> Any:
        match value:
            case str():
                return self._text(value)
            case tuple():
                return tuple(self._changed(item) for item in value)
            case dict():
                return {name: self._changed(item) for name, item in value.items()}
            case TandemError():
                return type(value)(**{name: self._changed(getattr(value, name)) for name in value.names})
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changed = {item.name: self._changed(getattr(value, item.name)) for item in fields(value) if item.init}
        same = all(changed[name] is getattr(value, name) for name in changed)
        return value if same else replace(value, **changed)

    def _text(self, text: str) -> str:
        found = _HASHED.sub(HASHED, _SIZE.sub("5 KB", text))
        for real, shown in self.known.items():
            found = found.replace(real, shown)
        return found if found != text else text


def _buttons(value: Any) -> tuple[Button, ...]:
    message = getattr(value, "message", value)
    return tuple(getattr(message, "buttons", ()))


def codes(value: Any) -> list[str]:
    """Codes that a reply shows to be copied: for a link, or for a description."""
    if not isinstance(value, Reply):
        return []
    lines = [getattr(block, "content", "") for block in value.message.blocks]
    found = [span.text for line in lines if isinstance(line, tuple) for span in line if isinstance(span, Code)]
    return [text for text in found if re.fullmatch(r"[2-9A-Z]{6}|tandem-[2-9A-Z]{8}", text)]
