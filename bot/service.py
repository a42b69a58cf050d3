"""`tandem run`: the platforms, the web and the schedule, as one program."""

import gc
from typing import ClassVar, Protocol

from adapters.web.app import make_app
from adapters.web.client import WebServer
from adapters.web.files import Vault
from adapters.web.hooks import Receive
from adapters.web.metrics import Metrics
from adapters.web.signed import Signer
from bot import lifecycle, logging, wiring
from bot.lifecycle import Part
from bot.observer import ServiceObserver, TimedDatabase
from bot.scheduler import Ticker
from bot.settings import Settings
from core.clock import SystemClock
from core.errors import TandemError
from core.operations.marks import Marks
from core.ports import Messenger
from core.public import Public

SECRET_LEAST = 32


class Platform(Part, Protocol):
    """A part that people talk to."""

    @property
    def messenger(self) -> Messenger:
        """Says something to somebody who did not just ask."""
        ...

    def connected(self) -> bool:
        """Whether the platform hears us."""
        ...


class NoSecret(TandemError):
    """Signed links need a secret of the operator's own."""

    words: ClassVar[str] = "TANDEM__WEB__SECRET is missing or short. Put 32 or more random characters into .env."


class IsADemo(TandemError):
    """Real bots on made-up money would be a lie."""

    words: ClassVar[str] = "This is a demo database, and the bots do not run on one. Set [database] url to another."


def run(settings: Settings) -> int:
    """Run until a signal or a crash; the exit code. Raises `NoSecret`, `IsADemo`, `DatabaseBusy`."""
    secret = settings.web.secret.get_secret_value()
    if len(secret) < SECRET_LEAST:
        raise NoSecret
    wiring.prepare_database(settings.database)
    return lifecycle.enter(_serve(settings, secret))


async def _serve(settings: Settings, secret: str) -> int:
    logging.configure(settings.log.level, settings.log.format, salt=secret.encode())
    clock, metrics = SystemClock(), Metrics()
    observer = ServiceObserver(metrics)
    signer = Signer(secret, clock)
    vault = Vault(wiring.data_folder(settings.database) / "files", signer, clock, settings.web.public_url)
    opening = wiring.open_house(
        settings,
        observer,
        clock=clock,
        vault=vault,
        watch=lambda database: TimedDatabase(database, metrics),
        admit=_no_demo,
    )
    async with opening as house:
        platforms: list[Platform] = []
        receive: Receive = house.runner.receive
        if settings.discord.enabled:
            from adapters.discord import DiscordChat  # imported here: the library takes its time

            platforms.append(DiscordChat(settings.discord, house.dispatcher, clock))
        if settings.telegram.enabled:
            from bot import telegram as of_telegram  # as above

            telegram = of_telegram.client(settings, house, observer)
            platforms.append(telegram)
            receive = of_telegram.door(telegram, receive)
        for platform in platforms:
            house.messengers.add(platform.messenger)
        app = make_app(
            receive=receive,
            public=Public(house.database, clock, observer),
            signer=signer,
            vault=vault,
            metrics=metrics,
            observer=observer,
            connected={part.name: part.connected for part in platforms},
        )
        web = WebServer(app, settings.web.host, settings.web.port)
        ticker = Ticker(house.runner, observer, tick_s=settings.schedule.tick_s)
        freeze()
        return await lifecycle.run([web, *platforms, ticker])


def freeze() -> None:
    """Look for garbage once, and never again in what stands by now: each look stopped everybody for 12 to 36 ms."""
    gc.collect()
    gc.freeze()


def _no_demo(marks: Marks) -> None:
    if marks.demo:
        raise IsADemo
