"""Entities of a text: counted in UTF-16 units, checked as the server does, found as a client finds them."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.faults import ApiError, Json, bad_request

KINDS = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
FOUND_BY_SERVER = frozenset(["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"])
COUNT_MAX = 100

FOUND = (
    ("url", re.compile(r"(?<![\w@/])(?:https?://|(?=t\.me/))[^\s<>\"]*[^\s<>\".,;:!?)]")),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#/])#\w*[^\W\d]\w*")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and the entities in it, as the server keeps them."""

    text: str
    entities: list[Json] = field(default_factory=list)


def units(text: str) -> int:
    """Length in UTF-16 code units, the measure of every offset."""
    return len(text) + sum(character > "\uffff" for character in text)


def part(text: str, entity: Json) -> str:
    """The piece of the text an entity covers."""
    coded = text.encode("utf-16-le")
    return coded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


def boundaries(text: str) -> dict[int, int]:
    """Where a character may begin: UTF-16 offset to byte offset."""
    places, unit, byte = {}, 0, 0
    for character in text:
        places[unit] = byte
        unit += 1 + (character > "\uffff")
        byte += len(character.encode())
    return places | {unit: byte}


def check(text: str, entities: Any) -> list[Json]:
    """Refuse entities that do not fit the text, with the server's words."""
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    places, end = boundaries(text), units(text)
    for entity in entities:
        if not isinstance(entity, dict) or entity.get("type") not in KINDS:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        check_one(entity, places, end)
    kept = [entity for entity in entities if entity["length"] > 0 and entity["type"] not in FOUND_BY_SERVER]
    return sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def check_one(entity: Json, places: dict[int, int], end: int) -> None:
    start, length = entity.get("offset"), entity.get("length")
    if not isinstance(start, int) or not isinstance(length, int):
        raise bad_request("can't parse MessageEntity: Can't find field \"offset\"")
    for kind, needed in (("text_link", "url"), ("text_mention", "user"), ("custom_emoji", "custom_emoji_id")):
        if entity["type"] == kind and needed not in entity:
            raise bad_request(f"can't parse MessageEntity: Can't find field \"{needed}\"")
    if start < 0 or length < 0:
        raise bad_request(f"receive an entity with incorrect offset {start}")
    if start > end:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
    if start + length > end:
        raise ends_after(start, start + length)
    if start not in places:
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {places[start + 1]}")
    if start + length not in places:
        byte = places[start + length + 1]
        raise bad_request(
            f"entity beginning at UTF-16 offset {start}"
            f" ends in a middle of a UTF-16 symbol at byte offset {byte}"
        )


def ends_after(start: int, end: int) -> ApiError:
    return bad_request(
        f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
    )


def trimmed(formatted: Formatted) -> Formatted:
    """Without the white space at both ends, which the server cuts off."""
    text = formatted.text.strip(" \n\t\r\u200b")
    if text == formatted.text:
        return formatted
    left = units(formatted.text[: formatted.text.find(text)]) if text else 0
    end = units(text)
    kept = []
    for entity in formatted.entities:
        start = max(entity["offset"] - left, 0)
        stop = min(entity["offset"] + entity["length"] - left, end)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return Formatted(text, kept)


def found(text: str) -> list[Json]:
    """What clients and the server mark by themselves: commands, mentions, links and tags."""
    marked: list[Json] = []
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            entity = {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
            if not any(overlap(entity, other) for other in marked):
                marked.append(entity)
    return sorted(marked, key=lambda entity: entity["offset"])


def with_found(formatted: Formatted) -> Formatted:
    """The entities that were given and those the server finds beside them."""
    closed = [
        entity
        for entity in formatted.entities
        if entity["type"] in ("code", "pre", "text_link", "text_mention")
    ]
    extra = [
        entity for entity in found(formatted.text) if not any(overlap(entity, other) for other in closed)
    ]
    together = sorted([*formatted.entities, *extra], key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(formatted.text, together)


def overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )
