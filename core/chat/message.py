"""What a member sees, without saying how: six blocks, a tone, and buttons that are commands.

Text is plain with a tiny inline set as typed spans; escaping is the adapters' work, so a name can never inject markup.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.chat.chart import Picture, words_of
from core.people import Identity
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Bold:
    """Strong text."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type or copy: a link code, a command, a reference."""

    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person. Adapters name them as their platform does, without ringing their phone."""

    name: str
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant; stays one until it is rendered. `zone` is for platforms that do not localise by themselves."""

    at: datetime
    zone: str = "UTC"
    relative: bool = False


Span = str | Bold | Code | Mention | Moment
Line = str | tuple[Span, ...]


def spans(line: Line) -> tuple[Span, ...]:
    """A line as spans."""
    return (line,) if isinstance(line, str) else line


class Tone(StrEnum):
    """How a message feels; platforms show it as a colour or a sign."""

    PLAIN = "plain"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. Newlines in it stay."""

    content: Line


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with values."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows in an order that means something, numbered from one."""

    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of something is done. `done` of `total`, both at least 0."""

    label: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, as bytes (PNG), an address, or data that is drawn on the way out: adapters see no data.

    `alt` is what it says, for who can not see it.
    """

    source: bytes | str | Picture
    alt: str
    name: str = "image.png"


def pictured(picture: Picture, name: str = "chart.png") -> Image:
    """A picture as data, and in words what it says."""
    return Image(picture, words_of(picture), name)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to keep."""

    name: str
    content: bytes
    alt: str


Block = Text | Facts | Ranking | Meter | Image | Attachment


@dataclass(frozen=True, slots=True)
class Button:
    """Another command with its form pre-filled: same permission, same gate, same tests.

    Without values it travels as the command's name; with values, behind a token.
    """

    label: str
    command: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    """Set by the dispatcher when the button has values; empty in what handlers write."""


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks in order, a tone, and what can be done next."""

    blocks: tuple[Block, ...]
    tone: Tone = Tone.PLAIN
    buttons: tuple[Button, ...] = ()


def said(*lines: Line, tone: Tone = Tone.PLAIN, buttons: tuple[Button, ...] = ()) -> Message:
    """A message of paragraphs, the common case."""
    return Message(tuple(Text(line) for line in lines), tone=tone, buttons=buttons)
