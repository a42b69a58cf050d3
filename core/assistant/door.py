"""The one way to the port: count, reserve, call, settle. No other module of ours calls a language model.

What a call is supposed to have used is stated once, in `_Meter.used`: the provider's own count when it gave one; else
its count of the input and our estimate of what reached us; else our count of the input. What certainly never ran is
released. The member's share is said by who delivered it; the rest of the cost is the platform's loss.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

from core.assistant import rules
from core.assistant.rules import AssistantLimits
from core.chat import Button, Call
from core.clock import Clock
from core.costs.rules import Prices
from core.db import Database, UnitOfWork
from core.entitlements.service import Plans
from core.gate import service as gate
from core.gate import standing
from core.gate.queue import Front, Turn
from core.gate.rules import CallAsk, GateLimits, Grant, Level
from core.ids import MemberId, new_code
from core.ledger import views
from core.members import service as members
from core.models import (
    Begun,
    Ended,
    LanguageModel,
    ModelLost,
    ModelTrouble,
    Piece,
    Prompt,
    Structured,
    Written,
)
from core.people import Plan
from core.usage import Usage, Worst
from core.values import dataclass

Sleep = Callable[[float], Awaitable[None]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that decides what a call may cost."""

    limits: AssistantLimits
    gate: GateLimits
    prices: Prices
    plans: Plans


