"""An update to what the core understands. Pure: who the bot is, whom it has met and what time it is are handed in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from adapters.common.arguments import TEXTS, Group
from adapters.telegram import commands, keyboard
from adapters.telegram.commands import PLATFORM, Beside, Directory, Known
from core.chat import (
    Agreement,
    Answer,
    Ask,
    Button,
    Field,
    Inbound,
    Invocation,
    Kind,
    Place,
    Rail,
    Said,
    said,
)
from core.chat import Message as Words
from core.chat.form import FileRef
from core.chat.parse import clean, parse
from core.people import Actor, Identity

KEPT = "kept-"
"""Begins the start payload that asks for an answer nobody could be given."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{12}", re.ASCII)
_KEPT = re.compile(rf"{KEPT}(\d{{20}})", re.ASCII)
_LINK = re.compile(r"https://t\.me/\w+\?start=([\w-]{12})&field=(\w{1,32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who reads: the bot itself, its commands, the people it has met by username."""

    bot_id: int
    bot: str
    known: Known
    directory: Directory = lambda _: None


@dataclass(frozen=True, slots=True)
class Where:
    """Where to answer, and to whom."""

    chat: int
    user: int
    name: str
    private: bool = True
    topic: int | None = None
    message: int | None = None
    """What is answered in a group, so that everybody sees to whom the bot speaks."""


@dataclass(slots=True)
class Press:
    """A press: its query, the message it was on, and what that message becomes."""

    query: str
    message: int | None
    in_place: bool = False
    """Whether the message is the flow's own, so that the next step stands where the last one did."""
    chosen: str = ""
    """The label of the option, to be left standing when the next step needs a message of its own."""
    text: str = ""
    entities: tuple[MessageEntity, ...] = ()
    answered: bool = False
    """Whether the query was answered, which is possible once."""


@dataclass(frozen=True, slots=True)
class Filling:
    """An answer to a form: to the one it names, else to the newest; read when the form is known."""

    token: str
    field: str
    text: str
    beside: Beside


@dataclass(frozen=True, slots=True)
class Turning:
    """Another page of options."""

    token: str
    field: str
    page: int


@dataclass(frozen=True, slots=True)
class Fetching:
    """The answer of an earlier event, by somebody who could not be told then."""

    key: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Words of the adapter itself; nothing happens in the core."""

    message: Words


Wanted = Inbound | Filling | Turning | Fetching | Hint


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes an update an event: who, where, its own key, the instant."""

    actor: Actor
    place: Place
    key: str
    at: datetime

    @property
    def common(self) -> dict[str, Any]:
        """The fields that all inbound kinds share."""
        return {"actor": self.actor, "place": self.place, "key": self.key, "at": self.at}

    def again(self, mark: str) -> "Stamp":
        """The same with another key, for a second question to the core about one event."""
        return replace(self, key=f"{self.key}:{mark}")


@dataclass(frozen=True, slots=True)
class Event:
    """An update that concerns us."""

    wanted: Wanted
    stamp: Stamp
    where: Where
    press: Press | None = None
    stored: bool = field(default=True)
    """Whether it is worth keeping until it was answered: what only shows something is not."""


def key_of(update_id: int) -> str:
    """What an update is known by, however often it is delivered."""
    return f"{PLATFORM}:{update_id}"


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
    if not clean(text, lines=True) and beside.file is None:
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
    return Beside(_replied_to(message), named, scene.directory, _file(message))


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


# Forms


def step_of(ask: Ask, name: str) -> int:
    """Where a field stands in a form as it is now; the first one, if it is not asked any more."""
    return next((i for i, field in enumerate(ask.fields) if field.name == name), 0)


def filled(filling: Filling, ask: Ask, stamp: Stamp) -> Answer:
    """The values of a form that a message holds: the field that was asked, and what follows in the same line."""
    if filling.field and all(field.name != filling.field for field in ask.fields):
        # An answer to an earlier question of the same form: what was said then is said anew.
        value = filling.beside.person(filling.text) or filling.beside.file or filling.text
        return Answer(ask.token, {filling.field: value}, **stamp.common)
    asked = ask.fields[step_of(ask, filling.field)]
    return Answer(ask.token, _values(filling, asked, ask), **stamp.common)


def _values(filling: Filling, asked: Field, ask: Ask) -> dict[str, Any]:
    beside, text = filling.beside, filling.text
    if asked.kind in {Kind.IMAGE, Kind.FILE}:
        return {asked.name: beside.file if beside.file is not None else text}
    if asked.kind is Kind.CHOICE:
        text = keyboard.meant(text, asked.options)
    if asked.kind is Kind.MEMBER:
        alone = beside.person(text)
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

Reader = Callable[[Update], Event | None]


def said_of(filling: Filling, stamp: Stamp) -> Said:
    """A message that answers nothing: a sentence for the talk."""
    return Said(clean(filling.text, lines=True), **stamp.common)
