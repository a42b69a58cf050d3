"""Outcomes as Telegram's own objects."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.common.chunk import utf16
from adapters.common.harmless import harmless
from adapters.telegram import keyboard, limits, render
from adapters.telegram.keyboard import Shown
from adapters.telegram.render import Look
from adapters.telegram.text import Written, pieces
from core.chat import (
    Ask,
    Asked,
    Bold,
    Button,
    Code,
    Confirm,
    Field,
    Kind,
    Mention,
    Moment,
    Option,
    Refusal,
    Reply,
    said,
)
from core.chat.errors import AlreadyAnswered, NotAllowed
from core.chat.form import FieldProblem
from core.ids import Token

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
LOOK = Look(NOW, "tandem_bot")
TOKEN = Token("AbCdEfGhIj-_")


def shown(*lines):
    return render.message(said(*lines), LOOK)


def rows_of(screen):
    """The rows of an inline keyboard."""
    return screen.markup["inline_keyboard"]


def below(ask, look=LOOK):
    """What a form puts below its text, for who answers."""
    return render.outcome(ask, look).markup or {}


def marked(screen):
    """What is marked, as (kind, text)."""
    piece = screen.pieces[0]
    coded = piece.text.encode("utf-16-le")
    found = [(e["type"], 2 * e["offset"], 2 * (e["offset"] + e["length"])) for e in piece.entities]
    return [(kind, coded[start:end].decode("utf-16-le")) for kind, start, end in found]


class TestText:
    def test_spans(self):
        screen = shown(("Hi 👩‍🚀 ", Bold("b👍"), " ", Code("/x"), " ", Mention("Mara"), "."))
        assert screen.pieces[0].text == "Hi 👩‍🚀 b👍 /x Mara."
        assert marked(screen) == [("bold", "b👍"), ("code", "/x"), ("bold", "Mara")]

    def test_a_moment_is_one(self):
        screen = shown(("until ", Moment(NOW, "Europe/Paris")))
        assert marked(screen) == [("date_time", "14 May 14:00")]

    @pytest.mark.parametrize(
        ("text", "seen"),
        [
            ("@everyone", "@\u2060everyone"),
            ("a@b.example", "a@b.example"),
            ("https://tiktok.com/@mara", "https://tiktok.com/@mara"),
            ("@ 5", "@ 5"),
            ("a\x1b[31m\u202eb", "a[31mb"),
        ],
    )
    def test_calls_nobody(self, text, seen):
        assert shown(text).pieces[0].text == seen

    def test_a_name_is_no_link(self):
        assert shown((Mention("/start @a t.me/x #y $USD"),)).pieces[0].text == (
            "/\u2060start @\u2060a t.\u2060me/\u2060x #\u2060y $\u2060USD"
        )

    def test_of_nothing_can_still_be_pressed(self):
        screen = render.message(said(buttons=(Button("Go", ("start",)),)), LOOK)
        assert screen.pieces[0].text == "·"

    @given(st.lists(st.tuples(st.text(max_size=700), st.booleans()), max_size=40))
    def test_any_text_fits(self, parts):
        written = Written()
        for text, bold in parts:
            written.add(harmless(text), "bold" if bold else "")
        for piece in pieces(written):
            assert 0 < utf16(piece.text) <= limits.TEXT_MAX
            assert len(piece.entities) <= limits.ENTITIES_MAX
            for entity in piece.entities:
                start, length = entity["offset"], entity["length"]
                assert 0 <= start < start + length <= utf16(piece.text)


class TestConfirm:
    def test_has_two_buttons_and_its_own_below(self):
        screen = render.outcome(Confirm(TOKEN, said("Sure?", buttons=(Button("Change", ("start",)),))), LOOK)
        rows = [[(b["text"], b["callback_data"]) for b in row] for row in rows_of(screen)]
        assert rows == [[("Yes", f"y:{TOKEN}"), ("No", f"n:{TOKEN}")], [("Change", "go:start")]]


class TestRefusal:
    def test_fits_over_the_chat(self):
        assert render.outcome(Refusal(AlreadyAnswered()), LOOK).toast.startswith("⚠️ This was already")

    def test_over_the_chat_says_also_what_became_true(self):
        screen = render.outcome(Refusal(AlreadyAnswered(), lines=((Bold("+10"), " coins."),)), LOOK)
        assert screen.toast == screen.pieces[0].text
        assert screen.toast.endswith("\n+10 coins.")

    def test_that_ends_a_stream_says_it_below(self):
        screen = render.stream_end("Once.", Refusal(AlreadyAnswered(), lines=("+10 coins.",)), LOOK)
        assert screen.pieces[0].text.splitlines()[-1] == "+10 coins."

    def test_too_long_is_a_message(self):
        assert render.outcome(Refusal(NotAllowed("x" * 200)), LOOK).toast == ""


class TestAsk:
    def ask(self, *fields, **more):
        return Ask(TOKEN, "Pick one", fields, **more)

    def field(self, kind, name="which", required=True, options=(), **asked):
        type_ = int if kind is Kind.NUMBER else str
        return Field(name, Asked(kind, name.capitalize(), options=options, **asked), type_, required, options)

    def test_asks_for_a_reply(self):
        screen = render.outcome(self.ask(self.field(Kind.NUMBER, minimum=1, maximum=9)), LOOK)
        assert screen.markup == keyboard.reply("1 to 9")
        assert not screen.editable
        assert screen.pieces[0].entities[0]["url"] == f"https://t.me/tandem_bot?start={TOKEN}&field=which"

    def test_says_what_was_wrong_and_what_comes(self):
        fields = (self.field(Kind.TEXT), self.field(Kind.TEXT, "then"), self.field(Kind.TEXT, "note", required=False))
        text = render.outcome(self.ask(*fields, problems=(FieldProblem("which", "No."),)), LOOK).pieces[0].text
        assert text == "Pick one\n⚠️ No.\nWhich\nThen: Then\nIf you like, in the same line after it: Note"

    def test_a_flag_is_two_buttons(self):
        screen = render.outcome(self.ask(self.field(Kind.FLAG)), LOOK)
        assert [b["text"] for row in rows_of(screen) for b in row] == ["Yes", "No"]

    @pytest.mark.parametrize(
        ("count", "page", "labels"),
        [(8, 0, ["0", "7"]), (9, 0, ["0", "More (2 of 2) ›"]), (9, 1, ["8", "‹ Back"]), (9, 99, ["8", "‹ Back"])],
    )
    def test_many_options_are_pages(self, count, page, labels):
        field = self.field(Kind.CHOICE, options=tuple(Option(str(i), str(i)) for i in range(count)))
        look = replace(LOOK, shown=Shown(page))
        buttons = [b["text"] for row in rows_of(render.outcome(self.ask(field), look)) for b in row]
        assert [buttons[0], buttons[-1]] == labels

    def test_a_person_is_picked_from_the_contacts(self):
        field = Field("to", Asked(Kind.MEMBER, "Who"), int, required=True)
        assert "request_users" in below(self.ask(field))["keyboard"][0][0]
        assert "force_reply" in below(self.ask(field), replace(LOOK, private=False))

    def test_of_nothing_to_choose_from_can_be_typed(self):
        field = self.field(Kind.CHOICE, source=lambda uow, prefix, member: [])
        assert "force_reply" in below(self.ask(field))


class TestData:
    @given(st.text(min_size=1, max_size=100), st.integers(1, 32))
    def test_always_fits_and_comes_back(self, value, length):
        data = keyboard.press(TOKEN, "f" * length, value)
        assert 0 < len(data.encode(errors="replace")) <= limits.CALLBACK_DATA_BYTES_MAX
        _, _, _, given_back = data.split(":", maxsplit=3)
        assert keyboard.meant(given_back, [Option("other", "Other"), Option(value, "Label")]) == value


class TestStream:
    def test_ends_with_what_came_of_it(self):
        screen = render.stream_end("Once.", Reply(said("42 left.", buttons=(Button("Go", ("start",)),))), LOOK)
        assert screen.pieces[0].text == "Once.\n\n42 left."
        assert screen.markup is not None

    def test_growing_is_never_too_long(self):
        assert utf16(render.growing("🚀" * 4000)) <= limits.TEXT_MAX


class TestTappable:
    look = replace(LOOK, commands=frozenset({"link remove", "admin role give"}))

    @pytest.mark.parametrize(
        ("said_", "shown"),
        [
            ("/link remove lets an account leave.", "/link_remove lets an account leave."),
            ("Use /admin role give or /link.", "Use /admin_role_give or /link."),
            ("Take /wallet remove or and/link remove.", "Take /wallet remove or and/link remove."),
            ("https://example.com/link remove", "https://example.com/link remove"),
        ],
    )
    def test_is_the_whole_command(self, said_: str, shown: str):
        assert render.outcome(Reply(said(said_)), self.look).pieces[0].text == shown

    def test_moves_no_mark(self):
        screen = render.outcome(Reply(said(("/link remove or ", Bold("stay")))), self.look)
        assert screen.pieces[0].text == "/link_remove or stay"
        assert [(item["type"], item["offset"], item["length"]) for item in screen.pieces[0].entities] == [
            ("bold", 16, 4)
        ]
