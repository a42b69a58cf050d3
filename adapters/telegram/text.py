"""Text beside its entities, counted as Telegram counts: in UTF-16 units. Pure."""

import re
from collections.abc import Collection
from dataclasses import field
from datetime import datetime
from typing import Any

from adapters.common import chunk
from adapters.common.chunk import utf16
from adapters.telegram import limits
from adapters.telegram.wire import Json
from core.chat import Moment
from core.clock import zone
from core.durations import in_words
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """One message's text."""

    text: str
    entities: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What a stretch of characters is; offsets are characters until they are sent."""

    start: int
    end: int
    kind: str
    extra: Any = None


@dataclass(slots=True)
class Written:
    """A text that grows, and the marks in it."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)

    def add(self, text: str, kind: str = "", extra: Any = None) -> None:
        """Go on with a text, as it is or marked."""
        if kind and text.strip():
            self.marks.append(Mark(len(self.text), len(self.text) + len(text), kind, extra))
        self.text += text

    def append(self, other: "Written") -> None:
        """Go on with another text and its marks."""
        start = len(self.text)
        self.marks += [Mark(mark.start + start, mark.end + start, mark.kind, mark.extra) for mark in other.marks]
        self.text += other.text


_SLASH = re.compile(r"(?<![\w/])/[a-z]+(?: [a-z]+){1,2}")


def tappable(text: str, names: Collection[str]) -> str:
    """Commands as Telegram knows them: of "/link remove" it would make a link to /link. As long as it was."""

    def joined(found: re.Match[str]) -> str:
        words = found[0][1:].split(" ")
        longest = next((n for n in range(len(words), 1, -1) if " ".join(words[:n]) in names), 1)
        return " ".join(["/" + "_".join(words[:longest]), *words[longest:]])

    return _SLASH.sub(joined, text) if names and "/" in text else text


def pieces(written: Written) -> tuple[Piece, ...]:
    """The text as messages, each with the marks that lie in it."""
    found, at = [], 0
    for text in chunk.cut(written.text, limits.TEXT_MAX):
        start = written.text.find(text, at)
        if start < 0:  # a code block was closed and opened again, so offsets mean something else
            found.append(Piece(text))
            continue
        at = start + len(text)
        found.append(Piece(text, _within(written.marks, text, start)))
    return tuple(found)


def _within(marks: list[Mark], text: str, start: int) -> tuple[Json, ...]:
    found = []
    for mark in marks:
        first, last = max(mark.start - start, 0), min(mark.end - start, len(text))
        if first < last:
            found.append(_entity(mark, utf16(text[:first]), utf16(text[first:last])))
    return tuple(found[: limits.ENTITIES_MAX])


def _entity(mark: Mark, offset: int, length: int) -> Json:
    entity = {"type": mark.kind, "offset": offset, "length": length}
    match mark.kind:
        case "text_link":
            return entity | {"url": mark.extra}
        case "date_time":
            return entity | {"unix_time": int(mark.extra.timestamp())}
    return entity


def moment(span: Moment, now: datetime) -> str:
    """An instant in words for who can not see it in their own time, with the year only where it is another one."""
    if span.relative:
        shown = in_words(abs(span.at - now))
        return f"in {shown}" if span.at >= now else f"{shown} ago"
    local = span.at.astimezone(zone(span.zone))
    year = "" if local.year == now.astimezone(zone(span.zone)).year else f" {local.year}"
    return f"{local.day} {local:%B}{year} {local:%H:%M}"
