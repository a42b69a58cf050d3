"""Answers to a form: which field a message fills, and what more it says in the same line. Pure."""

from datetime import datetime
from typing import Any

from adapters.common.arguments import TEXTS
from adapters.telegram import commands, keyboard
from adapters.telegram.events import Filling, Stamp
from core.chat import Answer, Ask, Field, Kind, Said
from core.chat.parse import clean, parse


def step_of(ask: Ask, name: str) -> int:
    """Where a field stands in a form as it is now; the first one, if it is not asked any more."""
    return next((i for i, field in enumerate(ask.fields) if field.name == name), 0)


def filled(filling: Filling, ask: Ask, stamp: Stamp) -> Answer:
    """The values of a form that a message holds: the field that was asked, and what follows in the same line."""
    if filling.field and all(field.name != filling.field for field in ask.fields):
        # An answer to an earlier question of the same form: what was said then is said anew.
        value = filling.beside.person(filling.text) or filling.beside.file or filling.text
        values = {filling.field: value}
    else:
        values = _values(filling, ask.fields[step_of(ask, filling.field)], ask)
    readable = {name: filling.beside.readable(value) for name, value in values.items()}
    return Answer(ask.token, readable, **stamp.common)


def _values(filling: Filling, asked: Field, ask: Ask) -> dict[str, Any]:
    beside, text = filling.beside, filling.text
    if asked.kind in {Kind.IMAGE, Kind.FILE}:
        return {asked.name: beside.file if beside.file is not None else text}
    if asked.kind is Kind.CHOICE:
        text = keyboard.meant(text, asked.options)
    if asked.kind is Kind.MEMBER:
        alone = beside.picked or beside.person(text)
        if alone is not None:
            return {asked.name: alone}
    rest = [field for field in ask.fields if field is not asked]
    # A text may be of any words; and "1 000" is one number, though "50 thanks" is a number and a note.
    if not rest or asked.kind in TEXTS or _fits(asked, text):
        return {asked.name: text}
    many = commands.values_of([asked, *rest], text, beside)
    return many if _fits(asked, many.get(asked.name)) else {asked.name: text}


def _fits(asked: Field, value: Any) -> bool:
    """Whether a value can be read. The core reads it again, with the member's own zone."""
    read_ = parse((asked,), {asked.name: value}, zone_name="UTC", now=_SOME_DAY)
    return asked.name in read_.values and (asked.kind is not Kind.CHOICE or _is_option(asked, value))


def _is_option(asked: Field, value: Any) -> bool:
    return asked.asked.source is not None or any(value == option.value for option in asked.options)


_SOME_DAY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def said_of(filling: Filling, stamp: Stamp) -> Said:
    """A message that answers nothing: a sentence for the talk."""
    return Said(clean(filling.beside.readable(filling.text), lines=True), **stamp.common)
