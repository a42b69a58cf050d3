"""Start, work, drain, stop: however it ends, everything is stopped and the exit code says how it was."""

import asyncio
import errno
import os
import signal

import pytest
import structlog

from bot.lifecycle import Patience, enter, run
from core.errors import DatabaseBusy

QUICK = Patience(first_s=0.001, most_s=0.004, stop_s=1)


class Stage:
    """A part that writes down what happens to it, and does what a test tells it."""

    def __init__(self, name, diary, *, refusals=(), crash=None, done=False, stuck=False):
        self.name = name
        self.diary = diary
        self.refusals = list(refusals)
        self.crash = crash
        self.done = done
        self.stuck = stuck
        self.tried = asyncio.Event()
        self.serving = asyncio.Event()
        self.stopped = asyncio.Event()

    async def start(self):
        self.diary.append(f"{self.name} starts")
        self.tried.set()
        if self.refusals:
            raise self.refusals.pop(0)

    async def serve(self):
        self.serving.set()
        if self.crash is not None:
            raise self.crash
        if not self.done:
            await self.stopped.wait()

    async def stop(self):
        self.diary.append(f"{self.name} stops")
        if self.stuck:
            await asyncio.Event().wait()
        self.stopped.set()


@pytest.fixture
def diary():
    return []


@pytest.fixture
def lines():
    """What was logged."""
    with structlog.testing.capture_logs() as captured:
        yield captured


async def told(parts, number=signal.SIGTERM, **more):
    """Run until every part works, then send a signal to this process."""

    async def tell():
        for part in parts:
            await part.serving.wait()
        os.kill(os.getpid(), number)

    code, _ = await asyncio.gather(run(parts, patience=QUICK, **more), tell())
    return code


class TestSignal:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    async def test_stops_all_in_reverse_order(self, diary, number):
        parts = [Stage(name, diary) for name in ("discord", "web", "schedule")]
        ground = [Stage("database", diary)]
        assert await told(parts, number, ground=ground) == 0
        assert diary == [
            *("database starts", "discord starts", "web starts", "schedule starts"),
            *("schedule stops", "web stops", "discord stops", "database stops"),
        ]

    async def test_leaves_the_signals_as_they_were(self, diary):
        before = signal.getsignal(signal.SIGTERM)
        await told([Stage("web", diary)])
        assert signal.getsignal(signal.SIGTERM) == before

    async def test_does_not_wait_for_ever_for_one_that_hangs(self, diary, lines):
        parts = [Stage("web", diary), Stage("stuck", diary, stuck=True)]
        code, _ = await asyncio.gather(run(parts, patience=Patience(stop_s=0.01)), signalled(parts[1].serving))
        assert code == 0
        assert diary[-2:] == ["stuck stops", "web stops"]
        assert "did not stop in time" in [line["event"] for line in lines]

    async def test_while_a_part_still_tries_to_connect(self, diary):
        away = Stage("discord", diary, refusals=[ConnectionRefusedError("away")] * 10_000)
        web = Stage("web", diary)
        code, _ = await asyncio.gather(run([away, web], patience=QUICK), signalled(web.serving))
        assert code == 0
        assert diary[-2:] == ["web stops", "discord stops"]

    async def test_while_the_ground_is_not_there_yet(self, diary):
        ground = Stage("database", diary, refusals=[DatabaseBusy()] * 10_000)

        code, _ = await asyncio.gather(
            run([Stage("web", diary)], ground=[ground], patience=QUICK), signalled(ground.tried)
        )
        assert code == 0
        assert "web starts" not in diary
        assert diary[-1] == "database stops"


async def signalled(event):
    await event.wait()
    os.kill(os.getpid(), signal.SIGTERM)


class TestCrash:
    async def test_takes_the_program_down_with_its_reason(self, diary, lines):
        parts = [Stage("web", diary), Stage("discord", diary, crash=RuntimeError("gateway gone"))]
        assert await run(parts, patience=QUICK) == 1
        assert diary[-2:] == ["discord stops", "web stops"]
        (line,) = [line for line in lines if line["log_level"] == "error"]
        assert (line["event"], line["part"]) == ("ended by a crash", "discord")
        assert line["why"] == "RuntimeError: gateway gone"
        assert line["exc_info"] is parts[1].crash

    async def test_at_the_start(self, diary):
        parts = [Stage("web", diary, refusals=[ValueError("no secret")]), Stage("discord", diary)]
        assert await run(parts, patience=QUICK) == 1
        assert sorted(diary[-2:]) == ["discord stops", "web stops"]

    async def test_of_the_ground_starts_nothing_else(self, diary):
        ground = [Stage("database", diary, refusals=[ValueError("wrong version")])]
        assert await run([Stage("web", diary)], ground=ground, patience=QUICK) == 1
        assert diary == ["database starts", "database stops"]

    async def test_at_the_stop_does_not_keep_the_others(self, diary):
        class Broken(Stage):
            async def stop(self):
                raise RuntimeError("can not stop")

        broken = Broken("web", diary)
        assert await told([Stage("discord", diary), broken]) == 1
        assert diary[-1] == "discord stops"


class TestRefusedConnection:
    @pytest.mark.parametrize("error", [ConnectionRefusedError("away"), TimeoutError(), DatabaseBusy()])
    async def test_is_tried_again_and_said_once(self, diary, lines, error):
        late = Stage("discord", diary, refusals=[error] * 5)
        assert await told([late, Stage("web", diary)]) == 0
        assert diary.count("discord starts") == 6
        warnings = [line for line in lines if line["log_level"] == "warning"]
        assert [(line["event"], line["part"]) for line in warnings] == [("not connected, trying again", "discord")]
        (started,) = [line for line in lines if line["event"] == "started" and line["part"] == "discord"]
        assert started["tries"] == 6

    async def test_does_not_keep_the_others_waiting(self, diary):
        away = Stage("discord", diary, refusals=[ConnectionRefusedError()] * 10_000)
        web = Stage("web", diary)
        await asyncio.gather(run([away, web], patience=QUICK), signalled(web.serving))
        assert "web starts" in diary

    async def test_a_taken_port_ends_the_program_in_words(self, diary, lines):
        taken = OSError(errno.EADDRINUSE, "address already in use")
        assert await run([Stage("web", diary, refusals=[taken])], patience=QUICK) == 1
        (line,) = [line for line in lines if line["log_level"] == "error"]
        assert (line["event"], "exc_info" in line) == ("could not start", False)
        assert "address already in use" in line["why"]


class TestDone:
    async def test_a_part_that_is_done_ends_the_program(self, diary):
        parts = [Stage("web", diary), Stage("console", diary, done=True)]
        assert await run(parts, patience=QUICK) == 0
        assert diary[-2:] == ["console stops", "web stops"]


class TestEnter:
    def test_runs_on_uvloop(self, diary):
        async def program():
            seen.append(type(asyncio.get_running_loop()).__module__)
            return 3

        seen: list[str] = []
        assert enter(program()) == 3
        assert seen[0].startswith("uvloop")
