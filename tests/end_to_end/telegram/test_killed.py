"""The program itself, killed with its hands full. Everybody is answered once, and nothing is done twice.

Telegram knows no key: whoever is killed in the instant between sending and writing that down says it again.
"""

import asyncio
import os
import re
import signal
import socket
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.telegram.fake import FakeTelegram

ROOT = Path(__file__).parents[3]
PEOPLE = 24
START_S = 25.0


@pytest.fixture
async def telegram():
    async with FakeTelegram() as telegram:
        telegram.world.pace = 0
        ticking = asyncio.create_task(ticks(telegram))
        yield telegram
        ticking.cancel()


async def ticks(telegram):
    """What a webhook could not deliver comes again after a while."""
    while True:
        await asyncio.sleep(0.1)
        telegram.clock.advance(1)


class Program:
    """`tandem run` as an operator starts it."""

    def __init__(self, telegram, folder, url, mode):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._folder = folder
        self._environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "TANDEM__DATABASE__URL": url,
            "TANDEM__TELEGRAM__ENABLED": "true",
            "TANDEM__TELEGRAM__API_URL": telegram.api_url,
            "TANDEM__TELEGRAM__TOKEN": telegram.token,
            "TANDEM__TELEGRAM__MODE": mode,
            "TANDEM__WEB__PORT": str(port),
            "TANDEM__WEB__PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TANDEM__WEB__SECRET": "a secret of forty characters for the tests",
        }
        self._process: Any = None

    async def starts(self):
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run",
                cwd=self._folder, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip

    async def ends(self, number):
        self._process.send_signal(number)
        return await self._process.wait()

    def log(self):
        return (self._folder / "log").read_text()


@pytest.fixture(params=["polling", "webhook"])
async def program(request, telegram, sqlite_engine, tmp_path):
    url = sqlite_engine.fresh()
    program = Program(telegram, tmp_path, url, request.param)
    yield program
    if program._process.returncode is None:
        await program.ends(signal.SIGKILL)
    sqlite_engine.drop(url)


def said(telegram):
    return [request for request in telegram.world.asked("sendMessage") if request.code == 200]


async def test_every_update_is_answered(program, telegram):
    people = [telegram.person(f"P{number}") for number in range(PEOPLE)]
    await program.starts()
    for person in people:
        person.says("/daily")
    await telegram.until(lambda: len(said(telegram)) >= PEOPLE // 4, START_S)
    await program.ends(signal.SIGKILL)
    await program.starts()
    await telegram.until(lambda: all(person.sees() for person in people), START_S)
    telegram.clock.advance(60)
    for person in people:
        person.says("/wallet")
    await telegram.until(lambda: all(person.last().text.startswith("10 coins") for person in people), START_S)
    # Measured in the benchmark: 4,799 of 4,800 heard theirs once, and one twice.
    answers = Counter(
        sum("+10 coins" in text and "day 1" in text.casefold() for text in person.texts()) for person in people
    )
    assert set(answers) <= {1, 2}
    assert answers[2] <= 1
    assert not any("already yours" in text for person in people for text in person.texts())
    assert await program.ends(signal.SIGTERM) == 0
    assert telegram.token.partition(":")[2] not in program.log()
    assert re.search(r"Traceback", program.log()) is None
