"""Telegram's HTML as the server reads it, with its words for tags it can not pair."""

import re
from dataclasses import dataclass

from tests.fakes.telegram.entities import Formatted, units
from tests.fakes.telegram.faults import Json
from tests.fakes.telegram.markdown import unreadable

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));?")
NAME = re.compile(r"[^\s>/]*")
ATTRIBUTE = re.compile(r"\s*([^\s=>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")


def decoded(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        decimal, hexadecimal, name = match.groups()
        return CHARACTERS[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))

    return CHARACTER.sub(one, text)


@dataclass(slots=True)
class Tag:
    """A start tag whose end tag is still to come."""

    name: str
    attributes: dict[str, str]
    offset: int


class Html:
    """One reading of one text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text = ""
        self.open: list[Tag] = []
        self.entities: list[Json] = []

    def read(self) -> Formatted:
        while self.at < len(self.source):
            start = self.source.find("<", self.at)
            self.text += decoded(self.source[self.at : start if start >= 0 else None])
            if start < 0:
                break
            self.at = start
            if self.source.startswith("</", start):
                self.end()
            else:
                self.begin()
        if self.open:
            raise unreadable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        ordered = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted(self.text, ordered)

    def byte(self) -> int:
        return len(self.source[: self.at].encode())

    def begin(self) -> None:
        match = NAME.match(self.source, self.at + 1)
        name = match.group().lower() if match else ""
        if name not in TYPES:
            raise unreadable(f'Unsupported start tag "{name}" at byte offset {self.byte()}')
        place = self.at + 1 + len(name)
        attributes: dict[str, str] = {}
        while (found := ATTRIBUTE.match(self.source, place)) is not None:
            key, *values = found.groups()
            attributes[key.lower()] = decoded(next((value for value in values if value is not None), ""))
            place = found.end()
        rest = self.source[place:]
        if not rest.lstrip().startswith(">"):
            raise unreadable(f"Unclosed start tag at byte offset {self.byte()}")
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise unreadable(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte()}')
        self.at = place + rest.index(">") + 1
        self.open.append(Tag(name, attributes, units(self.text)))

    def end(self) -> None:
        close = self.source.find(">", self.at)
        if not self.open:
            raise unreadable(f"Unexpected end tag at byte offset {self.byte()}")
        if close < 0:
            raise unreadable(f"Unclosed end tag at byte offset {self.byte()}")
        name = self.source[self.at + 2 : close].strip().lower()
        tag = self.open.pop()
        if name not in ("", tag.name):
            raise unreadable(
                f'Unmatched end tag at byte offset {self.byte()}, expected "</{tag.name}>", found "</{name}>"'
            )
        self.at = close + 1
        self.keep(tag)

    def keep(self, tag: Tag) -> None:
        length = units(self.text) - tag.offset
        entity: Json = {"type": TYPES[tag.name], "offset": tag.offset, "length": length}
        if tag.name == "a":
            url = tag.attributes.get("href") or self.text.encode("utf-16-le")[2 * tag.offset :].decode(
                "utf-16-le"
            )
            entity["url"] = url
        elif tag.name == "tg-emoji":
            entity["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        if length:
            self.entities.append(entity)


def html(text: str) -> Formatted:
    return Html(text).read()
