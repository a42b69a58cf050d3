"""What a client does with the values for a command's options: types, bounds, resolved objects."""

from typing import Any, Protocol

from tests.fakes.discord.errors import Json
from tests.fakes.discord.things import Attachment, Channel, Guild, Message, Role, Upload, User

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 9, 10, 11


class NotOffered(AssertionError):
    """The client does not let a person do this."""


class HasUser(Protocol):
    """A person of the test."""

    @property
    def user(self) -> User:
        """The user."""


class Keeper(Protocol):
    """Where uploads go."""

    def keep(self, upload: Upload, **more: Any) -> Attachment:
        """Put a file where it can be read."""


def refuse(words: str) -> NotOffered:
    """One sentence on what the client says no to."""
    return NotOffered(words)


class Resolved:
    """The objects that an interaction brings along."""

    def __init__(self, guild: Guild | None, keeper: Keeper) -> None:
        self._guild = guild
        self._keeper = keeper
        self._found: Json = {}

    def json(self) -> Json:
        """The `resolved` object, empty where nothing was resolved."""
        return self._found

    def user(self, user: User) -> str:
        """A user, with the member where there is one."""
        self._found.setdefault("users", {})[str(user.id)] = user.json()
        member = self._guild.members.get(user.id) if self._guild else None
        if member is not None:
            partial = {**member.json(with_user=False), "permissions": str(member.permissions)}
            self._found.setdefault("members", {})[str(user.id)] = partial
        return str(user.id)

    def role(self, role: Role) -> str:
        """A role."""
        self._found.setdefault("roles", {})[str(role.id)] = role.json()
        return str(role.id)

    def channel(self, channel: Channel) -> str:
        """A channel."""
        self._found.setdefault("channels", {})[str(channel.id)] = {**channel.json(), "permissions": "0"}
        return str(channel.id)

    def message(self, message: Message) -> str:
        """A message."""
        self._found.setdefault("messages", {})[str(message.id)] = message.json()
        return str(message.id)

    def upload(self, upload: Upload) -> str:
        """A file."""
        attachment = self._keeper.keep(upload, ephemeral=True)
        self._found.setdefault("attachments", {})[str(attachment.id)] = attachment.json()
        return str(attachment.id)

    def entity(self, value: Any) -> str:
        """Whatever it is that can be picked from a list of people, roles or channels."""
        if isinstance(value, Role):
            return self.role(value)
        if isinstance(value, Channel):
            return self.channel(value)
        return self.user(user_of(value))


def user_of(value: Any) -> User:
    """The user behind a person of the test."""
    user = value if isinstance(value, User) else getattr(value, "user", None)
    if not isinstance(user, User):
        raise refuse(f"{value!r} is not a user")
    return user


def filled(declared: list[Json], values: dict[str, Any], resolved: Resolved) -> list[Json]:
    """The options as they are sent, in the order of the command; the client refuses what does not fit."""
    known = {option["name"] for option in declared}
    unknown = set(values) - known
    if unknown:
        raise refuse(f"no option {sorted(unknown)}; there is {sorted(known)}")
    sent = []
    for option in declared:
        name = option["name"]
        if name not in values:
            if option.get("required"):
                raise refuse(f"the option {name} is required")
            continue
        value = fitted(option, values[name], resolved)
        sent.append({"name": name, "type": option["type"], "value": value})
    return sent


def fitted(option: Json, value: Any, resolved: Resolved) -> Any:
    """One value, in the type that the option asks for."""
    name, kind = option["name"], option["type"]
    if option.get("choices"):
        for choice in option["choices"]:
            if value in (choice["name"], choice["value"]):
                return choice["value"]
        raise refuse(f"{value!r} is not a choice of {name}")
    if kind in (STRING, INTEGER, NUMBER):
        return _plain(option, value)
    if kind in (BOOLEAN, CHANNEL, ROLE, ATTACHMENT):
        wanted = {BOOLEAN: bool, CHANNEL: Channel, ROLE: Role, ATTACHMENT: Upload}[kind]
        if not isinstance(value, wanted):
            raise refuse(f"{name} takes a {wanted.__name__}, not {value!r}")
    if kind == BOOLEAN:
        return value
    if kind == CHANNEL and value.kind not in (option.get("channel_types") or [value.kind]):
        raise refuse(f"{name} does not take this kind of channel")
    if kind == USER:
        return resolved.user(user_of(value))
    return resolved.upload(value) if kind == ATTACHMENT else resolved.entity(value)


def _plain(option: Json, value: Any) -> Any:
    name, kind = option["name"], option["type"]
    if kind == STRING:
        if not isinstance(value, str):
            raise refuse(f"{name} takes text, not {value!r}")
        if not option.get("min_length", 0) <= len(value) <= option.get("max_length", 6000):
            raise refuse(f"{name} is too short or too long: {len(value)} characters")
        return value
    wanted = int if kind == INTEGER else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted):
        raise refuse(f"{name} takes a number, not {value!r}")
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and value < low) or (high is not None and value > high):
        raise refuse(f"{name} takes {low} to {high}, not {value}")
    return value
