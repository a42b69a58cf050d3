"""People who tell, without a room that asks them."""

from dataclasses import dataclass
from typing import Self

from core.errors import InvalidField
from core.facts import MembersMerged
from core.knowledge import service
from core.knowledge.repository import Told
from tests.household import Person

LATE = "I edit until two in the morning and hate it"
HOOKS = "My hooks are weak, people leave after three seconds"


@dataclass
class Teller:
    """A person, and the calls that other rooms would make for them."""

    person: Person

    async def arrives(self) -> Self:
        """First contact."""
        await self.person.does("start")
        return self

    async def tells(self, answer: str, topic: str = "struggles", key: str = "hardest") -> None:
        """Tell something, without being weighed."""
        me, at = await self.person.id(), self.person.house.clock.now()
        question = "What is hardest?"
        await self.person.house.do(lambda uow: service.tell(uow, me, topic, key, question, answer, at))

    async def told(self, *topics: str) -> list[Told]:
        """What features read."""
        me = await self.person.id()
        return await self.person.house.database.read(lambda uow: service.told(uow, me, topics or None))

    async def problem(self, topic: str = "struggles", **answers: str) -> tuple[str, str] | None:
        """Which field has a problem, and its words; None: it passes."""
        me = await self.person.id()
        try:
            await self.person.house.database.read(lambda uow: service.honest(uow, me, topic, answers))
        except InvalidField as found:
            return found.field, found.problem
        return None

    async def becomes(self, kept: "Teller") -> None:
        """Merge this member into another, as linking does it."""
        gone, stays, at = await self.person.id(), await kept.person.id(), self.person.house.clock.now()
        await self.person.house.react(lambda uow: uow.record(MembersMerged(at, stays, gone)))
