"""Made-up rooms with one command, job, hook or reaction for everything the chat language can say.

What they do is written to a table of their own, `effect`, one row each time: so that twice is seen as two.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from sqlalchemy import Column, MetaData, Text, bindparam, insert, select
from sqlalchemy import Table as SqlTable

from core.chat import (
    Again,
    Asked,
    Button,
    Call,
    Command,
    Delta,
    Done,
    Due,
    Hook,
    Job,
    Kind,
    Line,
    Message,
    Nothing,
    Notice,
    Option,
    Reaction,
    Reply,
    Room,
    Stream,
    Talk,
    Visibility,
    Visit,
    said,
)
from core.chat import repository as conversations
from core.chat.form import FileRef
from core.chat.room import Forged
from core.db import UnitOfWork
from core.errors import ErrorKind, InvalidField, TandemError
from core.facts import Fact, MemberVisited
from core.ids import MemberId
from core.ledger import holds
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.money import Amount, Coins, Credits
from core.people import Entitlements, Member, Plan, Quote, Role
from core.values import dataclass
from tests.fakes.outside import Outside

EFFECT = SqlTable("effect", MetaData(), Column("what", Text), Column("key", Text))
HAPPEN = insert(EFFECT).values(what=bindparam("what"), key=bindparam("key"))
HAPPENED = select(EFFECT.c.key).where(EFFECT.c.what == bindparam("what"))


def happen(uow: UnitOfWork, what: str, key: str = "") -> None:
    """Leave a trace that a rollback takes away and a repetition doubles."""
    uow.run(HAPPEN, what=what, key=key)


class Sorry(TandemError):
    """A rule that says no."""

    words: ClassVar[str] = "Sorry, not today. Try another day."


class Overloaded(TandemError):
    """Something outside is busy."""

    kind: ClassVar[ErrorKind] = ErrorKind.OPERATIONAL
    words: ClassVar[str] = "It is busy. Try again in a minute."


@dataclass(frozen=True, slots=True)
class Planted(Fact):
    """Something was planted."""

    member: MemberId
    amount: int


@dataclass(frozen=True, slots=True)
class Watered(Fact):
    """What a reaction to `Planted` records."""

    member: MemberId


# Commands that run


def start(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    happen(uow, "start", call.key)
    return Reply(said("Hello."))


def ping(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    happen(uow, "ping", call.key)
    return Reply(said("Pong."))


def trees(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    found = [Option(name.lower(), name) for name in ("Ash", "Beech", "Birch")]
    return [option for option in found if option.label.casefold().startswith(prefix)]


@dataclass(frozen=True, slots=True)
class Everything:
    """A field of every kind."""

    text: Annotated[str, Asked(Kind.TEXT, "A line", minimum=2, maximum=40)]
    story: Annotated[str, Asked(Kind.LONG_TEXT, "A story")] = ""
    count: Annotated[int, Asked(Kind.NUMBER, "How often", minimum=1, maximum=1_000_000)] = 1
    amount: Annotated[Credits | None, Asked(Kind.MONEY, "How many", maximum=5_000)] = None
    size: Annotated[str, Asked(Kind.CHOICE, "Size", options=(Option("s", "Small"), Option("l", "Very large")))] = "s"
    tree: Annotated[str, Asked(Kind.CHOICE, "Tree", source=trees)] = ""
    friend: Annotated[MemberId | None, Asked(Kind.MEMBER, "Who")] = None
    when: Annotated[datetime | None, Asked(Kind.MOMENT, "When")] = None
    lasts: Annotated[timedelta | None, Asked(Kind.DURATION, "How long")] = None
    picture: Annotated[FileRef | None, Asked(Kind.IMAGE, "Picture", maximum=2_000_000)] = None
    paper: Annotated[FileRef | None, Asked(Kind.FILE, "Paper", maximum=8_000_000)] = None
    sure: Annotated[bool, Asked(Kind.FLAG, "Sure")] = False


def everything(uow: UnitOfWork, call: Call, form: Everything) -> Reply:
    happen(uow, "everything", repr(form))
    return Reply(said(form.text))


@dataclass(frozen=True, slots=True)
class Plant:
    name: Annotated[str, Asked(Kind.TEXT, "Name")]
    amount: Annotated[int, Asked(Kind.NUMBER, "How many", minimum=1, maximum=500)]
    note: Annotated[str, Asked(Kind.TEXT, "Note")] = ""


def plant_confirm(uow: UnitOfWork, call: Call, form: Plant) -> Message | None:
    return said(f"Plant {form.amount}?") if form.amount > 100 else None


def plant(uow: UnitOfWork, call: Call, form: Plant) -> Reply:
    happen(uow, "plant", f"{call.key}/{form.name}/{form.amount}/{form.note}")
    if form.name == "Nettle":
        raise InvalidField("name", "Nettles do not grow here. Take another name.")
    uow.record(Planted(call.at, call.member.id, form.amount))
    return Reply(said(f"Planted {form.amount} {form.name}."))


@dataclass(frozen=True, slots=True)
class Gift:
    to: Annotated[MemberId, Asked(Kind.MEMBER, "Who")]
    note: Annotated[str, Asked(Kind.TEXT, "Note")] = ""


def gift(uow: UnitOfWork, call: Call, form: Gift) -> Reply:
    happen(uow, "gift", f"{call.member.id}>{form.to}")
    return Reply(said("Given."))


@dataclass(frozen=True, slots=True)
class Fail:
    how: Annotated[
        str,
        Asked(Kind.CHOICE, "How", options=tuple(Option(how, how) for how in ("refuse", "busy", "bug", "invalid"))),
    ]


ERRORS: Mapping[str, Exception] = {
    "refuse": Sorry(),
    "busy": Overloaded(),
    "bug": KeyError("a bug"),
    "invalid": InvalidField("how", "Not like this."),
}


def fail(uow: UnitOfWork, call: Call, form: Fail) -> Reply:
    happen(uow, "fail", call.key)
    why = Why(Code.DEMO_GRANT, call.key, call.at)
    ledger.grant(uow, call.member.coin_wallet, Coins(5), why, source=LotSource.EARNED)
    raise ERRORS[form.how]


@dataclass(frozen=True, slots=True)
class Priced:
    cost: Annotated[int, Asked(Kind.NUMBER, "Cost", minimum=0, maximum=1000)] = 30
    sold: Annotated[bool, Asked(Kind.FLAG, "Paid with what was sold alone")] = False


def price(form: Priced, allowed: Entitlements) -> Quote | None:
    cost = form.cost // 2 if allowed.plan is Plan.PRO else form.cost
    return Quote(Credits(cost), "A lamp", form.sold)


def buy(uow: UnitOfWork, call: Call, form: Priced) -> Reply:
    happen(uow, "buy", call.key)
    return Reply(said("Bought."))


def role_only(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    happen(uow, "power", call.key)
    return Reply(said("Done."))


BUTTONS = (
    Button("Plant one", ("plant",), {"name": "Ash", "amount": 1}),
    Button("Nobody", ("not", "there"), {"name": "Ash"}),
    Button("Ping", ("ping",)),
)


class Instead(TandemError):
    """A rule that says no, and knows what would be a yes."""

    words: ClassVar[str] = "Not this one."
    buttons: ClassVar[tuple[Button, ...]] = BUTTONS


def card(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    return Reply(said("Look.", buttons=BUTTONS))


def leave_for(uow: UnitOfWork, call: Call, form: Nothing) -> Visit:
    return Visit("https://example.org", "Go", said("Go there."))


def begin_talk(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    conversations.begin_talk(uow, call.member.id, "muse", "", call.at)
    return Reply(said("I listen."))


# Streams


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


# Errands


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


# Facts


def water(uow: UnitOfWork, fact: Planted) -> Line | None:
    happen(uow, "reaction", "below")
    uow.record(Watered(fact.at, fact.member))
    return f"Watered {fact.amount}."


def count_planted(uow: UnitOfWork, fact: Planted) -> Line | None:
    happen(uow, "reaction", "above")
    if fact.amount == 13:
        raise Sorry
    return None


def count_watered(uow: UnitOfWork, fact: Watered) -> Line | None:
    happen(uow, "reaction", "watered")
    return "The soil is wet."


def count_visits(uow: UnitOfWork, fact: MemberVisited) -> Line | None:
    happen(uow, "visit", f"{fact.member}/{fact.day}")
    return "A new day."


# Jobs and hooks


def once(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "once", due.key)


def again(uow: UnitOfWork, due: Due) -> Again | None:
    happen(uow, "again", str(due.attempt))
    if due.attempt >= 3:
        return None
    return Again(due.at + timedelta(minutes=1), fresh=bool(due.payload.get("fresh")) and due.attempt == 2)


def poison(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "poison", due.key)
    raise ZeroDivisionError("poison")


def busy(uow: UnitOfWork, due: Due) -> None:
    raise Overloaded


def every(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "every", due.key)


def sulks(uow: UnitOfWork, due: Due, *, outside: Outside) -> None:
    """Runs each hour, unless told to fail."""
    if outside.sulks:
        raise outside.sulks.popleft()
    happen(uow, "sulks", due.key)


def sprout(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "sprout", due.key)
    uow.record(Planted(due.at, MemberId(due.payload["member"]), due.payload["amount"]))


def expire_holds(uow: UnitOfWork, due: Due) -> None:
    while holds.expire_holds(uow, due.at):
        pass


def steps_prepare(uow: UnitOfWork, due: Due) -> str | Again | None:
    happen(uow, "prepared", due.key)
    if due.key == "nothing":
        return None
    if due.key == "later" and due.attempt == 1:
        return Again(due.at + timedelta(minutes=5))
    return due.key


async def steps_errand(key: str, *, outside: Outside) -> str:
    return await outside.make(key)


def steps_finish(uow: UnitOfWork, due: Due, result: str) -> None:
    happen(uow, "finished", result)


def till_identify(body: bytes, headers: Mapping[str, str]) -> str:
    if headers.get("signature") != "good":
        raise Forged
    return body.decode().partition(":")[0]


def till_apply(uow: UnitOfWork, body: bytes, at: datetime, *, outside: Outside) -> None:
    happen(uow, "till", body.decode())
    if outside.fails:
        raise outside.fails.popleft()


NEWS = Notice("news", "News")
VERDICT = Notice("verdict", "Verdicts", counted=False)

GARDEN = Room(
    "garden",
    commands=(
        Command(("start",), "Begin", run=start, visits=False),
        Command(("ping",), "See whether I am here", run=ping),
        Command(("everything",), "One field of every kind", form=Everything, run=everything),
        Command(("plant",), "Plant something", form=Plant, run=plant, confirm=plant_confirm),
        Command(("gift",), "Give something", form=Gift, run=gift, begins=True),
        Command(("fail",), "Go wrong", form=Fail, run=fail),
        Command(("buy",), "Buy a lamp", form=Priced, run=buy, price=price),
        Command(("card",), "Buttons for you", run=card),
        Command(("poster",), "Buttons for all", run=card, visibility=Visibility.PUBLIC),
        Command(("away",), "Leave the chat", run=leave_for),
        Command(("listen",), "Talk to the muse", run=begin_talk),
        Command(("story",), "Hear a story", form=Story, stream=story, price=story_price),
        Command(("fetch",), "Fetch a parcel", form=Fetch, errand=fetch, price=fetch_price),
    ),
    reactions=(Reaction(Planted, water),),
    notices=(NEWS, VERDICT),
    talks=(Talk("muse", "The muse", muse),),
)
TOWER = Room(
    "tower",
    commands=(
        Command(("power", "own"), "For owners", run=role_only, role=Role.OWNER),
        Command(("power", "admin"), "For admins", run=role_only, role=Role.ADMIN),
        Command(("power", "support"), "For support", run=role_only, role=Role.SUPPORT),
        Command(("power", "partner"), "For partners", run=role_only, role=Role.PARTNER),
        Command(("power", "space"), "For moderators here", run=role_only, role=Role.MODERATOR, space_role=True),
        Command(("power", "trees"), "With options", form=Everything, run=everything, role=Role.SUPPORT),
    ),
    reactions=(
        Reaction(Planted, count_planted),
        Reaction(Watered, count_watered),
        Reaction(MemberVisited, count_visits),
    ),
    jobs=(
        Job("once", run=once),
        Job("again", run=again),
        Job("poison", run=poison),
        Job("busy", run=busy),
        Job("sprout", run=sprout),
        Job("every", run=every, every=timedelta(hours=1)),
        Job("sulks", run=sulks, every=timedelta(hours=1)),
        Job("expire", run=expire_holds, every=timedelta(minutes=1)),
        Job("steps", prepare=steps_prepare, errand=steps_errand, finish=steps_finish),
    ),
    hooks=(Hook("till", till_identify, till_apply),),
)
