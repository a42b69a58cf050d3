"""What stands in a button: never an object, only a command's name or a token, so that no restart kills it. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestUsers,
    ReplyKeyboardMarkup,
)

from adapters.common.harmless import cut
from adapters.telegram import limits
from core.chat import Button, Field, Kind, Option

GO, YES, NO, OPTION, PAGE = "go:", "y:", "n:", "o:", "p:"
DIGEST = "~"
"""Begins a value that was too long for a button, and stands for it."""
Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class Shown:
    """Which options of a choice are in sight: a page of all, or those that were searched for."""

    page: int = 0
    found: tuple[Option, ...] = ()


def deep_link(bot: str, token: str, field: str = "") -> str:
    """The way to the private chat where a conversation goes on. The field is for us; Telegram ignores it."""
    return f"https://t.me/{bot}?start={token}" + (f"&field={field}" if field else "")


def agreement(token: str, *, grave: bool = False) -> Row:
    """Yes and no; `grave`: the yes is no pleasant one."""
    return [
        InlineKeyboardButton("Yes", callback_data=f"{YES}{token}", style="danger" if grave else "success"),
        InlineKeyboardButton("No", callback_data=f"{NO}{token}"),
    ]


def rows(buttons: Sequence[Button]) -> list[Row]:
    """Buttons of a message, as many in a row as a phone can show."""
    kept = buttons[: limits.BUTTONS_MAX - 2]
    return _packed(
        InlineKeyboardButton(cut(button.label, limits.BUTTON_LABEL_MAX), callback_data=_data(button)) for button in kept
    )


def _data(button: Button) -> str:
    return f"{YES}{button.token}" if button.token else f"{GO}{' '.join(button.command)}"


def _packed(buttons: Iterable[InlineKeyboardButton]) -> list[Row]:
    packed: list[Row] = []
    for button in buttons:
        last = packed[-1] if packed else []
        together = sum(len(other.text) for other in last) + len(button.text)
        if last and len(last) < limits.ROW_MAX and together <= limits.ROW_CHARACTERS_MAX:
            last.append(button)
        else:
            packed.append([button])
    return packed


def contacts(placeholder: str) -> ReplyKeyboardMarkup:
    """A button that lets somebody be picked from the contacts; Telegram shows it in private chats only."""
    asked = KeyboardButtonRequestUsers(1, user_is_bot=False, max_quantity=1, request_name=True, request_username=True)
    return ReplyKeyboardMarkup(
        [[KeyboardButton("Choose a person", request_users=asked)]],
        resize_keyboard=True,
        one_time_keyboard=True,
        input_field_placeholder=placeholder,
    )


# Choices


def options_of(field: Field, shown: Shown) -> tuple[Option, ...]:
    """What can be pressed for a field; nothing, if it has to be typed."""
    if field.kind is Kind.FLAG:
        return (Option("yes", "Yes"), Option("no", "No"))
    return (shown.found or field.options) if field.kind is Kind.CHOICE else ()


def choice(token: str, field: str, options: Sequence[Option], shown: Shown) -> InlineKeyboardMarkup:
    """A page of options, with the ways to the other pages. What was searched for is one page: the core gives 25."""
    most = limits.FOUND_MAX if shown.found else limits.OPTIONS_A_PAGE
    options = options[:most] if shown.found else options
    pages = max(1, -(-len(options) // most))
    page = min(max(shown.page, 0), pages - 1)
    here = options[page * most : (page + 1) * most]
    packed = _packed(
        InlineKeyboardButton(
            cut(option.label, limits.BUTTON_LABEL_MAX) or "·", callback_data=press(token, field, option.value)
        )
        for option in here
    )
    turns = []
    if page > 0:
        turns.append(InlineKeyboardButton("‹ Back", callback_data=f"{PAGE}{token}:{field}:{page - 1}"))
    if page + 1 < pages:
        turns.append(
            InlineKeyboardButton(f"More ({page + 2} of {pages}) ›", callback_data=f"{PAGE}{token}:{field}:{page + 1}")
        )
    return InlineKeyboardMarkup([*packed, *([turns] if turns else [])])


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
