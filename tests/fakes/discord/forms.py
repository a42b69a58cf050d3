"""What a client does with a form: finds fields by label, checks what was given, writes the submission."""

from typing import Any

from tests.fakes.discord.components import walk
from tests.fakes.discord.errors import Json
from tests.fakes.discord.options import Resolved, refuse
from tests.fakes.discord.things import Upload

ROW, SELECT, TEXT_INPUT, TEXT, LABEL, UPLOAD = 1, 3, 4, 10, 18, 19
RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23
ENTITIES = (5, 6, 7, 8)


def submission(modal: Json, given: dict[str, Any], resolved: Resolved) -> Json:
    """The data of a modal submit, or the client's refusal."""
    rest = dict(given)
    components: list[Json] = []
    for number, component in enumerate(modal["components"], 1):
        if component["type"] == TEXT:
            components.append({"type": TEXT, "id": number})
            continue
        label, field = labelled(component)
        value = _taken(rest, label, field["custom_id"])
        sent = {"id": 100 + number, **_answer(label, field, value, resolved)}
        if component["type"] == LABEL:
            components.append({"type": LABEL, "id": number, "component": sent})
        else:
            components.append({"type": ROW, "id": number, "components": [sent]})
    if rest:
        raise refuse(f"the form has no field {sorted(rest)}; it has {labels(modal)}")
    data: Json = {"custom_id": modal["custom_id"], "components": components}
    if resolved.json():
        data["resolved"] = resolved.json()
    return data


def labelled(component: Json) -> tuple[str, Json]:
    """A field with its label, however it is wrapped."""
    if component["type"] == LABEL:
        return component["label"], component["component"]
    inner = component["components"][0]
    return inner["label"], inner


def labels(modal: Json) -> list[str]:
    """What a person reads beside the fields."""
    return [labelled(component)[0] for component in modal["components"] if component["type"] != TEXT]


def _taken(given: dict[str, Any], label: str, custom_id: str) -> Any:
    """By label, by custom id, or by the label as a keyword: `your_note` for `Your note`."""
    keyword = "".join(letter if letter.isalnum() else "_" for letter in label.lower())
    for key in (label, custom_id, keyword):
        if key in given:
            return given.pop(key)
    return None


def _answer(label: str, field: Json, value: Any, resolved: Resolved) -> Json:
    kind = field["type"]
    sent: Json = {"type": kind, "custom_id": field["custom_id"]}
    if kind == TEXT_INPUT:
        return {**sent, "value": _text(label, field, value)}
    if kind == CHECKBOX:
        return {**sent, "value": bool(field.get("default") if value is None else value)}
    if kind == RADIO:
        picked = _picked(label, field, [] if value is None else [value])
        if not picked and _required(field):
            raise refuse(f"{label} is required")
        return {**sent, "value": picked[0] if picked else None}
    return {**sent, "values": picked_values(label, field, value, resolved)}


def _required(field: Json) -> bool:
    return field.get("required") is not False


def _text(label: str, field: Json, value: Any) -> str:
    text = field.get("value") or "" if value is None else value
    if not isinstance(text, str):
        raise refuse(f"{label} takes text, not {value!r}")
    if not text:
        if _required(field):
            raise refuse(f"{label} is required")
        return text
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if not least <= len(text) <= most:
        raise refuse(f"{label} takes {least} to {most} characters, not {len(text)}")
    return text


def picked_values(label: str, field: Json, value: Any, resolved: Resolved) -> list[str]:
    """The values of a select, in a form or under a message."""
    if value is None:
        values = [option["value"] for option in field.get("options") or [] if option.get("default")]
    else:
        values = list(value) if isinstance(value, (list, tuple)) else [value]
    least = 1 if field.get("min_values") is None else field["min_values"]
    most = 1 if field.get("max_values") is None else field["max_values"]
    if field["type"] == CHECKBOXES and field.get("max_values") is None:
        most = len(field["options"])
    skipped = not values and not _required(field)
    if not skipped and not least <= len(values) <= most:
        raise refuse(f"{label} takes {least} to {most} choices, not {len(values)}")
    if field["type"] in ENTITIES:
        return [resolved.entity(entry) for entry in values]
    if field["type"] == UPLOAD:
        return [resolved.upload(entry) for entry in values if isinstance(entry, Upload)]
    return _picked(label, field, values)


def _picked(label: str, field: Json, values: list[Any]) -> list[str]:
    found = []
    for value in values:
        fits = [o["value"] for o in field["options"] if value in (o["label"], o["value"])]
        if not fits:
            offered = [option["label"] for option in field["options"]]
            raise refuse(f"{label} has no option {value!r}; it has {offered}")
        found.append(fits[0])
    return found


def component(components: list[Json], wanted: str, kinds: tuple[int, ...]) -> Json | None:
    """The button or select with this label, placeholder or custom id."""
    for key in ("custom_id", "label", "placeholder"):
        for _, part in walk(components):
            if part.get("type") in kinds and part.get(key) == wanted:
                return part
    return None
