"""What stands in a button: never an object, only a command's name or a token, so that no restart kills it. Pure."""

import hashlib
from collections.abc import Iterable, Sequence

from adapters.common.harmless import cut
from adapters.telegram import limits
from adapters.telegram.wire import Json
from core.chat import Button, Field, Kind, Option
from core.values import dataclass

GO, YES, NO, OPTION, PAGE = "go:", "y:", "n:", "o:", "p:"
DIGEST = "~"
"""Begins a value that was too long for a button, and stands for it."""
Row = list[Json]


@dataclass(frozen=True, slots=True)
class Shown:
    """Which options of a choice are in sight: a page of all, or those that were searched for."""

    page: int = 0
    found: tuple[Option, ...] = ()


def deep_link(bot: str, token: str, field: str = "") -> str:
    """The way to the private chat where a conversation goes on. The field is for us; Telegram ignores it."""
    return f"https://t.me/{bot}?start={token}" + (f"&field={field}" if field else "")


def inline(rows: Sequence[Row]) -> Json:
    """Buttons below a message."""
    return {"inline_keyboard": rows}


def leaving(label: str, url: str) -> Json:
    """A button that opens an address."""
    return {"text": label, "url": url}


def _button(label: str, data: str) -> Json:
    return {"text": label, "callback_data": data}


def agreement(token: str, *, grave: bool = False) -> Row:
    """Yes and no; `grave`: the yes is no pleasant one."""
    yes = _button("Yes", f"{YES}{token}") | {"style": "danger" if grave else "success"}
    return [yes, _button("No", f"{NO}{token}")]


def rows(buttons: Sequence[Button]) -> list[Row]:
    """Buttons of a message, as many in a row as a phone can show."""
    kept = buttons[: limits.BUTTONS_MAX - 2]
    return _packed(_button(cut(button.label, limits.BUTTON_LABEL_MAX), _data(button)) for button in kept)


def _data(button: Button) -> str:
    return f"{YES}{button.token}" if button.token else f"{GO}{' '.join(button.command)}"


def _packed(buttons: Iterable[Json]) -> list[Row]:
    packed: list[Row] = []
    for button in buttons:
        last = packed[-1] if packed else []
        together = sum(len(other["text"]) for other in last) + len(button["text"])
        if last and len(last) < limits.ROW_MAX and together <= limits.ROW_CHARACTERS_MAX:
            last.append(button)
        else:
            packed.append([button])
    return packed


def contacts(placeholder: str) -> Json:
    """A button that lets somebody be picked from the contacts; Telegram shows it in private chats only."""
    asked = {"request_id": 1, "user_is_bot": False, "max_quantity": 1, "request_name": True, "request_username": True}
    return {
        "keyboard": [[{"text": "Choose a person", "request_users": asked}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
        "input_field_placeholder": placeholder,
    }


def reply(placeholder: str) -> Json:
    """Let whoever was spoken to answer by a reply."""
    return {"force_reply": True, "selective": True, "input_field_placeholder": placeholder}


# Choices


def options_of(field: Field, shown: Shown) -> tuple[Option, ...]:
    """What can be pressed for a field; nothing, if it has to be typed."""
    if field.kind is Kind.FLAG:
        return (Option("yes", "Yes"), Option("no", "No"))
    return (shown.found or field.options) if field.kind is Kind.CHOICE else ()


def choice(token: str, field: str, options: Sequence[Option], shown: Shown) -> Json:
    """A page of options, with the ways to the other pages. What was searched for is one page: the core gives 25."""
    most = limits.FOUND_MAX if shown.found else limits.OPTIONS_A_PAGE
    options = options[:most] if shown.found else options
    pages = max(1, -(-len(options) // most))
    page = min(max(shown.page, 0), pages - 1)
    here = options[page * most : (page + 1) * most]
    packed = _packed(
        _button(cut(option.label, limits.BUTTON_LABEL_MAX) or "·", press(token, field, option.value)) for option in here
    )
    turns = []
    if page > 0:
        turns.append(_button("‹ Back", f"{PAGE}{token}:{field}:{page - 1}"))
    if page + 1 < pages:
        turns.append(_button(f"More ({page + 2} of {pages}) ›", f"{PAGE}{token}:{field}:{page + 1}"))
    return inline([*packed, *([turns] if turns else [])])


def press(token: str, field: str, value: str) -> str:
    """An option's data: its value, or its digest if that is too long or would be taken for one."""
    data = f"{OPTION}{token}:{field}:{value}"
    fits = len(data.encode(errors="replace")) <= limits.CALLBACK_DATA_BYTES_MAX and not value.startswith(DIGEST)
    return data if fits else f"{OPTION}{token}:{field}:{DIGEST}{digest(value)}"


def digest(value: str) -> str:
    """Eight characters that stand for a value: enough to tell the options of one field apart."""
    return hashlib.blake2s(value.encode(errors="replace"), digest_size=4).hexdigest()


def meant(value: str, options: Iterable[Option]) -> str:
    """The value that was pressed; one whose digest nobody has any more stays what it is, and the core says no."""
    if not value.startswith(DIGEST):
        return value
    return next((option.value for option in options if digest(option.value) == value[1:]), value)
