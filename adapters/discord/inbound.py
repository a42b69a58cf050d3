"""Interactions and direct messages to what the core understands. Pure, on the vendor's own data objects.

A press carries a command's name or a token and nothing else, so it is read the same after a restart.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.discord.commands import ATTACHMENT, GROUP, PERSON, PLATFORM, SUBCOMMAND, USER_ENTRY, Gestures, Path
from adapters.discord.forms import PERSON as PERSON_SELECT
from adapters.discord.forms import PUBLIC, UPLOAD
from adapters.discord.render import TWIN
from core.chat import Agreement, Answer, Inbound, Invocation, Place, Query, Rail, Said
from core.chat.form import FileRef, jsonable
from core.people import Actor, Identity
from core.values import dataclass

if TYPE_CHECKING:
    import discord

Json = Mapping[str, Any]

COMMAND, PRESS, AUTOCOMPLETE, FORM = 2, 3, 4, 5
RAILS = frozenset({Rail.WEB, Rail.PREMIUM_APPS})


@dataclass(frozen=True, slots=True)
class Source:
    """The message whose button was pressed. `alone`: of an interaction of this person, and nobody else sees it."""

    id: str
    alone: bool
    asks: frozenset[str]
    """The tokens that its buttons answer with no: a question, rather than a card."""


@dataclass(frozen=True, slots=True)
class Event:
    """An interaction, as far as it matters here."""

    id: int
    token: str
    kind: int
    data: Json
    actor: Actor
    place: Place
    source: Source | None = None

    @property
    def key(self) -> str:
        """The same when it is delivered again."""
        return f"{PLATFORM}:{self.id}"

    @property
    def custom_id(self) -> str:
        """What was pressed or filled in, without what made it unlike its twin."""
        return str(self.data.get("custom_id", "")).partition(TWIN)[0]

    @property
    def public(self) -> bool:
        """Whether it is a form that said its answer would be seen by all."""
        return self.kind == FORM and str(self.data.get("custom_id", "")).endswith(PUBLIC)


@dataclass(frozen=True, slots=True)
class Continue:
    """Open the form again that this would answer."""

    answer: Answer


Read = Inbound | Query | Continue


def event(interaction: "discord.Interaction[Any]") -> Event:
    """An interaction of the library as an event."""
    user = interaction.user
    actor = Actor(Identity(PLATFORM, str(user.id)), user.display_name, str(interaction.locale), user.created_at)
    guild = interaction.guild_id
    private = guild is None and not interaction.context.private_channel
    channel = str(interaction.channel_id or "")
    space = str(guild) if guild is not None else "" if private else channel
    place = Place(PLATFORM, channel, space, private=private, rails=RAILS)
    data: Any = interaction.data or {}
    source = _source(interaction.message, private=private) if interaction.message is not None else None
    return Event(interaction.id, interaction.token, interaction.type.value, data, actor, place, source)


def _source(message: "discord.Message", *, private: bool) -> Source:
    own = private and message.interaction_metadata is not None
    names = [name for component in message.components for name in _custom_ids(component)]
    asks = frozenset(name.removeprefix("n:").partition(TWIN)[0] for name in names if name.startswith("n:"))
    return Source(str(message.id), message.flags.ephemeral or own, asks)


def _custom_ids(component: Any) -> Iterator[str]:
    if name := getattr(component, "custom_id", None):
        yield name
    for inner in getattr(component, "children", ()):
        yield from _custom_ids(inner)


def read(event: Event, gestures: Gestures, at: datetime) -> Read:
    """What an interaction means. What is of another version reads as an answer that the core finds too old."""
    common: dict[str, Any] = {"actor": event.actor, "place": event.place, "key": event.key, "at": at}
    match event.kind:
        case _ if event.kind == AUTOCOMPLETE:
            return _query(event, at)
        case _ if event.kind == COMMAND:
            path, values = _command(event.data, gestures)
            return Invocation(path, values, **common)
        case _ if event.kind == FORM:
            return Answer(event.custom_id, filled(event.data), **common)
    return _pressed(event.custom_id, common)


def said(message: "discord.Message", at: datetime) -> Said:
    """A direct message as a sentence."""
    author = message.author
    actor = Actor(Identity(PLATFORM, str(author.id)), author.display_name, since=author.created_at)
    place = Place(PLATFORM, str(message.channel.id), private=True, rails=RAILS)
    return Said(message.content, actor, place, f"{PLATFORM}:{message.id}", at)


def _pressed(custom_id: str, common: dict[str, Any]) -> Inbound | Continue:
    kind, _, rest = custom_id.partition(":")
    match kind:
        case "go":
            return Invocation(tuple(rest.split()), {}, **common)
        case "y" | "n":
            return Agreement(rest, kind == "y", **common)
        case "f":
            return Continue(Answer(rest, {}, **common))
    return Agreement("", agreed=False, **common)


# Commands


def _command(data: Json, gestures: Gestures) -> tuple[Path, dict[str, Any]]:
    name = str(data.get("name", ""))
    if data.get("type") == USER_ENTRY:
        path, field = gestures.get(name, ((name,), ""))
        return path, {field: _person(str(data.get("target_id")), data.get("resolved") or {})} if field else {}
    path, options = _walk(data)
    resolved = data.get("resolved") or {}
    return path, {option["name"]: _value(option["type"], option.get("value"), resolved) for option in options}


def _walk(data: Json) -> tuple[Path, list[Json]]:
    """The words of a command and its options: subcommands are options with options."""
    path, options = [str(data.get("name", ""))], list(data.get("options") or [])
    while options and options[0].get("type") in {SUBCOMMAND, GROUP}:
        path.append(str(options[0]["name"]))
        options = list(options[0].get("options") or [])
    return tuple(path), options


def _query(event: Event, at: datetime) -> Query:
    path, options = _walk(event.data)
    focused = next((option for option in options if option.get("focused")), {})
    others = {option["name"]: option.get("value") for option in options if not option.get("focused")}
    prefix = str(focused.get("value", ""))
    return Query(path, str(focused.get("name", "")), prefix, event.actor, at, jsonable(others))


def _value(kind: int, value: Any, resolved: Json) -> Any:
    if kind == PERSON:
        return _person(str(value), resolved)
    return _file(str(value), resolved) if kind == ATTACHMENT else value


def _person(user_id: str, resolved: Json) -> dict[str, str]:
    """Somebody who was pointed at, with the name they have here."""
    user = resolved.get("users", {}).get(user_id, {})
    member = resolved.get("members", {}).get(user_id, {})
    name = member.get("nick") or user.get("global_name") or user.get("username") or user_id
    return {"platform": PLATFORM, "user_id": user_id, "name": name}


def _file(attachment_id: str, resolved: Json) -> FileRef | None:
    found = resolved.get("attachments", {}).get(attachment_id)
    if found is None:
        return None
    kind = found.get("content_type") or "application/octet-stream"
    return FileRef(PLATFORM, found["url"], found["filename"], kind, found["size"])


# Forms


def filled(data: Json) -> dict[str, Any]:
    """The values of a form that was sent, by field. What was left empty is said to be empty."""
    resolved = data.get("resolved") or {}
    values = {}
    for labelled in data.get("components") or []:
        for widget in (labelled.get("component"), *(labelled.get("components") or ())):
            if widget and "custom_id" in widget:
                values[widget["custom_id"]] = _given(widget, resolved)
    return values


def _given(widget: Json, resolved: Json) -> Any:
    if "values" not in widget:
        return widget.get("value", "")
    if not widget["values"]:
        return ""
    chosen = str(widget["values"][0])
    if widget["type"] == PERSON_SELECT:
        return _person(chosen, resolved)
    return _file(chosen, resolved) if widget["type"] == UPLOAD else chosen
