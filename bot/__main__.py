"""The `tandem` command line. What an operator got wrong is said in one line; everything else is in `bot/tasks.py`."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

UNUSABLE = 69
"""Exit code when something outside is missing or away (sysexits.h: EX_UNAVAILABLE)."""
MISUSED = 64
"""Exit code for a wrong argument or setting (EX_USAGE)."""


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    root = argparse.ArgumentParser(prog="tandem", description="An AI manager for creators.")
    root.add_argument("--config", metavar="FILE", help="settings to use instead of config.toml")
    root.add_argument("--demo", action="store_true", help="use the demo database, where time can travel")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chat = commands.add_parser("chat", help="talk to Tandem in this terminal")
    chat.add_argument("--as", dest="name", default="creator", help="who you are; each name is a member")
    _add_at(chat)
    commands.add_parser("run", help="run the bots and the web server")
    commands.add_parser("sync-commands", help="register the commands with the platforms, after an update")
    commands.add_parser("demo", help="make or refill the demo database")
    preview = commands.add_parser("preview", help="write a page that shows every command on every platform")
    preview.add_argument("--out", metavar="FOLDER", help="where to write it; data/preview if left out")
    commands.add_parser("doctor", help="check settings, database and tokens, and name each fix")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    tick = commands.add_parser("tick", help="run what is due, once")
    _add_at(tick)
    commands.add_parser("reconcile", help="prove the books; exit code 1 if they do not hold")
    simulate = commands.add_parser(
        "simulate", help="a made-up year of the economy with these settings, before it happens"
    )
    simulate.add_argument(
        "--members", type=_number(1_000_000), default=10_000, metavar="N", help="members; 10000 if left out"
    )
    simulate.add_argument("--months", type=_number(120), default=12, metavar="M", help="months; 12 if left out")
    simulate.add_argument(
        "--seed", type=int, default=1, metavar="S", help="the same seed gives the same year; 1 if left out"
    )
    simulate.add_argument("--json", metavar="FILE", help="write all figures there")
    simulate.add_argument("--out", metavar="FOLDER", help="draw charts there")
    audit = commands.add_parser("audit", help="the audit log")
    audit.add_argument("act", choices=["verify"], help="verify: prove that nothing was changed or removed")
    return root


def _add_at(command: argparse.ArgumentParser) -> None:
    text = "as if it were this instant, such as 2026-05-14T18:00+02:00; demo databases only"
    command.add_argument("--at", type=_instant, metavar="INSTANT", help=text)


def _number(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text} is not allowed; a whole number from 1 to {most:,}")
        return int(text)

    return number


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not an instant; for example 2026-05-14T18:00") from None
    if not 1970 < at.year < 3000:  # time has to go on from there, and to be looked back from
        raise argparse.ArgumentTypeError(f"{text} is not allowed; an instant from 1971 to 2999")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    arguments = parser().parse_args(argv)
    with _importing():
        from bot.config import ConfigError, find, load
        from bot.words import reason, shown
        from core.errors import DatabaseBusy, TandemError
    try:
        settings = load(find(arguments.config, os.environ), os.environ)
        if arguments.demo or arguments.command == "demo":
            settings = _as_demo(settings)
        with _importing():  # not before: a wrong setting is told without waiting for the house
            from bot import tasks
        return tasks.run(arguments, settings)
    except ConfigError as error:
        print(f"tandem: {error}", file=sys.stderr)
        return MISUSED
    except DatabaseBusy as error:
        print(f"tandem: {error} ({shown(settings.database.url)}: {reason(error)})", file=sys.stderr)
        return UNUSABLE
    except TandemError as error:
        print(f"tandem: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130


@contextmanager
def _importing() -> Iterator[None]:
    """Nobody looks for garbage in what a module makes, now or later: it stays, and looking is a tenth of a start."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def _as_demo(settings: "Settings") -> "Settings":
    """The same settings on the demo database."""
    demo = replace(settings.demo, enabled=True)
    return replace(settings, demo=demo, database=replace(settings.database, url=settings.demo.url))


if __name__ == "__main__":
    sys.exit(main())
