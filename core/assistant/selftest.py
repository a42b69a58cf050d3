"""A call that must be refused, made at every start through the whole way that real calls take."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from core.assistant.door import Door, Terms
from core.assistant.errors import GateMissing
from core.assistant.rules import Asking
from core.assistant.service import Answered, Assistant
from core.chat import Call, Done, Place, Reply, said
from core.clock import Clock
from core.costs.errors import NoPrice
from core.db import Database, Unit, UnitOfWork
from core.ids import MemberId
from core.members import service as members
from core.models import Piece, Prompt, Structured, Written
from core.people import Member

T = TypeVar("T")
UNPRICED = "a model without a price"


async def prove(database: Database, clock: Clock, terms: Terms) -> None:
    """Ask a model that has no price, as somebody who is nobody. Raises `GateMissing` unless the gate refuses."""
    at = clock.now()
    nobody = Member(MemberId(members.NOBODY), "Nobody", "UTC", zone_changed_at=None, joined_at=at)
    call = Call(nobody, Place("selftest", "", private=True), f"selftest:{at.isoformat()}", at)
    limits = replace(terms.limits, model=UNPRICED, small_model=UNPRICED)
    trial, tripwire = _Trial(database, clock), _Tripwire()
    door = Door(tripwire, trial, clock, replace(terms, limits=limits))
    assistant = Assistant(door, trial, limits=limits, plans=terms.plans)
    asking = Asking("selftest", "Refuse this.", "May this pass?", prepared=False)
    try:
        async for piece in assistant.answer(call, asking, _apply):
            if not isinstance(piece, Done):
                break
    except NoPrice:
        if tripwire.touched:
            raise GateMissing("the model was called before it was refused") from None
        return
    except _Undone:
        raise GateMissing("a model without a price was let through") from None
    raise GateMissing("it was answered")


def _apply(uow: UnitOfWork, answered: Answered) -> Reply:
    return Reply(said(answered.text))


class _Undone(Exception):
    """Ends the trial's transaction, so that nothing of it stays."""


class _Trial:
    """A database on which nobody exists and nothing is kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit in a transaction that is always undone."""

        def trial(uow: UnitOfWork) -> Any:
            members.stand_in(uow, self._clock.now())
            unit(uow)
            raise _Undone

        result: T = await self._database.write(trial)
        return result

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads."""
        return await self._database.read(unit)


class _Tripwire:
    """A model that nobody may ever reach."""

    def __init__(self) -> None:
        self.touched = False

    async def count(self, prompt: Prompt) -> int:
        """Counting costs nothing, and comes before the gate."""
        return 1

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """The wire."""
        self.touched = True
        if self.touched:
            raise GateMissing("the model was called")
        yield Written("")

    async def structure(self, prompt: Prompt, schema: type[BaseModel]) -> Structured:
        """The wire."""
        self.touched = True
        raise GateMissing("the model was called")

    async def close(self) -> None:
        """Nothing to let go of."""
