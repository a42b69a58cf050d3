"""The state of the platform: people, places, messages, the application and what went wrong so far.

Pure state. The servers answer from it, and a test changes it as people would.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord import errors
from tests.fakes.discord.clock import Bell, Clock
from tests.fakes.discord.commands import Register
from tests.fakes.discord.components import MEDIA, walk
from tests.fakes.discord.errors import Json
from tests.fakes.discord.interactions import Desk
from tests.fakes.discord.limits import COMPONENTS_V2
from tests.fakes.discord.things import (
    ADMINISTRATOR,
    DM_CHANNEL,
    USUAL,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    Upload,
    User,
)

NONCE_SECONDS = 300
SUPPRESS_EMBEDS = 1 << 2
MEMBERS, PRESENCES, MESSAGE_CONTENT = 1 << 1, 1 << 8, 1 << 15

Listener = Callable[["Event"], None]


@dataclass(frozen=True)
class Event:
    """Something that the gateway tells those who asked for it."""

    name: str
    data: Json
    guild: Guild | None = None
    # The intent it needs, 0 for none.
    intent: int = 0
    message: Message | None = None


@dataclass
class Application:
    """The bot's entry in the developer portal."""

    id: int
    user: User
    token: str = "the-token-of-tandem"
    # The privileged intents that are switched on in the portal.
    privileged: int = MEMBERS | MESSAGE_CONTENT


@dataclass
class Broken:
    """A request that broke the OpenAPI file, or asked for something that the fake does not have."""

    request: str
    reason: str


@dataclass
class Refused:
    """A request that was refused, and how."""

    request: str
    status: int
    code: int
    body: Json = field(default_factory=dict)


