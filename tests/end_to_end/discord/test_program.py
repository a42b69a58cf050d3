"""The program itself: `tandem run` with Discord on, and `tandem sync-commands`."""

import asyncio
import os
import signal
from dataclasses import replace

from pydantic import SecretStr

from bot import service, wiring
from bot.__main__ import main
from bot.settings import DatabaseSettings, DiscordSettings, Settings, WebSettings
from tests.fakes.discord.fake import FakeDiscord


def settings(fake: FakeDiscord, path) -> Settings:
    web = WebSettings(port=0, secret=SecretStr("a secret of more than 32 characters"))
    discord = DiscordSettings(True, fake.api_url, fake.gateway_url, SecretStr(fake.token))
    return replace(Settings(), database=DatabaseSettings(f"sqlite:///{path}"), web=web, discord=discord)


class TestRun:
    async def test_answers_until_it_is_told_to_stop(self, tmp_path):
        async with FakeDiscord() as fake:
            with fake.pointed_at():
                mine = settings(fake, tmp_path / "tandem.db")
                await asyncio.to_thread(wiring.prepare_database, mine.database)
                running = asyncio.create_task(service._serve(mine, mine.web.secret.get_secret_value()))
                await fake.world.bell.until(lambda: fake.gateway.identified, told="an identify")
                ann = fake.person("ann")
                fake.world.commands.overwrite([{"name": "daily", "description": "Coins", "type": 1}])
                done = await ann.runs("/daily")
                assert "coins" in done.text
                os.kill(os.getpid(), signal.SIGTERM)
                assert await running == 0
            assert fake.violations == []


class TestSync:
    async def test_registers_the_commands(self, tmp_path, monkeypatch, capsys):
        async with FakeDiscord() as fake:
            with fake.pointed_at():
                environment = {
                    "DATABASE__URL": f"sqlite:///{tmp_path / 'tandem.db'}",
                    "DISCORD__ENABLED": "true",
                    "DISCORD__API_URL": fake.api_url,
                    "DISCORD__GATEWAY_URL": fake.gateway_url,
                    "DISCORD__TOKEN": fake.token,
                }
                for name, value in environment.items():
                    monkeypatch.setenv(f"TANDEM__{name}", value)
                assert await asyncio.to_thread(main, ["sync-commands"]) == 0
            names = [command["name"] for command in fake.world.commands.of()]
            assert {"start", "gift", "Gift credits"} <= set(names)
            assert f"{len(names)} commands" in capsys.readouterr().out
