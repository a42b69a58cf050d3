"""What `tandem doctor` finds, with loopback servers in the place of the platforms. What is wrong names its fix."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot import doctor, migrate, tokens
from bot.findings import Finding
from bot.settings import (
    AnthropicSettings,
    DatabaseSettings,
    DiscordSettings,
    OperatorSettings,
    Settings,
    TelegramSettings,
    TikTokSettings,
    WebSettings,
    YouTubeSettings,
)
from core.assistant.rules import AssistantLimits
from core.clock import SystemClock
from core.inbox import service as inbox
from core.operations import marks
from tests.databases import Engine, SqliteEngine, connect, path_of

TOKEN = "123456:a-token-that-nobody-may-see"
PAGE = "<!doctype html><title>502</title><h1>Bad gateway</h1>"


@asynccontextmanager
async def platform(path: str, status: int, body: object) -> AsyncIterator[str]:
    """A server that knows one path and has one answer; its base URL."""

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.json_response(body, status=status)

    asked: list[str] = []
    app = web.Application()
    app.router.add_get(path, answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site_url(runner)
    finally:
        await runner.cleanup()


def site_url(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def at_discord(status: int, body: object, token: str = TOKEN) -> Finding:
    async with platform("/applications/@me", status, body) as url:
        found = await tokens.discord(DiscordSettings(enabled=True, api_url=url, token=SecretStr(token)))
    assert found is not None
    return harmless(found)


async def at_telegram(status: int, body: object, token: str = TOKEN) -> Finding:
    async with platform(f"/bot{TOKEN}/getMe", status, body) as url:
        found = await tokens.telegram(TelegramSettings(enabled=True, api_url=f"{url}/bot", token=SecretStr(token)))
    assert found is not None
    return harmless(found)


def harmless(found: Finding) -> Finding:
    """Findings are pasted into tickets."""
    assert TOKEN not in f"{found}"
    assert "\n" not in found.said + found.fix
    return found


class TestDiscord:
    async def test_is_not_asked_when_it_is_off(self):
        assert await tokens.discord(DiscordSettings()) is None

    async def test_a_good_token(self):
        assert await at_discord(200, {"name": "Tandem", "flags": 1 << 23}) == Finding(
            "Discord", "connected as Tandem; intents are right"
        )

    async def test_no_token(self):
        assert "TANDEM__DISCORD__TOKEN" in (await at_discord(200, {}, token="")).fix

    async def test_a_bad_token(self):
        found = await at_discord(401, {"message": "401: Unauthorized", "code": 0})
        assert found.said == "it refuses the token"
        assert "developer portal" in found.fix

    @pytest.mark.parametrize(
        ("flag", "name"),
        [(12, "presence"), (13, "presence"), (14, "members"), (15, "members"), (18, "text"), (19, "text")],
    )
    async def test_each_privileged_intent_that_is_on(self, flag, name):
        found = await at_discord(200, {"name": "Tandem", "flags": 1 << flag})
        assert found.said == f"connected as Tandem; privileged intents on: {name}"
        assert "turn them off" in found.fix

    async def test_other_flags_are_no_intents(self):
        others = sum(1 << flag for flag in (2, 3, 4, 6, 16, 17, 23))
        assert (await at_discord(200, {"name": "Tandem", "flags": others})).fix == ""

    @pytest.mark.parametrize("body", [PAGE, [], {"flags": "many"}])
    async def test_something_else_that_answers(self, body):
        found = await at_discord(200, body)
        assert found.said == "it answered with status 200, but not as itself"
        assert "[discord] api_url" in found.fix

    async def test_a_page_of_a_broken_proxy(self):
        found = await at_discord(502, PAGE)
        assert found.said == "it answered with status 502"
        assert "api_url" in found.fix

    async def test_a_refusal_that_is_a_page(self):
        assert (await at_discord(401, PAGE)).said == "it refuses the token"

    async def test_nobody_answers(self, unused_tcp_port):
        url = f"http://127.0.0.1:{unused_tcp_port}"
        found = await tokens.discord(DiscordSettings(enabled=True, api_url=url, token=SecretStr(TOKEN)))
        assert found is not None
        assert found.said == "nobody answers (ClientConnectorError)"
        assert "network" in found.fix

    async def test_a_token_with_a_line_break(self):
        assert (await at_discord(200, {}, token="abc\ndef")).fix


class TestTelegram:
    async def test_is_not_asked_when_it_is_off(self):
        assert await tokens.telegram(TelegramSettings()) is None

    async def test_a_good_token(self):
        body = {"ok": True, "result": {"username": "tandem_bot", "can_read_all_group_messages": False}}
        assert await at_telegram(200, body) == Finding("Telegram", "connected as @tandem_bot; privacy mode is on")

    async def test_no_token(self):
        assert "@BotFather" in (await at_telegram(200, {}, token="")).fix

    async def test_a_bad_token(self):
        found = await at_telegram(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        assert found.said == "it refuses the token"
        assert "@BotFather" in found.fix

    async def test_a_token_of_no_shape_is_an_unknown_address(self):
        assert (await at_telegram(200, {}, token="nonsense")).said == "it refuses the token"

    async def test_privacy_mode_off(self):
        body = {"ok": True, "result": {"username": "tandem_bot", "can_read_all_group_messages": True}}
        found = await at_telegram(200, body)
        assert "reads whole groups" in found.said
        assert "/setprivacy" in found.fix

    @pytest.mark.parametrize("body", [PAGE, [], {"ok": True}, {"result": None}])
    async def test_something_else_that_answers(self, body):
        found = await at_telegram(200, body)
        assert found.said == "it answered with status 200, but not as itself"
        assert "[telegram] api_url" in found.fix

    async def test_nobody_answers(self, unused_tcp_port):
        url = f"http://127.0.0.1:{unused_tcp_port}/bot"
        found = await tokens.telegram(TelegramSettings(enabled=True, api_url=url, token=SecretStr(TOKEN)))
        assert found is not None
        assert found.said.startswith("nobody answers")
        assert TOKEN not in f"{found}"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder that the doctor looks at."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def on(url: str, **others: int) -> Settings:
    return Settings(database=DatabaseSettings(url=url, **others))


async def examined(settings: Settings) -> dict[str, Finding]:
    """Every finding by what it is about."""
    return {found.what: found async for found in doctor.findings(settings)}


class TestDatabase:
    async def test_is_missing(self, folder):
        found = await examined(on("sqlite:///data/tandem.db"))
        assert found["database"] == Finding("database", "not made yet; the first start makes it")
        assert list(folder.iterdir()) == []

    async def test_is_empty(self, folder, engine: Engine):
        url = engine.empty()
        if url.startswith("sqlite"):
            path_of(url).touch()
        found = await examined(on(url))
        assert found["database"] == Finding("database", "empty; the first start fills it")

    async def test_is_as_it_should_be(self, folder, database_url: str):
        found = await examined(on(database_url))
        assert found["database"] == Finding("database", "reachable, writable, newest schema")
        assert found["clock"].fix == ""

    async def test_looking_decides_nothing(self, folder, database_url: str):
        await examined(on(database_url))
        async with connect(database_url) as database:
            assert await database.read(marks.is_demo) is None

    async def test_is_a_demo(self, folder, database_url: str):
        async with connect(database_url) as database:
            await database.write(lambda uow: marks.settle(uow, SystemClock().now(), demo=True))
        assert (await examined(on(database_url)))["database"].said.endswith(", a demo")

    async def test_is_older(self, folder, engine: Engine):
        url = engine.fresh()
        await asyncio.to_thread(migrate.downgrade, url, "-1")
        found = (await examined(on(url)))["database"]
        assert found == Finding("database", "its schema is older than the program", "Run: tandem migrate")
        engine.drop(url)

    async def test_is_newer(self, folder, sqlite_engine: SqliteEngine):
        url = sqlite_engine.fresh()
        with sqlite3.connect(path_of(url)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
        connection.close()
        found = (await examined(on(url)))["database"]
        assert found.said == "its schema is newer than the program"
        assert "newer version" in found.fix

    async def test_is_locked(self, folder, sqlite_engine: SqliteEngine):
        url = sqlite_engine.fresh()
        other = sqlite3.connect(path_of(url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        found = (await examined(on(url, busy_timeout_ms=1)))["database"]
        other.close()
        assert found.said == "it is locked or away: database is locked"
        assert "Stop whatever holds it" in found.fix

    async def test_is_away(self, folder, unused_tcp_port):
        found = (await examined(on(f"postgresql://tandem:secret-word@127.0.0.1:{unused_tcp_port}/x")))["database"]
        assert found.said.startswith("it is locked or away: ")
        assert "secret-word" not in f"{found}"
        assert "has to be running" in found.fix

    async def test_is_no_database(self, folder):
        (folder / "tandem.db").write_text("Dear diary, today I was taken for a database.")
        found = (await examined(on("sqlite:///tandem.db")))["database"]
        assert "file is not a database" in found.said
        assert "[database] url" in found.fix


class TestClock:
    async def test_is_behind_what_was_done(self, folder, database_url: str):
        future = SystemClock().now() + timedelta(days=2)
        async with connect(database_url) as database:
            await database.write(lambda uow: inbox.claim(uow, "console:1", "said", future))
        found = (await examined(on(database_url)))["clock"]
        assert "in this machine's future" in found.said
        assert "time synchronisation" in found.fix

    async def test_of_a_demo_may_be_anything(self, folder, database_url: str):
        future = SystemClock().now() + timedelta(days=2)
        async with connect(database_url) as database:
            await database.write(lambda uow: marks.settle(uow, future, demo=True))
            await database.write(lambda uow: inbox.claim(uow, "console:1", "said", future))
        assert (await examined(on(database_url)))["clock"].fix == ""


class TestFiles:
    async def test_are_right(self, folder):
        assert (await examined(on("sqlite:///data/tandem.db")))["files"].fix == ""

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
    async def test_secrets_that_others_can_read(self, folder, mode):
        (folder / ".env").touch()
        (folder / ".env").chmod(mode)
        assert (await examined(Settings()))[".env"].fix == "Run: chmod 600 .env"

    async def test_secrets_of_ones_own(self, folder):
        (folder / ".env").touch()
        (folder / ".env").chmod(0o600)
        assert ".env" not in await examined(Settings())

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere, whatever the folder says")
    async def test_a_folder_that_can_not_be_written(self, folder):
        (folder / "data").mkdir(mode=0o500)
        found = (await examined(on("sqlite:///data/tandem.db")))["data folder"]
        assert "chown" in found.fix

    async def test_a_file_where_the_folder_should_be(self, folder):
        (folder / "data").touch()
        found = (await examined(on("sqlite:///data/tandem.db")))["data folder"]
        assert found.said.endswith("data is a file")
        assert "[database] url" in found.fix


class TestOwners:
    async def test_nobody(self, folder):
        assert "[operator] owners" in (await examined(Settings()))["owners"].fix

    async def test_somebody(self, folder):
        settings = Settings(operator=OperatorSettings(("discord:1", "telegram:2")))
        assert (await examined(settings))["owners"] == Finding("owners", "discord:1, telegram:2")


class TestSecret:
    @pytest.mark.parametrize("secret", ["", "short"])
    async def test_missing_or_short(self, folder, secret):
        settings = Settings(web=WebSettings(secret=SecretStr(secret)))
        assert "TANDEM__WEB__SECRET" in (await examined(settings))["web secret"].fix

    async def test_long_enough(self, folder):
        settings = Settings(web=WebSettings(secret=SecretStr("s" * 32)))
        assert (await examined(settings))["web secret"] == Finding("web secret", "set")


class TestSources:
    async def found(self, what: str, **sections: TikTokSettings | YouTubeSettings) -> Finding:
        return (await examined(replace(Settings(), **sections)))[what]  # type: ignore[arg-type]

    async def test_off(self, folder):
        assert not {"TikTok", "YouTube"} & (await examined(Settings())).keys()

    @pytest.mark.parametrize("key", [("", ""), ("k", ""), ("", "s")])
    async def test_tiktok_without_a_client(self, folder, key):
        one, two = map(SecretStr, key)
        settings = TikTokSettings(enabled=True, client_key=one, client_secret=two)
        assert "TANDEM__TIKTOK__CLIENT_KEY" in (await self.found("TikTok", tiktok=settings)).fix

    async def test_tiktok(self, folder):
        settings = TikTokSettings(enabled=True, client_key=SecretStr("k"), client_secret=SecretStr("s"))
        assert (await self.found("TikTok", tiktok=settings)).fix == ""

    async def test_youtube_without_a_key(self, folder):
        found = await self.found("YouTube", youtube=YouTubeSettings(enabled=True))
        assert "TANDEM__YOUTUBE__API_KEY" in found.fix

    async def test_youtube_with_half_a_client(self, folder):
        settings = YouTubeSettings(enabled=True, api_key=SecretStr("k"), client_id=SecretStr("i"))
        assert "or neither" in (await self.found("YouTube", youtube=settings)).fix

    @pytest.mark.parametrize(("client", "by"), [("", "by a code"), ("c", "by signing in or a code")])
    async def test_youtube(self, folder, client, by):
        secret = SecretStr(client)
        settings = YouTubeSettings(enabled=True, api_key=SecretStr("k"), client_id=secret, client_secret=secret)
        assert await self.found("YouTube", youtube=settings) == Finding("YouTube", f"on; members connect {by}")


class TestMetricKeys:
    async def test_none_is_said_with_what_it_costs(self):
        found = (await examined(Settings()))["metric keys"]
        assert "by a code and not by signing in" in found.said
        assert not found.fix

    async def test_one_that_is_none(self):
        settings = Settings(metrics=replace(Settings().metrics, keys=SecretStr("hunter2")))
        found = (await examined(settings))["metric keys"]
        assert "openssl rand" in found.fix
        assert "hunter2" not in repr(found)

    async def test_two(self):
        key = Fernet.generate_key().decode()
        settings = Settings(metrics=replace(Settings().metrics, keys=SecretStr(f"{key},{key}")))
        found = (await examined(settings))["metric keys"]
        assert found == Finding("metric keys", "2 set; the first encrypts")


class TestModel:
    async def test_without_a_key(self, folder):
        found = (await examined(Settings()))["language model"]
        assert "scripted" in found.said
        assert not found.fix

    async def test_with_a_key(self, folder):
        settings = Settings(anthropic=AnthropicSettings(key=SecretStr("k")))
        assert (await examined(settings))["language model"].said.startswith("claude-sonnet-5-5; claude-haiku")

    async def test_without_a_price(self, folder):
        settings = Settings(assistant=AssistantLimits(model="claude-next"))
        found = (await examined(settings))["language model"]
        assert found.fix.startswith("claude-next has no price. Add a line for it to [models] prices")


class TestRun:
    async def test_says_what_to_fix_and_exits_with_1(self, folder, capsys):
        assert await doctor.run(Settings()) == 1
        said = capsys.readouterr().out
        assert said.count("\nfix  ") == 3
        assert said.endswith("3 to fix.\n")

    async def test_all_is_well(self, folder, capsys, database_url: str):
        answer = {"name": "Tandem", "flags": 0}
        async with platform("/applications/@me", 200, answer) as url:
            settings = replace(
                on(database_url),
                operator=OperatorSettings(("discord:1",)),
                web=WebSettings(secret=SecretStr("s" * 32)),
                discord=DiscordSettings(enabled=True, api_url=url, token=SecretStr(TOKEN)),
            )
            assert await doctor.run(settings) == 0
        assert capsys.readouterr().out.endswith("Everything is ready.\n")
