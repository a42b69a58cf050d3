"""MarkdownV2 as the server reads it: byte by byte, with its words for what it can not read."""

import re
from dataclasses import dataclass

from tests.fakes.telegram.entities import Formatted
from tests.fakes.telegram.faults import ApiError, Json, bad_request

RESERVED = b"_*[]()~`>#+-=|{}.!\n"
MONOSPACE = ("Code", "Pre", "PreCode")
TYPES = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "CustomEmoji": "custom_emoji",
    "BlockQuote": "blockquote",
}
CLOSED_BY = {
    "Bold": b"*",
    "Code": b"`",
    "Pre": b"```",
    "PreCode": b"```",
    "TextUrl": b"]",
    "CustomEmoji": b"]",
    "Underline": b"__",
    "Strikethrough": b"~",
    "Spoiler": b"||",
}
# Longer marks first, so that __ is not taken for two of _.
OPENED_BY = (
    (b"__", "Underline"),
    (b"_", "Italic"),
    (b"*", "Bold"),
    (b"~", "Strikethrough"),
    (b"||", "Spoiler"),
    (b"![", "CustomEmoji"),
    (b"[", "TextUrl"),
    (b"```", "Pre"),
    (b"`", "Code"),
)
LANGUAGE = re.compile(rb"([^\s`]*)(\r\n|\n\r|\r|\n)?")


def unreadable(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")


@dataclass(slots=True)
class Open:
    """An entity whose end is still to come."""

    kind: str
    argument: str
    offset: int
    byte: int
    start: int


class MarkdownV2:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.source = text.encode()
        self.at = 0
        self.units = 0
        self.text = bytearray()
        self.open: list[Open] = []
        self.entities: list[Json] = []

    def read(self) -> Formatted:
        while self.at < len(self.source):
            self.step()
        if self.open and self.open[-1].kind == "BlockQuote":
            self.keep(self.open.pop(), {})
        if self.open:
            raise self.endless()
        ordered = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted(self.text.decode(), ordered)

    def ahead(self, mark: bytes) -> bool:
        return self.source.startswith(mark, self.at)

    def step(self) -> None:
        byte = self.source[self.at : self.at + 1]
        after = self.source[self.at + 1 : self.at + 2]
        if byte == b"\\" and b"\0" < after <= b"~":
            self.at += 1
            self.push(after)
            return
        monospace = bool(self.open) and self.open[-1].kind in MONOSPACE
        if byte not in (b"`" if monospace else RESERVED):
            self.push(byte)
        elif self.ends():
            self.close()
        else:
            self.begin(byte)

    def push(self, byte: bytes) -> None:
        if byte[0] & 0xC0 != 0x80:
            self.units += 1 + (byte[0] >= 0xF0)
        self.text += byte
        self.at += 1

    def quoting(self) -> bool:
        return any(entity.kind == "BlockQuote" for entity in self.open)

    def ends(self) -> bool:
        if not self.open:
            return False
        if self.quoting() and self.ahead(b"\n") and not self.ahead(b"\n>"):
            return True
        kind = self.open[-1].kind
        if kind == "Italic":
            return self.ahead(b"_") and not self.ahead(b"__")
        return kind in CLOSED_BY and self.ahead(CLOSED_BY[kind])

    def begin(self, byte: bytes) -> None:
        if byte == b"\n":
            self.push(byte)
            if self.ahead(b">"):
                self.at += 1
                if not self.quoting():
                    self.open.append(Open("BlockQuote", "", self.units, self.at - 1, len(self.text)))
            return
        if byte == b">" and self.at == 0:
            self.at += 1
            self.open.append(Open("BlockQuote", "", self.units, 0, 0))
            return
        for mark, kind in OPENED_BY:
            if self.ahead(mark):
                started = self.at
                self.at += len(mark)
                language = self.language() if kind == "Pre" else ""
                kind = "PreCode" if language else kind
                self.open.append(Open(kind, language, self.units, started, len(self.text)))
                return
        raise unreadable(
            f"Character '{byte.decode()}' is reserved and must be escaped with the preceding '\\'"
        )

    def language(self) -> str:
        match = LANGUAGE.match(self.source, self.at)
        if match is None:
            return ""
        name, line_end = match.groups()
        if self.source[match.end(1) : match.end(1) + 1] == b"`":
            return ""
        self.at = match.end() if line_end else match.end(1)
        return str(name.decode())

    def close(self) -> None:
        entity = self.open.pop()
        if self.ahead(b"\n"):
            if entity.kind != "BlockQuote":
                self.open.append(entity)
                raise self.endless()
            self.push(b"\n")
            self.keep(entity, {})
            return
        self.at += len(CLOSED_BY.get(entity.kind, b"_"))
        extra: Json = {"language": entity.argument} if entity.argument else {}
        if entity.kind == "TextUrl":
            shown = self.text[entity.start :].decode()
            extra = {"url": self.url("URL") if self.ahead(b"(") else shown}
        elif entity.kind == "CustomEmoji":
            if not self.ahead(b"("):
                raise unreadable("Custom emoji entity must contain a tg://emoji URL")
            extra = {"custom_emoji_id": self.url("custom emoji URL").rpartition("=")[2]}
        self.keep(entity, extra)

    def url(self, name: str) -> str:
        self.at += 1
        began, url = self.at, bytearray()
        while self.at < len(self.source) and not self.ahead(b")"):
            self.at += self.ahead(b"\\")
            url += self.source[self.at : self.at + 1]
            self.at += 1
        if not self.ahead(b")"):
            raise unreadable(f"Can't find end of a {name} at byte offset {began}")
        self.at += 1
        return url.decode()

    def keep(self, entity: Open, extra: Json) -> None:
        length = self.units - entity.offset
        if length and extra.get("url") != "":
            kept: Json = {"type": TYPES[entity.kind], "offset": entity.offset, "length": length}
            self.entities.append(kept | extra)

    def endless(self) -> ApiError:
        last = self.open[-1]
        return unreadable(f"Can't find end of {last.kind} entity at byte offset {last.byte}")


def markdown_v2(text: str) -> Formatted:
    return MarkdownV2(text).read()
