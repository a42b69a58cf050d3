"""Telegram's place in the program: made from the settings, given the core, and let in through the web's door."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from adapters.telegram.client import Endpoint, TelegramClient, hook_secret, make_bot, publish
from adapters.web.hooks import Receive
from bot.settings import DatabaseSettings, Settings
from bot.wiring import SQLITE, House, data_folder
from core.chat.catalog import Catalog
from core.mailroom import Mailroom
from core.ports import Observer


def endpoint(settings: Settings) -> Endpoint:
    """Where the Bot API is, and where it finds us if it is to come by itself."""
    telegram, web = settings.telegram, settings.web
    return Endpoint(
        token=telegram.token.get_secret_value(),
        api_url=telegram.api_url,
        mode=telegram.mode,
        hook_url=f"{web.public_url}/hooks/{TelegramClient.name}",
        hook_secret=hook_secret(web.secret.get_secret_value()),
    )


def client(settings: Settings, house: House, observer: Observer) -> TelegramClient:
    """The part that speaks to Telegram."""
    mailroom = Mailroom(house.database, house.clock, house.easel)
    sent = sent_file(settings.database)
    return TelegramClient(endpoint(settings), house.dispatcher, mailroom, observer, house.clock, sent=sent)


def sent_file(settings: DatabaseSettings) -> Path:
    """Where a database's bot writes down what has left: one file each, since two bots may count updates alike."""
    path = settings.url.removeprefix(SQLITE) if settings.url.startswith(SQLITE) else urlsplit(settings.url).path
    return data_folder(settings) / f"{PurePosixPath(path).name}-telegram-sent"


def door(telegram: TelegramClient, others: Receive) -> Receive:
    """What the web hands on: Telegram's updates to its client, everything else as before."""

    async def receive(name: str, body: bytes, headers: Mapping[str, str]) -> bool:
        return await (telegram.receive(body, headers) if name == telegram.name else others(name, body, headers))

    return receive


async def sync(settings: Settings, catalog: Catalog) -> None:
    """Show the commands in Telegram's menus. Raises `telegram.error.TelegramError`."""
    async with make_bot(endpoint(settings)) as bot:
        await publish(bot, catalog.commands.values())