class Door:
    """Lets a call through when the gate has reserved its worst case, and not otherwise."""

    def __init__(
        self, model: LanguageModel, database: Database, clock: Clock, terms: Terms, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._model = model
        self._database = database
        self._clock = clock
        self._terms = terms
        self._sleep = sleep
        self._front = Front(terms.limits.calls_at_once)

    def turn(self, member: MemberId, plan: Plan) -> Turn:
        """A turn in the fair line of those who call at once; nothing is reserved while somebody waits for it."""
        return self._front.turn(member, plan)

    async def open(
        self,
        call: Call,
        purpose: str,
        prompt: Prompt,
        reduced: Prompt | None = None,
        *,
        digest: str = "",
    ) -> "Passage":
        """Reserve what the prompt may cost at its worst. Raises everything the gate refuses with.

        With `reduced` it is the call that the price is for; without, one beside it, which brings no price of its own.
        A price that was held and is not any more raises `HoldClosed`: nobody pays for it in its place.
        """
        counted = await self._count(prompt)
        worst = Worst(prompt.model, counted, prompt.output_max)
        less = Worst(reduced.model, counted, reduced.output_max) if reduced else None
        unit = partial(self._reserve, call=call, purpose=purpose, worst=worst, reduced=less, digest=digest)
        grant = await self._database.write(unit)
        runs = reduced if reduced is not None and grant.worst == less else prompt
        return Passage(self, grant, runs, counted)

    def partners(self, uow: UnitOfWork, member: MemberId, level: Level) -> tuple[Button, ...]:
        """What stands below an answer that ran at a level: the way to partner pages, or nothing."""
        return standing.below(uow, member, level, self._terms.gate)

    def _reserve(
        self,
        uow: UnitOfWork,
        *,
        call: Call,
        purpose: str,
        worst: Worst,
        reduced: Worst | None,
        digest: str,
    ) -> Grant:
        terms = self._terms
        price = views.price_still_held(uow, call.key)
        hold = price.hold if price else None
        # As they are by now: while they waited in line, a merge may have made them somebody else.
        member = members.member(uow, call.member.id)
        payer = gate.payer_of(uow, member, hold, call.at, terms.plans)
        # The price's dollars count once: for the answer, not for what is detected beside it.
        ask = CallAsk(purpose, worst, payer, reduced, hold if reduced else None, digest)
        # A run of its own: an errand that is resumed pays for its second call, the first expires as its worst case.
        at, key = self._clock.now(), f"{call.key}:{purpose}:{new_code(8)}"
        return gate.reserve(uow, member, ask, key=key, at=at, limits=terms.gate, prices=terms.prices)

    async def _count(self, prompt: Prompt) -> int:
        """Input tokens with a margin, because the provider calls its own count an estimate."""
        try:
            counted = await asyncio.wait_for(self._model.count(prompt), self._terms.limits.answer_s)
        except (ModelTrouble, TimeoutError):
            turns = (text for turn in prompt.turns for text in (turn.asked, turn.answered))
            return rules.most_tokens(*prompt.stable, *turns, prompt.now, prompt.asked)
        return counted + -(-counted * self._terms.limits.count_margin_percent // 100)


class _Meter:
    """What is known of a call so far."""

    def __init__(self, counted: int, output_max: int) -> None:
        self._counted = counted
        self._output_max = output_max
        self.sent = False
        """Whether the provider may have begun: a bill is possible."""
        self.begun: Usage | None = None
        self.ended: Usage | None = None
        self.written = ""

    def used(self) -> Usage | None:
        """What to book; None: nothing ran."""
        if not self.sent:
            return None
        if self.ended is not None:
            return self.ended
        if self.begun is not None:
            heard = min(self._output_max, rules.tokens(self.written))
            return replace(self.begun, output=max(self.begun.output, heard))
        return rules.unknown_usage(self._counted, self.written, self._output_max)


class Passage:
    """One reserved call on its way; whoever opened it settles it, once, however it ended."""

    def __init__(self, door: Door, grant: Grant, prompt: Prompt, counted: int) -> None:
        self._door = door
        self._left = float(door._terms.limits.answer_s)
        self._meter = _Meter(counted, prompt.output_max)
        self.grant = grant
        self.prompt = prompt

    async def pieces(self) -> AsyncGenerator[Written | Ended, None]:
        """The answer as it comes, tried again while nothing was billed. Raises `ModelTrouble`."""
        attempt = 1
        while True:
            try:
                async with aclosing(self._timed(self._door._model.stream(self.prompt))) as pieces:
                    async for piece in pieces:
                        self._note(piece)
                        if not isinstance(piece, Begun):
                            yield piece
            except ModelTrouble as trouble:
                await self._wait_or_raise(trouble, attempt)
                attempt += 1
            else:
                return

    async def structure(self, schema: type[BaseModel]) -> Structured:
        """The answer in a shape, tried again while nothing was billed. Raises `ModelTrouble`."""
        attempt = 1
        while True:
            self._meter.sent = True
            try:
                answer = await self._in_time(self._door._model.structure(self.prompt, schema))
            except ModelTrouble as trouble:
                await self._wait_or_raise(trouble, attempt)
                attempt += 1
                continue
            self._note(answer.ended)
            return answer

    async def settle(self, paid: tuple[int, int] | None) -> None:
        """Book what was used; `paid` is the part of the price that the member pays (None: all of it)."""
        door, terms = self._door, self._door._terms
        used, at, reservation = self._meter.used(), door._clock.now(), self.grant.reservation
        if used is None:
            await door._database.write(lambda uow: gate.release(uow, reservation, at))
            return
        await door._database.write(
            lambda uow: gate.settle(
                uow, reservation, used, delivered_share=paid, at=at, prices=terms.prices, limits=terms.gate
            )
        )

    def _note(self, piece: Piece) -> None:
        match piece:
            case Begun(usage):
                self._meter.begun = usage
            case Written(text):
                self._meter.written += text
            case Ended(usage=usage):
                self._meter.ended = usage

    async def _timed(self, pieces: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
        """The pieces, with the time spent on waiting for the model alone taken off what is left."""
        self._meter.sent = True
        try:
            while True:
                try:
                    piece = await self._in_time(anext(pieces))
                except StopAsyncIteration:
                    return
                yield piece
        finally:
            await pieces.aclose()

    async def _in_time(self, answer: Awaitable[T]) -> T:
        """Wait for the model, no longer than is left of the call's own time."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(max(0, self._left)):
                return await answer
        except TimeoutError:
            raise ModelLost("our own time was over") from None
        finally:
            self._left -= loop.time() - began

    async def _wait_or_raise(self, trouble: ModelTrouble, attempt: int) -> None:
        """Go on to the next try after a while, or give up with the trouble."""
        if trouble.nothing_ran and self._meter.begun is None:
            self._meter.sent = False
        limits = self._door._terms.limits
        wait = rules.wait_ms(attempt, getattr(trouble, "wait_ms", None), limits)
        hopeless = not trouble.again or self._meter.sent or attempt >= limits.tries_max
        if hopeless or wait is None or wait > self._left * 1000:
            raise trouble
        self._left -= wait / 1000
        await self._door._sleep(wait / 1000)
