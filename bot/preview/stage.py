"""Where stories are played: a house, its clock, and every scene that was seen, kept by what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.preview.own import ROOM
from bot.preview.scenes import Chapter, Scene, Streamed
from bot.preview.stand_ins import StandIns
from bot.wiring import House
from core.chat import Command, Delta, Inbound, Meanwhile, Message, Outcome, Streaming
from core.chat.catalog import Catalog
from core.clock import SetClock
from core.desk import Desk
from core.dispatch import Dispatcher
from core.metrics.service import Sources
from core.operations import pretend
from core.people import Identity
from core.ports import Delivered, Delivery
from core.roles.service import Owners

NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
"""When the stories begin: a Thursday, far from everybody's quiet hours."""


class Nobody:
    """An observer of a house that nobody operates."""

    def handled(self, command: str, outcome: str, *, trace: str) -> None:
        """Nobody counts here."""

    def operational(self, what: str, error: Exception, *, trace: str) -> None:
        """The member was told."""

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        """Shown on the page, where it stands out."""


class Heard:
    """A messenger that keeps what it was given, by identity."""

    def __init__(self) -> None:
        self.messages: dict[Identity, list[Message]] = {}

    def serves(self, identity: Identity) -> bool:  # noqa: ARG002  the port's signature
        """Everybody."""
        return True

    def repeats_safely(self, platform: str) -> bool:  # noqa: ARG002  as above
        """What is kept twice would be shown twice."""
        return False

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:  # noqa: ARG002  as above
        """Keep it."""
        self.messages.setdefault(identity, []).append(message)
        return Delivered()


class Stage:
    """A house with an audience. Scenes are kept under the command that the story is about."""

    def __init__(self, house: House, clock: SetClock, sources: Sources) -> None:
        self.house = house
        self.clock = clock
        self.sources = sources
        self.heard = Heard()
        self.shown = StandIns()
        self.about = ""
        self.keys = 0
        self._scenes: dict[str, list[Scene]] = {}
        house.messengers.add(self.heard)
        settings = house.settings
        desk = Desk(
            house.database,
            Catalog((ROOM,), {}),
            clock,
            Owners(frozenset()),
            settings.plans,
            settings.chat,
            Nobody(),
            house.easel,
        )
        self._own = Dispatcher(desk)

    def tell(self, about: str) -> None:
        """What the next scenes are about: a command's name, or one of the preview's own chapters."""
        self.about = about

    def keep(self, scene: Scene) -> None:
        """Keep a scene."""
        self._scenes.setdefault(self.about, []).append(scene)

    def told(self, about: str) -> bool:
        """Whether a story was played about it."""
        return about in self._scenes

    def commands(self) -> list[Command]:
        """Every command of real platforms; the page is played on a demo, which has some of its own."""
        return [command for command in self.house.catalog.commands.values() if command.topic != pretend.TOPIC]

    def chapters(self) -> list[Chapter]:
        """Every command in the registry's order, then what is none."""
        found = []
        for command in self.commands():
            aside = f"needs the role {command.role.value}" if command.role else ""
            found.append(Chapter(command.name, command.summary, tuple(self._scenes.pop(command.name, ())), aside))
        for name, scenes in self._scenes.items():
            found.append(Chapter(name, "", tuple(scenes), real=not name.startswith("Made up")))
        return found

    async def handle(self, inbound: Inbound, *, own: bool = False) -> Outcome | Streamed | None:
        """One event in, one outcome out; a stream to its end."""
        outcome = await (self._own if own else self.house.dispatcher).handle(inbound)
        if not isinstance(outcome, Streaming):
            return outcome
        deltas, meanwhile, end = [], [], None
        async for piece in outcome.pieces:
            match piece:
                case Delta(text=text):
                    deltas.append(text)
                case Meanwhile(text=text):
                    meanwhile.append(text)
                case _:
                    end = piece
        return Streamed(tuple(deltas), end, tuple(meanwhile))

    async def due(self, **later: int) -> None:
        """Let time pass and do what is due."""
        self.clock.advance(timedelta(**later))
        await self.house.runner.run_due()

    def command(self, path: tuple[str, ...], *, own: bool = False) -> Command | None:
        """The command of a path."""
        return (self._own.catalog if own else self.house.catalog).find(path)
