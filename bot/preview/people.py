"""Who is on the stage: people who start commands, fill forms and press buttons, as JSON would bring it in."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from bot.preview import stand_ins
from bot.preview.scenes import Did, Scene, Streamed
from bot.preview.stage import Stage
from core.chat import (
    Agreement,
    Answer,
    Ask,
    Button,
    Command,
    Confirm,
    Field,
    Inbound,
    Invocation,
    Kind,
    Message,
    Outcome,
    Place,
    Said,
    Visit,
)
from core.db import UnitOfWork
from core.links import service as links
from core.people import Actor, Identity
from core.values import dataclass


@dataclass
class Person:
    """Somebody on the stage. Every verb keeps a scene."""

    stage: Stage
    name: str
    platform: str = "console"
    user_id: str = ""
    seen: Outcome | Streamed | Message | None = None
    open: tuple[Field, ...] = field(default=())
    command: Command | None = None

    @property
    def identity(self) -> Identity:
        """Who this is; the demo people are known by their names."""
        return Identity(self.platform, self.user_id or self.name)

    async def invokes(self, name: str, note: str = "", /, *, own: bool = False, **values: Any) -> None:
        """Start a command: `invokes("settings zone", zone="Europe/Paris")`."""
        path = tuple(name.split())
        command = self.stage.command(path, own=own)
        self.command = command
        fields = command.fields if command else ()
        did = Did(self.name, "invokes", name, command, _shown(fields, values))
        await self._does(Invocation(path, _raw(fields, values), **self._common), did, note, own=own)

    async def lives(self, name: str, /, **values: Any) -> None:
        """Do something that the page does not show."""
        await self.stage.handle(Invocation(tuple(name.split()), values, **self._common))

    async def follows(self) -> None:
        """Open the address that was seen last, as a browser would."""
        assert isinstance(self.seen, Visit), f"nothing to follow: {self.seen}"
        code, now = self.seen.url.rpartition("/")[2], self.stage.clock.now()

        def note(uow: UnitOfWork) -> None:
            link = links.find(uow, code)
            assert link is not None, "it was made just now"
            links.note_visit(uow, link, now, self.name)

        await self.stage.house.database.write(note)

    async def fills(self, note: str = "", /, **values: Any) -> None:
        """Fill fields of the open form."""
        assert isinstance(self.seen, Ask), f"nothing is asked: {self.seen}"
        did = Did(self.name, "fills", self.seen.title, self.command, _shown(self.open, values))
        await self._does(Answer(self.seen.token, _raw(self.open, values), **self._common), did, note)

    async def agrees(self, note: str = "", *, agreed: bool = True) -> None:
        """Say yes, or no."""
        assert isinstance(self.seen, Confirm), f"nothing to agree to: {self.seen}"
        did = Did(self.name, "agrees" if agreed else "declines", "", self.command)
        await self._does(Agreement(self.seen.token, agreed=agreed, **self._common), did, note)

    async def presses(self, label: str, note: str = "") -> None:
        """Press a button of what was seen last."""
        buttons = buttons_of(self.seen)
        labels = [button.label for button in buttons]
        assert label in labels, f"{label!r} is none of {labels}"
        number = labels.index(label)
        button = buttons[number]
        self.command = self.stage.command(button.command)
        did = Did(self.name, "presses", label, self.command, number=number + 1)
        wanted: Inbound = Invocation(button.command, {}, **self._common)
        if button.token:
            wanted = Agreement(button.token, agreed=True, **self._common)
        await self._does(wanted, did, note)

    async def says(self, text: str, note: str = "") -> None:
        """Say a plain sentence."""
        await self._does(Said(text, **self._common), Did(self.name, "says", text), note)

    async def hears(self, note: str = "") -> None:
        """Get what was announced to them meanwhile."""
        await self.stage.due()
        for message in self.stage.heard.messages.pop(self.identity, []):
            self.seen = message
            self._keep(Did(self.name, "hears"), message, note)

    @property
    def code(self) -> str:
        """The link code that was seen last."""
        return stand_ins.codes(self.seen)[0]

    async def _does(self, inbound: Inbound, did: Did, note: str, *, own: bool = False) -> None:
        happened = await self.stage.handle(inbound, own=own)
        assert happened is not None, "every event has its own key"
        self.seen = happened
        if isinstance(happened, Ask):
            self.open = happened.fields
        self._keep(did, happened, note)

    def _keep(self, did: Did, happened: Outcome | Streamed | Message, note: str) -> None:
        shown = self.stage.shown
        self.stage.keep(Scene(shown.of(did), shown.of(happened), self.stage.clock.now(), note))

    @property
    def _common(self) -> dict[str, Any]:
        self.stage.keys += 1
        return {
            "actor": Actor(self.identity, self.name),
            "place": Place(self.platform, self.identity.user_id),
            "key": f"preview:{self.stage.keys}",
            "at": self.stage.clock.now(),
        }


def buttons_of(seen: Outcome | Streamed | Message | None) -> tuple[Button, ...]:
    """What can be pressed below something."""
    seen = seen.end if isinstance(seen, Streamed) else seen
    message = seen if isinstance(seen, Message) else getattr(seen, "message", seen)
    return tuple(getattr(message, "buttons", ()))


def _raw(fields: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    people = {item.name for item in fields if item.kind is Kind.MEMBER}
    return {name: _person(value) if name in people else value for name, value in values.items()}


def _person(value: Any) -> Any:
    if not isinstance(value, Person):
        return value
    return {"platform": value.platform, "user_id": value.identity.user_id, "name": value.name}


def _shown(fields: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, str]:
    labels = {item.name: item for item in fields}
    return {name: _as_written(labels.get(name), value) for name, value in values.items()}


def _as_written(asked: Field | None, value: Any) -> str:
    if isinstance(value, Person):
        return f"@{value.name}"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    options = asked.options if asked else ()
    return next((option.label for option in options if option.value == value), str(value))
