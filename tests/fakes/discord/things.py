"""What there is in the world, and how Discord writes each of it as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fakes.discord.components import walk
from tests.fakes.discord.errors import Json
from tests.fakes.discord.limits import EPHEMERAL, LOADING

TEXT_CHANNEL, DM_CHANNEL = 0, 1
ADMINISTRATOR = 1 << 3
# What a new member may do: see, write, read back, react, use commands.
USUAL = (1 << 10) | (1 << 11) | (1 << 16) | (1 << 6) | (1 << 31)


@dataclass(eq=False)
class User:
    """A person, or the bot."""

    id: int
    name: str
    bot: bool = False
    takes_dms: bool = True
    has_installed: bool = False
    locale: str = "en-US"

    def json(self) -> Json:
        """A user object."""
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
        }


@dataclass(eq=False)
class Role:
    """A role; the bot reaches those below its own."""

    id: int
    name: str
    position: int = 1
    permissions: int = 0
    color: int = 0
    managed: bool = False

    def json(self) -> Json:
        """A role object."""
        return {
            "id": str(self.id),
            "name": self.name,
            "position": self.position,
            "permissions": str(self.permissions),
            "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.managed,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Channel:
    """A text channel of a guild, or the direct messages of one person with the bot."""

    id: int
    name: str
    kind: int = TEXT_CHANNEL
    guild: "Guild | None" = None
    recipient: User | None = None
    messages: "list[Message]" = field(default_factory=list)
    # What the bot may not do here: VIEW_CHANNEL, SEND_MESSAGES, MANAGE_MESSAGES, ATTACH_FILES.
    forbidden: set[str] = field(default_factory=set)

    def json(self) -> Json:
        """A channel object."""
        last = str(self.messages[-1].id) if self.messages else None
        if self.recipient is not None:
            people = [self.recipient.json()]
            return {
                "id": str(self.id),
                "type": self.kind,
                "recipients": people,
                "last_message_id": last,
                "flags": 0,
            }
        return {
            "id": str(self.id),
            "type": self.kind,
            "name": self.name,
            "guild_id": str(self.guild.id) if self.guild else None,
            "position": 0,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "permission_overwrites": [],
            "last_message_id": last,
            "rate_limit_per_user": 0,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    """A user in a guild."""

    user: User
    joined_at: str
    nick: str | None = None
    roles: list[Role] = field(default_factory=list)
    permissions: int = USUAL

    def json(self, *, with_user: bool = True) -> Json:
        """A guild member object."""
        body: Json = {
            "nick": self.nick,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined_at,
            "avatar": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "premium_since": None,
            "communication_disabled_until": None,
        }
        return {"user": self.user.json(), **body} if with_user else body


@dataclass(eq=False)
class Guild:
    """A server; `has_bot` is false where only a member brings the application along."""

    id: int
    name: str
    owner: User
    has_bot: bool = True
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    # The bot's highest role, and what it may not do: MANAGE_CHANNELS, MANAGE_ROLES.
    bot_position: int = 10
    forbidden: set[str] = field(default_factory=set)
    available: bool = True

    def json(self, members: Iterator[Member], *, joined_at: str) -> Json:
        """A guild as GUILD_CREATE brings it."""
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "icon": None,
            "joined_at": joined_at,
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "members": [member.json() for member in members],
            "channels": [channel.json() for channel in self.channels.values()],
            "roles": [role.json() for role in self.roles.values()],
            "voice_states": [],
            "threads": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "emojis": [],
            "stickers": [],
            "features": [],
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": "en-US",
            "afk_timeout": 300,
            "afk_channel_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "vanity_url_code": None,
            "description": None,
            "banner": None,
            "splash": None,
            "discovery_splash": None,
            "application_id": None,
        }


@dataclass(frozen=True)
class Upload:
    """A file that a person or the bot sends."""

    filename: str
    data: bytes
    content_type: str = "application/octet-stream"


@dataclass(eq=False)
class Attachment:
    """A file that was sent, with the address where it can be read."""

    id: int
    upload: Upload
    url: str
    description: str | None = None
    ephemeral: bool = False

    def json(self) -> Json:
        """An attachment object."""
        return {
            "id": str(self.id),
            "filename": self.upload.filename,
            "size": len(self.upload.data),
            "content_type": self.upload.content_type,
            "url": self.url,
            "proxy_url": self.url,
            "description": self.description,
            "ephemeral": self.ephemeral,
        }


@dataclass(eq=False)
class Message:
    """A message as Discord keeps it; `only_for` is the one person who sees an ephemeral one."""

    id: int
    channel: Channel
    author: User
    at: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    edited_at: str | None = None
    mentions: list[User] = field(default_factory=list)
    reference: Json | None = None
    only_for: User | None = None
    metadata: Json | None = None
    poll: Json | None = None
    tts: bool = False
    kind: int = 0

    @property
    def ephemeral(self) -> bool:
        """Only one person sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def thinking(self) -> bool:
        """It only says that an answer will come."""
        return bool(self.flags & LOADING)

    @property
    def parts(self) -> list[Json]:
        """Every component, parents before children."""
        return [component for _, component in walk(self.components)]

    @property
    def text(self) -> str:
        """All the words that a person reads in it, buttons left out."""
        said = [self.content]
        for embed in self.embeds:
            said += [embed.get("title") or "", embed.get("description") or ""]
            said += [f"{entry['name']}: {entry['value']}" for entry in embed.get("fields") or []]
            said.append((embed.get("footer") or {}).get("text") or "")
        said += [part["content"] for part in self.parts if part.get("type") == 10]
        return "\n".join(words for words in said if words)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, in order."""
        return [part.get("label") or "" for part in self.parts if part.get("type") == 2]

    def json(self) -> Json:
        """A message object."""
        body: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "type": self.kind,
            "author": self.author.json(),
            "content": self.content,
            "timestamp": self.at,
            "edited_timestamp": self.edited_at,
            "tts": self.tts,
            "mention_everyone": False,
            "mentions": [user.json() for user in self.mentions],
            "mention_roles": [],
            "mention_channels": [],
            "attachments": [attachment.json() for attachment in self.attachments],
            "embeds": self.embeds,
            "components": self.components,
            "pinned": False,
            "flags": self.flags,
            "reactions": [],
        }
        if self.nonce is not None:
            body["nonce"] = self.nonce
        if self.reference is not None:
            body["message_reference"] = self.reference
        if self.metadata is not None:
            body["interaction_metadata"] = self.metadata
            body["application_id"] = str(self.author.id)
            body["webhook_id"] = str(self.author.id)
        return body
