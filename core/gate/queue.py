"""Who is next when calls have to wait: fair by the plan's weight, and by turns among the members of one plan.

`FairQueue` is plain data that decides the order; `Front` lets calls wait for their turn by it.
"""

import asyncio
import heapq
from collections.abc import AsyncGenerator
from copy import deepcopy
from dataclasses import field
from fractions import Fraction
from typing import Self

from core.ids import MemberId
from core.people import Plan
from core.values import dataclass

WEIGHTS = {Plan.PRO: 6, Plan.PREMIUM: 3, Plan.FREE: 1}


@dataclass(order=True, slots=True)
class _Waiting:
    turn: int
    number: int
    member: MemberId = field(compare=False)


@dataclass(slots=True)
class _Lane:
    """Those of one plan: each member's first call before anybody's second."""

    weight: int
    passed: Fraction = Fraction(0)
    """How much service the lane has had, in units of its weight."""
    turn: int = 0
    waiting: list[_Waiting] = field(default_factory=list)
    last_turn: dict[MemberId, int] = field(default_factory=dict)


class FairQueue:
    """Numbers in, numbers out. While all plans wait, ten turns are six for Pro, three for Premium, one for Free."""

    def __init__(self) -> None:
        self._lanes = {plan: _Lane(weight) for plan, weight in WEIGHTS.items()}
        self._passed = Fraction(0)
        self._gone: set[int] = set()
        self._inside: set[int] = set()

    def __len__(self) -> int:
        return len(self._inside)

    def push(self, number: int, member: MemberId, plan: Plan) -> None:
        """Let a call wait. Its number is the caller's, grows with time, and is used once."""
        lane = self._lanes[plan]
        if not lane.waiting:
            # Who has been away does not come back with all the turns they did not take.
            lane.passed = max(lane.passed, self._passed)
        turn = max(lane.turn, lane.last_turn.get(member, -1) + 1)
        lane.last_turn[member] = turn
        heapq.heappush(lane.waiting, _Waiting(turn, number, member))
        self._inside.add(number)

    def remove(self, number: int) -> None:
        """Forget a call that nobody waits for any more."""
        if number in self._inside:
            self._inside.discard(number)
            self._gone.add(number)

    def pop(self) -> int | None:
        """Whose turn it is; None when nobody waits."""
        for lane in self._lanes.values():
            self._drop_gone(lane)
        lanes = [lane for lane in self._lanes.values() if lane.waiting]
        if not lanes:
            return None
        lane = min(lanes, key=lambda one: (one.passed + Fraction(1, one.weight), -one.weight))
        first = heapq.heappop(lane.waiting)
        self._inside.discard(first.number)
        self._passed = lane.passed
        lane.passed += Fraction(1, lane.weight)
        lane.turn = first.turn
        if not lane.waiting:
            lane.last_turn.clear()
        return first.number

    def places(self) -> dict[int, int]:
        """Which turn from now is whose, from 1; what comes later may still push them back."""
        ahead, order = deepcopy(self), []
        while (number := ahead.pop()) is not None:
            order.append(number)
        return {number: place for place, number in enumerate(order, 1)}

    def _drop_gone(self, lane: _Lane) -> None:
        while lane.waiting and lane.waiting[0].number in self._gone:
            self._gone.discard(heapq.heappop(lane.waiting).number)


class Front:
    """So many calls at once, the others in line. One for each process that calls models."""

    def __init__(self, slots: int) -> None:
        assert slots > 0, "somebody must be served"
        self._free = slots
        self._line = FairQueue()
        self._woken: dict[int, asyncio.Future[None]] = {}
        self._numbers = 0
        self._places: dict[int, int] | None = None
        """As they are until somebody comes, goes, or is served."""
        self._moved: asyncio.Future[None] | None = None
        """Done when somebody goes: who waits looks where they stand."""

    def turn(self, member: MemberId, plan: Plan) -> "Turn":
        """A turn to wait for and to hold: `async with front.turn(…) as turn`, then `turn.places()` or `turn.come()`."""
        return Turn(self, member, plan)

    def _join(self, member: MemberId, plan: Plan) -> tuple[int, asyncio.Future[None]]:
        self._numbers += 1
        number, mine = self._numbers, asyncio.get_running_loop().create_future()
        if self._free and not self._woken:
            self._free -= 1
            mine.set_result(None)
        else:
            self._line.push(number, member, plan)
            self._woken[number] = mine
            self._places = None
        return number, mine

    def _leave(self, number: int, mine: asyncio.Future[None]) -> None:
        if mine.done():
            self._free += 1
        else:
            self._line.remove(number)
            self._woken.pop(number)
        self._places = None
        while self._free and (following := self._line.pop()) is not None:
            self._free -= 1
            self._woken.pop(following).set_result(None)
        if self._moved is not None:
            self._moved.set_result(None)
            self._moved = None

    def _moves(self) -> asyncio.Future[None]:
        if self._moved is None:
            self._moved = asyncio.get_running_loop().create_future()
        return self._moved

    def _place(self, number: int) -> int:
        if self._places is None:
            self._places = self._line.places()
        return self._places[number]


class Turn:
    """One call's place in line and then its turn, which is over when the context is left."""

    def __init__(self, front: Front, member: MemberId, plan: Plan) -> None:
        self._front = front
        self._who = member, plan

    async def __aenter__(self) -> Self:
        self._number, self._mine = self._front._join(*self._who)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._front._leave(self._number, self._mine)

    async def places(self) -> AsyncGenerator[int, None]:
        """The place in line, from 1, whenever it has changed; ends when it is our turn."""
        told = 0
        while not self._mine.done():
            moved = self._front._moves()
            place = self._front._place(self._number)
            if place != told:
                told = place
                yield place
                continue
            await asyncio.wait({self._mine, moved}, return_when=asyncio.FIRST_COMPLETED)

    async def come(self) -> None:
        """Wait for the turn without a word."""
        await asyncio.wait({self._mine})  # awaited by itself it would be cancelled with who waits, and count as had
