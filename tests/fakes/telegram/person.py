"""What a test does as a user of Telegram, and what that user sees."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.telegram import limits, media, payments
from tests.fakes.telegram.clock import PATIENCE_SECONDS
from tests.fakes.telegram.entities import Formatted, found, overlap, units
from tests.fakes.telegram.faults import Json
from tests.fakes.telegram.messages import Chat, Message, Payment, Press, User
from tests.fakes.telegram.world import ACTION_SECONDS, World

if TYPE_CHECKING:
    from tests.fakes.telegram.group import Group

Buttons = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as it stands on a person's screen; a later edit does not change it."""

    message: Message
    id: int
    text: str
    entities: tuple[Json, ...]
    keyboard: tuple[tuple[Json, ...], ...]
    markup: Json | None
    content: Json
    revision: int

    @property
    def buttons(self) -> Buttons:
        return tuple(tuple(button["text"] for button in row) for row in self.keyboard)

    @property
    def forces_reply(self) -> bool:
        return bool((self.markup or {}).get("force_reply"))

    @property
    def placeholder(self) -> str | None:
        return (self.markup or {}).get("input_field_placeholder")

    def button(self, label: str) -> Json | None:
        return next((button for row in self.keyboard for button in row if button["text"] == label), None)


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a press: a note at the top, or an alert to be closed."""

    text: str
    alert: bool


def seen(message: Message) -> Seen:
    written = message.text or message.caption or Formatted("")
    return Seen(
        message,
        message.id,
        written.text,
        tuple(written.entities),
        tuple(tuple(row) for row in message.keyboard),
        message.markup,
        message.content,
        message.revision,
    )


class Person:
    """A human at a client; the fake's clock moves on when one acts faster than the world's pace."""

    def __init__(self, world: World, user: User) -> None:
        self.world = world
        self.user = user
        self.chat = world.chats[user.id]
        self.presses_made: list[Press] = []
        self.visited: list[str] = []
        """Addresses of buttons that lead out of Telegram."""
        self._acted_at = 0
        self._last_act = float("-inf")

    @property
    def id(self) -> int:
        return self.user.id

    # Acting

    def _acts(self) -> None:
        """Nobody acts twice within the pace; different people may act at the same moment."""
        early = self._last_act + self.world.pace - self.world.clock.now()
        if early > 0:
            self.world.clock.advance(early)
        self._last_act = self.world.clock.now()
        self._acted_at = self.world.revision

    def _place(self, where: "Group | None") -> Chat:
        if where is None:
            return self.chat
        assert where.chat.here(self.user), f"{self.user.first_name} is not in {where.chat.title}"
        return where.chat

    def _writes(self, chat: Chat, **what: Any) -> Message:
        self._acts()
        if chat is self.chat:
            assert not chat.blocked, "unblock the bot first"
            chat.started = True
        message = self.world.post(chat, self.user, **what)
        self._acted_at = self.world.revision
        self.world.deliver(message)
        return message

    def says(self, text: str, where: "Group | None" = None, mentions: "dict[str, Person] | None" = None) -> Message:
        """Write to the bot, or in a group; `mentions` names people without a username, as clients do."""
        return self._writes(self._place(where), text=written(text, mentions))

    def replies_to(self, message: Message | Seen, text: str) -> Message:
        target = message.message if isinstance(message, Seen) else message
        return self._writes(target.chat, text=written(text), reply_to=target)

    def edits(self, message: Message, text: str) -> Message:
        assert message.sender is self.user, "people edit only what they wrote"
        self._acts()
        message.text, message.edited = written(text), self.world.clock.now()
        self.world.touch(message)
        self.world.deliver(message, edited=True)
        return message

    def sends_photo(
        self, content: bytes, where: "Group | None" = None, caption: str = "", reply_to: Seen | None = None
    ) -> Message:
        kept = self.world.store("photo.jpg", "image/jpeg", content)
        return self._writes(
            self._place(where),
            content=media.photo_content(kept),
            caption=written(caption) if caption else None,
            reply_to=reply_to.message if reply_to else None,
        )

    def sends_document(
        self, name: str, content: bytes, content_type: str = "application/octet-stream", caption: str = ""
    ) -> Message:
        kept = self.world.store(name, content_type, content)
        return self._writes(
            self.chat, content=media.document_content(kept), caption=written(caption) if caption else None
        )

    def picks(self, person: "Person") -> Message:
        """Press a button that asks for a person, and choose one from the contacts."""
        buttons = [button for row in (self.last().markup or {}).get("keyboard", []) for button in row]
        wanted = next((button["request_users"] for button in buttons if "request_users" in button), None)
        assert wanted is not None, f"nobody is asked for in {self.last().text!r}"
        chosen: Json = {"user_id": person.id}
        if wanted.get("request_name"):
            chosen["first_name"] = person.user.first_name
        if wanted.get("request_username") and person.user.username:
            chosen["username"] = person.user.username
        shared = {"request_id": wanted["request_id"], "users": [chosen]}
        return self._writes(self.chat, content={"users_shared": shared})

    def presses(self, label: str, on: Seen | Message | None = None, where: "Group | None" = None) -> Press | None:
        """Press a button of the newest message that has it, or of the one given as it once looked.

        Gives the callback query; None for a button that leads somewhere or pays.
        """
        target = self._target(label, on, where)
        button = target.button(label)
        assert button is not None, f"no button {label!r} on {target.text!r}, only {target.buttons}"
        chat = target.message.chat
        assert chat is self.chat or chat.here(self.user), f"{self.user.first_name} can not see this message"
        if "url" in button:
            self.opens(button["url"])
            return None
        if button.get("pay"):
            self.pays(target)
            return None
        assert "callback_data" in button, f"the fake can not press {button}"
        self._acts()
        press = self.world.press(self.user, target.message, button["callback_data"])
        self.presses_made.append(press)
        return press

    def _target(self, label: str, on: Seen | Message | None, where: "Group | None") -> Seen:
        if on is not None:
            return on if isinstance(on, Seen) else seen(on)
        for shown in reversed(self.sees(where)):
            if shown.button(label) is not None:
                return shown
        raise AssertionError(f"no button {label!r} in sight:\n{self.screen(where)}")

    def opens(self, link: str) -> Message | None:
        """Follow a link: the bot's own start it, others are only noted down."""
        address = urlsplit(link)
        query = parse_qs(address.query, keep_blank_values=True)
        name = address.path.strip("/")
        if address.hostname not in ("t.me", "telegram.me") or name.lower() != str(self.world.bot.username).lower():
            self._acts()
            self.visited.append(link)
            return None
        payload = query.get("start", [""])[0]
        if "start" in query and not limits.start_payload(payload):
            self.world.violations.append(f"a start link that clients ignore: {link}")
            payload = ""
        return self.starts(payload)

    def starts(self, payload: str = "") -> Message:
        """Press Start, which also unblocks the bot."""
        if self.chat.blocked:
            self.world.standing(self.chat, self.world.bot, "member", self.user)
        return self._writes(self.chat, text=written(f"/start {payload}".strip()))

    def pays(self, invoice: Seen | Message) -> Payment:
        self._acts()
        return payments.begin(self.world, self.user, invoice.message if isinstance(invoice, Seen) else invoice)

    def blocks_bot(self) -> None:
        self._acts()
        self.world.standing(self.chat, self.world.bot, "kicked", self.user)

    def unblocks_bot(self) -> None:
        self._acts()
        self.world.standing(self.chat, self.world.bot, "member", self.user)

    def deletes_account(self) -> None:
        self.user.deactivated = True

    # Seeing

    def sees(self, where: "Group | None" = None) -> list[Seen]:
        """The bot's messages in sight, oldest first."""
        chat = self.chat if where is None else where.chat
        return [
            seen(message)
            for message in chat.messages.values()
            if message.sender is self.world.bot and not message.deleted
        ]

    def texts(self, where: "Group | None" = None) -> list[str]:
        return [shown.text for shown in self.sees(where)]

    def last(self, where: "Group | None" = None) -> Seen:
        shown = self.sees(where)
        assert shown, f"the bot has written nothing to {self.user.first_name}"
        return shown[-1]

    def toasts(self) -> list[Toast]:
        """What this person's presses were answered with."""
        return [Toast(press.toast, press.alert) for press in self.presses_made if press.toast]

    def draft(self) -> str | None:
        """The text being streamed; empty is "Thinking…", None is no preview."""
        now = self.world.clock.now()
        return next((text.text for text, until in self.chat.drafts.values() if until > now), None)

    def sees_action(self, where: "Group | None" = None) -> str | None:
        """Such as typing, for the five seconds it lasts."""
        action = (self.chat if where is None else where.chat).action
        return action[0] if action and self.world.clock.now() - action[1] < ACTION_SECONDS else None

    def menu(self, where: "Group | None" = None) -> list[tuple[str, str]]:
        """The commands this person's client offers, the narrowest scope first."""
        chat = self.chat if where is None else where.chat
        for scope in scopes(chat, self.user):
            for language in (self.user.language_code or "", ""):
                if commands := self.world.commands.get((scope, language)):
                    return [(command["command"], command["description"]) for command in commands]
        return []

    def screen(self, where: "Group | None" = None) -> str:
        """Everything in sight, for a failing test to print."""
        lines = [f"- {shown.text!r} {shown.buttons or ''}" for shown in self.sees(where)]
        return "\n".join([*lines, *(f"* {toast}" for toast in self.toasts())]) or "(nothing)"

    async def waits_for(
        self,
        what: str | Callable[["Person"], Any],
        where: "Group | None" = None,
        seconds: float = PATIENCE_SECONDS,
    ) -> Any:
        """Wait until a text (or button) is news since this person's last act, or until a predicate holds.

        Gives the message or toast with the text, or what the predicate gave.
        """
        looks = self._news(what, where) if isinstance(what, str) else lambda: what(self)
        try:
            return await self.world.bell.until(looks, seconds)
        except TimeoutError:
            raise AssertionError(
                f"{self.user.first_name} waited {seconds} s for {what!r} and saw:\n{self.screen(where)}"
            ) from None

    def _news(self, words: str, where: "Group | None") -> Callable[[], Seen | Toast | None]:
        made = len(self.presses_made) - 1

        def look() -> Seen | Toast | None:
            for shown in reversed(self.sees(where)):
                here = words in shown.text or shown.button(words) is not None
                if here and shown.revision > self._acted_at:
                    return shown
            for press in self.presses_made[max(made, 0) :]:
                if press.toast and words in press.toast:
                    return Toast(press.toast, press.alert)
            return None

        return look


def written(text: str, mentions: dict[str, Person] | None = None) -> Formatted:
    """A text with the entities a client makes of it."""
    entities: list[Json] = []
    for name, person in (mentions or {}).items():
        for match in re.finditer(re.escape(name), text):
            place = {"offset": units(text[: match.start()]), "length": units(name)}
            entities.append({"type": "text_mention", "user": person.user.as_json()} | place)
    more = [entity for entity in found(text) if not any(overlap(entity, other) for other in entities)]
    return Formatted(text, sorted([*entities, *more], key=lambda entity: entity["offset"]))


def scopes(chat: Chat, user: User) -> list[str]:
    """The order in which clients look for commands."""
    if chat.user is not None:
        return [f"chat {chat.id}", "all_private_chats", "default"]
    first = [f"chat_member {chat.id} {user.id}"]
    if chat.members.get(user.id) in ("creator", "administrator"):
        first += [f"chat_administrators {chat.id}", f"chat {chat.id}", "all_chat_administrators"]
    return [*first, f"chat {chat.id}", "all_group_chats", "default"]
