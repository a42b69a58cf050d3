"""Who is next when calls have to wait: fair by the plan's weight, and by turns among the members of one plan.

`FairQueue` is plain data that decides the order; `Front` lets calls wait for their turn by it.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import field
from fractions import Fraction

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

    def place(self, number: int) -> int:
        """Which turn from now is this call's, from 1; what comes later may still push it back. 0: it does not wait."""
        if number not in self._inside:
            return 0
        ahead, place = deepcopy(self), 1
        while ahead.pop() != number:
            place += 1
        return place

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

    @asynccontextmanager
    async def turn(
        self, member: MemberId, plan: Plan, tell: Callable[[int], None] | None = None
    ) -> AsyncIterator[None]:
        """Wait for a turn and hold it. `tell` hears the place in line, if there is one."""
        await self._wait(member, plan, tell)
        try:
            yield
        finally:
            self._free += 1
            self._wake()

    async def _wait(self, member: MemberId, plan: Plan, tell: Callable[[int], None] | None) -> None:
        if self._free and not self._woken:
            self._free -= 1
            return
        self._numbers += 1
        number = self._numbers
        self._line.push(number, member, plan)
        mine = self._woken[number] = asyncio.get_running_loop().create_future()
        if tell is not None:
            tell(self._line.place(number))
        try:
            await mine
        except asyncio.CancelledError:
            self._line.remove(number)
            if mine.done() and not mine.cancelled():  # it was woken and goes away all the same: the next one may
                self._free += 1
            self._woken.pop(number, None)
            self._wake()
            raise

    def _wake(self) -> None:
        while self._free:
            number = self._line.pop()
            if number is None:
                return
            self._free -= 1
            self._woken.pop(number).set_result(None)
