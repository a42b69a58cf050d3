"""Outcomes as rich renderables. Pure; the one place that makes text harmless for a terminal.

Text goes in as `rich.text.Text`, never as markup, and without control characters: a name like `[bold]` or
an escape sequence comes out as the letters it is made of.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

from rich.box import ROUNDED
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Rich

from adapters.common.harmless import cut, harmless
from adapters.console import limits
from core.chat import (
    Ask,
    Attachment,
    Bold,
    Button,
    Code,
    Confirm,
    Facts,
    Field,
    Image,
    Kind,
    Line,
    Mention,
    Message,
    Meter,
    Moment,
    Outcome,
    Ranking,
    Refusal,
    Reply,
    Streaming,
    Text,
    Tone,
    Visit,
    Wait,
    said,
)
from core.chat.message import Block, Span, spans
from core.clock import zone
from core.durations import in_words
from core.errors import ErrorKind
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """Something to save before the message is shown, so that it can be named."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """How to show: `boxed` or plain, `now` for moments, where the files were saved, in their order."""

    now: datetime
    boxed: bool = False
    saved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """What to print, what its numbers press, and an address that must stay on one line to be copied."""

    body: RenderableType | None
    buttons: tuple[Button, ...] = ()
    address: str = ""


COLOURS = {Tone.PLAIN: "cyan", Tone.SUCCESS: "green", Tone.WARNING: "yellow", Tone.DANGER: "red"}


def outcome(happened: Outcome, look: Look) -> View:
    """How an outcome looks. The fields of an `Ask` are shown one by one, by `question`."""
    match happened:
        case Ask(title=title):
            return View(_framed([Rich(harmless(title, lines=False), style="bold")], Tone.PLAIN, look))
        case Confirm(message=message):
            return message_view(message, look)
        case Reply(message=message):
            return message_view(message, look)
        case Streaming():
            return View(None)
        case Visit(url=url, label=label, message=message):
            view = message_view(message, look)
            return View(view.body, view.buttons, f"{harmless(label, lines=False)}: {harmless(url, lines=False)}")
        case Wait(note=note):
            return message_view(said(note), look)
        case Refusal(error=error, buttons=buttons, reference=reference, lines=lines):
            tone = Tone.DANGER if reference or error.kind is ErrorKind.OPERATIONAL else Tone.WARNING
            return message_view(said(error.text, *lines, tone=tone, buttons=buttons), look)
    assert_never(happened)


def files(happened: Outcome) -> tuple[File, ...]:
    """What an outcome carries to save, in the order in which `Look.saved` names it."""
    match happened:
        case Confirm(message=message) | Reply(message=message) | Visit(message=message):
            return files_of(message)
        case Ask() | Streaming() | Wait() | Refusal():
            return ()
    assert_never(happened)


def files_of(message: Message) -> tuple[File, ...]:
    """The files of a message."""
    found: list[File] = []
    for block in message.blocks:
        match block:
            case Image(source=bytes(content), name=name):
                found.append(File(name, content))
            case Attachment(name=name, content=content):
                found.append(File(name, content))
    return tuple(found)


def message_view(message: Message, look: Look) -> View:
    """Blocks in order, then the numbered buttons."""
    buttons = message.buttons[: limits.BUTTONS_MAX]
    saved = iter(look.saved)
    parts = [_block(block, look, saved) for block in message.blocks]
    if buttons:
        parts.append(_buttons(buttons))
    return View(_framed(parts, message.tone, look), buttons)


def _framed(parts: Sequence[RenderableType], tone: Tone, look: Look) -> RenderableType:
    if not look.boxed:
        return Group(*parts)
    return Panel(Group(*parts), box=ROUNDED, border_style=COLOURS[tone], expand=False, padding=(0, 1))


@dataclass(frozen=True, slots=True)
class _Row:
    """Pieces beside each other, as many on a line as fit whole: no number stands apart from its label."""

    pieces: list[Rich]
    apart: str = "  "

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self.pieces[0]
        for piece in self.pieces[1:]:
            if shown.cell_len + len(self.apart) + piece.cell_len > options.max_width:
                yield shown
                shown = piece
            else:
                shown = Rich.assemble(shown, self.apart, piece)
        yield shown

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        whole = Rich(self.apart).join(self.pieces)
        widest = max(piece.cell_len for piece in self.pieces)
        return Measurement(min(widest, options.max_width), min(whole.cell_len, options.max_width))


def _buttons(buttons: Sequence[Button]) -> _Row:
    return _Row(_numbered(cut(button.label, limits.BUTTON_LABEL_MAX) for button in buttons))


def _numbered(labels: Iterable[str]) -> list[Rich]:
    return [Rich.assemble((f"[{i}]", "bold"), f" {label}") for i, label in enumerate(labels, start=1)]


def _block(block: Block, look: Look, saved: Iterable[str]) -> RenderableType:
    match block:
        case Text(content=content):
            return line(content, look)
        case Facts(rows=rows):
            table = Table.grid(padding=(0, 2))
            table.add_column(style="dim" if look.boxed else "", overflow="fold")
            table.add_column(overflow="fold")
            for label, content in rows:
                table.add_row(Rich(harmless(label, lines=False)), line(content, look))
            return table
        case Ranking(rows=ranked):
            table = Table.grid(padding=(0, 1))
            table.add_column(justify="right")
            table.add_column(overflow="fold")
            for place, content in enumerate(ranked, start=1):
                table.add_row(f"{place}.", line(content, look))
            return table
        case Meter(label=label, done=done, total=total):
            filled = limits.METER_CELLS * min(done, total) // total if total else 0
            bar = "█" * filled + "░" * (limits.METER_CELLS - filled)
            return Rich(f"{harmless(label, lines=False)} {bar} {done:,} of {total:,}".strip())
        case Image(source=str(address), alt=alt):
            return Rich(f"Picture: {harmless(alt, lines=False)} · {harmless(address, lines=False)}")
        case Image(alt=alt):
            return Rich(f"Picture: {harmless(alt, lines=False)} · saved as {next(iter(saved), 'nothing')}")
        case Attachment(alt=alt):
            return Rich(f"File: {harmless(alt, lines=False)} · saved as {next(iter(saved), 'nothing')}")
    assert_never(block)


def line(content: Line, look: Look) -> Rich:
    """A line of spans."""
    return Rich.assemble(*(_span(span, look) for span in spans(content)))


def _span(span: Span, look: Look) -> Rich:
    match span:
        case str():
            return Rich(harmless(span))
        case Bold(text=text):
            return Rich(harmless(text), style="bold")
        case Code(text=text):
            return Rich(harmless(text), style="bold cyan")
        case Mention(name=name):
            return Rich(f"@{cut(name, limits.NAME_MAX)}", style="bold")
        case Moment():
            return Rich(moment(span, look.now))
    assert_never(span)


def moment(span: Moment, now: datetime) -> str:
    """An instant in the zone it came with, with the year only where it is another one."""
    if span.relative:
        shown = in_words(abs(span.at - now))
        return f"in {shown}" if span.at >= now else f"{shown} ago"
    local = span.at.astimezone(zone(span.zone))
    year = "" if local.year == now.astimezone(zone(span.zone)).year else f" {local.year}"
    return f"{local.day} {local:%B}{year} {local:%H:%M}"


# Forms


def question(field: Field, problem: str = "", *, again: bool = False) -> RenderableType:
    """One field of a form: what was wrong, what it is, what would be right (unless it was said just before)."""
    parts: list[RenderableType] = []
    if problem:
        parts.append(Rich(harmless(problem), style="yellow"))
    said = () if again else (field.asked.help, hint(field))
    hints = [harmless(text, lines=False).removesuffix(".") for text in said if text]
    if not field.required:
        hints.append("Enter to skip.")
    label = Rich(harmless(field.label, lines=False), style="bold")
    colon = " " if label.plain.endswith(("?", ":", ".")) else ": "
    parts.append(Rich.assemble(label, colon if hints else "", " · ".join(hints)))
    options = [option.label for option in field.options]
    if field.kind is Kind.FLAG:
        options = ["Yes", "No"]
    if options:
        shown = options[: limits.OPTIONS_MAX]
        parts += _numbered(cut(label, limits.OPTION_LABEL_MAX) for label in shown)
    return Group(*parts)


def hint(field: Field) -> str:
    """What to type, where the kind of a field does not say it by itself."""
    match field.kind:
        case Kind.TEXT | Kind.FLAG:
            return ""
        case Kind.NUMBER:
            return _bounds(field)
        case Kind.LONG_TEXT:
            return "end a line with \\ to go on in the next"
        case Kind.MONEY:
            unit = f"{field.type.unit.casefold()}s"
            return " ".join(part for part in (_bounds(field), "" if unit in field.label else unit) if part)
        case Kind.CHOICE:
            return "a number from the list, or its words" if field.options else "Tab shows what there is"
        case Kind.MEMBER:
            return "a name, for example bob"
        case Kind.MOMENT:
            return "your own time, for example 2026-05-14 18:00"
        case Kind.DURATION:
            return "for example 7 days or 1 h 30 min"
        case Kind.IMAGE | Kind.FILE:
            return "its path on this machine"
    assert_never(field.kind)


def _bounds(field: Field) -> str:
    match field.asked.minimum, field.asked.maximum:
        case int(low), int(high):
            return f"{low:,} to {high:,}"
        case int(low), None:
            return f"{low:,} or more"
        case None, int(high):
            return f"up to {high:,}"
    return ""
