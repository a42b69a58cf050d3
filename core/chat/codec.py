"""Messages as JSON and back, for the outbox and stored answers. Only the chat language's own types travel."""

from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from core.chat import chart
from core.chat import message as parts
from core.chat.form import jsonable
from core.people import Identity

_TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        parts.Attachment, parts.Bold, parts.Button, parts.Code, parts.Facts, parts.Image, parts.Mention, parts.Message,
        parts.Meter, parts.Moment, parts.Ranking, parts.Text, chart.Bars, chart.Chart, Identity,
    )
}  # fmt: skip
_AS_THEY_ARE = frozenset({bool, int, str, type(None)})


def encode(value: Any) -> Any:
    """A message (or a part of one) as plain JSON values."""
    kind: Any = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is tuple or kind is list:  # most of what is in them stays as it is, and to ask for that here costs less
        return [item if type(item) in _AS_THEY_ARE else encode(item) for item in value]
    match value:
        case Enum():
            return value.value
        case int() | str():
            return value
        case datetime():
            return {"_": "datetime", "at": value.isoformat()}
        case bytes():
            return {"_": "bytes", "base64": b64encode(value).decode()}
        case dict():
            return {"_": "dict", "items": {name: encode(item) for name, item in value.items()}}
        case parts.Button():  # its values go through the parser when it is pressed, so they travel raw
            value = replace(value, values=jsonable(value.values)) if value.values else value
    return {"_": kind.__name__} | {name: encode(getattr(value, name)) for name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    assert is_dataclass(kind), f"{kind.__name__} does not travel"
    return tuple(item.name for item in fields(kind))


def decode(value: Any) -> Any:
    """The way back. Raises KeyError for a type that is not part of the language."""
    match value:
        case list():
            return tuple(decode(item) for item in value)
        case {"_": "datetime", "at": at}:
            return datetime.fromisoformat(at)
        case {"_": "bytes", "base64": text}:
            return b64decode(text)
        case {"_": "dict", "items": items}:
            return {name: decode(item) for name, item in items.items()}
        case {"_": name}:
            made = {key: decode(item) for key, item in value.items() if key != "_"}
            if name == "Message":
                made["tone"] = parts.Tone(made["tone"])
            if name == "Chart":
                made["days"] = tuple(chart.Mark(day) for day in made["days"])
            return _TYPES[name](**made)
    return value
