"""A form as a modal: up to five fields at once, each as Discord's own widget. Pure."""

from typing import Any, Final, assert_never

from adapters.discord import limits, markup
from core.chat import Ask, Field, Kind, Line, Message, Text, Tone
from core.chat.parse import TEXT_MAX, WRITTEN_MAX

Json = dict[str, Any]

SELECT, INPUT, PERSON, DISPLAY, LABEL, UPLOAD = 3, 4, 5, 10, 18, 19
SHORT, PARAGRAPH = 1, 2
PUBLIC: Final = "~public"
"""Ends the name of a form whose answer everybody sees: a late answer has to know before it is there."""


def modal(ask: Ask) -> Json | None:
    """The first fields as a modal; None if it has none to show."""
    shown = fields_at_once(ask)
    if not shown:
        return None
    components = [_labelled(field) for field in shown]
    if ask.problems:
        problems = "\n".join(markup.line(line) for line in _problems(ask))
        components.insert(0, {"type": DISPLAY, "content": problems[: limits.TEXT_MAX]})
    custom_id = ask.token if ask.private else f"{ask.token}{PUBLIC}"
    return {"custom_id": custom_id, "title": markup.cut(ask.title, limits.MODAL_TITLE_MAX), "components": components}


def fields_at_once(ask: Ask) -> tuple[Field, ...]:
    """What one modal asks: what was wrong takes a place of its own."""
    return ask.fields[: limits.MODAL_FIELDS_MAX - bool(ask.problems)]


def summary(ask: Ask) -> Message:
    """A form that can not be opened now, because Discord opens none in answer to one: what was wrong, what is next."""
    wanted = [field.label for field in ask.fields if field.required] or [field.label for field in ask.fields]
    lines: list[Line] = [(f"{ask.title}. ", "Once more: " if ask.problems else "Next: ", ", ".join(wanted), ".")]
    tone = Tone.WARNING if ask.problems else Tone.PLAIN
    return Message(tuple(Text(line) for line in (*_problems(ask), *lines)), tone=tone)


def _problems(ask: Ask) -> list[Line]:
    labels = {field.name: field.label for field in ask.fields}
    return [f"{labels.get(problem.field, problem.field)}: {problem.text}" for problem in ask.problems]


def _labelled(field: Field) -> Json:
    labelled: Json = {"type": LABEL, "label": markup.cut(field.label, limits.LABEL_MAX), "component": _widget(field)}
    if hint := markup.cut(field.asked.help or _hint(field), limits.DESCRIPTION_MAX):
        labelled["description"] = hint
    return labelled


def _widget(field: Field) -> Json:
    match field.kind:
        case Kind.TEXT:
            return _input(field, most=field.asked.maximum or TEXT_MAX, least=field.asked.minimum)
        case Kind.LONG_TEXT:
            most = min(field.asked.maximum or limits.INPUT_MAX, limits.INPUT_MAX)
            return _input(field, most=most, least=field.asked.minimum, style=PARAGRAPH)
        case Kind.NUMBER | Kind.MONEY | Kind.MOMENT | Kind.DURATION:
            return _input(field, most=WRITTEN_MAX)
        case Kind.CHOICE:
            return _choice(field)
        case Kind.FLAG:
            return _select(field, [("yes", "Yes"), ("no", "No")])
        case Kind.MEMBER:
            return _picked(field, PERSON)
        case Kind.IMAGE | Kind.FILE:
            return _picked(field, UPLOAD)
    assert_never(field.kind)


def _choice(field: Field) -> Json:
    """A select, unless its list is cut and its options are words that can be typed: then all of them are there."""
    shown = field.options[: limits.OPTIONS_MAX]
    typed = all(option.label.casefold() == option.value.replace("_", " ").casefold() for option in shown)
    if not shown or (field.asked.source is not None and len(shown) == limits.OPTIONS_MAX and typed):
        return _input(field, most=TEXT_MAX)
    return _select(field, [(option.value, option.label) for option in shown])


def _input(field: Field, *, most: int, least: int | None = None, style: int = SHORT) -> Json:
    most = min(most, limits.INPUT_MAX)
    made: Json = {"type": INPUT, "custom_id": field.name, "style": style, "required": field.required}
    made["max_length"] = most
    if least:
        made["min_length"] = min(least, most)
    if example := markup.cut(field.asked.example, limits.PLACEHOLDER_MAX):
        made["placeholder"] = example
    return made


def _select(field: Field, options: list[tuple[str, str]]) -> Json:
    listed = [
        {"value": value[: limits.OPTION_MAX], "label": markup.cut(label, limits.OPTION_MAX) or "…"}
        for value, label in options
    ]
    return {**_picked(field, SELECT), "options": listed}


def _picked(field: Field, kind: int) -> Json:
    least = 1 if field.required else 0
    return {"type": kind, "custom_id": field.name, "required": field.required, "min_values": least, "max_values": 1}


def _hint(field: Field) -> str:
    """What to give, where neither help nor widget says it."""
    match field.kind:
        case Kind.NUMBER | Kind.MONEY:
            return _bounds(field)
        case Kind.MOMENT:
            return "Your own time, for example 2026-05-14 18:00"
        case Kind.DURATION:
            return "For example 7 days or 1 h 30 min"
    return ""


def _bounds(field: Field) -> str:
    match field.asked.minimum, field.asked.maximum:
        case int(low), int(high):
            return f"{low:,} to {high:,}"
        case int(low), None:
            return f"{low:,} or more"
        case None, int(high):
            return f"Up to {high:,}"
    return ""
