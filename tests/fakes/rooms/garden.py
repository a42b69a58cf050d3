"""A made-up room with a command for everything the chat language can say."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from core.chat import (
    Asked,
    Button,
    Call,
    Command,
    Kind,
    Line,
    Message,
    Nothing,
    Notice,
    Option,
    Reaction,
    Reply,
    Room,
    Talk,
    Visibility,
    Visit,
    said,
)
from core.chat.form import FileRef
from core.conversations import repository as conversations
from core.db import UnitOfWork
from core.errors import InvalidField, TandemError
from core.ids import MemberId
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.money import Coins, Credits
from core.people import Entitlements, Member, Plan, Quote
from core.values import dataclass
from tests.fakes.rooms.effects import Overloaded, Planted, Sorry, Watered, happen
from tests.fakes.rooms.stories import Fetch, Story, fetch, fetch_price, muse, story, story_price


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


def water(uow: UnitOfWork, fact: Planted) -> Line | None:
    happen(uow, "reaction", "below")
    uow.record(Watered(fact.at, fact.member))
    return f"Watered {fact.amount}."


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
