"""Outcomes as Telegram's own JSON. Pure; the one place that makes text harmless for Telegram.

Text never travels as markup: what is bold is an entity beside it, so a name like `<b>` is the letters it is made of.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never

from adapters.common.harmless import cut, harmless
from adapters.telegram import keyboard, limits
from adapters.telegram.keyboard import Shown
from adapters.telegram.text import Piece, Written, moment, pieces, tappable
from adapters.telegram.wire import Json
from core.chat import (
    Ask,
    Attachment,
    Bold,
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
from core.errors import ErrorKind
from core.values import dataclass

SIGNS = {Tone.PLAIN: "", Tone.SUCCESS: "✅ ", Tone.WARNING: "⚠️ ", Tone.DANGER: "⛔ "}


@dataclass(frozen=True, slots=True)
class File:
    """A picture or a document; `content` is an address where somebody else has it."""

    name: str
    content: bytes | str
    caption: str
    picture: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """What to send: the text in pieces (the markup belongs to the last), files, and a refusal's form for a press."""

    pieces: tuple[Piece, ...] = ()
    markup: Json | None = None
    files: tuple[File, ...] = ()
    toast: str = ""

    @property
    def editable(self) -> bool:
        """Whether a message that stands there can become this: Telegram edits no message that asks for a reply."""
        return self.markup is None or "inline_keyboard" in self.markup


@dataclass(frozen=True, slots=True)
class Look:
    """How to show: `now` for moments, the bot's name for links, which field of a form and which page of options."""

    now: datetime
    bot: str
    private: bool = True
    step: int = 0
    shown: Shown = field(default_factory=Shown)
    commands: Collection[str] = ()
    """Names of more than one word: "link remove" is to be tapped as /link_remove."""


def outcome(happened: Outcome, look: Look) -> Screen:
    """How an outcome looks. A stream shows itself."""
    match happened:
        case Ask():
            return _ask(happened, look)
        case Confirm(token=token, message=message):
            screen = _message(message, look)
            rows = [keyboard.agreement(token, grave=message.tone is Tone.DANGER), *keyboard.rows(message.buttons)]
            return replace(screen, markup=keyboard.inline(rows))
        case Reply(message=message):
            return _message(message, look)
        case Streaming():
            return Screen()
        case Visit(url=url, label=label, message=message):
            screen = _message(message, look)
            leave = keyboard.leaving(cut(label, limits.BUTTON_LABEL_MAX), url)
            return replace(screen, markup=keyboard.inline([[leave], *keyboard.rows(message.buttons)]))
        case Wait(note=note):
            return _message(said(note), look)
        case Refusal(error=error, buttons=buttons, reference=reference, lines=lines):
            tone = Tone.DANGER if reference or error.kind is ErrorKind.OPERATIONAL else Tone.WARNING
            screen = _message(said(error.text, *lines, tone=tone, buttons=buttons), look)
            text = "\n".join((error.text, *(_plain(content, look) for content in lines)))
            return replace(screen, toast=_toast(tappable(text, look.commands), tone))
    assert_never(happened)


def message(content: Message, look: Look) -> Screen:
    """A message that nobody asked for."""
    return _message(content, look)


def stream_end(text: str, end: Reply | Refusal | None, look: Look) -> Screen:
    """The whole of a streamed text, and below it what came of it."""
    written = Written()
    written.add(harmless(text.strip()))
    if end is None:
        return Screen(_pieces(written, look))
    below = outcome(end, look)
    tail = _blocks(end.message if isinstance(end, Reply) else said(end.error.text, *end.lines), look)
    if written.text and tail.text:
        written.add("\n\n")
    written.append(tail)
    return replace(below, pieces=_pieces(written, look), toast="")


def growing(text: str) -> str:
    """A streamed text on its way: its end, if it has become longer than a message."""
    shown = harmless(text.strip())
    return shown if len(shown.encode("utf-16-le")) // 2 <= limits.TEXT_MAX else f"…{shown[-limits.TEXT_MAX // 2 + 1 :]}"


