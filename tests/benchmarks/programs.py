"""`tandem run` in a process of its own, on loopback platforms: killed with its hands full, and weighed."""

import asyncio
import os
import random
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.databases import SqliteEngine
from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.telegram.fake import FakeTelegram

ROOT = Path(__file__).parents[2]
CROWD = 300
"""Updates in hand when the power goes."""
PATIENCE_S = 60.0
CALM_S = 1.5
"""So long after the last answer nothing more is expected."""
IDLE_MB, BUSY_MB, ACTIVE = 160, 250, 10_000


class Program:
    """The program as an operator starts it; what is None is turned off."""

    def __init__(
        self, folder: Path, discord: FakeDiscord | None, telegram: FakeTelegram | None, mode: str = "polling"
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        given = {
            "DATABASE__URL": SqliteEngine(folder).fresh(),
            "WEB__PORT": str(port),
            "WEB__PUBLIC_URL": f"http://127.0.0.1:{port}",
            "WEB__SECRET": "a secret of forty characters for the measures",
        }
        if discord is not None:
            given |= {"DISCORD__API_URL": discord.api_url, "DISCORD__GATEWAY_URL": discord.gateway_url}
            given |= {"DISCORD__ENABLED": "true", "DISCORD__TOKEN": discord.token}
        if telegram is not None:
            given |= {"TELEGRAM__API_URL": telegram.api_url, "TELEGRAM__MODE": mode}
            given |= {"TELEGRAM__ENABLED": "true", "TELEGRAM__TOKEN": telegram.token}
        settings = {f"TANDEM__{name}": value for name, value in given.items()}
        self._environ = os.environ | settings | {"PYTHONPATH": str(ROOT)}
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def starts(self) -> None:
        """A new process on the same database."""
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=self._environ, stdout=log, stderr=log
            )

    async def ends(self, number: int = signal.SIGKILL) -> None:
        """No word of farewell, unless it is asked for."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()

    def megabytes(self) -> float:
        """What it has in memory."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return int(kilobytes) / 1024


@asynccontextmanager
async def _telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.world.pace = 0
        # Waiting out the flood limit would leave nothing in hand.
        fake.world.flood.check = lambda method, chat: None  # type: ignore[method-assign]
        ticking = asyncio.create_task(_ticks(fake))
        yield fake
        ticking.cancel()


async def _ticks(fake: FakeTelegram) -> None:
    """What a webhook could not deliver comes again after a while."""
    while True:
        await asyncio.sleep(1)
        fake.clock.advance(1)


@asynccontextmanager
async def _discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        fake.gateway.pace = 0  # a restart identifies again sooner than real ones do
        fake.world.commands.overwrite([{"name": n, "description": n, "type": 1} for n in ("daily", "wallet")])
        yield fake


def _answers(person: Any) -> int:
    return sum(message.sender is not person.user for message in person.chat.messages.values())


async def telegram_kills(folder: Path, mode: str, times: int, seed: int = 1) -> Counter[str]:
    """Kill it so many times while a crowd waits; how many updates were answered once, twice, more often, never."""
    chance, found = random.Random(seed), Counter[str]()
    async with _telegram() as fake:
        program = Program(folder, None, fake, mode)
        people = [fake.person(f"P{number}") for number in range(CROWD)]
        await program.starts()
        for turn in range(times + 1):
            before = [_answers(person) for person in people]
            for person in people:
                person.says("/wallet" if turn else "/daily")
            if turn:
                await fake.until(lambda: any(map(_more, people, before)), PATIENCE_S)  # noqa: B023  used at once
                await asyncio.sleep(chance.uniform(0, 1.2))
                await program.ends()
                await program.starts()
            await _calm(fake, people, before)
            if turn:
                heard = [_answers(person) - was for person, was in zip(people, before, strict=True)]
                found.update(("never", "once", "twice")[answers] if answers < 3 else "more often" for answers in heard)
        paid = sum("10 coins" in person.last().text and "20 coins" not in person.last().text for person in people)
        found["paid once"] = paid
        await program.ends()
    return found


def _more(person: Any, before: int) -> bool:
    return _answers(person) > before


async def _calm(fake: FakeTelegram, people: list[Any], before: list[int]) -> None:
    """Until all were answered, or nobody was for long."""
    try:
        await fake.until(lambda: all(map(_more, people, before)), PATIENCE_S)
    except TimeoutError:
        return
    await asyncio.sleep(CALM_S)


async def discord_kills(folder: Path, times: int, seed: int = 1) -> Counter[str]:
    """Kill it so many times while a crowd waits. Discord brings nothing again: what was unanswered is asked again."""
    chance, found = random.Random(seed), Counter[str]()
    async with _discord() as fake:
        program = Program(folder, fake, None)
        await program.starts()
        for turn in range(1, times + 1):
            people = [fake.person("somebody") for _ in range(CROWD)]
            await _heard(fake, turn)
            asked = [await person.runs("/daily", wait=False) for person in people]
            await asyncio.sleep(chance.uniform(0, 1.0))
            await program.ends()
            found["answered before"] += sum(interaction.answered for interaction in asked)
            await program.starts()
            await _heard(fake, turn + 1)
            for person in people:
                first = await person.runs("/daily")
                assert first.answered
                text = (await person.runs("/wallet")).text
                found["paid once" if "**10 coins**" in text else "paid wrongly"] += 1
        await program.ends()
    return found


async def _heard(fake: FakeDiscord, times: int) -> None:
    """Until the program listens, for so many processes."""
    bell = fake.world.bell
    await bell.until(lambda: len(fake.gateway.identified) >= times, told="an identify", seconds=PATIENCE_S)
    await asyncio.sleep(0.3)


async def weights(folder: Path, active: int = ACTIVE) -> tuple[float, float]:
    """Megabytes with both platforms idle, and after so many members used it, half of them on each."""
    async with _discord() as discord, _telegram() as telegram:
        program = Program(folder, discord, telegram)
        await program.starts()
        await _heard(discord, 1)
        await telegram.until(lambda: telegram.server.polling.waiting, PATIENCE_S)
        await asyncio.sleep(3)
        idle = program.megabytes()
        discord.world.clock.hold()  # so that a slow machine makes no answer late
        for start in range(0, active // 2, 100):
            people = [telegram.person(f"P{start + i}", f"user_{start + i}") for i in range(100)]
            others = [discord.person(f"p{start + i}") for i in range(100)]
            for person in people:
                person.says("/daily")
            asked = [await other.runs("/daily", wait=False) for other in others]
            await telegram.until(lambda: all(map(_answers, people)), PATIENCE_S)  # noqa: B023  used at once
            bell = discord.world.bell
            await bell.until(lambda: all(i.answered for i in asked), told="answers", seconds=PATIENCE_S)  # noqa: B023
        busy = program.megabytes()
        await program.ends()
    return idle, busy


async def main() -> None:
    """Print these lines of the table alone: `python -m tests.benchmarks.programs [kills]`."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        print(await weights(_new(folder)))
        for mode in ("polling", "webhook"):
            print(f"Telegram by {mode}, {times} kills: {dict(await telegram_kills(_new(folder), mode, times))}")
        print(f"Discord, {times} kills: {dict(await discord_kills(_new(folder), times))}")


def _new(folder: str) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


if __name__ == "__main__":
    asyncio.run(main())
