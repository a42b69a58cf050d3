"""For platforms that send an event again until it is acknowledged: store, acknowledge, answer, note it was said.

The answer is kept in the transaction that decided it, so that a crash before it was said loses nothing. An event whose
turn comes at once is stored in that transaction too: one commit before it is acknowledged, and not two before it is
answered.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.chat import Ask, Confirm, Outcome, Refusal, Reply, Tone, said
from core.chat.codec import decode, encode
from core.chat.easel import Easel
from core.clock import Clock
from core.db import Database, UnitOfWork
from core.inbox import service as inbox
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """A native event as it came, known by the platform's own id: `telegram:<update id>`."""

    key: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that was acknowledged and not answered.

    Not `done`: hand it to the dispatcher. Done: say `answer` (None: whatever was going on was cut off), or, if it was
    a question, ask it again by answering `token` with nothing.
    """

    event: Event
    at: datetime
    done: bool
    answer: Reply | None = None
    token: str | None = None


class Arrival:
    """An event that has just come, and whether it may be acknowledged."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.apart = False
        """Whether it is stored by itself, because its turn comes later or it is more than one question to the core."""
        self.kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        """Once it may be acknowledged, or could not be kept: whether it was new, and is kept now."""
        self.error: Exception | None = None
        """Why it could not be kept."""

    async def is_new(self) -> bool:
        """Wait until that is known. Whoever is cancelled meanwhile takes nothing with them."""
        return await asyncio.shield(self.kept)

    def settle(self, *, new: bool, error: Exception | None = None) -> None:
        """Say how it ended; what was said first stands."""
        if not self.kept.done():
            self.error = error
            self.kept.set_result(new)


class Mailroom:
    """What came in from one kind of platform and how far it is."""

    def __init__(self, database: Database, clock: Clock, easel: Easel) -> None:
        self._database = database
        self._clock = clock
        self._easel = easel

    async def store(self, platform: str, events: Sequence[Event]) -> list[Event]:
        """Keep events, all in one transaction; those that were not here before. Then they may be acknowledged."""
        now = self._clock.now()

        def unit(uow: UnitOfWork) -> list[Event]:
            return [event for event in events if inbox.store(uow, event.key, platform, event.payload, now)]

        return await self._database.write(unit)

    async def keep(self, platform: str, arrivals: Sequence[Arrival]) -> None:
        """Store events by themselves, before their turn comes. Raises `DatabaseBusy`."""
        try:
            fresh = await self.store(platform, [arrival.event for arrival in arrivals]) if arrivals else []
            for arrival in arrivals:
                arrival.settle(new=arrival.event in fresh)
        finally:
            for arrival in arrivals:
                arrival.settle(new=False)

    async def pending(self, platform: str) -> list[Pending]:
        """What was acknowledged and not answered, oldest first: what a restart begins with."""
        found = await self._database.read(lambda uow: [_pending(stored) for stored in inbox.unanswered(uow, platform)])
        return [await self._drawn(pending) for pending in found]

    async def _drawn(self, pending: Pending) -> Pending:
        answer = pending.answer
        if answer is None:
            return pending
        message = await self._easel.of_message(answer.message, trace=pending.event.key)
        return replace(pending, answer=replace(answer, message=message))

    async def answered(self, event: Event) -> None:
        """It was said; a restart will not say it again."""
        now = self._clock.now()
        await self._database.write(lambda uow: inbox.answered(uow, event.key, now))


def packed(outcome: Outcome) -> dict[str, Any]:
    """What is to be said, as JSON. Empty for what can not be said later: a stream, a wait."""
    match outcome:
        case Reply(message=message, private=private):
            return {"message": encode(message), "private": private}
        case Refusal(error=error, buttons=buttons, lines=lines):
            return {"message": encode(said(error.text, *lines, tone=Tone.DANGER, buttons=buttons)), "private": True}
        case Ask(token=token) | Confirm(token=token):
            return {"token": token}
    return {}


def _pending(stored: inbox.Stored) -> Pending:
    answer = stored.answer or {}
    reply = Reply(decode(answer["message"]), private=answer["private"]) if "message" in answer else None
    return Pending(Event(stored.key, stored.payload), stored.at, stored.done, reply, answer.get("token"))
