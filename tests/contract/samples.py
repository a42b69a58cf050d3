"""Outcomes at their largest: what any command could answer, and every error that there is."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_type_hints

from core.chat import (
    Ask,
    Attachment,
    Bold,
    Button,
    Code,
    Command,
    Confirm,
    Delta,
    Facts,
    Image,
    Mention,
    Message,
    Meter,
    Moment,
    Option,
    Outcome,
    Ranking,
    Reply,
    Streaming,
    StreamPiece,
    Text,
    Tone,
    Visit,
    Wait,
    said,
)
from core.chat.form import OPTIONS_MAX, FieldProblem
from core.errors import TandemError
from core.ids import Token
from core.money import Amount, Coins
from core.people import Identity

AT = datetime(2026, 5, 21, tzinfo=UTC)
TOKEN = Token("abcdefghijkl")
NAME = "[bold]Mara\u202e\x1b[31m *x* <b>" + "é" * 40
"""A name as somebody unkind would choose it."""
BUTTONS = tuple(Button(f"Choice {i}", ("start",), token=TOKEN if i % 2 else "") for i in range(1, 11))


def blocks() -> Message:
    """Every block with every span."""
    line = (
        "Plain, ",
        Bold("bold"),
        " ",
        Code("/code"),
        " ",
        Mention(NAME, Identity("console", "mara")),
        " ",
        Moment(AT),
    )
    return Message(
        (
            Text(line),
            Text("word " * 300),
            Facts(tuple((f"Label {i}", line) for i in range(12))),
            Ranking(tuple(line for _ in range(12))),
            Meter("Days", 3, 10),
            Meter("Nothing yet", 0, 0),
            Image(b"\x89PNG", "a chart of nothing", "chart.png"),
            Image("https://example.com/a.png", "a picture elsewhere"),
            Attachment("export.json", b"{}", "your data"),
        ),
        tone=Tone.SUCCESS,
        buttons=BUTTONS,
    )


async def _pieces() -> AsyncIterator[StreamPiece]:
    yield Delta("text")
    yield Reply(said("Done."))


def asked(command: Command) -> Ask:
    """The whole form, with a problem in every field and as many options as a source may give."""
    many = tuple(Option(str(i), f"{i} {'o' * 90}") for i in range(OPTIONS_MAX))
    fields = tuple(replace(field, options=many) if field.asked.source else field for field in command.fields)
    problems = tuple(FieldProblem(field.name, f"Problem with {field.name}.") for field in fields)
    return Ask(TOKEN, command.heading, fields, problems, private=command.private, command=command.path)


def outcomes(command: Command) -> Iterator[Outcome]:
    """What a command could answer, whatever its handler does."""
    if command.fields:
        yield asked(command)
    yield Confirm(TOKEN, blocks(), private=command.private)
    yield Reply(blocks(), private=command.private)
    yield Streaming(_pieces(), private=command.private)
    yield Visit("https://example.com/pay?" + "x" * 200, "Pay", blocks(), TOKEN, private=command.private)
    yield Wait(("Started for ", Mention(NAME), "."), TOKEN, private=command.private)


def errors() -> list[type[TandemError]]:
    """Every expected error of core and adapters; what only others are made of has no words, and is none."""
    found: list[type[TandemError]] = []
    queue = [TandemError]
    while queue:
        for kind in queue.pop().__subclasses__():
            queue.append(kind)
            base = kind.__subclasses__() and not kind.words
            if kind.__module__.startswith(("core.", "adapters.")) and not base:
                found.append(kind)
    return sorted(set(found), key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def error(kind: type[TandemError]) -> TandemError:
    """One of its kind, with something in every field."""
    hints = get_type_hints(kind)
    return kind(**{name: _sample(hints[name]) for name in kind.names})


def _sample(hint: Any) -> Any:
    if isinstance(hint, UnionType) or get_args(hint):
        return _sample(get_args(hint)[0])
    if hint is Button:
        return BUTTONS[0]
    if hint is str:
        return "something"
    if hint is int or getattr(hint, "__supertype__", None) is int:
        return 1_000
    if isinstance(hint, type) and issubclass(hint, Amount):
        return Coins(30) if hint is Amount else hint(30)
    if hint is datetime:
        return AT
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    raise AssertionError(f"no sample for {hint}: add one here")
