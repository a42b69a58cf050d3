"""A room of the preview's own: what the language can say and no command of the product says yet, and a bug."""

from datetime import datetime, timedelta

from core.chat import (
    Bold,
    Button,
    Call,
    Code,
    Command,
    Delta,
    Done,
    Facts,
    Meanwhile,
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
    pictured,
    said,
)
from core.chat.chart import Chart, Mark
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
    for place in (2, 1):
        yield Meanwhile(f"Many ask at once: you are number {place} in line.")
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
                pictured(_chart(call.at), "growth.png"),
            ),
            tone=Tone.WARNING,
            buttons=tuple(Button(label, ("blocks",)) for label in ("How it was measured", "Appeal", "Next challenge")),
        )
    )


def _chart(at: datetime) -> Chart:
    values = (1278, 1291, 1302, 1318, 1341, 1338, 1362)
    start = at - timedelta(days=6)
    return Chart(
        "Ten clips in ten days",
        "followers",
        tuple((start + timedelta(days=day), value) for day, value in enumerate(values)),
        start,
        start + timedelta(days=10),
        baseline=1278,
        target=1408,
        band=(1348, 1458),
        days=(*[Mark.DONE] * 4, Mark.MISSED, Mark.DONE, Mark.TODAY, *[Mark.COMING] * 3),
        facts=(("Stake", "100 coins"), ("Posted", "5 of 8 days"), ("Days left", "4")),
    )


def _visit(uow: UnitOfWork, call: Call, form: Nothing) -> Visit:  # noqa: ARG001  as above
    return Visit("https://pay.example/abc", "Pay $5", said("500 credits for $5. You come back here by yourself."))


def _wait(uow: UnitOfWork, call: Call, form: Nothing) -> Wait:  # noqa: ARG001  as above
    return Wait("I am writing ten captions. It takes about a minute; I will send them here.")


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
