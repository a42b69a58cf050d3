"""What the platform knows: accounts, chats, messages, files, the bot's commands, and what it did wrong."""

import itertools
from typing import Any, Final

from tests.fakes.telegram.clock import Bell, Clock
from tests.fakes.telegram.entities import part
from tests.fakes.telegram.faults import ApiError, Json, bad_request, forbidden
from tests.fakes.telegram.flood import Flood
from tests.fakes.telegram.messages import Asked, Chat, Message, Payment, Press, Stored, User
from tests.fakes.telegram.updates import Updates
from tests.fakes.telegram.webhook import Webhook

BOT_ID: Final = 7_000_000_001
CALLBACK_SECONDS: Final = 15.0
"""How long a press can be answered; not published (assumed)."""
FILE_LINK_SECONDS: Final = 3600
DRAFT_SECONDS: Final = 30
ACTION_SECONDS: Final = 5
HUMAN_SECONDS: Final = 3.0
"""What one act of a person takes: the fake's clock is moved on when a test makes one act faster."""


class World:
    """One bot's view of Telegram."""

    def __init__(self, clock: Clock | None = None, *, username: str = "tandem_test_bot") -> None:
        self.clock = clock or Clock()
        self.bell = Bell()
        self.bot = User(BOT_ID, "Tandem", username, is_bot=True)
        self.token = f"{BOT_ID}:{'A' * 35}"
        self.privacy = True
        """The bot sees commands, replies to it and mentions of it only, unless it administers the group."""
        self.pace = HUMAN_SECONDS
        self.callback_seconds = CALLBACK_SECONDS
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.payments: dict[str, Payment] = {}
        self.invoices: dict[tuple[int, int], str] = {}
        """Payloads of invoices, which only the bot knows, by chat and message."""
        self.files: dict[str, Stored] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.webhook = Webhook()
        self.updates = Updates(self.clock, self.bell)
        self.flood = Flood(self.clock.now)
        self.requests: list[Asked] = []
        self.violations: list[str] = []
        """What the bot did that no platform error would show; the fake's context fails the test for it."""
        self.spec_skipped = ""
        self.revision = 0
        self._ids = itertools.count(1001)
        self._message_ids = itertools.count(1)

    def number(self) -> int:
        return next(self._ids)

    # People and places

    def user(self, first_name: str, username: str | None = None, language: str | None = "en") -> User:
        made = User(self.number(), first_name, username, language)
        self.users[made.id] = made
        self.chats[made.id] = Chat(made.id, "private", user=made)
        return made

    def chat(self, kind: str, title: str, members: dict[int, str]) -> Chat:
        number = self.number()
        chat = Chat(-number if kind == "group" else -1_000_000_000_000 - number, kind, title, members=members)
        self.chats[chat.id] = chat
        return chat

    def find(self, given: Any) -> Chat:
        """The chat a request names, by number or by @username."""
        wanted = str(given)
        if wanted.startswith("@"):
            chat = next((chat for chat in self.chats.values() if f"@{chat.username}" == wanted), None)
        else:
            chat = self.chats.get(int(wanted)) if wanted.lstrip("-").isdigit() else None
        if chat is None or not self.known(chat):
            raise bad_request("chat not found")
        return chat

    def known(self, chat: Chat) -> bool:
        """The bot meets people who write to it or share a group with it; others it can not find."""
        if chat.user is None or chat.started:
            return True
        shared = (other for other in self.chats.values() if other.user is None)
        return any(other.here(self.bot) and other.here(chat.user) for other in shared)

    def writable(self, given: Any) -> Chat:
        chat = self.find(given)
        self.reachable(chat)
        if not chat.bot_may_write:
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def reachable(self, chat: Chat) -> None:
        """Refuse as the server does when the bot has no business in the chat."""
        if chat.user is not None:
            if chat.user.deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
            return
        if chat.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to.id)
        status = chat.members.get(self.bot.id, "left")
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.words}")
        if status == "left":
            raise forbidden(f"bot is not a member of the {chat.words}")

    # Messages

    def touch(self, message: Message) -> Message:
        self.revision += 1
        message.revision = self.revision
        self.bell.ring()
        return message

    def post(self, chat: Chat, sender: User | None, **what: Any) -> Message:
        """Keep a new message; supergroups and channels count their own, all other chats together."""
        own = chat.type in ("supergroup", "channel")
        number = chat.last_id + 1 if own else next(self._message_ids)
        message = Message(number, chat, sender, self.clock.now(), **what)
        chat.messages[number] = message
        chat.last_id = number
        if sender is self.bot:
            chat.action = None
            chat.drafts.clear()
        return self.touch(message)

    def message(self, chat: Chat, number: Any, missing: str) -> Message:
        found = chat.messages.get(int(number)) if number is not None else None
        if found is None or found.deleted:
            raise bad_request(missing)
        return found

    def deliver(self, message: Message, *, edited: bool = False) -> None:
        """Tell the bot of a message, if it may see it."""
        if not self.seen_by_bot(message):
            return
        kind = "channel_post" if message.chat.type == "channel" else "message"
        self.updates.put(f"edited_{kind}" if edited else kind, message.as_json(), message.chat.id)

    def seen_by_bot(self, message: Message) -> bool:
        chat = message.chat
        if chat.user is not None:
            return not chat.blocked
        status = chat.members.get(self.bot.id)
        if status == "administrator" or (status == "member" and not self.privacy):
            return True
        service = message.text is None and message.caption is None and "photo" not in message.content
        answers = message.reply_to is not None and message.reply_to.sender is self.bot
        return status == "member" and (service or answers or self.addressed(message))

    def addressed(self, message: Message) -> bool:
        """A command for this bot or for any, or a mention of it."""
        written = message.text or message.caption
        for entity in written.entities if written else []:
            words = part(written.text, entity).lower() if written else ""
            to_all = entity["type"] == "bot_command" and "@" not in words
            if to_all or words.endswith(f"@{(self.bot.username or '').lower()}"):
                return True
        return False

    # Presses

    def press(self, user: User, message: Message, data: str) -> Press:
        pressed = Press(str(self.number() * 1_000_003), user, message, data, self.clock.now())
        self.presses[pressed.id] = pressed
        self.updates.put("callback_query", pressed.as_json(), message.chat.id)
        return pressed

    def open_press(self, number: str) -> Press | None:
        found = self.presses.get(number)
        late = found is not None and self.clock.now() - found.at > self.callback_seconds
        return None if found is None or found.answered or late else found

    # Files

    def store(self, name: str, content_type: str, content: bytes) -> Stored:
        number = self.number()
        kept = Stored(f"file-{number}-{'x' * 20}", f"unique{number}", name, content_type, content)
        self.files[kept.id] = kept
        return kept

    def file_at(self, path: str) -> Stored | None:
        now = self.clock.now()
        return next((kept for kept in self.files.values() if kept.path == path and kept.path_until > now), None)

    # Standing

    def standing(self, chat: Chat, user: User, status: str, by: User | None = None) -> None:
        """Change somebody's status in a chat and tell the bot as the platform does."""
        private = chat.user is not None
        before = ("kicked" if chat.blocked else "member") if private else chat.members.get(user.id, "left")
        if private:
            chat.blocked = status == "kicked"
        else:
            chat.members[user.id] = status
        change = {
            "chat": chat.as_json(),
            "from": (by or user).as_json(),
            "date": int(self.clock.now()),
            "old_chat_member": self.member_json(user, before),
            "new_chat_member": self.member_json(user, status),
        }
        if user is self.bot:
            self.updates.put("my_chat_member", change, chat.id)
        elif chat.members.get(self.bot.id) == "administrator":
            self.updates.put("chat_member", change, chat.id)
        self.bell.ring()

    def member_json(self, user: User, status: str) -> Json:
        told: Json = {"status": status, "user": user.as_json()}
        if status == "creator":
            told["is_anonymous"] = False
        elif status == "kicked":
            told["until_date"] = 0
        elif status == "administrator":
            told |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(ADMINISTRATOR_RIGHTS, True)
        return told

    # What went by

    def asked(self, method: str) -> list[Asked]:
        """Every request of one method, in order."""
        return [request for request in self.requests if request.method.lower() == method.lower()]

    def refusals(self) -> list[ApiError]:
        return [request.answer for request in self.requests if isinstance(request.answer, ApiError)]


ADMINISTRATOR_RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
