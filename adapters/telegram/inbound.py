"""An update to what the core understands. Pure: who the bot is, whom it has met and what time it is are handed in."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Message, MessageEntity, Update, User
from telegram.constants import ChatType

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

KEPT = "kept-"
"""Begins the start payload that asks for an answer nobody could be given."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{12}", re.ASCII)
_KEPT = re.compile(rf"{KEPT}(\d{{20}})", re.ASCII)
_LINK = re.compile(r"https://t\.me/\w+\?start=([\w-]{12})&field=(\w{1,32})", re.ASCII)


def read(update: Update, scene: Scene, at: datetime) -> Event | None:
    """What an update asks for; None if it is not for us."""
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query, at)
    message = update.message
    if message is None or message.from_user is None or message.from_user.is_bot or message.sender_chat is not None:
        return None
    where = _where(message, message.from_user)
    stamp = _stamp(update.update_id, message.from_user, where, at)
    wanted = _message(message, where, stamp, scene)
    if wanted is None:
        return None
    return Event(wanted, stamp, where, stored=not isinstance(wanted, Hint | Fetching))


def _stamp(update_id: int, user: User, where: Where, at: datetime) -> Stamp:
    actor = Actor(Identity(PLATFORM, str(user.id)), user.full_name, user.language_code or "en")
    space = "" if where.private else str(where.chat)
    place = Place(PLATFORM, str(where.chat), space, where.private, frozenset({Rail.STARS}))
    return Stamp(actor, place, key_of(update_id), at)


def _where(message: Message, user: User) -> Where:
    private = message.chat.type == ChatType.PRIVATE
    topic = message.message_thread_id if message.is_topic_message else None
    return Where(message.chat.id, user.id, user.full_name, private, topic, None if private else message.message_id)


# Messages


def _message(message: Message, where: Where, stamp: Stamp, scene: Scene) -> Wanted | None:
    text = message.text or message.caption or ""
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
    found = _LINK.fullmatch(_link(message.reply_to_message, scene))
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


def _with_people(text: str, message: Message) -> tuple[str, Mapping[str, str]]:
    """The text with those who have no username as `telegram:<id>`, which the reader understands."""
    entities = message.entities if message.text else message.caption_entities
    if all(entity.type != MessageEntity.TEXT_MENTION for entity in entities):
        return text, {}
    coded = text.encode("utf-16-le")
    named: dict[str, str] = {}
    for entity in sorted(entities, key=lambda entity: -entity.offset):
        if entity.type != MessageEntity.TEXT_MENTION or entity.user is None:
            continue
        named[str(entity.user.id)] = entity.user.full_name
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        coded = coded[:start] + f"{PLATFORM}:{entity.user.id}".encode("utf-16-le") + coded[end:]
    return coded.decode("utf-16-le"), named


def _beside(message: Message, named: Mapping[str, str], scene: Scene) -> Beside:
    return Beside(_replied_to(message), _picked(message), named, scene.directory, _file(message))


def _picked(message: Message) -> commands.Who | None:
    if message.users_shared is None:
        return None
    user = message.users_shared.users[0]
    name = " ".join(part for part in (user.first_name, user.last_name) if part)
    return commands.who(user.user_id, name or user.username or str(user.user_id))


def _replied_to(message: Message) -> commands.Who | None:
    """Whose message this replies to, unless it only stands in a topic, or answers a bot."""
    target = message.reply_to_message
    if target is None or target.from_user is None or target.forum_topic_created is not None:
        return None
    user = target.from_user
    return None if user.is_bot or target.sender_chat is not None else commands.who(user.id, user.full_name)


def _link(target: Message | None, scene: Scene) -> str:
    """The link in the heading of a form of ours, which says what was asked."""
    if target is None or target.from_user is None or target.from_user.id != scene.bot_id:
        return ""
    return next((entity.url or "" for entity in target.entities if entity.type == MessageEntity.TEXT_LINK), "")


def _file(message: Message) -> FileRef | None:
    if message.document is not None:
        found = message.document
        kind = found.mime_type or "application/octet-stream"
        return FileRef(PLATFORM, found.file_id, found.file_name or "file", kind, found.file_size or 0)
    if message.photo:
        largest = message.photo[-1]
        return FileRef(PLATFORM, largest.file_id, "photo.jpg", "image/jpeg", largest.file_size or 0)
    return None


# Presses


def _pressed(update_id: int, query: CallbackQuery, at: datetime) -> Event | None:
    message = query.message
    shown = message if isinstance(message, Message) else None
    if message is None:
        return None
    private = message.chat.type == ChatType.PRIVATE
    topic = shown.message_thread_id if shown is not None and shown.is_topic_message else None
    user = query.from_user
    where = Where(message.chat.id, user.id, user.full_name, private, topic)
    stamp = _stamp(update_id, user, where, at)
    data = query.data or ""
    wanted = _meaning(data, stamp)
    press = Press(query.id, message.message_id)
    if shown is not None:
        label = next((b.text for row in _rows(shown) for b in row if b.callback_data == data), "")
        chosen = label if data.startswith(keyboard.OPTION) else ""
        press = replace(
            press, in_place=_in_place(data, shown), chosen=chosen, text=shown.text or "", entities=shown.entities
        )
    return Event(wanted, stamp, where, press)


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


def _rows(message: Message) -> Any:
    return message.reply_markup.inline_keyboard if message.reply_markup is not None else ()


def _in_place(data: str, message: Message) -> bool:
    """Whether the message is a step of a flow: a question or a form. What was said before stays."""
    if data.startswith((keyboard.OPTION, keyboard.PAGE, keyboard.NO)):
        return True
    question = f"{keyboard.NO}{data.removeprefix(keyboard.YES)}"
    return data.startswith(keyboard.YES) and any(b.callback_data == question for row in _rows(message) for b in row)
