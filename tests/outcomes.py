"""Outcomes as JSON that would survive a restart, and messages as plain words."""

import json
from typing import Any

from core.chat import (
    Ask,
    Attachment,
    Bold,
    Code,
    Confirm,
    Facts,
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
    Visit,
    Wait,
    said,
)
from core.chat.codec import encode
from core.chat.message import Block, Span, spans


def kept(outcome: Outcome | None, text: str = "") -> str:
    """An outcome as it would survive a restart."""
    if outcome is None:
        return json.dumps({"kind": "Nothing", "text": "", "buttons": []})
    message = _message(outcome)
    known: dict[str, Any] = {"kind": type(outcome).__name__, "message": encode(message)}
    known["text"] = "\n".join(part for part in (text, words(message)) if part)
    known["buttons"] = [encode(button) for button in message.buttons]
    known["token"] = getattr(outcome, "token", None)
    if isinstance(outcome, Ask):
        known["people"] = [item.name for item in outcome.fields if item.kind is Kind.MEMBER]
        known["fields"] = [item.name for item in outcome.fields]
        known["problems"] = {problem.field: problem.text for problem in outcome.problems}
        known["text"] += "\n" + "\n".join(item.label for item in outcome.fields)
    if isinstance(outcome, Refusal):
        known["error"] = type(outcome.error).__name__
    if isinstance(outcome, Visit):
        known["url"] = outcome.url
    return json.dumps(known)


def _message(outcome: Outcome) -> Message:
    match outcome:
        case Confirm(message=message) | Reply(message=message) | Visit(message=message):
            return message
        case Ask(title=title):
            return said(title)
        case Wait(note=note):
            return said(note)
        case Refusal(error=error, buttons=buttons, lines=lines):
            return said(error.text, *lines, buttons=buttons)
        case Streaming():
            raise AssertionError("a stream is read to its end before it is kept")


def words(message: Message) -> str:
    """Everything a message says, one line for each block or row."""
    return "\n".join(line for block in message.blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block:
        case Text(content=content):
            return [plain(content)]
        case Facts(rows=rows):
            return [f"{label}: {plain(content)}" for label, content in rows]
        case Ranking(rows=ranked):
            return [f"{place}. {plain(content)}" for place, content in enumerate(ranked, start=1)]
        case Meter(label=label, done=done, total=total):
            return [f"{label} {done} of {total}"]
        case Image(alt=alt):
            return [alt]
        case Attachment(name=name, alt=alt):
            return [f"{name}: {alt}"]


def plain(content: Line) -> str:
    """A line without its markup."""
    return "".join(_plain(span) for span in spans(content))


def _plain(span: Span) -> str:
    match span:
        case str():
            return span
        case Bold(text=text) | Code(text=text):
            return text
        case Mention(name=name):
            return f"@{name}"
        case Moment(at=at):
            return at.isoformat()
