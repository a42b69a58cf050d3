"""Lines as Discord's Markdown; the one place that makes text harmless there.

A name is shown letter by letter: no bold, heading, list, masked link, mention or emoji can come from it. An address
stays whole, because what it says is where it leads.
"""

import re
from collections.abc import Sequence
from typing import assert_never

from adapters.common import chunk
from adapters.common.chunk import utf16
from adapters.common.harmless import OBEYED
from adapters.discord import limits
from core.chat import Bold, Code, Line, Mention, Moment
from core.chat.message import Span, spans

_ADDRESS = re.compile(r"(https?://[^\s<>]+)")
_SPECIAL = re.compile(r"[\\*_~`|<\[\]]")
# Headings, subtext, quotes and lists begin a line.
_LINE_START = re.compile(r"^([ \t]*)(#(?=[#\s])|-(?=[#\s])|>(?=[>\s]))", re.MULTILINE)
_NUMBERED = re.compile(r"^([ \t]*\d+)\.(?=\s)", re.MULTILINE)
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_UNLIT = "@\u200b"
_DROPPED = re.compile(f"[{OBEYED}]")
_MAY_GROW = re.compile(r"[\\*_~`|<\[\]#>.@-]")
# One line in which nothing of all this can be found: nearly every text, and it is found out ten times as fast.
_PLAIN_LINE = rf"(?![ \t]*(?:\d+\.|[#>-]))[^\n\\*_~`|<\[\]@{OBEYED}]*"
_PLAIN = re.compile(_PLAIN_LINE)
_ALL_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n{_PLAIN_LINE})*")


def escape(text: str) -> str:
    """Text that shows as the letters it is made of."""
    if _PLAIN.fullmatch(text):
        return text
    pieces = _ADDRESS.split(_DROPPED.sub("", text))
    pieces[::2] = [_SPECIAL.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    text = _NUMBERED.sub(r"\1\\.", _LINE_START.sub(r"\1\\\2", "".join(pieces)))
    # Mentions are off for every message; this one would still be lit up.
    return _EVERYBODY.sub(_UNLIT, text)


def size(text: str) -> int:
    """The length that a plain text has at most once it is harmless; quick, because cutting asks it again and again."""
    return utf16(_DROPPED.sub("", text)) + len(_MAY_GROW.findall(text))


def bold(text: str) -> str:
    """Strong text."""
    text = " ".join(text.split())
    return f"**{escape(text)}**" if text else ""


def facts(rows: Sequence[tuple[str, Line]]) -> list[tuple[str, Line]]:
    """Rows with their labels strong; what follows is still to be made harmless."""
    labels = [" ".join(label.split()) for label, _ in rows]
    # Found out for all at once: a history has twenty.
    shown = labels if _ALL_PLAIN.fullmatch("\n".join(labels)) else [escape(label) for label in labels]
    return [(f"**{label}** " if label else " ", content) for label, (_, content) in zip(shown, rows, strict=True)]


def rows(content: Sequence[tuple[str, Line]]) -> str:
    """Rows of a head that is harmless and a line that is not yet, one below the other."""
    written = [text for _, text in content if isinstance(text, str)]
    if len(written) == len(content) and _ALL_PLAIN.fullmatch("\n".join(written)):
        return "\n".join([f"{head}{text}".rstrip() for head, text in content])
    return "\n".join([(head + line(text)).rstrip() for head, text in content])


def line(content: Line) -> str:
    """A line of spans."""
    if isinstance(content, str):
        return escape(content)
    return "".join(_span(span) for span in spans(content))


def _span(span: Span) -> str:
    match span:
        case str():
            return escape(span)
        case Bold(text=text):
            return bold(text)
        case Code(text=text):
            return _code(text)
        case Mention():
            return _mention(span)
        case Moment(at=at, relative=relative):
            return f"<t:{int(at.timestamp())}:{'R' if relative else 'f'}>"
    assert_never(span)


def _code(text: str) -> str:
    """Within backticks nothing is escaped, so a backtick becomes one that ends nothing."""
    text = " ".join(text.split()).replace("`", "\u02cb")
    return f"`{_EVERYBODY.sub(_UNLIT, text)}`" if text else ""


def _mention(span: Mention) -> str:
    if span.identity is not None and span.identity.platform == "discord" and span.identity.user_id.isdecimal():
        return f"<@{span.identity.user_id}>"
    name = " ".join(span.name.split())
    return bold(f"@{name if len(name) <= limits.NAME_MAX else name[: limits.NAME_MAX - 1] + '…'}")


def plain(text: str, most: int = limits.TEXT_MAX) -> list[str]:
    """Plain text in harmless pieces. Cut before it is escaped, so that no backslash loses its letter."""
    text = _DROPPED.sub("", text).strip()
    whole = escape(text)
    escaped = [whole] if utf16(whole) <= most else map(escape, chunk.cut(text, most, size))
    return [piece for piece in escaped if piece.strip()]


def lines(content: Line, most: int = limits.TEXT_MAX) -> list[str]:
    """A line in pieces that fit; one piece almost always."""
    whole = line(content)
    if utf16(whole) <= most:
        return [whole] if whole.strip() else []
    pieces, current = [], ""
    for span in spans(content):
        for piece in plain(span, most) if isinstance(span, str) and size(span) > most else [_span(span)]:
            if utf16(current) + utf16(piece) > most:
                pieces.append(current)
                current = ""
            current += piece
    return [piece.strip() for piece in (*pieces, current) if piece.strip()]


def cut(text: str, most: int) -> str:
    """One line of at most so many characters, for labels, which know no markup."""
    text = " ".join(_DROPPED.sub("", text).split())
    while utf16(text) > most:
        text = text[: most - 1 if len(text) > most else -2].rstrip() + "…"
    return text
