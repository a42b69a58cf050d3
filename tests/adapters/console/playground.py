"""A house with one more room, to play in: everything that a terminal can be asked to show or to ask for.

Run as a program (`playground.py DATABASE FOLDER NAME`) it is what the pseudo-terminal tests talk to.
"""

import asyncio
import fcntl
import io
import sys
import termios
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from adapters.console import ConsoleChat
from adapters.console.keyboard import Keyboard
from adapters.console.outbound import Screen
from core.chat import (
    Asked,
    Attachment,
    Call,
    Command,
    Delta,
    Done,
    Image,
    Kind,
    Meanwhile,
    Message,
    Nothing,
    Notice,
    Option,
    Reply,
    Room,
    Visit,
    Wait,
    said,
)
from core.chat.form import FileRef
from core.db import UnitOfWork
from core.dispatch import Dispatcher
from core.ids import MemberId
from core.members import service as members
from core.money import Coins
from core.outbox import service as outbox
from core.people import Member
from core.registry import ROOMS
from core.runner import Runner
from tests.driver import Driver


def towns(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """Where to go."""
    every = (Option("berlin", "Berlin"), Option("bergen", "Bergen"), Option("paris", "Paris"))
    return [option for option in every if prefix in option.value]


@dataclass(frozen=True, slots=True)
class Everything:
    """One field of every kind."""

    name: Annotated[str, Asked(Kind.TEXT, "Name", maximum=60)]
    story: Annotated[str, Asked(Kind.LONG_TEXT, "Story")]
    number: Annotated[int, Asked(Kind.NUMBER, "Number", minimum=1, maximum=9)]
    stake: Annotated[Coins, Asked(Kind.MONEY, "Stake", minimum=10, maximum=300)]
    size: Annotated[str, Asked(Kind.CHOICE, "Size", options=(Option("s", "Small"), Option("l", "Very large")))]
    town: Annotated[str, Asked(Kind.CHOICE, "Town", source=towns)]
    who: Annotated[MemberId, Asked(Kind.MEMBER, "Who")]
    start: Annotated[datetime, Asked(Kind.MOMENT, "Start")]
    length: Annotated[timedelta, Asked(Kind.DURATION, "How long")]
    picture: Annotated[FileRef, Asked(Kind.IMAGE, "Picture")]
    paper: Annotated[FileRef, Asked(Kind.FILE, "Paper")]
    sure: Annotated[bool, Asked(Kind.FLAG, "Sure")]
    note: Annotated[str, Asked(Kind.TEXT, "Note", "Whatever you like")] = ""


@dataclass(frozen=True, slots=True)
class Trip:
    """Where to."""

    town: Annotated[str, Asked(Kind.CHOICE, "Town", source=towns)]
    stake: Annotated[Coins, Asked(Kind.MONEY, "Stake", minimum=10, maximum=300)]
    note: Annotated[str, Asked(Kind.TEXT, "Note")] = ""


TOLD = Notice("told", "Something to tell", counted=False)


def everything(uow: UnitOfWork, call: Call, form: Everything) -> Reply:
    """Say back what was understood."""
    who = members.member(uow, form.who)
    parts = [form.name, form.story, form.number, form.stake, form.size, form.town, who.name]
    parts += [form.start.isoformat(), form.length, form.picture.name, form.paper.size, form.sure, form.note]
    return Reply(said(*(f"got {part}" for part in parts)))


def trip(uow: UnitOfWork, call: Call, form: Trip) -> Reply:
    """Go somewhere."""
    return Reply(said(f"Off to {form.town} with {form.stake}.", f"Note: {form.note or 'none'}"))


def agree(uow: UnitOfWork, call: Call, form: Trip) -> Message | None:
    """Ask before a long way."""
    return said("Paris is far. Go?") if form.town == "paris" else None


async def tell(call: Call, form: Nothing) -> AsyncIterator[Any]:
    """A story in pieces."""
    yield Done(lambda uow, delivered: Reply(said(f"Told {len(delivered)} letters.")))
    yield Meanwhile("You are number 2 in line.")
    for piece in ("Once ", "upon ", "a \x1b[31mtime."):
        yield Delta(piece)


async def endless(call: Call, form: Nothing) -> AsyncIterator[Any]:
    """A story that waits for something that never comes."""
    yield Done(lambda uow, delivered: Reply(said("never seen")))
    yield Delta("It was a dark night")
    await asyncio.Event().wait()


def picture(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """Something to save."""
    blocks = (Image(b"\x89PNG", "a chart", "../chart.png"), Attachment("export.json", b"{}", "your data"))
    return Reply(Message(blocks))


def pay(uow: UnitOfWork, call: Call, form: Nothing) -> Visit:
    """Somewhere to go."""
    return Visit("https://pay.example/" + "x" * 120, "Pay $5", said("Then come back."))


def wait(uow: UnitOfWork, call: Call, form: Nothing) -> Wait:
    """Something that takes long, and is told."""
    outbox.announce(uow, call.member.id, TOLD, said("It is done now."), key=call.key, at=call.at)
    return Wait("I have begun.")


PLAY = Room(
    "play",
    commands=(
        Command(("play", "everything"), "Everything at once", form=Everything, run=everything),
        Command(("play", "trip"), "Go somewhere", form=Trip, run=trip, confirm=agree),
        Command(("play", "tell"), "A story", stream=tell),
        Command(("play", "endless"), "A story without an end", stream=endless),
        Command(("play", "picture"), "Something to save", run=picture),
        Command(("play", "pay"), "Somewhere to go", run=pay),
        Command(("play", "wait"), "Something that takes long", run=wait),
    ),
    notices=(TOLD,),
)


async def talk(
    driver: Driver, name: str, folder: Path, *, screen: Screen | None = None, keyboard: Keyboard | None = None
) -> int:
    """One session of the local chat in the house with the extra room."""
    screen = screen or Screen(name, folder, driver.clock)
    driver = replace(driver, rooms=(*ROOMS, PLAY), messenger=screen)
    async with driver.opened() as desk:
        runner = Runner(desk, driver.settings.schedule)
        chat = ConsoleChat(
            Dispatcher(desk), driver.clock, name, folder, tick=runner.tick, screen=screen, keyboard=keyboard
        )
        return await chat.run()


def piped(driver: Driver, folder: Path, lines: Iterable[str], name: str = "creator") -> str:
    """A whole session as a pipe sees it."""
    out = io.StringIO()
    screen = Screen(name, folder, driver.clock, out=out, boxed=False)
    keyboard = Keyboard(io.StringIO("".join(f"{line}\n" for line in lines)), interactive=False)
    assert asyncio.run(talk(driver, name, folder, screen=screen, keyboard=keyboard)) == 0
    return out.getvalue()


if __name__ == "__main__":
    # The terminal becomes the session's own, so that Ctrl-C is a signal in it.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.exit(asyncio.run(talk(Driver(Path(sys.argv[1])), sys.argv[3], Path(sys.argv[2]))))
