"""The argument reader and completion."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import pytest

from adapters.console import commands
from adapters.console.commands import Completion, Group, Typed
from core.chat import Asked, Command, Kind, Nothing, Option, Reply, said
from core.chat.form import FileRef
from core.ids import MemberId
from core.money import Credits
from core.people import Identity

BOB = Identity("console", "bob")
SIZES = (Option("s", "Small"), Option("xl", "Very very large"))


@dataclass(frozen=True, slots=True)
class Gift:
    to: Annotated[MemberId, Asked(Kind.MEMBER, "Who")]
    amount: Annotated[Credits, Asked(Kind.MONEY, "How many")]
    note: Annotated[str, Asked(Kind.TEXT, "Note")] = ""


@dataclass(frozen=True, slots=True)
class Plan:
    size: Annotated[str, Asked(Kind.CHOICE, "Size", options=SIZES)]
    start: Annotated[datetime, Asked(Kind.MOMENT, "Start")]
    length: Annotated[timedelta, Asked(Kind.DURATION, "How long")]
    number: Annotated[int, Asked(Kind.NUMBER, "Number")]
    sure: Annotated[bool, Asked(Kind.FLAG, "Sure")]
    picture: Annotated[FileRef | None, Asked(Kind.IMAGE, "Picture")] = None


@dataclass(frozen=True, slots=True)
class Question:
    question: Annotated[str, Asked(Kind.LONG_TEXT, "What")]
    pay: Annotated[str, Asked(Kind.CHOICE, "Pay with", options=(Option("credits", "Credits"),))] = ""


@dataclass(frozen=True, slots=True)
class Zone:
    zone: Annotated[str, Asked(Kind.CHOICE, "Zone", source=lambda uow, prefix, member: [])]


def command(name: str, form: type = Nothing, *, front: bool = False) -> Command:
    return Command(tuple(name.split()), name, form=form, run=lambda uow, call, form: Reply(said("")), front=front)


KNOWN = commands.declare(
    [
        command("daily"),
        command("gift", Gift),
        command("ask", Question),
        command("plan", Plan),
        command("settings show", front=True),
        command("settings zone", Zone),
        command("admin role give"),
        command("admin audit"),
    ]
)


class TestRead:
    @pytest.mark.parametrize(
        ("line", "values"),
        [
            ("/gift", {}),
            ("/gift bob", {"to": BOB}),
            ("/gift bob 50 thanks", {"to": BOB, "amount": "50", "note": "thanks"}),
            ("/gift @bob 50 thanks a lot", {"to": BOB, "amount": "50", "note": "thanks a lot"}),
            ("/gift bob 50 credits thanks", {"to": BOB, "amount": "50 credits", "note": "thanks"}),
            ("/gift bob 1\u202f950 thanks", {"to": BOB, "amount": "1\u202f950", "note": "thanks"}),
            ("/gift bob\u00a01\u00a0000", {"to": BOB, "amount": "1\u00a0000"}),
            ("/gift console:bob 50", {"to": BOB, "amount": "50"}),
            ("/gift discord:123 50", {"to": Identity("discord", "123"), "amount": "50"}),
            ('/gift to:bob amount:50 note:"thanks a lot"', {"to": BOB, "amount": "50", "note": "thanks a lot"}),
            ("/gift note:“so kind” to:bob amount:50", {"to": BOB, "amount": "50", "note": "so kind"}),
            ("/gift note:thanks a lot to:bob", {"to": BOB, "note": "thanks a lot"}),
            ("/gift to: bob amount: 50", {"to": BOB, "amount": "50"}),
            ("/gift amount:50 bob thanks a lot", {"to": BOB, "amount": "50", "note": "thanks a lot"}),
            ("/gift bob 50 at 10:30, see https://a.example", {
                "to": BOB, "amount": "50", "note": "at 10:30, see https://a.example",
            }),
            ("/gift bob 50 don't", {"to": BOB, "amount": "50", "note": "don't"}),
            ('/gift bob 50 "never closed', {"to": BOB, "amount": "50", "note": "never closed"}),
            ('/gift bob 50 ""', {"to": BOB, "amount": "50", "note": ""}),
            ("/gift to:alice to:bob", {"to": BOB}),
            ("/gift to:", {"to": ""}),
            ("/GIFT bob", {"to": BOB}),
            ("/gift not[a]name", {"to": "not[a]name"}),
            ("/gift who:ann", {"to": "who:ann"}),
            ("/gift bob fifty or so", {"to": BOB, "amount": "fifty", "note": "or so"}),
        ],
    )  # fmt: skip
    def test_a_gift(self, line, values):
        assert commands.read(line, KNOWN) == Typed(("gift",), values)

    @pytest.mark.parametrize(
        ("line", "values"),
        [
            ("/ask should I post less", {"question": "should I post less"}),
            ("/ask pay:credits should I post less", {"pay": "credits", "question": "should I post less"}),
            ("/ask should I post less pay:credits", {"pay": "credits", "question": "should I post less"}),
            ('/ask "should I post less" credits', {"question": "should I post less", "pay": "credits"}),
        ],
    )
    def test_a_question_is_all_that_was_typed(self, line, values):
        assert commands.read(line, KNOWN) == Typed(("ask",), values)

    @pytest.mark.parametrize(
        ("line", "values"),
        [
            ("/plan small", {"size": "small"}),
            ("/plan very very large 2026-05-14 18:00 1 h 30 min 7 yes", {
                "size": "very very large", "start": "2026-05-14 18:00", "length": "1 h 30 min",
                "number": "7", "sure": "yes",
            }),
            ("/plan s 2026-05-14 7 days 7", {"size": "s", "start": "2026-05-14", "length": "7 days", "number": "7"}),
            ("/plan sure:yes size:very very large number:3", {"size": "very very large", "sure": "yes", "number": "3"}),
            ("/plan picture:/tmp/a.png", {"picture": "/tmp/a.png"}),
        ],
    )  # fmt: skip
    def test_words_that_belong_together(self, line, values):
        assert commands.read(line, KNOWN) == Typed(("plan",), values)

    @pytest.mark.parametrize(
        ("line", "typed"),
        [
            ("/settings", Typed(("settings",), {})),
            ("/settings zone zone:Europe/Paris", Typed(("settings", "zone"), {"zone": "Europe/Paris"})),
            ("/settings zone New York", Typed(("settings", "zone"), {"zone": "New York"})),
            ("/admin role give", Typed(("admin", "role", "give"), {})),
            ("/nothing like it", Typed(("nothing",), {})),
            ("/", Typed(("",), {})),
            ("/daily and more", Typed(("daily",), {})),
        ],
    )
    def test_subcommands_are_words(self, line, typed):
        assert commands.read(line, KNOWN) == typed

    @pytest.mark.parametrize(
        ("line", "names"),
        [
            ("/settings zon", ["settings show", "settings zone"]),
            ("/admin", ["admin role give", "admin audit"]),
            ("/admin roll", ["admin role give", "admin audit"]),
        ],
    )
    def test_a_group_says_how_it_goes_on(self, line, names):
        found = commands.read(line, KNOWN)
        assert isinstance(found, Group)
        assert [item.name for item in found.commands] == names

    @pytest.mark.parametrize(
        "words", ["x" * 10_000, "🙂 " * 5_000, "שלום " * 2_000, '"' * 10_000, "a:" * 5_000, "\x00\x1b["]
    )
    def test_nothing_typed_is_an_error(self, words):
        assert isinstance(commands.read(f"/gift bob 5 {words}", KNOWN), Typed)


class TestIsKnown:
    @pytest.mark.parametrize(
        ("line", "known"),
        [
            ("/daily", True),
            ("/admin", True),
            ("/home/me/a.png", False),
            ("daily", False),
            ("/nope", False),
            ("/", False),
        ],
    )
    def test_tells_a_command_from_an_answer(self, line, known):
        assert commands.is_known(line, KNOWN) is known


class TestComplete:
    @pytest.mark.parametrize(
        ("line", "offered"),
        [
            ("", Completion(0)),
            ("hello", Completion(5)),
            ("/da", Completion(0, ("/daily ",))),
            ("/s", Completion(0, ("/settings ",))),
            ("/admin ", Completion(7, ("audit ", "role "))),
            ("/admin role g", Completion(12, ("give ",))),
            ("/settings zone ", Completion(15, ("zone:",), ("settings", "zone"), "", "")),
            ("/settings zone zone:Eu", Completion(20, (), ("settings", "zone"), "zone", "Eu")),
            ("/settings zone Eu", Completion(15, (), ("settings", "zone"), "zone", "Eu")),
            ("/gift bob ", Completion(10, ("amount:", "note:"), ("gift",), "", "")),
            ("/gift to:bob n", Completion(13, ("note:",), ("gift",), "amount", "n")),
            ("/nope ", Completion(6)),
        ],
    )
    def test_offers_what_could_follow(self, line, offered):
        assert commands.complete(line, KNOWN) == offered