def elsewhere(name: str, look: Look, payload: str, *, done: bool) -> Screen:
    """One line in a group about what only its member should see, and the way to where it goes on."""
    written = Written()
    written.add(cut(name, limits.NAME_MAX), "bold")
    written.add(", I answered you in our private chat." if done else ", only you should see this. It goes on here:")
    url = f"https://t.me/{look.bot}" + (f"?start={payload}" if payload else "")
    button = keyboard.leaving("Open our chat" if done else "Go on in private", url)
    return Screen(_pieces(written, look), keyboard.inline([[button]]))


# Messages


def _pieces(written: Written, look: Look) -> tuple[Piece, ...]:
    written.text = tappable(written.text, look.commands)
    return pieces(written)


def _message(content: Message, look: Look) -> Screen:
    written = _blocks(content, look)
    rows = keyboard.rows(content.buttons)
    files = tuple(_files(content))
    if not written.text and not files:
        written.add("·")  # a message of nothing can not be sent, and its buttons must be
    return Screen(_pieces(written, look), keyboard.inline(rows) if rows else None, files)


def _toast(text: str, tone: Tone) -> str:
    """The same as the answer to a press; empty if it does not fit there."""
    shown = f"{SIGNS[tone]}{harmless(text)}"
    return shown if len(shown) <= limits.TOAST_MAX else harmless(text) if len(text) <= limits.TOAST_MAX else ""


def _blocks(content: Message, look: Look) -> Written:
    written = Written()
    written.add(SIGNS[content.tone])
    before: Block | None = None
    for block in content.blocks:
        part = _block(block, look)
        if part.text:
            written.add(_apart(before, block))
            written.append(part)
            before = block
    return written if before is not None else Written()


def _apart(before: Block | None, block: Block) -> str:
    """A list stands apart from what is around it, but not from its own heading."""
    if before is None:
        return ""
    listed = isinstance(before, Facts | Ranking) or (isinstance(block, Facts | Ranking) and not _heads(before))
    return "\n\n" if listed or (_heads(block) and not _heads(before)) else "\n"


def _heads(block: Block) -> bool:
    """Whether a block is a heading: strong from its first letter to its last."""
    return isinstance(block, Text) and all(isinstance(span, Bold) for span in spans(block.content) if span)


def _files(content: Message) -> Iterator[File]:
    for block in content.blocks:
        match block:
            case Image(source=bytes() | str() as source, alt=alt, name=name):
                yield File(cut(name, limits.NAME_MAX), source, cut(alt, limits.CAPTION_MAX), picture=True)
            case Attachment(name=name, content=data, alt=alt):
                yield File(cut(name, limits.NAME_MAX), data, cut(alt, limits.CAPTION_MAX), picture=False)


def _block(block: Block, look: Look) -> Written:
    written = Written()
    match block:
        case Text(content=content):
            _line(written, content, look)
        case Facts(rows=rows):
            for i, (label, content) in enumerate(rows):
                written.add("\n" if i else "")
                written.add(f"{harmless(label, lines=False)}: ")
                _line(written, content, look)
        case Ranking(rows=ranked):
            for place, content in enumerate(ranked, start=1):
                written.add(f"\n{place}. " if place > 1 else "1. ")
                _line(written, content, look)
        case Meter(label=label, done=done, total=total):
            filled = limits.METER_CELLS * min(done, total) // total if total else 0
            bar = "█" * filled + "░" * (limits.METER_CELLS - filled)
            written.add(f"{harmless(label, lines=False)} {bar} {done:,} of {total:,}".strip())
        case Image() | Attachment():
            pass  # a file of its own
        case _:
            assert_never(block)
    return written


def _line(written: Written, content: Line, look: Look) -> None:
    for span in spans(content):
        _span(written, span, look)


def _plain(content: Line, look: Look) -> str:
    written = Written()
    _line(written, content, look)
    return written.text


def _span(written: Written, span: Span, look: Look) -> None:
    match span:
        case str():
            written.add(quiet(harmless(span)))
        case Bold(text=text):
            written.add(quiet(harmless(text)), "bold")
        case Code(text=text):
            written.add(harmless(text), "code")
        case Mention(name=name):
            written.add(quiet(cut(name, limits.NAME_MAX), name=True), "bold")
        case Moment():
            written.add(moment(span, look.now), "date_time", span.at)
        case _:
            assert_never(span)


