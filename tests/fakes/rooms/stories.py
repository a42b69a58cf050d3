"""What takes its time: stories told in pieces, parcels fetched from outside, and a muse."""

from collections.abc import AsyncIterator
from typing import Annotated

from core.chat import (
    Asked,
    Call,
    Delta,
    Done,
    Kind,
    Option,
    Reply,
    Stream,
    said,
)
from core.db import UnitOfWork
from core.ids import MemberId
from core.money import Amount, Credits
from core.people import Entitlements, Quote
from core.values import dataclass
from tests.fakes.outside import Outside
from tests.fakes.rooms.effects import Overloaded, Sorry, happen


@dataclass(frozen=True, slots=True)
class Story:
    """How a stream goes: so many pieces, broken before a piece, `Done` said early or never."""

    pieces: Annotated[int, Asked(Kind.NUMBER, "Pieces", minimum=0, maximum=9)] = 3
    breaks_at: Annotated[int, Asked(Kind.NUMBER, "Breaks", minimum=-1, maximum=9)] = -1
    done: Annotated[
        str, Asked(Kind.CHOICE, "Done", options=tuple(Option(when, when) for when in ("last", "first", "never")))
    ] = "last"
    each: Annotated[int, Asked(Kind.NUMBER, "Price of a piece", minimum=-1, maximum=9)] = -1
    price: Annotated[int, Asked(Kind.NUMBER, "Price", minimum=0, maximum=99)] = 10


def story_price(form: Story, allowed: Entitlements) -> Quote | None:
    return Quote(Credits(form.price), "A story") if form.price else None


def _told(form: Story, key: str) -> Done:
    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        happen(uow, "story", delivered)
        return Reply(said(f"The end: {delivered}"))

    def for_pieces(delivered: str) -> Amount:
        return Credits(len(delivered) * form.each)

    return Done(apply, for_pieces if form.each >= 0 else None)


async def story(call: Call, form: Story, *, outside: Outside) -> AsyncIterator[Delta | Done]:
    if outside.fails:
        raise outside.fails.popleft()
    if form.done == "first":
        yield _told(form, call.key)
    for i in range(form.pieces):
        if i == form.breaks_at:
            raise Overloaded
        outside.calls.append(f"piece {i}")
        yield Delta(str(i))
    if form.pieces == form.breaks_at:
        raise ZeroDivisionError("a bug at the end")
    if form.done == "last":
        yield _told(form, call.key)


async def muse(call: Call, text: str) -> Stream:
    yield Delta(text[::-1])

    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        happen(uow, "muse", delivered)
        return Reply(said(delivered))

    yield Done(apply)


@dataclass(frozen=True, slots=True)
class Fetch:
    what: Annotated[str, Asked(Kind.TEXT, "What")]
    friend: Annotated[MemberId | None, Asked(Kind.MEMBER, "For whom")] = None


def fetch_price(form: Fetch, allowed: Entitlements) -> Quote | None:
    return None if form.what == "air" else Quote(Credits(20), "A parcel")


async def fetch(call: Call, form: Fetch, *, outside: Outside) -> Done:
    made = await outside.make(call.key)

    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        happen(uow, "fetch", call.key)
        if form.what == "stone":
            raise Sorry
        return Reply(said(f"{form.what}: {made}"))

    return Done(apply)
