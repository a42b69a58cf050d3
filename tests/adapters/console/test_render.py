"""Outcomes as text, and text as harmless."""

import io
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from adapters.common.harmless import harmless
from adapters.console import limits, render
from adapters.console.render import File, Look
from core.chat import (
    Asked,
    Attachment,
    Bold,
    Button,
    Code,
    Facts,
    Field,
    Image,
    Kind,
    Mention,
    Message,
    Meter,
    Moment,
    Option,
    Ranking,
    Refusal,
    Reply,
    Text,
    Tone,
    Visit,
    Wait,
    said,
)
from core.chat.errors import Broken, NotYours
from core.chat.message import Block, Span
from core.money import Coins

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
PLAIN = Look(NOW)


def printed(body: RenderableType | None, *, colour: bool = False) -> str:
    assert body is not None
    out = io.StringIO()
    Console(file=out, width=80, force_terminal=colour, color_system="truecolor" if colour else None, _environ={}).print(
        body
    )
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def shown(*blocks: Block) -> str:
    return printed(render.message_view(Message(blocks), PLAIN).body)


class TestSpan:
    @pytest.mark.parametrize(
        ("span", "text"),
        [
            ("plain", "plain"),
            (Bold("bold"), "bold"),
            (Code("/code"), "/code"),
            (Mention("bob"), "@bob"),
            (Moment(datetime(2026, 5, 21, tzinfo=UTC)), "21 May 00:00"),
            (Moment(datetime(2026, 5, 21, tzinfo=UTC), "Europe/Berlin"), "21 May 02:00"),
            (Moment(datetime(2027, 1, 1, tzinfo=UTC)), "1 January 2027 00:00"),
            (Moment(NOW + timedelta(hours=3), relative=True), "in 3 h"),
            (Moment(NOW - timedelta(days=2), relative=True), "2 days ago"),
        ],
    )
    def test_says(self, span: Span, text: str):
        assert shown(Text((span,))) == text


class TestBlock:
    def test_facts(self):
        assert shown(Facts((("Costs", "5 coins"), ("You have", Bold("9").text)))) == "Costs     5 coins\nYou have  9"

    def test_ranking(self):
        assert shown(Ranking(("ann", ("bob", " ", Bold("9"))))) == "1. ann\n2. bob 9"

    @pytest.mark.parametrize(
        ("meter", "text"),
        [
            (Meter("Days", 5, 10), f"Days {'█' * 10}{'░' * 10} 5 of 10"),
            (Meter("Days", 12, 10), f"Days {'█' * 20} 12 of 10"),
            (Meter("", 0, 0), f"{'░' * 20} 0 of 0"),
        ],
    )
    def test_meter(self, meter, text):
        assert shown(meter) == text

    def test_a_picture_elsewhere(self):
        assert shown(Image("https://a.example/x.png", "a chart")) == "Picture: a chart · https://a.example/x.png"

    def test_files_are_named_as_they_were_saved(self):
        message = Message((Image(b"1", "a chart", "a.png"), Text("and"), Attachment("b.json", b"2", "your data")))
        assert render.files_of(message) == (File("a.png", b"1"), File("b.json", b"2"))
        view = render.message_view(message, Look(NOW, saved=("x/a.png", "x/b.json")))
        assert printed(view.body) == "Picture: a chart · saved as x/a.png\nand\nFile: your data · saved as x/b.json"


class TestOutcome:
    def test_buttons_are_numbered(self):
        view = render.outcome(Reply(said("Hi.", buttons=(Button("A", ("a",)), Button("B", ("b",))))), PLAIN)
        assert printed(view.body) == "Hi.\n[1] A  [2] B"
        assert [button.label for button in view.buttons] == ["A", "B"]

    def test_no_button_stands_apart_from_its_number(self):
        labels = [f"{word} of {word}s" for word in ("Song", "King", "Book", "Heart", "Soul", "Thing")]
        view = render.outcome(Reply(said("Hi.", buttons=tuple(Button(label, ("a",)) for label in labels))), PLAIN)
        lines = printed(view.body).splitlines()[1:]
        assert len(lines) > 1
        assert "  ".join(lines) == "  ".join(f"[{i}] {label}" for i, label in enumerate(labels, start=1))

    def test_a_visit_shows_its_address(self):
        view = render.outcome(Visit("https://a.example", "Pay $5", said("Then come back.")), PLAIN)
        assert view.address == "Pay $5: https://a.example"

    def test_a_refusal_shows_its_words(self):
        assert "Not yours" in printed(render.outcome(Refusal(NotYours()), PLAIN).body)

    def test_a_bug_shows_its_reference(self):
        view = render.outcome(Refusal(Broken("7F3K"), reference="7F3K"), PLAIN)
        assert "tell support this number: 7F3K" in " ".join(printed(view.body).split())

    def test_a_wait_shows_its_note(self):
        assert printed(render.outcome(Wait(("For ", Mention("bob"))), PLAIN).body) == "For @bob"

    @pytest.mark.parametrize("tone", list(Tone))
    def test_a_box_has_the_colour_of_its_tone(self, tone):
        view = render.outcome(Reply(said("Hi.", tone=tone)), Look(NOW, boxed=True))
        number = {"cyan": 36, "green": 32, "yellow": 33, "red": 31}[render.COLOURS[tone]]
        assert f"\x1b[{number}m╭" in printed(view.body, colour=True)


