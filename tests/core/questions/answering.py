"""People who answer questionnaires and check in, with something new to say each time."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from core.chat import Ask, Kind
from core.chat.command import Command
from core.chat.outcome import Outcome
from core.facts import MembersMerged
from core.knowledge import service as knowledge
from core.knowledge.repository import Told
from core.ledger import views
from core.members import service as members
from core.members.rules import MemberRules
from core.money import Unit
from tests.household import Person

DAY = timedelta(days=1)
FREE = MemberRules(time_zone_change_days=0)
WORDS = (
    "sister", "baker", "viewer", "neighbour", "editor", "teacher", "draft", "clip", "bread", "joke", "story", "sketch",
    "morning", "camera", "light", "voice", "kitchen", "garden", "train", "letter", "budget", "sleep", "music", "window",
    "weather", "comment", "friend", "market", "river", "paper", "colour", "number",
)  # fmt: skip
_chance = random.Random(7)


def saying() -> str:
    """Words that nobody put together before in this process."""
    return "About " + " and ".join(_chance.sample(WORDS, 6))


@dataclass
class Member:
    """A person, and what a test wants to know about them."""

    person: Person
    answers: dict[str, Any] = field(default_factory=dict)

    async def arrives(self) -> Self:
        """First contact, without a visit."""
        await self.person.does("start")
        return self

    def filled(self, *path: str) -> dict[str, Any]:
        """Values for every field of a command's form that has to be there."""
        command = self.person.house.catalog.find(path)
        assert command is not None
        return {item.name: value_of(command, item.name) for item in command.fields if item.required}

    async def does(self, *path: str, **values: Any) -> Outcome:
        """A command, with an answer to everything that it asks."""
        return await self.person.does(*path, **{**self.filled(*path), **values})

    async def opens(self, *path: str) -> Ask:
        """A command without its answers: the form."""
        asked = await self.person.does(*path)
        assert isinstance(asked, Ask), asked
        return asked

    async def coins(self) -> int:
        """All coins but those of visits, which the first command of a day brings."""
        member = await self.person.member()
        every = await self.person.house.database.read(
            lambda uow: views.history(uow, member.coin_wallet, member.credit_wallet, most=500)
        )
        assert await self.balance() == sum(line.amount.value for line in every)
        return sum(line.amount.value for line in every if line.code.value != "daily_visit")

    async def balance(self) -> int:
        member = await self.person.member()
        return await self.person.house.database.read(
            lambda uow: views.balance(uow, member.coin_wallet, Unit.COIN).value
        )

    async def told(self, *topics: str) -> list[Told]:
        me = await self.person.id()
        return await self.person.house.database.read(lambda uow: knowledge.told(uow, me, topics or None))

    async def moves(self, zone: str) -> None:
        """Change the time zone, without the thirty days."""
        member, at = await self.person.member(), self.person.house.clock.now()
        await self.person.house.do(lambda uow: members.set_zone(uow, member, zone, at, FREE))

    async def becomes(self, kept: "Member") -> None:
        """Merge this member into another, as linking does it."""
        gone, stays, at = await self.person.id(), await kept.person.id(), self.person.house.clock.now()
        await self.person.house.react(lambda uow: uow.record(MembersMerged(at, stays, gone)))


def value_of(command: Command, name: str) -> Any:
    """Something to say to one question."""
    asked = next(item for item in command.fields if item.name == name)
    match asked.kind:
        case Kind.NUMBER:
            return 7
        case Kind.CHOICE:
            return asked.options[2].value
        case _:
            return saying()
