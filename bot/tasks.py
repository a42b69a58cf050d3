"""What each command of the command line does."""

import argparse
import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from bot import wiring
from bot.settings import Settings
from bot.wiring import House, open_house
from bot.words import shown
from core.audit import service as audit
from core.clock import Clock, SetClock, SystemClock
from core.errors import TandemError
from core.money import plural
from core.operations import demo, reconcile
from core.operations.marks import Marks


class NotADemo(TandemError):
    """Time may only be bent where nobody's money hangs on it."""

    words: ClassVar[str] = (
        "--at works on demo databases only, and {url} was not made as one. Use: tandem --demo {command}"
    )

    url: str
    command: str


class NoDemoAnyMore(TandemError):
    """Somebody set `[demo] url` to a database that holds real people."""

    words: ClassVar[str] = "{url} was not made as a demo, so nobody is filled in. Set [demo] url to a new database."

    url: str


class NotSynced(TandemError):
    """The platform was away, or did not take the commands."""

    words: ClassVar[str] = "{platform} did not take the commands: {why}. Run tandem sync-commands again in a minute."

    platform: str
    why: str


class NotWritable(TandemError):
    """A folder that can not take the page."""

    words: ClassVar[str] = "The preview could not be written to {folder}. Name another one: tandem preview --out FOLDER"

    folder: str


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run one command; its exit code."""
    match arguments.command:
        case "migrate":
            wiring.prepare_database(settings.database)
            print(f"{shown(settings.database.url)} has the newest schema.")
            return 0
        case "doctor":
            from bot import doctor

            return asyncio.run(doctor.run(settings))
        case "run":
            from bot import service

            return service.run(settings)
        case "simulate":
            from bot import simulate

            return simulate.run(arguments, settings)
        case "preview":
            return _preview(arguments.out, settings)
    wiring.prepare_database(settings.database)
    return asyncio.run(_in_house(arguments, settings))


def _preview(out: str | None, settings: Settings) -> int:
    from bot import preview

    folder = Path(out) if out else preview.FOLDER
    try:
        path = preview.write(settings, folder)
    except OSError as error:
        raise NotWritable(str(folder)) from error
    print(f"Written: {path}")
    return 0


async def _in_house(arguments: argparse.Namespace, settings: Settings) -> int:
    at: datetime | None = getattr(arguments, "at", None)
    clock: Clock = SetClock(at) if at else SystemClock()

    def admit(marks: Marks) -> None:
        if at is not None and not marks.demo:
            raise NotADemo(shown(settings.database.url), arguments.command)
        if arguments.command == "demo" and not marks.demo:
            raise NoDemoAnyMore(shown(settings.database.url))

    async with open_house(settings, _Quiet(), clock=clock, admit=admit) as house:
        match arguments.command:
            case "chat":
                return await _chat(house, arguments.name)
            case "tick":
                tick = await house.runner.run_due()
                print(f"{tick.done} done, {tick.failed} failed.")
                return 1 if tick.failed else 0
            case "demo":
                names = await house.database.write(lambda uow: demo.fill(uow, house.clock.now(), settings.plans))
                print(f"Demo members: {', '.join(names)}. Talk as one: tandem --demo chat --as {names[0]}")
                return 0
            case "sync-commands":
                return await _sync_commands(house)
            case "reconcile":
                report = await house.database.read(reconcile.reconcile)
                print("\n".join(reconcile.lines(report)))
                return 0 if report.holds else 1
            case "audit":
                entries, broken = await house.database.read(audit.verify)
                counted = plural(entries, "entry", "entries")
                print(f"{counted}, an unbroken chain." if broken is None else f"Broken at entry {broken}.")
                return 0 if broken is None else 1
    raise AssertionError(f"{arguments.command} is in the parser and not here")


async def _sync_commands(house: House) -> int:
    """Register the commands with every platform that is on."""
    settings = house.settings
    if not (settings.discord.enabled or settings.telegram.enabled):
        print("No platform is on: turn one on in config.toml.")
    if settings.discord.enabled:
        from adapters.discord import commands

        try:
            count = await commands.sync(settings.discord, house.catalog.commands.values())
        except OSError as error:
            raise NotSynced("Discord", str(error)) from error
        print(f"Discord has {count} commands.")
    if settings.telegram.enabled:
        from telegram.error import TelegramError

        from bot import telegram

        try:
            await telegram.sync(settings, house.catalog)
        except TelegramError as error:
            raise NotSynced("Telegram", type(error).__name__) from error
        print("Telegram has the commands.")
    return 0


async def _chat(house: House, name: str) -> int:
    from adapters.console import ConsoleChat

    chat = ConsoleChat(
        house.dispatcher,
        house.clock,
        name,
        wiring.data_folder(house.settings.database),
        tick=house.runner.tick,
        on_start=lambda: wiring.hasten_announcements(house),
    )
    house.messengers.add(chat.messenger)
    return await chat.run()


class _Quiet:
    def handled(self, command: str, outcome: str, *, trace: str) -> None:
        """Nobody counts here."""

    def operational(self, what: str, error: Exception, *, trace: str) -> None:
        """The member was told."""

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        """A bug, with its trace, for whoever sits in front of it."""
        import traceback

        print(f"tandem: {what} broke; reference {reference}, trace {trace}", file=sys.stderr)
        traceback.print_exception(error, file=sys.stderr)