class TestQuestion:
    @pytest.mark.parametrize(
        ("asked", "kind", "text"),
        [
            (Asked(Kind.TEXT, "Note", "One line"), str, "Note: One line"),
            (Asked(Kind.NUMBER, "Days", minimum=1), int, "Days: 1 or more"),
            (Asked(Kind.NUMBER, "Days", maximum=9), int, "Days: up to 9"),
            (Asked(Kind.MONEY, "Stake", minimum=10, maximum=300), Coins, "Stake: 10 to 300 coins"),
            (Asked(Kind.MONEY, "How many coins", maximum=1_000), Coins, "How many coins: up to 1,000"),
            (Asked(Kind.FLAG, "Sure"), bool, "Sure\n[1] Yes\n[2] No"),
        ],
    )
    def test_says_what_would_be_right(self, asked, kind, text):
        assert printed(render.question(Field("name", asked, kind, required=True))) == text

    def test_an_optional_field_can_be_skipped(self):
        field = Field("name", Asked(Kind.TEXT, "Note"), str, required=False)
        assert printed(render.question(field)) == "Note: Enter to skip."

    def test_a_label_that_asks_has_no_colon_after_it(self):
        asked = Asked(Kind.LONG_TEXT, "What is stuck?", "Leave it empty if nothing is.")
        shown = " ".join(printed(render.question(Field("stuck", asked, str, required=False))).split())
        hints = "Leave it empty if nothing is · end a line with \\ to go on in the next · Enter to skip."
        assert shown == f"What is stuck? {hints}"

    def test_asked_again_it_says_only_what_was_wrong(self):
        asked = Asked(Kind.FLAG, "Erase everything today", "Yes skips the waiting time")
        shown = printed(
            render.question(Field("now", asked, bool, required=False), "I could not read that.", again=True)
        )
        assert shown == "I could not read that.\nErase everything today: Enter to skip.\n[1] Yes\n[2] No"

    def test_a_problem_comes_first(self):
        field = Field("name", Asked(Kind.TEXT, "[red]Note"), str, required=True)
        assert printed(render.question(field, "Too \x1blong.")) == "Too long.\n[red]Note"

    def test_options_are_numbered_up_to_a_screen(self):
        options = tuple(Option(str(i), f"Option {i}") for i in range(30))
        field = Field("name", Asked(Kind.CHOICE, "Which", options=options[:25]), str, required=True, options=options)
        seen = printed(render.question(field))
        assert "[25] Option 24" in seen
        assert "[26]" not in seen


class TestHarmless:
    @pytest.mark.parametrize(
        ("text", "seen"),
        [
            ("[bold red]Mara[/]", "[bold red]Mara[/]"),
            (":smile: \\[x]", ":smile: \\[x]"),
            ("\x1b[2J\x1b]0;title\x07gone", "[2J]0;titlegone"),
            ("\x9b31mred", "31mred"),
            ("a\u202e100\u202c", "a100"),
            ("\u2066x\u2069", "x"),
            ("a\u2028b\u2029c", "abc"),
            ("שלום", "שלום"),
            ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
            ("a\r\nb", "a\nb"),
            ("\ud800x", "x"),
        ],
    )
    def test_a_name_is_letters(self, text, seen):
        assert harmless(text) == seen
        assert shown(Text(text)) == seen

    def test_a_long_name_is_cut(self):
        assert shown(Text((Mention("x" * 10_000),))) == f"@{'x' * (limits.NAME_MAX - 1)}…"

    def test_a_name_is_one_line(self):
        assert shown(Text((Mention("a\nb\tc"),))) == "@a b c"

    def test_a_long_text_is_shown_whole(self):
        assert shown(Text("🙂" * 10_000)).count("🙂") == 10_000

    @given(st.text())
    def test_nothing_gets_through(self, text):
        rest = harmless(text)
        assert not [c for c in rest if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"}]
        assert harmless(rest) == rest
        assert "\n" not in harmless(text, lines=False)
