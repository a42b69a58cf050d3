"""What a command costs the processor, from the platform's own payload to the reply handed to the library's HTTP.

64 are in flight at once, on both sides: Tandem with its database, which waits for the disk, and the library's own echo
bot, which does nothing. Replaced is the lowest seam of each library that still knows requests, for both alike.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.town import APART, IN_FLIGHT, PEOPLE, number, town, user
from tests.benchmarks.transfers import run

COMMANDS = ("daily", "wallet", "gift")
GOALS = {"discord": 6.0, "telegram": 3.0}
Command = Callable[[str, int], Awaitable[None]]
"""One command of somebody, until its reply was handed on."""


async def _each(does: Command, name: str) -> float:
    """CPU microseconds for one command, all threads together."""
    people = iter(range(PEOPLE))

    async def worker() -> None:
        for who in people:
            await does(name, who)

    began = time.process_time()
    await asyncio.gather(*[worker() for _ in range(IN_FLIGHT)])
    return (time.process_time() - began) / PEOPLE * 1_000_000


async def _rounds(ours: Command, echo: Command, next_day: Callable[[], None], times: int) -> dict[str, list[Any]]:
    """Microseconds of ours and of the echo, in turn."""
    found: dict[str, list[Any]] = {name: [] for name in COMMANDS}
    for turn in range(times + 1):
        next_day()
        for name in COMMANDS:
            pair = (await _each(ours, name), await _each(echo, name))
            if turn:  # the first one compiles statements
                found[name].append(pair)
    return found


# Discord


def discord_payload(name: str, who: int) -> dict[str, Any]:
    """A slash command as the gateway says it, parsed."""
    event, guild, other = number(), "900000000000000000", (who + 1) % PEOPLE
    data: dict[str, Any] = {"id": "800000000000000000", "name": name, "type": 1}
    if name == "gift":
        data["options"] = [
            {"name": "to", "type": 6, "value": str(user(other))},
            {"name": "amount", "type": 4, "value": 3},
        ]
        data["resolved"] = {"users": {str(user(other)): _discord_user(other)}}
    return {
        "id": str(event), "application_id": "1", "type": 2, "token": f"token-of-{event}", "version": 1, "data": data,
        "channel_id": "700000000000000000", "guild_id": guild,
        "channel": {"id": "700000000000000000", "type": 0, "name": "studio", "position": 0},
        "guild": {"id": guild, "locale": "en-US", "features": []}, "guild_locale": "en-US",
        "locale": "en-US", "app_permissions": "2147483647", "entitlements": [], "context": 0,
        "authorizing_integration_owners": {"0": guild}, "attachment_size_limit": 10_485_760,
        "member": {
            "user": _discord_user(who), "roles": [], "permissions": "2147483647", "flags": 0, "deaf": False,
            "mute": False, "joined_at": "2026-01-01T00:00:00+00:00", "nick": None, "avatar": None,
        },
    }  # fmt: skip


def _discord_user(who: int) -> dict[str, Any]:
    return {
        "id": str(user(who)), "username": f"p{who}", "global_name": f"P{who}", "discriminator": "0", "avatar": None,
    }  # fmt: skip


class DiscordHttp:
    """Stands for `AsyncWebhookAdapter.request`: notes that an interaction is answered, and answers as Discord does."""

    def __init__(self) -> None:
        self.waiting: dict[str, asyncio.Future[None]] = {}
        self.replies = 0

    async def request(self, route: Any, session: Any, *, payload: Any = None, params: Any = None, **_: Any) -> Any:
        self.replies += 1
        self.waiting.pop(route.webhook_token).set_result(None)
        return _said(route.webhook_id, payload) if params else None

    async def until_answered(self, payload: dict[str, Any], hear: Callable[[Any], None]) -> None:
        self.waiting[payload["token"]] = answered = asyncio.get_running_loop().create_future()
        hear(payload)
        await answered


def _said(interaction: int, payload: Any) -> dict[str, Any]:
    message = {
        "id": str(interaction), "channel_id": "700000000000000000", "type": 20, "content": payload["data"]["content"],
        "author": {"id": "1", "username": "bot", "discriminator": "0", "avatar": None, "bot": True}, "flags": 64,
        "timestamp": "2026-05-14T12:00:00+00:00", "edited_timestamp": None, "tts": False, "mention_everyone": False,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": [], "pinned": False,
    }  # fmt: skip
    about = {"id": str(interaction), "type": 2, "response_message_id": str(interaction)}
    return {"interaction": about, "resource": {"type": 4, "message": message}}


async def _awake(client: Any) -> None:
    """As a client is after its login."""
    import discord

    await client._async_setup_hook()
    client._connection.user = discord.ClientUser(state=client._connection, data=_discord_user(0))  # type: ignore[arg-type]


async def _discord_echo(http: DiscordHttp) -> Command:
    import discord
    from discord import app_commands

    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None)
    tree = app_commands.CommandTree(client)
    await _awake(client)

    async def echo(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Echo", ephemeral=True)

    async def gift(interaction: discord.Interaction, to: discord.User, amount: int) -> None:
        await interaction.response.send_message(f"{to.mention} {amount}", ephemeral=True)

    for name in ("daily", "wallet"):
        tree.command(name=name, description=name)(echo)
    tree.command(name="gift", description="gift")(gift)

    async def does(name: str, who: int) -> None:
        await http.until_answered(discord_payload(name, who), client._connection.parse_interaction_create)

    return does


@asynccontextmanager
async def discord_pair(folder: Path) -> AsyncIterator[tuple[Command, Command, Callable[[], None]]]:
    """Ours, the echo, and what lets a day pass."""
    from discord.webhook.async_ import AsyncWebhookAdapter

    from adapters.discord import client as ours
    from adapters.discord.wire import Wire
    from bot.settings import DiscordSettings

    http = DiscordHttp()
    real, AsyncWebhookAdapter.request = AsyncWebhookAdapter.request, http.request  # type: ignore[assignment]
    try:
        async with town(folder, "discord") as (house, clock):
            chat = ours.DiscordChat(DiscordSettings(), house.dispatcher, clock)
            client = chat._client = ours._client(chat)
            await _awake(client)
            chat._wire = Wire(client, None)  # type: ignore[arg-type]  # nothing is sent

            async def does(name: str, who: int) -> None:
                await http.until_answered(discord_payload(name, who), client._connection.parse_interaction_create)

            yield does, await _discord_echo(http), lambda: clock.advance(APART)
    finally:
        AsyncWebhookAdapter.request = real  # type: ignore[method-assign]


# Telegram


def telegram_payload(name: str, who: int) -> bytes:
    """A message as a webhook brings it."""
    person = {"id": user(who), "is_bot": False, "first_name": f"P{who}", "username": f"p{who}_", "language_code": "en"}
    text = f"/{name}"
    entities: list[dict[str, Any]] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    if name == "gift":
        other = (who + 1) % PEOPLE
        called = f"P{other}"
        named = {"id": user(other), "is_bot": False, "first_name": called}
        entities.append({"type": "text_mention", "offset": 6, "length": len(called), "user": named})
        text = f"/gift {called} 3"
    message = {
        "message_id": number() % 2**31, "from": person, "date": 1_779_000_000, "text": text, "entities": entities,
        "chat": {"id": user(who), "type": "private", "first_name": f"P{who}", "username": f"p{who}_"},
    }  # fmt: skip
    return json.dumps({"update_id": number(), "message": message}).encode()


def _telegram_http() -> Any:
    """Stands for the HTTP of python-telegram-bot: notes that a chat was answered, and answers as Telegram does."""
    from telegram.request import BaseRequest

    class Http(BaseRequest):
        waiting: dict[int, asyncio.Future[None]] = {}  # noqa: RUF012  one for the run

        @property
        def read_timeout(self) -> float:
            return 5.0

        async def initialize(self) -> None:
            pass

        async def shutdown(self) -> None:
            pass

        async def do_request(  # type: ignore[override]
            self, url: str, method: str, request_data: Any = None, **_: Any
        ) -> tuple[int, bytes]:
            if not url.endswith("sendMessage"):
                me = {"id": 7, "is_bot": True, "first_name": "Tandem", "username": "tandem_bot"}
                return 200, json.dumps({"ok": True, "result": me if url.endswith("getMe") else True}).encode()
            chat = int(request_data.parameters["chat_id"])
            message = {
                "message_id": 1, "date": 1_779_000_000, "text": request_data.parameters["text"],
                "chat": {"id": chat, "type": "private", "first_name": "P"},
                "from": {"id": 7, "is_bot": True, "first_name": "Tandem", "username": "tandem_bot"},
            }  # fmt: skip
            self.waiting.pop(chat).set_result(None)
            return 200, json.dumps({"ok": True, "result": message}).encode()

        def expects(self, chat: int) -> "asyncio.Future[None]":
            self.waiting[chat] = answered = asyncio.get_running_loop().create_future()
            return answered

    return Http()


@asynccontextmanager
async def _telegram_echo(http: Any) -> AsyncIterator[Command]:
    from telegram import Update
    from telegram.ext import Application, CommandHandler

    bot_of = Application.builder().token("7:" + "A" * 35).request(http).get_updates_request(http).updater(None)
    application = bot_of.build()

    async def echo(update: Update, context: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(f"Echo {update.message.text}")

    for name in COMMANDS:
        application.add_handler(CommandHandler(name, echo))

    async def does(name: str, who: int) -> None:
        answered = http.expects(user(who))
        await application.process_update(Update.de_json(json.loads(telegram_payload(name, who)), application.bot))
        await answered

    async with application:
        yield does


@asynccontextmanager
async def telegram_pair(folder: Path) -> AsyncIterator[tuple[Command, Command, Callable[[], None]]]:
    """Ours, the echo, and what lets a day pass."""
    from telegram import Bot

    from adapters.telegram import client as ours
    from core.mailroom import Mailroom

    http = _telegram_http()
    token, secret = "7:" + "A" * 35, "s" * 40
    real, ours.make_bot = ours.make_bot, lambda endpoint: Bot(token, request=http, get_updates_request=http)
    headers = {ours.SECRET_HEADER: secret}
    try:
        async with town(folder, "telegram") as (house, clock), _telegram_echo(http) as echo:
            endpoint = ours.Endpoint(token, mode="webhook", hook_url="https://example.org", hook_secret=secret)
            mailroom = Mailroom(house.database, clock, house.easel)
            client = ours.TelegramClient(endpoint, house.dispatcher, mailroom, house.dispatcher._desk.observer, clock)
            await client.start()
            serving = asyncio.create_task(client.serve())
            await asyncio.sleep(0.1)

            async def does(name: str, who: int) -> None:
                answered = http.expects(user(who))
                assert await client.receive(telegram_payload(name, who), headers)
                await answered

            yield does, echo, lambda: clock.advance(APART)
            await client.stop()
            await serving
    finally:
        ours.make_bot = real


PAIRS = {"discord": discord_pair, "telegram": telegram_pair}


def measured(folder: Path, platform: str, times: int) -> Iterator[tuple[str, float, float]]:
    """For each command its name, and the median microseconds of ours and of the echo, whose ratio is the median one."""

    async def measure() -> dict[str, list[Any]]:
        async with PAIRS[platform](folder) as (ours, echo, next_day):
            return await _rounds(ours, echo, next_day, times)

    for name, pairs in run(measure()).items():
        echo = median(theirs for _, theirs in pairs)
        yield name, median(ours / theirs for ours, theirs in pairs) * echo, echo


def main() -> None:
    """Print these lines of the table alone."""
    import sys
    import tempfile

    from tests.benchmarks.__main__ import HEAD, commands

    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for line in commands(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 5):
            print(line, flush=True)


if __name__ == "__main__":
    main()