class World:
    """Everything there is."""

    def __init__(self, clock: Clock, *, cdn: str) -> None:
        self.clock = clock
        self.bell = Bell()
        self.cdn = cdn
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        self.listeners: list[Listener] = []
        self.violations: list[Broken] = []
        self.refusals: list[Refused] = []
        # Why requests are not held against the OpenAPI file, if they are not.
        self.unvalidated: str | None = None
        self._last_id = 0
        bot = self.user("tandem", bot=True)
        self.application = Application(bot.id, bot)
        self.commands = Register(self)
        self.desk = Desk(self)

    def snowflake(self) -> int:
        """A new id, greater than all before it, that tells the time as Discord's do."""
        self._last_id = max(self._last_id + 1, self.clock.milliseconds() << 22)
        return self._last_id

    # People and places

    def user(self, name: str, *, bot: bool = False) -> User:
        """A new user."""
        user = User(self.snowflake(), name, bot=bot)
        self.users[user.id] = user
        return user

    def guild(self, name: str, *, owner: User | None = None, has_bot: bool = True) -> Guild:
        """A new guild with a channel `general`; the bot is in it unless told otherwise."""
        owner = owner or self.user(f"owner of {name}")
        guild = Guild(self.snowflake(), name, owner, has_bot=has_bot)
        guild.roles[guild.id] = Role(guild.id, "@everyone", position=0, permissions=USUAL)
        self.guilds[guild.id] = guild
        guild.members[owner.id] = Member(owner, self.clock.stamp(), permissions=ADMINISTRATOR | USUAL)
        if has_bot:
            bot = self.application.user
            guild.members[bot.id] = Member(bot, self.clock.stamp(), permissions=ADMINISTRATOR | USUAL)
        channel = Channel(self.snowflake(), "general", guild=guild)
        guild.channels[channel.id] = self.channels[channel.id] = channel
        if has_bot:
            self.tell("GUILD_CREATE", self.guild_json(guild), guild=guild, intent=1)
        return guild

    def guild_json(self, guild: Guild, *, with_members: bool = True) -> Json:
        """A guild as GUILD_CREATE brings it; without the members intent only the bot itself is in it."""
        bot = self.application.user.id
        members = (m for m in guild.members.values() if with_members or m.user.id == bot)
        return guild.json(members, joined_at=self.clock.stamp())

    def channel(self, name: str, guild: Guild, *, kind: int = 0) -> Channel:
        """A new channel."""
        channel = Channel(self.snowflake(), name, kind, guild=guild)
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.tell("CHANNEL_CREATE", channel.json(), guild=guild, intent=1)
        return channel

    def role(self, name: str, guild: Guild, *, position: int = 1, permissions: int = 0) -> Role:
        """A new role."""
        role = Role(self.snowflake(), name, position=position, permissions=permissions)
        guild.roles[role.id] = role
        self.tell("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role.json()}, guild=guild, intent=1)
        return role

    def join(self, user: User, guild: Guild, *, permissions: int = USUAL) -> Member:
        """The user enters the guild."""
        member = Member(user, self.clock.stamp(), permissions=permissions)
        guild.members[user.id] = member
        data = {"guild_id": str(guild.id), **member.json()}
        self.tell("GUILD_MEMBER_ADD", data, guild=guild, intent=MEMBERS)
        return member

    def leave(self, user: User, guild: Guild) -> None:
        """The user leaves the guild."""
        del guild.members[user.id]
        data = {"guild_id": str(guild.id), "user": user.json()}
        self.tell("GUILD_MEMBER_REMOVE", data, guild=guild, intent=MEMBERS)

    def member_changed(self, member: Member, guild: Guild) -> None:
        """Roles or the nick are others now."""
        data = {"guild_id": str(guild.id), **member.json()}
        self.tell("GUILD_MEMBER_UPDATE", data, guild=guild, intent=MEMBERS)

    def expel_bot(self, guild: Guild) -> None:
        """Somebody throws the bot out."""
        guild.has_bot = False
        guild.members.pop(self.application.user.id, None)
        self.tell("GUILD_DELETE", {"id": str(guild.id)}, guild=guild, intent=1)

    def dm(self, user: User) -> Channel:
        """The direct messages of this user with the bot."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.snowflake(), "", DM_CHANNEL, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def reachable(self, user: User) -> bool:
        """Their messages are open to the bot, and they share a guild with it or installed it."""
        shared = any(guild.has_bot and user.id in guild.members for guild in self.guilds.values())
        return user.takes_dms and (shared or user.has_installed)

    # Messages

    def post(self, channel: Channel, author: User, body: Json, files: list[Upload], **more: Any) -> Message:
        """A new message; an ephemeral one stays off the gateway."""
        message = Message(self.snowflake(), channel, author, self.clock.stamp(), **more)
        message.flags |= body.get("flags") or 0
        message.nonce = str(body["nonce"]) if body.get("nonce") is not None else None
        message.tts = bool(body.get("tts"))
        if body.get("message_reference"):
            message.reference = {"channel_id": str(channel.id), **body["message_reference"]}
            message.kind = 19
        self._write(message, body, files)
        channel.messages.append(message)
        self._tell_message("MESSAGE_CREATE", message)
        return message

    def change(self, message: Message, body: Json, files: list[Upload]) -> None:
        """Edit: fields that are absent stay as they are."""
        if body.get("flags") is not None:
            asked = body["flags"] & (SUPPRESS_EMBEDS | COMPONENTS_V2)
            message.flags = (message.flags & ~SUPPRESS_EMBEDS) | asked
        self._write(message, body, files)
        message.edited_at = self.clock.stamp()
        self._tell_message("MESSAGE_UPDATE", message)

    def remove(self, message: Message) -> None:
        """Delete."""
        message.channel.messages.remove(message)
        self._tell_message("MESSAGE_DELETE", message)

    def repeated(self, channel: Channel, nonce: str) -> Message | None:
        """The bot's message of the last minutes with this nonce: it is returned instead of a second one."""
        young = (int(self.clock.milliseconds()) - NONCE_SECONDS * 1000) << 22
        for message in reversed(channel.messages):
            if message.nonce == nonce and message.author is self.application.user and message.id > young:
                return message
        return None

    def keep(self, upload: Upload, **more: Any) -> Attachment:
        """Put a file where it can be read."""
        number = self.snowflake()
        attachment = Attachment(number, upload, f"{self.cdn}/attachments/{number}/{upload.filename}", **more)
        self.attachments[number] = attachment
        return attachment

    def _write(self, message: Message, body: Json, files: list[Upload]) -> None:
        if "content" in body:
            message.content = body["content"] or ""
            named = map(int, re.findall(r"<@!?(\d+)>", message.content))
            message.mentions = [self.users[number] for number in named if number in self.users]
        if "embeds" in body:
            message.embeds = [{"type": "rich", **embed} for embed in body["embeds"] or []]
        if "attachments" in body:
            kept = {str(entry.get("id")) for entry in body["attachments"] or []}
            message.attachments = [a for a in message.attachments if str(a.id) in kept]
        described = {entry.get("filename"): entry.get("description") for entry in body.get("attachments") or []}
        message.attachments += [
            self.keep(upload, description=described.get(upload.filename), ephemeral=message.ephemeral)
            for upload in files
        ]
        if "components" in body:
            message.components = self._placed(body["components"] or [], message.attachments)

    def _placed(self, components: list[Json], attachments: list[Attachment]) -> list[Json]:
        """Components as they come back: numbered, null fields left out, media resolved."""
        placed = [_without_nulls(component) for component in components]
        parts = [part for _, part in walk(placed)]
        taken = {part.get("id") for part in parts}
        free = (number for number in range(1, 1000) if number not in taken)
        urls = {f"attachment://{a.upload.filename}": a.url for a in attachments}
        for part in parts:
            if not part.get("id"):
                part["id"] = next(free)
            if not part.keys() & MEDIA:
                continue
            holders = [part, *(part.get("items") or [])]
            for media in (holder.get(key) for holder in holders for key in ("media", "file")):
                if media:
                    media["url"] = urls.get(media["url"], media["url"])
                    media["proxy_url"] = media["url"]
        return placed

    # What the gateway hears

    def tell(self, name: str, data: Json, **more: Any) -> None:
        """Let the gateway know."""
        event = Event(name, data, **more)
        for listener in list(self.listeners):
            listener(event)
        self.bell.ring()

    def _tell_message(self, name: str, message: Message) -> None:
        if message.ephemeral:
            self.bell.ring()
            return
        guild = message.channel.guild
        data = message.json()
        if name == "MESSAGE_DELETE":
            data = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if guild is not None:
            data["guild_id"] = str(guild.id)
            author = guild.members.get(message.author.id)
            if author is not None and name != "MESSAGE_DELETE":
                data["member"] = author.json(with_user=False)
        if guild is None or guild.has_bot:
            intent = 1 << 12 if guild is None else 1 << 9
            self.tell(name, data, guild=guild, intent=intent, message=message)

    # Looking things up, as the API does

    def seen_channel(self, number: int) -> Channel:
        """A channel that the bot sees, or the refusal."""
        channel = self.channels.get(number)
        if channel is None:
            raise errors.unknown_channel()
        outside = channel.guild is not None and not channel.guild.has_bot
        if outside or "VIEW_CHANNEL" in channel.forbidden:
            raise errors.missing_access()
        return channel

    def seen_guild(self, number: int) -> Guild:
        """A guild that the bot is in, or the refusal."""
        guild = self.guilds.get(number)
        if guild is None or not guild.has_bot:
            raise errors.unknown_guild()
        return guild

    def seen_message(self, channel: Channel, number: int) -> Message:
        """A message that is not ephemeral, or the refusal."""
        for message in channel.messages:
            if message.id == number and not message.ephemeral:
                return message
        raise errors.unknown_message()

    def messages(self) -> Iterator[Message]:
        """Every message there is."""
        for channel in self.channels.values():
            yield from channel.messages


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_nulls(inner) if isinstance(inner, (dict, list)) else inner
            for key, inner in value.items()
            if inner is not None
        }
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value