_JOINER = "\u2060"
"""Shows nothing, and keeps Telegram from making a link, a command or a call to somebody out of what follows."""


def quiet(text: str, *, name: bool = False) -> str:
    """Text in which an @ calls nobody; in a name nothing at all becomes a link."""
    signs = "@/#$.:" if name else "@"
    if set(signs).isdisjoint(text):
        return text
    shown = []
    for i, character in enumerate(text):
        shown.append(character)
        before, after = text[i - 1 : i] if i else "", text[i + 1 : i + 2]
        # An address keeps what is in it: https://example.com/@mara.
        if (
            character in signs
            and (after.isalnum() or after == "/")
            and (name or not (before.isalnum() or before == "/"))
        ):
            shown.append(_JOINER)
    return "".join(shown)


# Forms


def _ask(ask: Ask, look: Look) -> Screen:
    """One field of a form: what it is, what was wrong, what would be right, what comes after it."""
    asked = ask.fields[min(look.step, len(ask.fields) - 1)] if ask.fields else None
    written = Written()
    if asked is None:
        written.add(cut(ask.title, limits.NAME_MAX), "bold")
        return Screen(_pieces(written, look))
    link = keyboard.deep_link(look.bot, ask.token, asked.name)
    written.add(cut(ask.title, limits.NAME_MAX), "text_link", link)
    for problem in ask.problems:
        written.add(f"\n{SIGNS[Tone.WARNING]}{quiet(harmless(problem.text))}")
    written.add("\n")
    written.add(harmless(asked.label, lines=False), "bold")
    hints = " · ".join(
        quiet(text) for text in (harmless(asked.asked.help, lines=False), hint(asked, private=look.private)) if text
    )
    if hints:
        written.add(f": {hints}")
    rest = [other for other in ask.fields if other is not asked]
    _announce(written, "Then", [other for other in rest if other.required])
    _announce(written, "If you like, in the same line after it", [other for other in rest if not other.required])
    return Screen(_pieces(written, look), _widget(ask, asked, look))


def _announce(written: Written, what: str, fields: Sequence[Field]) -> None:
    if fields:
        written.add(f"\n{what}: " + ", ".join(harmless(field.label, lines=False) for field in fields), "italic")


def _widget(ask: Ask, asked: Field, look: Look) -> Json:
    options = keyboard.options_of(asked, look.shown)
    if options:
        return keyboard.choice(ask.token, asked.name, options, look.shown)
    placeholder = cut(asked.asked.example or hint(asked, private=False) or asked.label, limits.PLACEHOLDER_MAX)
    if asked.kind is Kind.MEMBER and look.private:
        return keyboard.contacts(placeholder)
    return keyboard.reply(placeholder)


def hint(asked: Field, *, private: bool) -> str:
    """What to type, where the kind of a field does not say it by itself."""
    match asked.kind:
        case Kind.TEXT | Kind.LONG_TEXT | Kind.FLAG:
            return ""
        case Kind.NUMBER:
            return _bounds(asked)
        case Kind.MONEY:
            unit = f"{asked.type.unit.casefold()}s"
            return " ".join(part for part in (_bounds(asked), "" if unit in asked.label else unit) if part)
        case Kind.CHOICE:
            return "" if asked.options and asked.asked.source is None else "press one, or type to search"
        case Kind.MEMBER:
            return "press the button below, or type their @name" if private else "their @name"
        case Kind.MOMENT:
            return "your own time, for example 2026-05-14 18:00"
        case Kind.DURATION:
            return "for example 7 days or 1 h 30 min"
        case Kind.IMAGE:
            return "send a picture"
        case Kind.FILE:
            return "send a file"
    assert_never(asked.kind)


def _bounds(asked: Field) -> str:
    match asked.asked.minimum, asked.asked.maximum:
        case int(low), int(high):
            return f"{low:,} to {high:,}"
        case int(low), None:
            return f"{low:,} or more"
        case None, int(high):
            return f"up to {high:,}"
    return ""
