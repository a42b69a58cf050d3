"""A room of the preview's own: what the language can say and no command of the product says yet, and a bug."""

import struct
import zlib

from core.chat import (
    Bold,
    Button,
    Call,
    Code,
    Command,
    Delta,
    Done,
    Facts,
    Image,
    Mention,
    Message,
    Meter,
    Moment,
    Nothing,
    Ranking,
    Reply,
    Room,
    Stream,
    Text,
    Tone,
    Visit,
    said,
)
from core.chat.outcome import Wait
from core.db import UnitOfWork
from core.people import Identity

PIECES = (
    "On TikTok the first second decides: ",
    "say what the clip shows before you show it.\n\n",
    "Reels forgives a slow start, ",
    "because people came for you and not for the clip.",
)


def _bug(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:  # noqa: ARG001  handlers share one signature
    raise RuntimeError("made up, to be seen")


async def _answer(call: Call, form: Nothing) -> Stream:  # noqa: ARG001  as above
    for piece in PIECES:
        yield Delta(piece)

    def apply(uow: UnitOfWork, delivered: str) -> Reply:  # noqa: ARG001  as above
        return Reply(said(("41 messages left today.",), buttons=(Button("Ask again", ("stream",)),)))

    yield Done(apply)


async def _silence(call: Call, form: Nothing) -> Stream:  # noqa: ARG001  as above
    yield Delta("It begins well, ")
    raise RuntimeError("made up, to be seen")


def _blocks(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:  # noqa: ARG001  as above
    line = (Bold("Bold"), ", ", Code("/code"), ", ", Mention("mara", Identity("console", "mara")), " and ")
    return Reply(
        Message(
            (
                Text((*line, Moment(call.at), ".")),
                Facts((("Stake", "100 coins"), ("Verdict", ("on ", Moment(call.at, "Europe/Berlin"))))),
                Meter("Posted", 8, 10),
                Ranking((("mara", " · 104 followers"), "bob · 87 followers", "ann · 12 followers")),
                Image(_bars((8, 14, 11, 20, 26, 24, 32)), "Followers a day, rising from 8 to 32", "growth.png"),
            ),
            tone=Tone.WARNING,
            buttons=tuple(Button(label, ("blocks",)) for label in ("How it was measured", "Appeal", "Next challenge")),
        )
    )


def _visit(uow: UnitOfWork, call: Call, form: Nothing) -> Visit:  # noqa: ARG001  as above
    return Visit("https://pay.example/abc", "Pay $5", said("500 credits for $5. You come back here by yourself."))


def _wait(uow: UnitOfWork, call: Call, form: Nothing) -> Wait:  # noqa: ARG001  as above
    return Wait("I am writing ten captions. It takes about a minute; I will send them here.")


def _bars(heights: tuple[int, ...]) -> bytes:
    """A PNG of bars: 36 pixels high, grey with an 8 bit sample for each pixel."""
    wide = [height for height in heights for _ in range(16)]
    rows = b"".join(
        b"\0" + bytes(70 if 36 - y <= height and x % 16 < 12 else 225 for x, height in enumerate(wide))
        for y in range(36)
    )
    head = struct.pack(">IIBBBBB", len(wide), 36, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


ROOM = Room(
    "preview",
    commands=(
        Command(("bug",), "Break", run=_bug),
        Command(("stream",), "Say something long", stream=_answer),
        Command(("silence",), "Break in the middle", stream=_silence),
        Command(("blocks",), "Show every block", run=_blocks),
        Command(("visit",), "Send somebody elsewhere", run=_visit),
        Command(("wait",), "Take long", run=_wait),
    ),
)
