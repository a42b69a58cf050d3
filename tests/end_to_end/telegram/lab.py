"""A made-up room with what the real ones do not have yet: streams, public answers, files, slow work."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from core.chat import (
    Asked,
    Attachment,
    Bold,
    Button,
    Call,
    Code,
    Command,
    Delta,
    Done,
    Image,
    Kind,
    Meanwhile,
    Mention,
    Message,
    Nothing,
    Option,
    Reply,
    Room,
    Text,
    Tone,
    Visibility,
    said,
)
from core.chat.form import FileRef
from core.db import UnitOfWork
from core.errors import TandemError

PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
LONG = "ж" * 40
"""80 bytes: more than a button holds."""
UNKIND = "*Mara* <b>_x_</b> @everyone @durov /start https://evil.example [a](b) 👩‍🚀"


@dataclass
class Tap:
    """Streams what a test lets through."""

    pieces: asyncio.Queue[str | Meanwhile | Exception | None] = field(default_factory=asyncio.Queue)
    ran: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    def pours(self, *pieces: str | Meanwhile | Exception, end: bool = True) -> None:
        for piece in pieces:
            self.pieces.put_nowait(piece)
        if end:
            self.pieces.put_nowait(None)


class Instead(TandemError):
    words = "Not this one."
    buttons = (Button("Shout it", ("lab", "shout"), {"word": "pony"}), Button("Ping", ("lab", "ping")))


@dataclass(frozen=True, slots=True)
class Word:
    word: Annotated[str, Asked(Kind.TEXT, "Which word", "Any", example="hello")]


@dataclass(frozen=True, slots=True)
class Sized:
    size: Annotated[int, Asked(Kind.NUMBER, "How many", minimum=1, maximum=100_000)]


OPTIONS = tuple(Option(f"{LONG}{i}" if i % 2 else f"v{i}", f"Option {i}") for i in range(21))


def many(uow: UnitOfWork, prefix: str, member: Any) -> list[Option]:
    return [option for option in OPTIONS if prefix in option.label.casefold()]


@dataclass(frozen=True, slots=True)
class Picked:
    which: Annotated[str, Asked(Kind.CHOICE, "Which one", "One of many", source=many)]
    sure: Annotated[bool, Asked(Kind.FLAG, "Are you sure")]


@dataclass(frozen=True, slots=True)
class Sent:
    picture: Annotated[FileRef, Asked(Kind.IMAGE, "Your picture", maximum=5_000_000)]


async def talk(call: Call, form: Nothing, *, tap: Tap) -> AsyncIterator[Delta | Meanwhile | Done]:
    def apply(uow: UnitOfWork, text: str) -> Reply:
        tap.applied.append(text)
        return Reply(said("42 messages left."))

    tap.ran.append(call.key)
    yield Done(apply)
    while (piece := await tap.pieces.get()) is not None:
        if isinstance(piece, Exception):
            raise piece
        yield piece if isinstance(piece, Meanwhile) else Delta(piece)
    yield Done(apply)


def shout(uow: UnitOfWork, call: Call, form: Word, *, tap: Tap) -> Reply:
    tap.ran.append(call.key)
    return Reply(said(f"{form.word.upper()}", buttons=(Button("Again", ("lab", "ping")),)))


def ping(uow: UnitOfWork, call: Call, form: Nothing, *, tap: Tap) -> Reply:
    tap.ran.append(call.key)
    return Reply(said("pong"))


def ask_vote(uow: UnitOfWork, call: Call, form: Nothing) -> Message:
    return said("Vote?")


def size(uow: UnitOfWork, call: Call, form: Sized) -> Reply:
    text = "".join(f"{i:07} " for i in range(1 + form.size // 8))[: form.size]
    return Reply(Message((Text((Bold("x"), text[1:])),), buttons=(Button("Ping", ("lab", "ping")),)))


def unkind(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    spans = (UNKIND, " ", Bold(UNKIND), " ", Code(UNKIND), " ", Mention(UNKIND))
    return Reply(Message((Text(spans),), tone=Tone.SUCCESS))


def pick(uow: UnitOfWork, call: Call, form: Picked, *, tap: Tap) -> Reply:
    tap.ran.append(form.which)
    return Reply(said(f"You picked {form.which}, {'sure' if form.sure else 'not sure'}."))


def files(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    return Reply(
        Message(
            (
                Text("Here they are."),
                Image(PIXEL, "a pixel", "pixel.png"),
                Image(b"no picture", "what is none", "none.png"),
                Image("https://example.com/a.png", "elsewhere"),
                Attachment("data.json", b"{}", "your data"),
            )
        )
    )


def take(uow: UnitOfWork, call: Call, form: Sent) -> Reply:
    return Reply(said(f"Got {form.picture.name}, {form.picture.size} bytes."))


async def slow(call: Call, form: Nothing, *, tap: Tap) -> Done:
    tap.ran.append(call.key)
    tap.entered.set()
    await tap.gate.wait()
    return Done(lambda uow, text: Reply(said("Slowly done.")))


PUBLIC = Visibility.PUBLIC
ROOM = Room(
    "lab",
    commands=(
        Command(("lab", "talk"), "Talk", stream=talk),
        Command(("lab", "cry"), "Talk aloud", stream=talk, visibility=PUBLIC),
        Command(("lab", "shout"), "Say it loud", form=Word, run=shout, visibility=PUBLIC),
        Command(("lab", "ping"), "Ping", run=ping),
        Command(("lab", "vote"), "Vote", confirm=ask_vote, run=ping, visibility=PUBLIC),
        Command(("lab", "size"), "A long text", form=Sized, run=size),
        Command(("lab", "unkind"), "Markup", run=unkind),
        Command(("lab", "pick"), "Pick", form=Picked, run=pick),
        Command(("lab", "files"), "Files", run=files),
        Command(("lab", "take"), "Take a picture", form=Sent, run=take),
        Command(("lab", "slow"), "Slow work", errand=slow),
    ),
)
