"""Messages, keyboards and button presses as the platform keeps them."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.entities import Formatted
from tests.fakes.telegram.faults import Json


@dataclass(eq=False)
class User:
    """An account: a person or the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> Json:
        told: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            told["username"] = self.username
        return told | ({"language_code": self.language_code} if self.language_code else {})


@dataclass(eq=False)
class Message:
    """A message; `content` is what is neither text nor caption: photos, invoices, service notes."""

    id: int
    chat: "Chat"
    sender: User | None
    date: float
    text: Formatted | None = None
    caption: Formatted | None = None
    content: Json = field(default_factory=dict)
    markup: Json | None = None
    reply_to: "Message | None" = None
    edited: float | None = None
    deleted: bool = False
    revision: int = 0

    @property
    def keyboard(self) -> list[list[Json]]:
        return list((self.markup or {}).get("inline_keyboard", []))

    @property
    def editable(self) -> bool:
        """Only messages without a markup or with an inline keyboard can be edited."""
        return self.markup is None or "inline_keyboard" in self.markup

    def as_json(self, *, with_reply: bool = True) -> Json:
        told: Json = {"message_id": self.id, "date": int(self.date), "chat": self.chat.as_json()}
        if self.sender is not None and self.chat.type != "channel":
            told["from"] = self.sender.as_json()
        if self.chat.type == "channel":
            told["sender_chat"] = self.chat.as_json()
        if self.edited is not None:
            told["edit_date"] = int(self.edited)
        if self.reply_to is not None and with_reply:
            told["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        for name, formatted in (("text", self.text), ("caption", self.caption)):
            if formatted is not None and formatted.text:
                told[name] = formatted.text
                if formatted.entities:
                    told["entities" if name == "text" else "caption_entities"] = formatted.entities
        if self.keyboard:
            told["reply_markup"] = {"inline_keyboard": self.keyboard}
        return told | self.content


@dataclass(eq=False)
class Chat:
    """A private chat, group, supergroup or channel, and the bot's standing in it."""

    id: int
    type: str
    title: str = ""
    username: str | None = None
    user: User | None = None
    members: dict[int, str] = field(default_factory=dict)
    """User id to status: creator, administrator, member, left, kicked."""
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    started: bool = False
    """Private chats only: the user has written to the bot."""
    blocked: bool = False
    bot_may_write: bool = True
    migrated_to: "Chat | None" = None
    action: tuple[str, float] | None = None
    drafts: dict[int, tuple[Formatted, float]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return f"{self.type} chat" if self.type != "private" else "chat"

    def as_json(self) -> Json:
        told: Json = {"id": self.id, "type": self.type}
        if self.user is not None:
            told["first_name"] = self.user.first_name
            return told | ({"username": self.user.username} if self.user.username else {})
        told["title"] = self.title
        return told | ({"username": self.username} if self.username else {})

    def here(self, user: User) -> bool:
        return self.members.get(user.id) in ("creator", "administrator", "member")


@dataclass(eq=False)
class Press:
    """A callback query: the press of a button and what the bot answered."""

    id: str
    user: User
    message: Message
    data: str
    at: float
    answered: bool = False
    toast: str | None = None
    alert: bool = False
    url: str | None = None

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "from": self.user.as_json(),
            "message": self.message.as_json(),
            "chat_instance": str(abs(self.message.chat.id) * 7919),
            "data": self.data,
        }


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    content_type: str
    content: bytes


@dataclass(eq=False)
class Stored:
    """A file the platform keeps."""

    id: str
    unique_id: str
    name: str
    content_type: str
    content: bytes
    path: str = ""
    path_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request the bot made and how it was answered."""

    method: str
    parameters: dict[str, Any]
    files: dict[str, Upload]
    code: int
    answer: Any


@dataclass(eq=False)
class Payment:
    """An invoice on its way through pre-checkout to a charge."""

    id: str
    user: User
    invoice: Message
    payload: str
    currency: str
    total: int
    at: float
    ok: bool | None = None
    error: str = ""
    charge: str = ""
    refunded: bool = False
