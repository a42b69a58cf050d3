"""An update to what the core understands. Pure: who the bot is, whom it has met and what time it is are handed in."""

import re
from collections.abc import Mapping
from datetime import datetime

from adapters.common.arguments import Group
from adapters.telegram import commands, keyboard
from adapters.telegram.commands import PLATFORM, Beside
from adapters.telegram.events import (
    Event,
    Fetching,
    Filling,
    Hint,
    Press,
    Scene,
    Stamp,
    Turning,
    Wanted,
    Where,
    key_of,
)
from adapters.telegram.wire import Json
from core.chat import (
    Agreement,
    Answer,
    Button,
    Invocation,
    Place,
    Rail,
    said,
)
from core.chat.form import FileRef
from core.chat.parse import clean
from core.people import Actor, Identity

RAILS = frozenset({Rail.STARS})
KEPT = "kept-"
"""Begins the start payload that asks for an answer nobody could be given."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{12}", re.ASCII)
_KEPT = re.compile(rf"{KEPT}(\d{{20}})", re.ASCII)
_LINK = re.compile(r"https://t\.me/\w+\?start=([\w-]{12})&field=(\w{1,32})", re.ASCII)


def read(update: Json, scene: Scene, at: datetime) -> Event | None:
    """What an update asks for; None if it is not for us. Raises `KeyError` and its like for what is no update."""
    if "callback_query" in update:
        return _pressed(update["update_id"], update["callback_query"], at)
    message = update.get("message")
    if message is None or "from" not in message or message["from"].get("is_bot") or "sender_chat" in message:
        return None
    where = _where(message, message["from"])
    stamp = _stamp(update["update_id"], message["from"], where, at)
    wanted = _message(message, where, stamp, scene)
    if wanted is None:
        return None
    return Event(wanted, stamp, where, stored=not isinstance(wanted, Hint | Fetching))


def name_of(user: Json) -> str:
    """What somebody calls themselves."""
    return f"{user['first_name']} {user['last_name']}" if user.get("last_name") else str(user["first_name"])


def _stamp(update_id: int, user: Json, where: Where, at: datetime) -> Stamp:
    actor = Actor(Identity(PLATFORM, str(user["id"])), where.name, user.get("language_code") or "en")
    space = "" if where.private else str(where.chat)
    place = Place(PLATFORM, str(where.chat), space, where.private, RAILS)
    return Stamp(actor, place, key_of(update_id), at)


def _where(message: Json, user: Json) -> Where:
    private = message["chat"]["type"] == "private"
    answered = None if private else message["message_id"]
    return Where(message["chat"]["id"], user["id"], name_of(user), private, _topic(message), answered)


def _topic(message: Json) -> int | None:
    return message.get("message_thread_id") if message.get("is_topic_message") else None


# Messages


def _message(message: Json, where: Where, stamp: Stamp, scene: Scene) -> Wanted | None:
    text = message.get("text") or message.get("caption") or ""
    said_ = commands.spoken(text)
    if said_ is not None:
        if said_.bot not in {"", scene.bot.casefold()}:
            return None
        text, named = _with_people(text, message)
        said_ = commands.spoken(text)
        assert said_ is not None, "a mention of a person is never the command itself"
        return _command(said_, _beside(message, named, scene), where, stamp, scene)
    text, named = _with_people(text, message)
    beside = _beside(message, named, scene)
    if not clean(text, lines=True) and beside.file is None and beside.picked is None:
        return None
    found = _LINK.fullmatch(_link(message.get("reply_to_message"), scene))
    if found is not None:
        return Filling(found[1], found[2], text, beside)
    return Filling("", "", text, beside) if where.private else None


def _command(said_: commands.Spoken, beside: Beside, where: Where, stamp: Stamp, scene: Scene) -> Wanted | None:
    if said_.word == "start" and where.private and said_.rest:
        return _started(said_.rest, stamp)
    found = commands.read(said_, scene.known, beside)
    if isinstance(found, Group):
        buttons = tuple(Button(command.name, command.path) for command in found.commands if command.role is None)
        return Hint(said(f"/{'_'.join(found.path)} goes on with one of these.", buttons=buttons))
    if not where.private and not said_.bot and found.command not in scene.known.by_path:
        return None  # some other bot's, for all we know
    return Invocation(found.command, found.values, **stamp.common)


def _started(payload: str, stamp: Stamp) -> Wanted:
    kept = _KEPT.fullmatch(payload)
    if kept is not None:
        return Fetching(key_of(int(kept[1])))
    if _TOKEN.fullmatch(payload):
        return Answer(payload, {}, **stamp.common)
    return Invocation(("start",), {}, **stamp.common)


def _with_people(text: str, message: Json) -> tuple[str, Mapping[str, str]]:
    """The text with those who have no username as `telegram:<id>`, which the reader understands."""
    entities = message.get("entities" if message.get("text") else "caption_entities", ())
    mentions = [entity for entity in entities if entity["type"] == "text_mention"]
    if not mentions:
        return text, {}
    coded = text.encode("utf-16-le")
    named: dict[str, str] = {}
    for entity in sorted(mentions, key=lambda entity: -entity["offset"]):
        user = entity["user"]
        named[str(user["id"])] = name_of(user)
        start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        coded = coded[:start] + f"{PLATFORM}:{user['id']}".encode("utf-16-le") + coded[end:]
    return coded.decode("utf-16-le"), named


def _beside(message: Json, named: Mapping[str, str], scene: Scene) -> Beside:
    return Beside(_replied_to(message), _picked(message), named, scene.directory, _file(message))


def _picked(message: Json) -> commands.Who | None:
    if "users_shared" not in message:
        return None
    user = message["users_shared"]["users"][0]
    name = " ".join(part for part in (user.get("first_name"), user.get("last_name")) if part)
    return commands.who(user["user_id"], name or user.get("username") or str(user["user_id"]))


def _replied_to(message: Json) -> commands.Who | None:
    """Whose message this replies to, unless it only stands in a topic, or answers a bot."""
    target = message.get("reply_to_message")
    if target is None or "from" not in target or "forum_topic_created" in target:
        return None
    user = target["from"]
    return None if user.get("is_bot") or "sender_chat" in target else commands.who(user["id"], name_of(user))


def _link(target: Json | None, scene: Scene) -> str:
    """The link in the heading of a form of ours, which says what was asked."""
    if target is None or "from" not in target or target["from"]["id"] != scene.bot_id:
        return ""
    return next((entity["url"] for entity in target.get("entities", ()) if entity["type"] == "text_link"), "")


def _file(message: Json) -> FileRef | None:
    if "document" in message:
        found = message["document"]
        kind = found.get("mime_type") or "application/octet-stream"
        return FileRef(PLATFORM, found["file_id"], found.get("file_name") or "file", kind, found.get("file_size") or 0)
    if message.get("photo"):
        largest = message["photo"][-1]
        return FileRef(PLATFORM, largest["file_id"], "photo.jpg", "image/jpeg", largest.get("file_size") or 0)
    return None


# Presses


def _pressed(update_id: int, query: Json, at: datetime) -> Event | None:
    message = query.get("message")
    if message is None:
        return None
    user = query["from"]
    private = message["chat"]["type"] == "private"
    where = Where(message["chat"]["id"], user["id"], name_of(user), private, _topic(message))
    stamp = _stamp(update_id, user, where, at)
    data = query.get("data") or ""
    press = Press(query["id"], message["message_id"])
    if message["date"]:  # of a message that Telegram does not show any more it says 0, and nothing else
        press.in_place = _in_place(data, message)
        press.text, press.entities = message.get("text") or "", tuple(message.get("entities", ()))
        if data.startswith(keyboard.OPTION):
            press.chosen = next((b["text"] for b in _buttons(message) if b.get("callback_data") == data), "")
    return Event(_meaning(data, stamp), stamp, where, press)


def _meaning(data: str, stamp: Stamp) -> Wanted:
    match data[:2], data[2:].split(":", maxsplit=2):
        case keyboard.YES, [token]:
            return Agreement(token, agreed=True, **stamp.common)
        case keyboard.NO, [token]:
            return Agreement(token, agreed=False, **stamp.common)
        case keyboard.OPTION, [token, name, value] if not value.startswith(keyboard.DIGEST):
            return Answer(token, {name: value}, **stamp.common)
        case keyboard.OPTION, [token, name, value]:
            return Filling(token, name, value, Beside())
        case keyboard.PAGE, [token, name, page] if page.isdecimal() and len(page) < 4:
            return Turning(token, name, int(page))
    if data.startswith(keyboard.GO):
        return Invocation(tuple(data.removeprefix(keyboard.GO).split()), {}, **stamp.common)
    return Agreement("", agreed=True, **stamp.common)  # a button of some older version: the core says that it is old


def _buttons(message: Json) -> list[Json]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for button in row]


def _in_place(data: str, message: Json) -> bool:
    """Whether the message is a step of a flow: a question or a form. What was said before stays."""
    if data.startswith((keyboard.OPTION, keyboard.PAGE, keyboard.NO)):
        return True
    question = f"{keyboard.NO}{data.removeprefix(keyboard.YES)}"
    return data.startswith(keyboard.YES) and any(b.get("callback_data") == question for b in _buttons(message))
