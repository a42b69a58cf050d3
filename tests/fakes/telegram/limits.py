"""The Bot API's limits on what a bot may send: pure functions that answer with the server's words.

Words marked (assumed) are not published and no verdict should be built on them alone.
"""

import re
from typing import Any, Final

from tests.fakes.telegram import entities as marks
from tests.fakes.telegram.entities import Formatted
from tests.fakes.telegram.faults import Json, bad_request
from tests.fakes.telegram.html import html
from tests.fakes.telegram.markdown import markdown_v2

TEXT_CODE_POINTS: Final = 4096
CAPTION_CODE_POINTS: Final = 1024
TEXT_BYTES: Final = 32_768
CALLBACK_DATA_BYTES: Final = 64
BUTTONS_A_KEYBOARD: Final = 100
BUTTONS_A_ROW: Final = 8
PLACEHOLDER_CHARACTERS: Final = 64
COMMANDS: Final = 100
COMMAND_DESCRIPTION: Final = 256
TOAST_CHARACTERS: Final = 200
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")
COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
LANGUAGE_CODE = re.compile(r"[a-z]{2}")
BUTTON_ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
BUTTON_STYLES: Final = ("danger", "success", "primary")
CHAT_ACTIONS: Final = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def parsed(text: str, parse_mode: str | None, entities: Any) -> Formatted:
    match (parse_mode or "").lower():
        case "markdownv2":
            return markdown_v2(text)
        case "html":
            return html(text)
        case "":
            return Formatted(text, marks.check(text, entities or []))
        case _:
            raise bad_request("unsupported parse_mode")


def body(text: str, parse_mode: str | None, entities: Any) -> Formatted:
    """The text of a message, as kept."""
    if len(text.encode()) > TEXT_BYTES:
        raise bad_request("text is too long")
    kept = marks.trimmed(parsed(text, parse_mode, entities))
    if not kept.text:
        raise bad_request("message text is empty")
    if len(kept.text) > TEXT_CODE_POINTS:
        raise bad_request("message is too long")
    return marks.with_found(kept)


def caption(text: str, parse_mode: str | None, entities: Any) -> Formatted:
    kept = marks.trimmed(parsed(text, parse_mode, entities))
    if len(kept.text) > CAPTION_CODE_POINTS:
        raise bad_request("message caption is too long")
    return marks.with_found(kept)


def draft(text: str, parse_mode: str | None, entities: Any) -> Formatted:
    """The text of a preview; empty means "Thinking…"."""
    return body(text, parse_mode, entities) if text else Formatted("")


def excess(entities: Any) -> str | None:
    """The server drops what is over a hundred without a word, so this is told to the test instead."""
    if isinstance(entities, list) and len(entities) > marks.COUNT_MAX:
        return f"{len(entities)} entities: Telegram keeps {marks.COUNT_MAX} and silently drops the rest"
    return None


def inline_keyboard(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array of Arrays'
        )
    if sum(len(row) for row in rows) > BUTTONS_A_KEYBOARD or any(len(row) > BUTTONS_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            inline_button(button)


def inline_button(button: Any) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")  # (assumed)
    data = button.get("callback_data")
    actions = [action for action in BUTTON_ACTIONS if button.get(action) is not None]
    if not actions or data == "":
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request(
            "BUTTON_TYPE_INVALID"
        )  # (assumed): the server takes one, the documentation forbids two
    if data is not None and (not isinstance(data, str) or len(data.encode()) > CALLBACK_DATA_BYTES):
        raise bad_request("BUTTON_DATA_INVALID")
    if button.get("style") not in (None, *BUTTON_STYLES):
        raise bad_request("BUTTON_STYLE_INVALID")  # (assumed)
    url = button.get("url")
    if url is not None and re.match(r"(https?://|tg://)\S+$", url) is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")


def reply_markup(markup: Any, *, inline_only: bool = False) -> Json | None:
    """The markup if it may be sent; an empty inline keyboard is none."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        inline_keyboard(markup["inline_keyboard"])
        return markup if any(markup["inline_keyboard"]) else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(placeholder) <= PLACEHOLDER_CHARACTERS:
        raise bad_request("INPUT_FIELD_PLACEHOLDER_INVALID")  # (assumed)
    if not {"force_reply", "keyboard", "remove_keyboard"} & set(markup):
        raise bad_request("can't parse reply markup JSON object")
    return markup


def commands(wanted: Any) -> list[Json]:
    if not isinstance(wanted, list):
        raise bad_request("can't parse commands JSON object")
    if len(wanted) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in wanted:
        if COMMAND_NAME.fullmatch(command.get("command", "").removeprefix("/")) is None:
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= COMMAND_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return wanted


def language_code(code: str) -> str:
    if code and LANGUAGE_CODE.fullmatch(code) is None:
        raise bad_request("LANGUAGE_CODE_INVALID")  # (assumed)
    return code


def start_payload(payload: str) -> bool:
    return START_PAYLOAD.fullmatch(payload) is not None
