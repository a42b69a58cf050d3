"""Turns: by the plan's weight, in turns among members, nobody forgotten, and the place told is the place had."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gate.queue import WEIGHTS, FairQueue, Front
from core.ids import MemberId
from core.people import Plan

ANN, BOB = MemberId(1), MemberId(2)
plans = st.sampled_from(list(Plan))
calls = st.lists(st.tuples(st.integers(1, 4).map(MemberId), plans), max_size=60)


def drained(queue: FairQueue) -> list[int]:
    found = []
    while (number := queue.pop()) is not None:
        found.append(number)
    return found


class TestFairQueue:
    def test_ten_turns_are_six_three_and_one(self) -> None:
        queue, plan_of = FairQueue(), {}
        for number in range(300):
            plan_of[number] = list(Plan)[number % 3]
            queue.push(number, MemberId(number), plan_of[number])
        order = drained(queue)
        for begin in range(0, 100, 10):
            assert Counter(plan_of[number] for number in order[begin : begin + 10]) == Counter(WEIGHTS)

    def test_a_flood_of_one_member_delays_themselves(self) -> None:
        queue = FairQueue()
        for number in range(10):
            queue.push(number, ANN, Plan.FREE)
        queue.push(10, BOB, Plan.FREE)
        assert drained(queue)[:3] == [0, 10, 1]

    def test_a_plan_that_was_away_does_not_come_back_with_old_turns(self) -> None:
        queue = FairQueue()
        for number in range(100):
            queue.push(number, MemberId(number), Plan.PRO)
        for _ in range(60):
            queue.pop()
        for number in range(100, 110):
            queue.push(number, MemberId(number), Plan.FREE)
        soon = [queue.pop() or 0 for _ in range(14)]
        assert sum(number >= 100 for number in soon) <= 2

    @given(calls, st.data())
    def test_everybody_is_served_once_and_the_place_is_kept(self, waiting, data) -> None:
        queue = FairQueue()
        for number, (member, plan) in enumerate(waiting):
            queue.push(number, member, plan)
        gone = data.draw(st.sets(st.sampled_from(range(len(waiting))))) if waiting else set()
        for number in gone:
            queue.remove(number)
        places = queue.places()
        order = drained(queue)
        assert sorted(order) == sorted(set(range(len(waiting))) - gone)
        assert places == {number: place for place, number in enumerate(order, 1)}
        assert len(queue) == 0

    @given(calls)
    def test_nobody_starves(self, others) -> None:
        """While Pro goes on coming, whoever is first of Free waits ten turns at most for each of Free before them."""
        queue, number = FairQueue(), 0
        for member, plan in others:
            queue.push(number, member, plan)
            number += 1
        queue.push(number, MemberId(99), Plan.FREE)
        mine, before = number, sum(plan is Plan.FREE for _, plan in others)
        for turn in range(10 * (before + 2)):
            number += 1
            queue.push(number, MemberId(1000 + turn), Plan.PRO)
            if queue.pop() == mine:
                return
        raise AssertionError("starved")


class TestFront:
    async def test_so_many_at_once_and_the_rest_in_line(self) -> None:
        front, go_on = Front(2), asyncio.Event()
        running: list[int] = []
        told: list[tuple[int, int]] = []

        async def call(name: int, plan: Plan) -> None:
            async with front.turn(MemberId(name), plan) as turn:
                async for place in turn.places():
                    told.append((name, place))  # noqa: PERF401  looked at while it grows
                running.append(name)
                await go_on.wait()

        tasks = []
        for name, plan in enumerate([Plan.FREE, Plan.FREE, Plan.FREE, Plan.PRO, Plan.FREE]):
            tasks.append(asyncio.create_task(call(name, plan)))
            await asyncio.sleep(0)
        assert (running, told) == ([0, 1], [(2, 1), (3, 1), (4, 3)])
        go_on.set()
        await asyncio.gather(*tasks)
        assert running == [0, 1, 3, 2, 4]

    async def test_the_place_is_told_again_when_the_line_moves(self) -> None:
        front, told = Front(1), list[int]()

        async def call() -> None:
            async with front.turn(BOB, Plan.FREE) as turn:
                async for place in turn.places():
                    told.append(place)

        async with front.turn(ANN, Plan.FREE) as first:
            await first.come()
            ahead = front.turn(MemberId(3), Plan.FREE)
            await ahead.__aenter__()
            waiting = asyncio.create_task(call())
            await asyncio.sleep(0)
            assert told == [2]
        await asyncio.sleep(0)  # it is the turn of who was ahead, and who waits looks again
        await asyncio.sleep(0)
        assert told == [2, 1]
        await ahead.__aexit__(None, None, None)
        async with asyncio.timeout(1):
            await waiting
        assert told == [2, 1]

    async def test_a_turn_comes_back_when_the_call_fails(self) -> None:
        front = Front(1)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                async with front.turn(ANN, Plan.FREE):
                    raise RuntimeError
        async with asyncio.timeout(1), front.turn(ANN, Plan.FREE) as turn:
            await turn.come()

    @pytest.mark.parametrize("woken_first", [False, True])
    async def test_who_goes_away_passes_the_turn_on(self, woken_first) -> None:
        front, served = Front(1), []

        async def call(name: int) -> None:
            async with front.turn(MemberId(name), Plan.FREE) as turn:
                await turn.come()
                served.append(name)

        async with front.turn(ANN, Plan.FREE):
            leaving, staying = (asyncio.create_task(call(name)) for name in (7, 8))
            await asyncio.sleep(0)
            if not woken_first:
                leaving.cancel()
                await asyncio.sleep(0)
        leaving.cancel()  # when it was woken, it has not run yet
        (gone,) = await asyncio.gather(leaving, return_exceptions=True)
        assert isinstance(gone, asyncio.CancelledError)
        async with asyncio.timeout(1):
            await staying
        assert served == [8]
        async with asyncio.timeout(1), front.turn(ANN, Plan.FREE) as turn:
            await turn.come()
            # Who went away has left no turn behind: there is still one, and it is taken.
            async with front.turn(BOB, Plan.FREE) as second:
                assert await anext(second.places()) == 1
