"""Lines and numbers as events."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest

from adapters.console import commands, inbound
from adapters.console.inbound import Asking, Confirming, Hint, Leave, Stamp
from adapters.console.limits import LINE_MAX
from core.chat import (
    Agreement,
    Answer,
    Ask,
    Asked,
    Button,
    Command,
    Confirm,
    Invocation,
    Kind,
    Option,
    Place,
    Rail,
    Reply,
    Said,
    said,
)
from core.chat.form import FieldProblem, FileRef
from core.ids import MemberId, Token
from core.people import Actor, Identity

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
CHART = FileRef("console", "/tmp/chart.png", "chart.png", "image/png", 4)
STAMP = Stamp(inbound.typist("ann"), "console:key", NOW, {"chart.png": CHART}.get)
COMMON: dict[str, Any] = {
    "actor": Actor(Identity("console", "ann"), "ann"),
    "place": Place("console", "ann", private=True, rails=frozenset({Rail.WEB})),
    "key": "console:key",
    "at": NOW,
}
TOKEN = Token("abcdefghijkl")
BUTTONS = (Button("Wallet", ("wallet",)), Button("Again", ("gift",), {"amount": 5}, token="secret-token"))


@dataclass(frozen=True, slots=True)
class Form:
    """Some kinds of fields."""

    amount: Annotated[int, Asked(Kind.NUMBER, "How many", minimum=1)]
    size: Annotated[str, Asked(Kind.CHOICE, "Size", options=(Option("s", "Small"), Option("l", "2")))]
    who: Annotated[MemberId, Asked(Kind.MEMBER, "Who")]
    sure: Annotated[bool, Asked(Kind.FLAG, "Sure")]
    picture: Annotated[FileRef, Asked(Kind.IMAGE, "Picture")]
    story: Annotated[str, Asked(Kind.LONG_TEXT, "Story")]
    note: Annotated[str, Asked(Kind.TEXT, "Note")] = ""


FORM = Command(("form",), "A form", form=Form, run=lambda uow, call, form: Reply(said("")))
KNOWN = commands.declare([FORM, Command(("wallet",), "Wallet", run=lambda uow, call, form: Reply(said("")))])


def asking(name: str, *problems: FieldProblem) -> Asking:
    fields = tuple(field for field in FORM.fields if field.name == name)
    return Asking(Ask(TOKEN, "Form", fields, problems), ("form",)).at(0)


def read(line: str, open_: inbound.Open = None, buttons: tuple[Button, ...] = BUTTONS) -> inbound.Read:
    return inbound.read(line, open_, buttons, KNOWN, STAMP)


class TestLine:
    def test_a_command(self):
        assert read("/form 5 small") == Invocation(("form",), {"amount": "5", "size": "small"}, **COMMON)

    def test_a_command_that_is_unknown_goes_to_the_core(self):
        assert read("/nope") == Invocation(("nope",), {}, **COMMON)

    def test_a_file_in_a_command(self):
        assert read("/form picture:chart.png") == Invocation(("form",), {"picture": CHART}, **COMMON)

    @pytest.mark.parametrize("line", ["hello", "  2 coins please", "12 3", "yes please", "ok", "٣ شكرا"])
    def test_a_sentence(self, line):
        assert read(line) == Said(line.strip(), **COMMON)

    @pytest.mark.parametrize("line", ["", "   ", "\t", "\x00", "\u202e"])
    def test_nothing(self, line):
        assert read(line) is None

    def test_control_characters_do_not_travel(self):
        assert read("a\x1b[31mb\u202ec") == Said("a[31mbc", **COMMON)

    def test_a_pasted_book_is_cut(self):
        assert read("x" * 100_000) == Said("x" * LINE_MAX, **COMMON)

    @pytest.mark.parametrize("open_", [None, Confirming("t"), asking("note")])
    def test_quit(self, open_):
        assert read(" /quit ", open_) == Leave()


class TestNumber:
    def test_presses_a_command(self):
        assert read("1") == Invocation(("wallet",), {}, **COMMON)

    def test_presses_a_token(self):
        assert read("2") == Agreement("secret-token", agreed=True, **COMMON)

    @pytest.mark.parametrize("line", ["0", "3", "999"])
    def test_without_a_button_is_a_hint(self, line):
        found = read(line)
        assert isinstance(found, Hint)

    @pytest.mark.parametrize("line", ["1", "0", "2026", "9" * 100])
    def test_where_there_are_no_buttons_is_a_hint(self, line):
        found = read(line, buttons=())
        assert isinstance(found, Hint)
        assert "Nothing is open under" in str(found.message)

    @pytest.mark.parametrize("line", ["1", "yes"])
    def test_is_a_sentence_where_there_is_somebody_to_talk_to(self, line):
        assert inbound.read(line, None, (), KNOWN, STAMP, talks=True) == Said(line, **COMMON)

    def test_presses_in_a_question_too(self):
        assert read("1", Confirming("t")) == Invocation(("wallet",), {}, **COMMON)

    def test_is_an_answer_in_a_form(self):
        assert read("1", asking("amount")) == Answer(TOKEN, {"amount": "1"}, **COMMON)


class TestConfirming:
    @pytest.mark.parametrize(
        ("line", "agreed"), [("y", True), ("YES", True), ("n", False), ("no", False), ("/cancel", False)]
    )
    def test_yes_and_no(self, line, agreed):
        assert read(line, Confirming("t")) == Agreement("t", agreed=agreed, **COMMON)

    @pytest.mark.parametrize("line", ["y", "YES", "n", "no"])
    def test_without_a_question_is_a_hint(self, line):
        found = read(line)
        assert isinstance(found, Hint)
        assert "No question is open." in str(found.message)

    def test_anything_else_is_a_hint(self):
        assert isinstance(read("perhaps", Confirming("t")), Hint)

    def test_another_command_goes_its_way(self):
        assert read("/wallet", Confirming("t")) == Invocation(("wallet",), {}, **COMMON)


class TestAsking:
    @pytest.mark.parametrize(
        ("name", "line", "value"),
        [
            ("amount", " 5 ", " 5 "),
            ("size", "1", "s"),
            ("size", "small", "s"),
            ("size", "2", "l"),
            ("who", "@bob", Identity("console", "bob")),
            ("sure", "1", "yes"),
            ("sure", "2", "no"),
            ("sure", "y", "y"),
            ("picture", "chart.png", CHART),
            ("story", "once", "once"),
            ("note", "", ""),
            ("note", "/home/me", "/home/me"),
        ],
    )
    def test_a_value(self, name, line, value):
        assert read(line, asking(name)) == Answer(TOKEN, {name: value}, **COMMON)

    @pytest.mark.parametrize(
        ("name", "line", "problem"),
        [
            ("amount", "many", "I could not read that number"),
            ("amount", "", "This is needed to go on."),
            ("amount", "\x1b", "This is needed to go on."),
            ("amount", "9" * 10_000, "A whole number of at least 1"),
            ("size", "3", "is not one of the options"),
            ("who", "[bold] 🙂", "I do not know who"),
            ("picture", "nowhere.png", "Send a file here."),
            ("note", "x" * 10_000, "characters; at most 200 fit here"),
        ],
    )
    def test_a_problem_stays_at_the_field(self, name, line, problem):
        found = read(line, asking(name))
        assert isinstance(found, Asking)
        assert found.field.name == name
        assert problem in found.problem

    def test_goes_on_with_the_next_field(self):
        form = Asking(Ask(TOKEN, "Form", FORM.fields, (FieldProblem("size", "Too large."),)), ("form",)).at(0)
        found = read("5", form)
        assert isinstance(found, Asking)
        assert (found.field.name, found.problem, found.values) == ("size", "Too large.", {"amount": "5"})

    def test_a_text_of_several_lines(self):
        begun = read("once\\", asking("story"))
        assert isinstance(begun, Asking)
        assert read("upon a time", begun) == Answer(TOKEN, {"story": "once\nupon a time"}, **COMMON)

    def test_cancel(self):
        assert read("/cancel", asking("note")) == Agreement(TOKEN, agreed=False, **COMMON)

    def test_another_command_goes_its_way(self):
        assert read("/wallet", asking("note")) == Invocation(("wallet",), {}, **COMMON)


class TestOpened:
    def test_by_a_form(self):
        ask = Ask(TOKEN, "Form", FORM.fields, (FieldProblem("amount", "No."),))
        open_ = inbound.opened(ask, ("form",))
        assert isinstance(open_, Asking)
        assert (open_.field.name, open_.problem) == ("amount", "No.")

    def test_by_a_question(self):
        assert inbound.opened(Confirm(TOKEN, said("Sure?")), ("form",)) == Confirming(TOKEN, ("form",))

    def test_by_nothing_else(self):
        assert inbound.opened(Reply(said("Done.")), ("form",)) is None
