"""Outcomes as Discord's JSON: containers of texts, pictures, files and rows of buttons. Pure.

A message takes 4,000 characters and 40 components; what does not fit goes on in the next one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import Any, Final, assert_never

from adapters.common.chunk import utf16
from adapters.discord import forms, limits, markup
from core.chat import (
    Ask,
    Attachment,
    Button,
    Confirm,
    Facts,
    Image,
    Line,
    Message,
    Meter,
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
from core.chat.message import Block
from core.errors import ErrorKind
from core.values import dataclass

Json = dict[str, Any]

ROW, BUTTON, TEXT, GALLERY, FILE, CONTAINER = 1, 2, 10, 12, 13, 17
PRIMARY, SECONDARY, GREEN, RED, LINK = 1, 2, 3, 4, 5

ACCENTS: Final = {Tone.PLAIN: 0x5865F2, Tone.SUCCESS: 0x2ECC71, Tone.WARNING: 0xF1C40F, Tone.DANGER: 0xE74C3C}
TWIN: Final = "~"
"""Parts a custom id from what makes it unlike another one of the same message."""


@dataclass(frozen=True, slots=True)
class File:
    """What travels beside the JSON."""

    name: str
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Page:
    """One message."""

    components: tuple[Json, ...]
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """How an outcome is shown: a form where one may be opened, otherwise pages.

    `private`: for the actor's eyes only. `anew`: never in the place of something that was there.
    """

    pages: tuple[Page, ...]
    private: bool = True
    anew: bool = False
    modal: Json | None = None


def outcome(happened: Outcome) -> View:
    """How an outcome looks."""
    match happened:
        case Ask(token=token):
            asked = _message(forms.summary(happened), _row(_answers(token, "f", "Continue", PRIMARY)))
            return View(asked, modal=forms.modal(happened))
        case Confirm(token=token, message=message):
            style = RED if message.tone is Tone.DANGER else GREEN
            return View(_message(message, _row(_answers(token, "y", "Confirm", style))))
        case Reply(message=message, private=private):
            return View(_message(message), private)
        case Streaming(private=private):
            return View((), private)
        case Visit(url=url, label=label, message=message, private=private):
            return View(_visit(message, url, label), private)
        case Wait(note=note, private=private):
            return View(_message(said(note)), private)
        case Refusal(error=error, buttons=buttons, reference=reference, lines=lines):
            tone = Tone.DANGER if reference or error.kind is ErrorKind.OPERATIONAL else Tone.WARNING
            return View(_message(said(error.text, *lines, tone=tone, buttons=buttons)), anew=True)
    assert_never(happened)


def message(content: Message) -> tuple[Page, ...]:
    """A message that nobody asked for."""
    return _message(content)


def growing(text: str) -> tuple[Page, ...]:
    """A stream so far."""
    return finished(text, None)


def finished(text: str, reply: Reply | None) -> tuple[Page, ...]:
    """A stream at its end: its text once, then what the reply says beyond it."""
    sheet = _Sheet()
    for piece in markup.plain(text):
        sheet.add(_text(piece))
    if reply is not None:
        for part in _parts(_beyond(reply.message, text)):
            sheet.add(part)
    return sheet.pages(reply.message.tone if reply is not None else Tone.PLAIN)


def _beyond(content: Message, text: str) -> Message:
    """What a reply says beyond the text that was streamed, where it begins by repeating it."""
    first, rest = content.blocks[:1], content.blocks[1:]
    return replace(content, blocks=rest) if first in ((Text(text),), (Text(text.strip()),)) else content


# Messages


@dataclass(frozen=True, slots=True)
class _Part:
    """What stays together: components, their characters, their files."""

    components: tuple[Json, ...]
    text: int = 0
    files: tuple[File, ...] = ()

    @property
    def count(self) -> int:
        return sum(1 + len(component.get("components", ())) for component in self.components)


@dataclass(slots=True)
class _Sheet:
    """Parts in order, broken into pages where one is full. The numbers are of the last page."""

    full: list[list[_Part]] = field(default_factory=lambda: [[]])
    text: int = 0
    count: int = 0
    files: int = 0

    def add(self, part: _Part) -> None:
        text, count, files = part.text, part.count, len(part.files)
        if (
            self.text + text > limits.TEXT_MAX
            or self.count + count >= limits.COMPONENTS_MAX  # the container itself is one of them
            or self.files + files > limits.FILES_MAX
        ):
            self.full.append([])
            self.text = self.count = self.files = 0
        self.full[-1].append(part)
        self.text += text
        self.count += count
        self.files += files

    def pages(self, tone: Tone) -> tuple[Page, ...]:
        return tuple(self._page(parts or [_text("Done.")], tone) for parts in self.full)

    def _page(self, parts: Sequence[_Part], tone: Tone) -> Page:
        inside = [component for part in parts for component in part.components]
        box = {"type": CONTAINER, "accent_color": ACCENTS[tone], "components": _unlike(inside)}
        return Page((box,), tuple(file for part in parts for file in part.files))


def _message(content: Message, more: Iterable[_Part] = ()) -> tuple[Page, ...]:
    sheet = _Sheet()
    for part in (*_parts(content), *more):
        sheet.add(part)
    return sheet.pages(content.tone)


def _parts(content: Message) -> Iterator[_Part]:
    for number, block in enumerate(content.blocks):
        yield from _block(block, number)
    yield from _buttons(content.buttons)


def _block(block: Block, number: int) -> Iterator[_Part]:
    match block:
        case Text(content=content):
            yield from map(_text, markup.lines(content))
        case Facts(rows=rows):
            yield from _rows(markup.facts(rows))
        case Ranking(rows=ranked):
            yield from _rows([(f"{place}. ", content) for place, content in enumerate(ranked, start=1)])
        case Meter(label=label, done=done, total=total):
            filled = limits.METER_CELLS * min(done, total) // total if total else 0
            bar = "▰" * filled + "▱" * (limits.METER_CELLS - filled)
            yield _text(f"{markup.escape(label)} {bar} {done:,} of {total:,}".strip())
        case Image(source=str(address), alt=alt):
            yield _Part((_gallery(address, alt),))
        case Image(source=bytes(content), alt=alt, name=name):
            file = File(_file_name(name, number), content, alt)
            yield _Part((_gallery(f"attachment://{file.name}", alt),), files=(file,))
        case Attachment(name=name, content=content, alt=alt):
            file = File(_file_name(name, number), content, alt)
            yield from map(_text, markup.plain(alt))
            yield _Part(({"type": FILE, "file": {"url": f"attachment://{file.name}"}},), files=(file,))
        case Image():
            raise AssertionError("a picture was drawn before it came here")
        case _:
            assert_never(block)


def _text(content: str) -> _Part:
    return _Part(({"type": TEXT, "content": content},), utf16(content))


def _rows(rows: Sequence[tuple[str, Line]]) -> Iterator[_Part]:
    """Rows below each other in as few texts as they fit in; one almost always."""
    whole = markup.rows(rows)
    if utf16(whole) <= limits.TEXT_MAX:
        yield from [_text(whole)] if whole.strip() else []
        return
    together: list[str] = []
    taken = 0
    for head, content in rows:
        pieces = markup.lines(content, limits.TEXT_MAX - utf16(head)) or [""]
        for row in (head + pieces[0], *pieces[1:]):
            size = utf16(row) + 1
            if together and taken + size > limits.TEXT_MAX:
                yield _text("\n".join(together))
                together, taken = [], 0
            together.append(row.rstrip())
            taken += size
    if any(together):
        yield _text("\n".join(together))


def _gallery(address: str, alt: str) -> Json:
    item: Json = {"media": {"url": address}}
    if alt := markup.cut(alt, limits.ALT_MAX):
        item["description"] = alt
    return {"type": GALLERY, "items": [item]}


def _file_name(name: str, number: int) -> str:
    """A name that Discord does not change, because the JSON refers to it; unlike the others of its message."""
    safe = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.")[-limits.NAME_MAX :] or "file"
    return f"{number}-{safe}" if number else safe


# Buttons


def _buttons(buttons: Sequence[Button]) -> list[_Part]:
    shown = [_button(button, first=i == 0) for i, button in enumerate(buttons[: limits.BUTTONS_MAX])]
    return [_Part(({"type": ROW, "components": shown[i : i + limits.ROW_MAX]},)) for i in range(0, len(shown), 5)]


def _button(button: Button, *, first: bool) -> Json:
    custom_id = f"y:{button.token}" if button.token else f"go:{' '.join(button.command)}"
    return _press(custom_id, button.label, PRIMARY if first else SECONDARY)


def _answers(token: str, yes: str, label: str, style: int) -> list[Json]:
    return [_press(f"{yes}:{token}", label, style), _press(f"n:{token}", "Not now", SECONDARY)]


def _press(custom_id: str, label: str, style: int) -> Json:
    label = markup.cut(label, limits.BUTTON_LABEL_MAX) or "…"
    return {"type": BUTTON, "style": style, "label": label, "custom_id": custom_id}


def _row(buttons: list[Json]) -> tuple[_Part, ...]:
    return (_Part(({"type": ROW, "components": buttons},)),)


def _visit(content: Message, url: str, label: str) -> tuple[Page, ...]:
    if len(url) > limits.LINK_MAX:  # too long for a button: still an address to follow
        return _message(replace(content, blocks=(*content.blocks, Text(f"{label}: {url}"))))
    label = markup.cut(label, limits.BUTTON_LABEL_MAX) or "Open"
    return _message(content, _row([{"type": BUTTON, "style": LINK, "label": label, "url": url}]))


def _unlike(components: list[Json]) -> list[Json]:
    """No custom id twice in a message: two buttons may well do the same."""
    seen: dict[str, int] = {}
    for component in components:
        for button in component.get("components", ()):
            if name := button.get("custom_id"):
                seen[name] = seen.get(name, 0) + 1
                if seen[name] > 1:
                    button["custom_id"] = f"{name}{TWIN}{seen[name]}"
    return components
