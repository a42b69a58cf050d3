"""A made-up room beside the product's: what says how much a test wants, as slowly as it wants, to whom it wants."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from core.chat import (
    Asked,
    Attachment,
    Button,
    Call,
    Command,
    Confirm,
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
    Stream,
    Talk,
    Text,
    Visibility,
    Visit,
    said,
)
from core.chat.form import FileRef
from core.conversations import repository as conversations
from core.db import UnitOfWork
from core.errors import InvalidField, TandemError
from core.ids import MemberId
from core.members import service as members
from core.people import Member


@dataclass
class Prompter:
    """Holds what runs outside a transaction until the test lets it go on."""

    pieces: "asyncio.Queue[str | Meanwhile | Exception | None]" = field(default_factory=asyncio.Queue)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    done: list[str] = field(default_factory=list)
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    text: Annotated[str, Asked(Kind.LONG_TEXT, "Text")]


@dataclass(frozen=True, slots=True)
class Length:
    length: Annotated[int, Asked(Kind.NUMBER, "How long", minimum=1, maximum=20_000)]


def trees(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    found = [Option(name.lower(), name) for name in ("Ash", "Beech", "Birch")]
    return [option for option in found if option.label.casefold().startswith(prefix)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """More than one form holds: six that are needed, and one of every kind."""

    title: Annotated[str, Asked(Kind.TEXT, "Title", minimum=2, maximum=40, example="Ten clips")]
    size: Annotated[str, Asked(Kind.CHOICE, "Size", options=(Option("s", "Small"), Option("l", "Very large")))]
    tree: Annotated[str, Asked(Kind.CHOICE, "Tree", source=trees)]
    sure: Annotated[bool, Asked(Kind.FLAG, "Sure")]
    friend: Annotated[MemberId, Asked(Kind.MEMBER, "Friend")]
    picture: Annotated[FileRef, Asked(Kind.IMAGE, "Picture", maximum=2_000_000)]
    when: Annotated[datetime, Asked(Kind.MOMENT, "When")]
    story: Annotated[str, Asked(Kind.LONG_TEXT, "Story")] = ""


@dataclass(frozen=True, slots=True)
class Wish:
    name: Annotated[str, Asked(Kind.TEXT, "Name")]
    when: Annotated[datetime | None, Asked(Kind.MOMENT, "When")] = None


class Never(TandemError):
    words = "Not today. Come back tomorrow."


def say(uow: UnitOfWork, call: Call, form: Line) -> Reply:
    return Reply(said(form.text))


def fill(uow: UnitOfWork, call: Call, form: Length) -> Reply:
    return Reply(said("x" * form.length))


def sheet(uow: UnitOfWork, call: Call, form: Sheet) -> Reply:
    friend = members.member(uow, form.friend).name
    words = f"{form.title} {form.size} {form.tree} {form.sure} {form.picture.name} {form.when:%Y-%m-%d}"
    return Reply(Message((Text((words, " with ", Mention(friend))),)))


def wish(uow: UnitOfWork, call: Call, form: Wish) -> Reply:
    if form.name == "nothing":
        raise InvalidField("name", "Nothing can not be had. Wish for something.")
    return Reply(said(f"{form.name} by {form.when}"))


def wish_confirm(uow: UnitOfWork, call: Call, form: Wish) -> Message:
    return said(f"Wish for {form.name}?")


CARD = (Button("Wish a pony", ("wish",), {"name": "pony"}), Button("Help", ("help",)), Button("Never", ("never",)))


class Instead(TandemError):
    words = "Not this one."
    buttons = CARD


def card(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    return Reply(said("Look.", buttons=CARD))


def never(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    raise Never


def show(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    blocks = (Text("Here."), Image(b"\x89PNG\r\n", "A chart"), Attachment("my data.json", b"{}", "Your data"))
    return Reply(Message(blocks))


def away(uow: UnitOfWork, call: Call, form: Nothing) -> Visit:
    return Visit("https://example.org/pay", "Pay", said("Pay there."))


def epic_confirm(uow: UnitOfWork, call: Call, form: Nothing) -> Message:
    return said("Tell it to all?")


async def tale(call: Call, form: Nothing, *, prompter: Prompter) -> Stream:
    async for piece in _pieces(prompter):
        yield piece


async def talk(call: Call, text: str, *, prompter: Prompter) -> Stream:
    yield Delta(f"You said {text}. ")
    async for piece in _pieces(prompter):
        yield piece


async def _pieces(prompter: Prompter) -> AsyncIterator[Delta | Meanwhile | Done]:
    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        prompter.done.append(delivered)
        return Reply(said("The end.", buttons=(Button("Help", ("help",)),)))

    yield Done(apply)
    while (piece := await prompter.pieces.get()) is not None:
        if isinstance(piece, Exception):
            raise piece
        yield piece if isinstance(piece, Meanwhile) else Delta(piece)


async def slow(call: Call, form: Nothing, *, prompter: Prompter) -> Done:
    await prompter.go.wait()
    if prompter.fails:
        raise Never
    return Done(lambda uow, delivered: Reply(said("Slow, but here.")))


def listen(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    conversations.begin_talk(uow, call.member.id, "muse", "", call.at)
    return Reply(said("I listen."))


# No visit, so that no line about coins comes between.
QUIET: Any = {"visits": False}
PUBLIC: Any = {"visibility": Visibility.PUBLIC, "visits": False}
STAGE = Room(
    "stage",
    commands=(
        Command(("say",), "Say it back", form=Line, run=say, **QUIET),
        Command(("shout",), "Say it to all", form=Line, run=say, **PUBLIC),
        Command(("fill",), "So many characters", form=Length, run=fill, **QUIET),
        Command(("sheet",), "A long form", form=Sheet, run=sheet, **QUIET),
        Command(("wish",), "A question first", form=Wish, run=wish, confirm=wish_confirm, **QUIET),
        Command(("vow",), "A question first, before all", form=Wish, run=wish, confirm=wish_confirm, **PUBLIC),
        Command(("card",), "Buttons for you", run=card, **QUIET),
        Command(("poster",), "Buttons for all", run=card, **PUBLIC),
        Command(("never",), "A no", run=never, **QUIET),
        Command(("show",), "Files", run=show, **QUIET),
        Command(("away",), "A link", run=away, **QUIET),
        Command(("tale",), "A stream", stream=tale, **QUIET),
        Command(("saga",), "A stream for all", stream=tale, **PUBLIC),
        Command(("epic",), "A stream for all, after a question", stream=tale, confirm=epic_confirm, **PUBLIC),
        Command(("slow",), "Takes its time", errand=slow, **QUIET),
        Command(("parade",), "Takes its time before all", errand=slow, **PUBLIC),
        Command(("listen",), "Talk to the muse", run=listen, **QUIET),
    ),
    talks=(Talk("muse", "The muse", talk),),
)
__all__ = ["STAGE", "Confirm", "Prompter"]
