"""A third platform: pagers, by the tiny adapter. All of it is here; the core has no line for it."""

from dataclasses import dataclass, field
from typing import Any

from bot.wiring import House
from core.chat import Agreement, Confirm, Inbound, Invocation, Message, Outcome, Place, Reply
from core.ids import new_token
from core.people import Actor, Identity
from core.ports import Delivered, Delivery, Messenger, Unreachable
from tests.contract.tiny import Pager


@dataclass
class PagerNet:
    """Everybody's pagers, and the adapter between them and the house."""

    name: str = "pager"
    surface: Pager = field(default_factory=Pager)
    pages: dict[str, list[str]] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    """Whose pager is switched off."""
    asked: dict[str, str] = field(default_factory=dict)
    """The question that each was shown last."""

    # What wiring needs

    @property
    def messenger(self) -> Messenger:
        """Itself."""
        return self

    def enters(self, house: House) -> None:
        """Given the core."""
        self._house = house
        commands = [*house.catalog.commands.values()]
        self.surface.declare(commands)
        self._commands = {"-".join(command.path): command for command in commands}

    # Inbound: a line is a command word and its fields, or a yes

    async def types(self, who: str, line: str) -> str:
        """A line from somebody's pager, and what it shows then."""
        word, _, rest = line.partition(" ")
        command = self._commands[word]
        typed = rest.split(maxsplit=max(0, len(command.fields) - 1)) if rest else []
        values = {asked.name: text for asked, text in zip(command.fields, typed, strict=False)}
        return await self._handles(who, Invocation(command.path, values, **self._stamp(who)))

    async def agrees(self, who: str) -> str:
        """Yes to the question that was shown last."""
        return await self._handles(who, Agreement(self.asked[who], agreed=True, **self._stamp(who)))

    def _stamp(self, who: str) -> dict[str, Any]:
        return {
            "actor": Actor(Identity(self.name, who), who.capitalize()),
            "place": Place(self.name, who),
            "key": f"{self.name}:{new_token()}",
            "at": self._house.clock.now(),
        }

    async def _handles(self, who: str, inbound: Inbound) -> str:
        outcome = await self._house.dispatcher.handle(inbound)
        assert outcome is not None
        if isinstance(outcome, Confirm):
            self.asked[who] = outcome.token
        return self._shows(who, outcome)

    def _shows(self, who: str, outcome: Outcome) -> str:
        page = self.surface.show(outcome)
        self.pages.setdefault(who, []).append(page)
        return page

    # Outbound

    def serves(self, identity: Identity) -> bool:
        """All pagers."""
        return identity.platform == self.name

    def repeats_safely(self, platform: str) -> bool:
        """A page rings twice."""
        return False

    async def send(self, identity: Identity, message: Message, *, key: str) -> Delivery:
        """Page somebody."""
        if identity.user_id in self.off:
            return Unreachable("switched off")
        self._shows(identity.user_id, Reply(message))
        return Delivered()
