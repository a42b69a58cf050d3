"""The ticker: one tick after the other, whatever one of them meets."""

import asyncio
from dataclasses import dataclass, field

from bot.scheduler import Ticker
from core.errors import DatabaseBusy
from core.runner import Tick

TICK_S = 0.002


class Work:
    """What a tick does in a test: a step for each, then nothing."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.ticks = self.running = self.most = 0
        self.left = False
        self.ticked = asyncio.Condition()

    async def tick(self):
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            step = self.steps.pop(0) if self.steps else None
            return (await step() if step else None) or Tick(0, 0)
        finally:
            self.running -= 1
            async with self.ticked:
                self.ticks += 1
                self.ticked.notify_all()

    def leave(self):
        self.left = True

    async def reached(self, ticks):
        async with self.ticked:
            await self.ticked.wait_for(lambda: self.ticks >= ticks)


@dataclass
class Witness:
    """An observer that remembers."""

    said: list[str] = field(default_factory=list)

    def handled(self, command, outcome, *, trace): ...

    def operational(self, what, error, *, trace):
        self.said.append(f"operational {what} {type(error).__name__}")

    def broken(self, what, error, *, trace, reference):
        self.said.append(f"broken {what} {type(error).__name__}")


class TestTicks:
    async def test_come_one_after_the_other(self):
        work = Work()
        ticker = Ticker(work, Witness(), tick_s=TICK_S)
        await ticker.start()
        await work.reached(3)
        await ticker.stop()
        assert work.most == 1

    async def test_a_slow_one_is_not_doubled(self, caplog):
        slow, go = asyncio.Event(), asyncio.Event()

        async def slowly():
            slow.set()
            await go.wait()

        work = Work(slowly)
        ticker = Ticker(work, Witness(), tick_s=TICK_S)
        await ticker.start()
        await slow.wait()
        began = asyncio.get_running_loop().time()
        # As long as ten ticks: the loop's own clock says when that is.
        passed = asyncio.Event()
        asyncio.get_running_loop().call_at(began + TICK_S * 10, passed.set)
        await passed.wait()
        assert work.ticks == 0
        go.set()
        await work.reached(3)
        await ticker.stop()
        assert work.most == 1
        assert caplog.records == []  # nobody wants a warning for every moment of a slow tick

    async def test_follow_at_once_while_there_is_work(self):
        async def busy():
            return Tick(64, 0)

        work = Work(busy, busy, busy)
        ticker = Ticker(work, Witness(), tick_s=0.05)
        await ticker.start()
        await work.reached(1)
        began = asyncio.get_running_loop().time()
        await work.reached(4)
        assert asyncio.get_running_loop().time() - began < 0.05
        await ticker.stop()


class TestFailing:
    async def test_goes_on_and_says_it(self):
        async def busy():
            raise DatabaseBusy

        async def breaks():
            raise KeyError("row")

        work, witness = Work(busy, breaks), Witness()
        ticker = Ticker(work, witness, tick_s=TICK_S)
        await ticker.start()
        await work.reached(4)
        await ticker.stop()
        assert witness.said == ["operational tick DatabaseBusy", "broken tick KeyError"]


class TestStop:
    async def test_finishes_the_tick_in_hand_and_begins_no_other(self):
        began, go = asyncio.Event(), asyncio.Event()

        async def slowly():
            began.set()
            await go.wait()
            return Tick(1, 0)

        work = Work(slowly)
        ticker = Ticker(work, Witness(), tick_s=TICK_S)
        await ticker.start()
        await began.wait()
        served, stopping = asyncio.create_task(ticker.serve()), asyncio.create_task(ticker.stop())
        await served
        assert not stopping.done()
        assert work.left, "the rest of its look is for others"
        go.set()
        await stopping
        assert work.ticks == 1

    async def test_is_harmless_twice_and_without_a_start(self):
        ticker = Ticker(Work(), Witness(), tick_s=1)
        await ticker.stop()
        await ticker.start()
        await ticker.stop()
        await ticker.stop()
