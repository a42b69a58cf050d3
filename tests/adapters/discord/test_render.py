"""Outcomes as Discord's JSON."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import limits, render
from adapters.discord.render import ACCENTS, CONTAINER, GALLERY, TEXT
from core.chat import (
    Ask,
    Attachment,
    Button,
    Confirm,
    Facts,
    Image,
    Message,
    Meter,
    Ranking,
    Refusal,
    Reply,
    Text,
    Tone,
    Visit,
    Wait,
    said,
)
from core.chat.errors import NotYours
from core.chat.form import FieldProblem
from core.errors import TandemError
from core.ids import Token
from core.registry import ROOMS
from tests.fakes.discord.components import walk
from tests.fakes.discord.limits import message_faults, modal_faults

TOKEN = Token("abcdefghijkl")
COMMANDS = {command.name: command for room in ROOMS for command in room.commands}


def inside(view_or_pages):
    pages = view_or_pages.pages if hasattr(view_or_pages, "pages") else view_or_pages
    for page in pages:
        body = {"components": list(page.components), "flags": limits.COMPONENTS_V2}
        assert message_faults(body, v2=True, files=tuple(file.name for file in page.files)) == []
    return [part for page in pages for _, part in walk(list(page.components))]


def texts(view):
    return [part["content"] for part in inside(view) if part["type"] == TEXT]


def pressed(view):
    return {part["label"]: part.get("custom_id") for part in inside(view) if part["type"] == 2}


class TestReply:
    @pytest.mark.parametrize("tone", list(Tone))
    def test_is_a_container_in_the_colour_of_its_tone(self, tone):
        parts = inside(render.outcome(Reply(said("Hello.", tone=tone))))
        assert parts[0]["type"] == CONTAINER
        assert parts[0]["accent_color"] == ACCENTS[tone]

    def test_shows_every_block(self):
        message = Message(
            (
                Text("Hello."),
                Facts((("Coins", "12"), ("Credits", "50"))),
                Ranking(("Ann", "Bob")),
                Meter("Days", 3, 6),
                Image("https://x.example/a.png", "elsewhere"),
                Image(b"png", "a chart", "my chart.png"),
                Attachment("a.json", b"{}", "your data"),
            )
        )
        view = render.outcome(Reply(message))
        assert texts(view) == [
            "Hello.",
            "**Coins** 12\n**Credits** 50",
            "1. Ann\n2. Bob",
            "Days ▰▰▰▰▰▰▱▱▱▱▱▱ 3 of 6",
            "your data",
        ]
        galleries = [part["items"][0] for part in inside(view) if part["type"] == GALLERY]
        assert [item["description"] for item in galleries] == ["elsewhere", "a chart"]
        assert galleries[1]["media"]["url"] == "attachment://5-my-chart.png"
        assert [file.name for file in view.pages[0].files] == ["5-my-chart.png", "6-a.json"]

    def test_of_nothing_is_done(self):
        assert texts(render.outcome(Reply(Message(())))) == ["Done."]

    def test_keeps_its_privacy(self):
        assert render.outcome(Reply(said("x"))).private
        assert not render.outcome(Reply(said("x"), private=False)).private


class TestPages:
    @pytest.mark.parametrize(("length", "pages"), [(1, 1), (4000, 1), (4001, 2), (12_001, 4)])
    def test_hold_4000_characters(self, length, pages):
        view = render.outcome(Reply(said("x" * length)))
        assert len(view.pages) == pages
        assert "".join(texts(view)) == "x" * length

    def test_hold_40_components(self):
        view = render.outcome(Reply(Message(tuple(Text(f"Line {i}.") for i in range(100)))))
        assert len(view.pages) == 3
        assert len(texts(view)) == 100

    def test_hold_ten_files(self):
        message = Message(tuple(Attachment("a.txt", b"x", "") for _ in range(12)))
        view = render.outcome(Reply(message))
        assert [len(page.files) for page in view.pages] == [10, 2]
        assert len({file.name for page in view.pages for file in page.files}) == 12

    def test_break_rows_between_each_other(self):
        view = render.outcome(Reply(Message((Facts(tuple((f"Label {i}", "y" * 300) for i in range(30))),))))
        assert len(view.pages) == 3
        assert sum(text.count("**Label") for text in texts(view)) == 30


class TestAnything:
    @given(
        st.lists(st.text(max_size=6000), max_size=5), st.lists(st.tuples(st.text(), st.text(max_size=900)), max_size=9)
    )
    def test_that_people_write_fits(self, paragraphs, rows):
        blocks: tuple[Any, ...] = (*map(Text, paragraphs), Facts(tuple(rows)), Ranking(tuple(text for _, text in rows)))
        buttons = tuple(Button(label, ("start",)) for label, _ in rows)
        inside(render.outcome(Reply(Message(blocks, buttons=buttons))))
        inside(render.finished("".join(paragraphs), Reply(Message(blocks))))


class TestButtons:
    def test_carry_a_name_or_a_token(self):
        buttons = (Button("Plain", ("settings", "zone")), Button("With values", ("gift",), {"a": 1}, TOKEN))
        assert pressed(render.outcome(Reply(said("x", buttons=buttons)))) == {
            "Plain": "go:settings zone",
            "With values": f"y:{TOKEN}",
        }

    def test_that_do_the_same_are_told_apart(self):
        buttons = tuple(Button(str(i), ("start",)) for i in range(3))
        assert list(pressed(render.outcome(Reply(said("x", buttons=buttons)))).values()) == [
            "go:start",
            "go:start~2",
            "go:start~3",
        ]

    def test_are_25_at_most_with_labels_cut(self):
        buttons = tuple(Button(f"{i} {'é' * 100}", ("start",)) for i in range(40))
        found = pressed(render.outcome(Reply(said("x", buttons=buttons))))
        assert len(found) == limits.BUTTONS_MAX
        assert all(len(label) <= limits.BUTTON_LABEL_MAX for label in found)


class TestQuestion:
    def test_confirm_has_yes_and_no(self):
        view = render.outcome(Confirm(TOKEN, said("Sure?"), private=False))
        assert pressed(view) == {"Confirm": f"y:{TOKEN}", "Not now": f"n:{TOKEN}"}
        assert view.private, "what somebody weighs is their own business"

    def test_ask_is_a_form_and_a_way_to_it(self):
        command = COMMANDS["gift"]
        view = render.outcome(Ask(TOKEN, "Gift", command.fields))
        assert view.modal is not None
        assert modal_faults(view.modal) == []
        assert view.modal["custom_id"] == TOKEN
        assert [part["component"]["type"] for part in view.modal["components"]] == [5, 4, 4]
        assert pressed(view) == {"Continue": f"f:{TOKEN}", "Not now": f"n:{TOKEN}"}

    def test_ask_says_first_what_was_wrong(self):
        command = COMMANDS["gift"]
        ask = Ask(TOKEN, "Gift", command.fields, (FieldProblem("amount", "Not a *number*."),))
        view = render.outcome(ask)
        assert view.modal is not None
        assert view.modal["components"][0]["content"] == "How many credits: Not a \\*number\\*."
        assert "Not a \\*number\\*" in "\n".join(texts(view))

    def test_ask_before_all_says_so_in_its_name(self):
        view = render.outcome(Ask(TOKEN, "Gift", COMMANDS["gift"].fields, private=False))
        assert view.modal is not None
        assert view.modal["custom_id"] == f"{TOKEN}~public"

    def test_ask_without_fields_is_no_form(self):
        assert render.outcome(Ask(TOKEN, "Gift", ())).modal is None


class TestRefusal:
    def test_is_yellow_private_and_new(self):
        view = render.outcome(Refusal(NotYours()))
        assert inside(view)[0]["accent_color"] == ACCENTS[Tone.WARNING]
        assert view.private
        assert view.anew

    def test_of_our_own_fault_is_red(self):
        view = render.outcome(Refusal(NotYours(), reference="7F3K"))
        assert inside(view)[0]["accent_color"] == ACCENTS[Tone.DANGER]

    def test_shows_its_words_whole(self):
        class Odd(TandemError):
            words = "[x](y) *z*"

        assert texts(render.outcome(Refusal(Odd()))) == ["\\[x\\](y) \\*z\\*"]


class TestVisit:
    def test_is_a_link_button(self):
        view = render.outcome(Visit("https://x.example/pay", "Pay", said("There.")))
        link = next(part for part in inside(view) if part["type"] == 2)
        assert (link["style"], link["url"], link["label"]) == (5, "https://x.example/pay", "Pay")

    def test_with_a_long_address_is_a_text(self):
        url = "https://x.example/" + "a_" * 300
        view = render.outcome(Visit(url, "Pay", said("There.")))
        assert url in "\n".join(texts(view))

    def test_and_wait_show_their_words(self):
        assert texts(render.outcome(Wait("Started."))) == ["Started."]


class TestStream:
    def test_shows_its_text_once(self):
        reply = Reply(said("Once upon.", buttons=(Button("Help", ("help",)),)))
        pages = render.finished("Once upon.", reply)
        assert texts(pages) == ["Once upon."]
        assert pressed(pages) == {"Help": "go:help"}

    def test_shows_its_text_once_also_with_a_line_below(self):
        reply = Reply(said("Once upon.", "+10 coins."))
        assert texts(render.finished("Once upon.", reply)) == ["Once upon.", "+10 coins."]

    def test_adds_what_the_reply_says_beyond_it(self):
        assert texts(render.finished("Once upon.", Reply(said("Noted.")))) == ["Once upon.", "Noted."]

    def test_its_first_pages_do_not_change_while_it_grows(self):
        words = "word " * 3000
        early, late = render.growing(words[:9000]), render.growing(words)
        assert early[0] == late[0]

    def test_nothing_yet_is_something_to_see(self):
        assert len(render.growing("")) == 1
        assert replace(render.growing("")[0]).components
