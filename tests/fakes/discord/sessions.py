"""A gateway session: what it may hear, its sequence, and what it replays after a lost line."""

from typing import Protocol

from tests.fakes.discord.errors import Json
from tests.fakes.discord.things import Guild
from tests.fakes.discord.world import MEMBERS, MESSAGE_CONTENT, PRESENCES, Event, World

DISPATCH = 0
PRIVILEGED = (MEMBERS, PRESENCES, MESSAGE_CONTENT)
GUILDS = 1
STRIPPED = {"content": "", "embeds": [], "attachments": [], "components": []}


class Line(Protocol):
    """A connection, as a session sees it."""

    def send(self, op: int, data: Json | None, *, name: str | None, sequence: int | None) -> None:
        """Put a frame on its way."""


def privileged_refused(intents: int, allowed: int) -> bool:
    """It asks for a privileged intent that the portal does not grant."""
    return any(intents & intent and not allowed & intent for intent in PRIVILEGED)


def shard_of(guild: Guild | None, count: int) -> int:
    """Direct messages and all that has no guild go to shard 0."""
    return (guild.id >> 22) % count if guild is not None and guild.has_bot else 0


class Session:
    """Outlives its connections."""

    def __init__(self, world: World, name: str, intents: int, shard: tuple[int, int]) -> None:
        self.world = world
        self.id = name
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.connection: Line | None = None
        self._sent: list[tuple[int, str, Json]] = []

    def attach(self, connection: Line) -> None:
        """From now on this connection carries it."""
        self.connection = connection

    def greet(self, url: str) -> None:
        """READY, then each guild."""
        mine = [
            guild
            for guild in self.world.guilds.values()
            if guild.has_bot and shard_of(guild, self.shard[1]) == self.shard[0]
        ]
        application = self.world.application
        ready = {
            "v": 10,
            "user": {**application.user.json(), "verified": True, "mfa_enabled": True},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": self.id,
            "session_type": "normal",
            "resume_gateway_url": url,
            "shard": list(self.shard),
            "application": {"id": str(application.id), "flags": 0},
            "private_channels": [],
            "relationships": [],
            "presences": [],
        }
        self._send("READY", ready)
        for guild in mine:
            if self.intents & GUILDS:
                self._send("GUILD_CREATE", self._guild(guild))

    def _guild(self, guild: Guild) -> Json:
        return self.world.guild_json(guild, with_members=bool(self.intents & MEMBERS))

    def dispatch(self, event: Event) -> None:
        """Hear of this, if the intents allow it."""
        if event.intent and not self.intents & event.intent:
            return
        if event.name == "GUILD_CREATE" and event.guild is not None:
            self._send(event.name, self._guild(event.guild))
            return
        self._send(event.name, self._without_secrets(event))

    def _without_secrets(self, event: Event) -> Json:
        """Without MESSAGE_CONTENT a guild's message is empty, unless it is the bot's own or mentions it."""
        message, bot = event.message, self.world.application.user
        if message is None or event.name == "MESSAGE_DELETE" or self.intents & MESSAGE_CONTENT:
            return event.data
        if event.guild is None or message.author is bot or bot in message.mentions:
            return event.data
        return {**event.data, **STRIPPED}

    def _send(self, name: str, data: Json) -> None:
        self.sequence += 1
        self._sent.append((self.sequence, name, data))
        if self.connection is not None:
            self.connection.send(DISPATCH, data, name=name, sequence=self.sequence)

    def replay(self, sequence: int) -> None:
        """All that came after this one, then RESUMED."""
        if self.connection is None:
            return
        for number, name, data in self._sent:
            if number > sequence:
                self.connection.send(DISPATCH, data, name=name, sequence=number)
        self._send("RESUMED", {"_trace": []})
