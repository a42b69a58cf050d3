"""A person with a Discord client: runs commands, presses, chooses, fills in, writes and reads."""

from collections.abc import Callable
from typing import Any

from tests.fakes.discord import forms
from tests.fakes.discord.clock import Found
from tests.fakes.discord.command_limits import MESSAGE, SLASH, USER
from tests.fakes.discord.commands import leaf, names
from tests.fakes.discord.components import BUTTON, LINK, SELECTS
from tests.fakes.discord.errors import Json
from tests.fakes.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from tests.fakes.discord.options import Resolved, filled, refuse, user_of
from tests.fakes.discord.things import USUAL, Channel, Message, Upload, User
from tests.fakes.discord.world import World

PATIENCE_SECONDS = 20.0


class Person:
    """One user, looking at one place. `at` and `dm` give the same person in another place."""

    def __init__(self, world: World, user: User, place: Channel) -> None:
        self.world = world
        self.user = user
        self.place = place

    def __repr__(self) -> str:
        return f"<{self.user.name} in {self.place.name or 'DM'}>"

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """As it stands in a text."""
        return f"<@{self.user.id}>"

    def at(self, place: Channel) -> "Person":
        """The same person, looking at this channel."""
        return Person(self.world, self.user, place)

    @property
    def dm(self) -> "Person":
        """The same person, in the direct messages with the bot."""
        return self.at(self.world.dm(self.user))

    def closes_dms(self) -> None:
        """The bot can not write to this person any more: blocked, or messages are off."""
        self.user.takes_dms = False

    def opens_dms(self) -> None:
        """The bot may write again."""
        self.user.takes_dms = True

    # Reading

    def sees(self) -> list[Message]:
        """The messages of this place that this person can see, oldest first."""
        return [m for m in self.place.messages if not m.ephemeral or m.only_for is self.user]

    @property
    def screen(self) -> str:
        """All of that as text."""
        return "\n".join(message.text for message in self.sees())

    @property
    def latest(self) -> Message:
        """The last message that this person can see."""
        seen = self.sees()
        if not seen:
            raise AssertionError(f"{self!r} sees nothing")
        return seen[-1]

    async def waits_for(self, claim: str | Callable[[Message], object]) -> Message:
        """The first message here that says this or fits this, as soon as it is there."""

        def found() -> Message | None:
            for message in self.sees():
                if claim in message.text if isinstance(claim, str) else claim(message):
                    return message
            return None

        return await self._until(found, f"{claim!r}")

    async def _until(self, claim: Callable[[], Found | None], told: str) -> Found:
        try:
            return await self.world.bell.until(claim, told=told, seconds=PATIENCE_SECONDS)
        except AssertionError as failure:
            raise AssertionError(f"{failure}; {self!r} sees:\n{self.screen}") from None

    # Commands

    async def runs(self, line: str, *, wait: bool = True, **values: Any) -> Interaction:
        """Run `/gift` or `/challenge stake` with its options and wait for what comes of it."""
        command, path = self._command(line, SLASH)
        part = leaf(command, path)
        if part is None:
            raise refuse(f"{line} is not a command; there is {names(self.world.commands.of())}")
        resolved = self._resolved()
        options = filled(part.get("options") or [], values, resolved)
        data = self._command_data(command, path, options, resolved)
        return await self._does(COMMAND, data, wait=wait)

    async def types(self, line: str, field: str, text: str, **others: Any) -> list[Json]:
        """The choices that appear while this is typed into an option."""
        command, path = self._command(line, SLASH)
        part = leaf(command, path) or {}
        declared = {option["name"]: option for option in part.get("options") or []}
        if not declared.get(field, {}).get("autocomplete"):
            raise refuse(f"{field} of {line} completes nothing")
        resolved = self._resolved()
        sent = filled(
            [{**option, "required": False} for name, option in declared.items() if name in others],
            others,
            resolved,
        )
        sent.append({"name": field, "type": declared[field]["type"], "value": text, "focused": True})
        data = self._command_data(command, path, sent, resolved)
        interaction = await self._does(AUTOCOMPLETE, data, wait=True)
        return interaction.choices or []

    async def right_clicks(self, target: Any, label: str, *, wait: bool = True) -> Interaction:
        """Use an entry of the context menu of a person or a message."""
        on_message = isinstance(target, Message)
        kind = MESSAGE if on_message else USER
        command, _ = self._command(label, kind)
        resolved = self._resolved()
        number = resolved.message(target) if on_message else resolved.user(user_of(target))
        data = {**self._command_data(command, [], [], resolved), "target_id": number}
        return await self._does(COMMAND, data, wait=wait)

    def _command(self, line: str, kind: int) -> tuple[Json, list[str]]:
        name, *path = line.removeprefix("/").split() if kind == SLASH else [line]
        guild = self.place.guild
        member = guild.members.get(self.user.id) if guild else None
        permissions = member.permissions if member else USUAL
        command = self.world.commands.offered(
            name, kind, guild=guild, permissions=permissions, installed=self.user.has_installed
        )
        if command is None:
            offered = [*self.world.commands.of(), *(self.world.commands.of(guild) if guild else [])]
            raise refuse(f"{line} is not offered to {self!r}; registered are {names(offered)}")
        return command, path

    def _command_data(self, command: Json, path: list[str], options: list[Json], resolved: Resolved) -> Json:
        inner, here = options, command
        kinds = []
        for step in path:
            here = next(option for option in here["options"] if option["name"] == step)
            kinds.append(here["type"])
        for step, kind in reversed(list(zip(path, kinds, strict=True))):
            inner = [{"name": step, "type": kind, "options": inner}]
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": inner}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if resolved.json():
            data["resolved"] = resolved.json()
        return data

    # Components and forms

    async def presses(self, button: str, *, on: Message | None = None, wait: bool = True) -> Interaction:
        """Press the button with this label or custom id, on the latest message that has it."""
        message, part = self._part(button, (BUTTON,), on)
        if part["style"] == LINK:
            raise refuse(f"{button} is a link to {part['url']}: nothing is sent")
        data = {"custom_id": part["custom_id"], "component_type": BUTTON, "id": part["id"]}
        return await self._does(COMPONENT, data, source=message, wait=wait)

    async def chooses(self, select: str, *values: Any, on: Message | None = None, wait: bool = True) -> Interaction:
        """Choose in the select with this placeholder or custom id."""
        message, part = self._part(select, SELECTS, on)
        resolved = self._resolved()
        picked = forms.picked_values(select, part, list(values), resolved)
        data = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part["id"],
            "values": picked,
        }
        if resolved.json():
            data["resolved"] = resolved.json()
        return await self._does(COMPONENT, data, source=message, wait=wait)

    def link(self, label: str, *, on: Message | None = None) -> str:
        """Where a link button leads."""
        return str(self._part(label, (BUTTON,), on)[1]["url"])

    def _part(self, wanted: str, kinds: tuple[int, ...], on: Message | None) -> tuple[Message, Json]:
        for message in [on] if on is not None else reversed(self.sees()):
            if message not in self.sees():
                raise refuse(f"{self!r} does not see that message")
            part = forms.component(message.components, wanted, kinds)
            if part is not None:
                if part.get("disabled"):
                    raise refuse(f"{wanted} is disabled")
                return message, part
        there = [message.buttons for message in self.sees()]
        raise refuse(f"{self!r} sees no {wanted!r}; buttons are {there}")

    @property
    def form(self) -> Interaction | None:
        """The form that is open before this person: the last one opened, not yet sent or closed."""
        for interaction in reversed(self.world.desk.interactions.values()):
            if interaction.user is self.user and interaction.modal is not None:
                return None if interaction.modal_done else interaction
        return None

    async def fills(self, given: dict[str, Any] | None = None, *, wait: bool = True, **values: Any) -> Interaction:
        """Fill in the open form, by labels or custom ids, and send it."""
        opened = self.form
        if opened is None or opened.modal is None:
            raise refuse(f"no form is open before {self!r}")
        data = forms.submission(opened.modal, {**(given or {}), **values}, self._resolved())
        opened.modal_done = True
        return await self._does(MODAL_SUBMIT, data, source=opened.source, wait=wait)

    def closes_form(self) -> None:
        """Close it unsent: the bot hears nothing of it."""
        opened = self.form
        if opened is None:
            raise refuse(f"no form is open before {self!r}")
        opened.modal_done = True

    # Writing

    def says(self, text: str, *files: Upload, reply_to: Message | None = None) -> Message:
        """Write a message here."""
        body: Json = {"content": text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to.id)}
        return self.world.post(self.place, self.user, body, list(files))

    # What goes to the bot

    def _resolved(self) -> Resolved:
        return Resolved(self.place.guild, self.world)

    async def _does(self, kind: int, data: Json, *, wait: bool, source: Message | None = None) -> Interaction:
        number = self.world.snowflake()
        guild = self.place.guild
        interaction = Interaction(
            number,
            f"token-of-{number}",
            kind,
            self.user,
            self.place,
            self.world.clock.now(),
            data,
            guild=guild,
            source=source,
            by_user_install=guild is not None and not guild.has_bot,
        )
        self.world.desk.open(interaction)
        self.world.tell("INTERACTION_CREATE", self._payload(interaction), guild=guild)
        if wait:
            await self.answer_to(interaction)
        return interaction

    async def answer_to(self, interaction: Interaction) -> Interaction:
        """Wait until there is something to see: a message, a form, choices, or the update of the message."""
        await self._until(lambda: interaction.replied, f"the answer to {interaction.data}")
        return interaction

    def _payload(self, interaction: Interaction) -> Json:
        guild, user = interaction.guild, interaction.user
        owners = {"1": str(user.id)} if interaction.by_user_install or guild is None else {"0": str(guild.id)}
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self.world.application.id),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(interaction.channel.id),
            "channel": {**interaction.channel.json(), "permissions": str(USUAL)},
            "locale": user.locale,
            "app_permissions": str(USUAL),
            "entitlements": [],
            "authorizing_integration_owners": owners,
            "context": 1 if guild is None else 0,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if guild is None:
            payload["user"] = user.json()
        else:
            member = guild.members[user.id]
            payload["guild_id"] = str(guild.id)
            payload["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
            payload["guild_locale"] = "en-US"
            payload["member"] = {**member.json(), "permissions": str(member.permissions)}
        if interaction.source is not None:
            payload["message"] = interaction.source.json()
        return payload
