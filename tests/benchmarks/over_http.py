"""Microseconds from what somebody does to the answer that they see, one at a time, over HTTP on this machine.

Tandem and the library's echo bot each have a loopback platform of their own, which is part of both figures.

A command is the first of its day, and so pays the visit beside what it is for, unless it is asked *again* on that day.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from core.clock import SetClock
from tests.benchmarks.town import APART, town
from tests.benchmarks.transfers import run

GOALS = {"discord": 2.5, "telegram": 1.6}
TIMES = 20
COMMANDS = ("daily", "wallet", "wallet again")
Command = Callable[[str], Awaitable[object]]


class Took(NamedTuple):
    """The median microseconds, and the microseconds of processor for each, the platform's among them."""

    p50: float
    cpu_micros: float


async def _took(does: Command, name: str) -> Took:
    found, spent = [], time.process_time()
    for _ in range(TIMES):
        began = time.perf_counter()
        await does(name)
        found.append((time.perf_counter() - began) * 1_000_000)
    return Took(median(found), (time.process_time() - spent) / TIMES * 1_000_000)


def _on_its_day(name: str, clock: SetClock) -> str:
    """The command itself, once it is the day to ask it on."""
    command, _, again = name.partition(" ")
    if not again:
        clock.advance(APART)
    return command


@asynccontextmanager
async def discord_pair(folder: Path) -> AsyncIterator[tuple[Command, Command]]:
    """Ours and the echo, each asked for a command by somebody in a server."""
    import asyncio

    from pydantic import SecretStr

    from adapters.discord import DiscordChat
    from bot.settings import DiscordSettings
    from tests.fakes.discord.fake import FakeDiscord
    from tests.fakes_tests.discord.echo import Echo, connects

    declared = [{"name": name, "description": name, "type": 1} for name in ("daily", "wallet", "do")]

    async def says(interaction: Any) -> None:
        await interaction.response.send_message("Echo", ephemeral=True)

    async with FakeDiscord() as our_fake, FakeDiscord() as their_fake, town(folder, "discord", 1) as (house, clock):
        for fake in (our_fake, their_fake):
            fake.world.commands.overwrite(declared)
        ann, bob = our_fake.person("ann"), their_fake.person("bob")
        with our_fake.pointed_at():
            settings = DiscordSettings(True, our_fake.api_url, our_fake.gateway_url, SecretStr(our_fake.token))
            chat = DiscordChat(settings, house.dispatcher, clock)
            await chat.start()
            serving = asyncio.create_task(chat.serve())
            while not chat.connected():  # noqa: ASYNC110  nobody rings
                await asyncio.sleep(0.01)

        async def ours(name: str) -> None:
            with our_fake.pointed_at():
                await ann.runs(f"/{_on_its_day(name, clock)}")

        async def echo(_: str) -> None:
            with their_fake.pointed_at():
                await bob.runs("/do")

        echo_bot = Echo(max_messages=None)
        echo_bot.does = says
        with their_fake.pointed_at():
            connected = connects(their_fake, echo_bot)
            await connected.__aenter__()
        yield ours, echo
        await connected.__aexit__(None, None, None)
        await chat.stop()
        await serving


@asynccontextmanager
async def telegram_pair(folder: Path) -> AsyncIterator[tuple[Command, Command]]:
    """Ours and the echo, each asked for a command in a private chat, both by polling."""
    import asyncio

    from telegram import Update
    from telegram.ext import Application, CommandHandler
    from telegram.request import HTTPXRequest

    from adapters.telegram.client import Endpoint, TelegramClient
    from core.mailroom import Mailroom
    from tests.fakes.telegram.fake import FakeTelegram

    async def echo(update: Update, context: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(f"Echo {update.message.text}")

    def asks(fake: FakeTelegram) -> Command:
        fake.world.pace = 0
        fake.world.flood.check = lambda method, chat: None  # type: ignore[method-assign]
        person = fake.person("Ann")

        async def does(name: str) -> None:
            seen = len(person.chat.messages)
            person.says(f"/{name}")
            await fake.until(lambda: len(person.chat.messages) == seen + 2)

        return does

    async with FakeTelegram() as ours, FakeTelegram() as theirs, town(folder, "telegram", 1) as (house, clock):
        endpoint = Endpoint(ours.token, ours.api_url)
        mailroom = Mailroom(house.database, clock, house.easel)
        client = TelegramClient(endpoint, house.dispatcher, mailroom, house.dispatcher._desk.observer, clock)
        await client.start()
        serving = asyncio.create_task(client.serve())
        quick = {"verify": False}
        builder = Application.builder().token(theirs.token).base_url(theirs.api_url).base_file_url(theirs.file_url)
        builder = builder.request(HTTPXRequest(httpx_kwargs=quick))
        application = builder.get_updates_request(HTTPXRequest(httpx_kwargs=quick)).build()
        application.add_handler(CommandHandler(["daily", "wallet"], echo))
        async with application:
            assert application.updater is not None
            await application.start()
            await application.updater.start_polling()
            our_person, their_person = asks(ours), asks(theirs)

            async def on_its_day(name: str) -> None:
                await our_person(_on_its_day(name, clock))

            yield on_its_day, lambda name: their_person(name.partition(" ")[0])
            await application.updater.stop()
            await application.stop()
        await client.stop()
        await serving


PAIRS = {"discord": discord_pair, "telegram": telegram_pair}


def measured(folder: Path, platform: str, times: int) -> Iterator[tuple[str, Took, Took]]:
    """For each command its name, and the medians of ours and of the echo; the ratio of their p50 is the median one."""

    async def measure() -> dict[str, list[tuple[Took, Took]]]:
        found: dict[str, list[tuple[Took, Took]]] = {name: [] for name in COMMANDS}
        async with PAIRS[platform](folder) as (ours, echo):
            for turn in range(times + 1):
                for name, pairs in found.items():
                    pair = (await _took(ours, name), await _took(echo, name))
                    if turn:  # the first one compiles statements
                        pairs.append(pair)
        return found

    for name, pairs in run(measure()).items():
        echo = Took(*map(median, zip(*[theirs for _, theirs in pairs], strict=True)))
        ratios = [[mine / theirs for mine, theirs in zip(*pair, strict=True)] for pair in pairs]
        ours = Took(*[median(each) * base for each, base in zip(zip(*ratios, strict=True), echo, strict=True)])
        yield name, ours, echo
