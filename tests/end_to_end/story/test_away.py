"""Platforms that are away when the program comes up, or while it runs: it waits for each, and serves the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from bot import lifecycle
from bot.lifecycle import Part, Patience
from bot.scheduler import Ticker
from bot.settings import Settings
from tests.databases import SqliteEngine
from tests.end_to_end.story.doors import Door
from tests.end_to_end.story.town import Town, identity, platforms, settings_for, shows


class Curtain:
    """The part that ends the program when the test is over."""

    name = "curtain"

    def __init__(self) -> None:
        self.falls = asyncio.Event()

    async def start(self) -> None:
        """Nothing to connect to."""

    async def serve(self) -> None:
        """Until the test says so."""
        await self.falls.wait()

    async def stop(self) -> None:
        """Nothing in hand."""
        self.falls.set()


@dataclass
class Stranded:
    """A town whose program runs behind two doors, both shut at first."""

    town: Town
    to_discord: Door
    to_telegram: Door
    program: "asyncio.Task[int]"
    curtain: Curtain


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def _through(settings: Settings, discord: Door, telegram: Door) -> Settings:
    """The same addresses at other ports."""

    def moved(url: str, door: Door) -> str:
        return url.replace(f":{_port(url)}", f":{door.port}")

    return replace(
        settings,
        discord=replace(settings.discord, api_url=moved(settings.discord.api_url, discord)),
        telegram=replace(settings.telegram, api_url=moved(settings.telegram.api_url, telegram)),
    )


@asynccontextmanager
async def _stranded(url: str) -> AsyncIterator[Stranded]:
    async with AsyncExitStack() as stack:
        discord, telegram = await stack.enter_async_context(platforms())
        direct = settings_for(url, discord, telegram)
        to_discord = await stack.enter_async_context(Door(_port(discord.api_url)))
        to_telegram = await stack.enter_async_context(Door(_port(telegram.api_url)))
        town = Town(discord, telegram, _through(direct, to_discord, to_telegram))
        await town.builds()
        curtain = Curtain()
        ticker = Ticker(town.house.runner, town.observer, tick_s=0.01)
        parts: list[Part] = [town.on_discord, town.on_telegram, ticker, curtain]
        program = asyncio.create_task(lifecycle.run(parts, patience=Patience(first_s=0.005, most_s=0.02)))
        # The commands were registered by an earlier life.
        discord.world.commands.overwrite(
            [{"name": name, "description": name, "type": 1} for name in ("start", "daily")]
        )
        try:
            yield Stranded(town, to_discord, to_telegram, program, curtain)
            await town.proves()
        finally:
            curtain.falls.set()
            assert await program == 0
            await town.closes()


@pytest.fixture
async def stranded(sqlite_engine: SqliteEngine) -> AsyncIterator[Stranded]:
    """The program, and nobody there."""
    url = sqlite_engine.fresh()
    async with _stranded(url) as stranded:
        yield stranded
    sqlite_engine.drop(url)


class TestAway:
    async def test_both_at_start_and_then_there(self, stranded):
        town = stranded.town
        mara, uma = town.discord.person("mara"), town.telegram.person("Uma")
        uma.starts()  # Telegram keeps what was said meanwhile
        assert not town.on_discord.connected()
        await stranded.to_discord.opens()
        await stranded.to_telegram.opens()
        await town.until(town.on_discord.connected)
        assert "Hi Mara" in (await mara.runs("/start")).text
        await uma.waits_for("Hi Uma")
        assert not stranded.program.done()

    async def test_telegram_does_not_stop_discord(self, stranded):
        town = stranded.town
        mara, uma = town.discord.person("mara"), town.telegram.person("Uma")
        uma.says("/daily")
        await stranded.to_discord.opens()
        await town.until(town.on_discord.connected)
        assert "+10 coins" in (await mara.runs("/daily")).text
        assert uma.texts() == []
        await stranded.to_telegram.opens()
        await uma.waits_for("+10 coins")

    async def test_discord_does_not_stop_telegram(self, stranded):
        town = stranded.town
        mara, uma = town.discord.person("mara"), town.telegram.person("Uma")
        await stranded.to_telegram.opens()
        uma.says("/daily")
        await uma.waits_for("+10 coins")
        assert not town.on_discord.connected()
        await stranded.to_discord.opens()
        await town.until(town.on_discord.connected)
        assert "+10 coins" in (await mara.runs("/daily")).text

    async def test_what_was_announced_to_it_waits(self, stranded):
        """Said by the ticker, once somebody is there to take it."""
        town = stranded.town
        uma = town.telegram.person("Uma")
        await stranded.to_telegram.opens()
        uma.starts()
        await uma.waits_for("Hi Uma")
        await town.quiet()
        await stranded.to_telegram.shuts()
        await town.announces(identity(uma), "News one.")
        assert "News one." not in uma.screen()
        await stranded.to_telegram.opens()
        town.clock.advance(timedelta(hours=1))
        await uma.waits_for(shows("News one."))
        assert uma.screen().count("News one.") == 1
        await stranded.to_discord.opens()
        await town.until(town.on_discord.connected)
