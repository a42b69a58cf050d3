"""Native updates as what the core understands."""

import pytest

from adapters.telegram import forms, inbound, keyboard
from adapters.telegram.commands import Beside, who
from adapters.telegram.events import Fetching, Filling, Hint, Turning
from core.chat import Agreement, Answer, Ask, Asked, Field, Invocation, Kind, Option, Place, Rail
from core.chat.form import FileRef
from core.ids import Token
from core.money import Credits
from core.people import Actor, Identity
from tests.adapters.telegram.native import AT, COMMANDS, PEOPLE, SCENE, read, update

TOKEN = "AbCdEfGhIj-_"
BOB = who(202, "Bob")


def wanted(name, **changes):
    event = read(name, **changes)
    assert event is not None
    return event.wanted


def pressed(data):
    body = update("press")
    body["callback_query"]["data"] = data
    event = inbound.read(body, SCENE, AT)
    assert event is not None
    return event


class TestWho:
    def test_in_private(self):
        found = wanted("private_text", text="/daily")
        assert found.actor == Actor(Identity("telegram", "101"), "Ann Lee", "de")
        assert found.place == Place("telegram", "101", "", private=True, rails=frozenset({Rail.STARS}))
        assert (found.key, found.at) == ("telegram:700000001", AT)

    def test_in_a_group(self):
        found = wanted("group_text", text="/daily")
        assert found.place == Place("telegram", "-1002000000001", "-1002000000001", False, frozenset({Rail.STARS}))

    def test_in_a_topic(self):
        event = read("topic_command")
        assert event is not None
        assert event.where.topic == 3
        assert event.wanted.values == {}


class TestNotForUs:
    @pytest.mark.parametrize("name", ["channel_post", "anonymous_admin", "edited", "joined", "group_text"])
    def test_is_nothing(self, name):
        assert read(name) is None

    @pytest.mark.parametrize("text", ["/daily@other_bot", "/daily@other_bot now"])
    def test_another_bots_command(self, text):
        assert read("group_text", text=text) is None
        assert read("private_text", text=text) is None

    def test_a_command_nobody_knows_in_a_group(self):
        assert read("group_text", text="/unknown") is None
        assert isinstance(wanted("group_text", text="/unknown@tandem_test_bot"), Invocation)

    @pytest.mark.parametrize("text", ["", " ", "\u200b"])
    def test_nothing_that_anybody_could_see(self, text):
        event = read("private_text", text=text)
        assert event is None or isinstance(event.wanted, Filling)


class TestCommand:
    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
    def test_by_its_words_joined_or_not(self, command):
        for text in ("_".join(command.path), " ".join(command.path), "_".join(command.path).upper()):
            assert wanted("private_text", text=f"/{text}").command == command.path

    @pytest.mark.parametrize(
        ("text", "command", "values"),
        [
            ("/gift @bob_b 50 thanks a lot", ("gift",), {"to": BOB, "amount": "50", "note": "thanks a lot"}),
            ("/gift discord:42 50", ("gift",), {"to": Identity("discord", "42"), "amount": "50"}),
            ("/gift @nobody 50", ("gift",), {"to": "@nobody", "amount": "50"}),
            ('/gift amount:50 to:@bob_b note:"x y"', ("gift",), {"to": BOB, "amount": "50", "note": "x y"}),
            ("/link ABC123", ("link",), {"code": "ABC123"}),
            ("/link_start ABC123", ("link", "start"), {"code": "ABC123"}),
            ("/settings", ("settings",), {}),
            ("/settings_zone Europe/Paris", ("settings", "zone"), {"zone": "Europe/Paris"}),
        ],
    )  # fmt: skip
    def test_with_values(self, text, command, values):
        found = wanted("private_text", text=text)
        assert (found.command, found.values) == (command, values)

    def test_a_group_of_commands(self):
        found = wanted("private_text", text="/settings what")
        assert isinstance(found, Hint)
        assert [button.command[0] for button in found.message.buttons] == ["settings"] * 6

    def test_a_slash_inside_is_text(self):
        assert isinstance(wanted("private_text", text="a /daily"), Filling)


class TestPeople:
    def test_a_reply_fills_the_first_person(self):
        found = wanted("group_reply")
        assert found.values == {"to": BOB, "amount": "50", "note": "thanks a lot"}

    def test_but_not_over_a_person_who_is_named(self):
        found = wanted("group_reply", text="/gift discord:9 50")
        assert found.values == {"to": Identity("discord", "9"), "amount": "50"}

    def test_nor_for_a_command_without_people(self):
        assert wanted("group_reply", text="/settings_zone Paris").values == {"zone": "Paris"}

    def test_a_mention_of_somebody_without_a_username(self):
        assert wanted("mention").values == {"to": who(303, "👩‍🚀 Eve Adams"), "amount": "50"}


class TestStart:
    @pytest.mark.parametrize("payload", ["", " ref_42", " abc", f" {'x' * 65}", " ü"])
    def test_is_a_start(self, payload):
        found = wanted("private_text", text=f"/start{payload}")
        assert (found.command, found.values) == (("start",), {})

    def test_with_a_token_goes_on(self):
        found = wanted("private_text", text=f"/start {TOKEN}")
        assert isinstance(found, Answer)
        assert (found.token, found.values) == (TOKEN, {})

    def test_fetches_a_kept_answer(self):
        event = read("private_text", text=f"/start kept-{5:020d}")
        assert event is not None
        assert event.wanted == Fetching("telegram:5")
        assert not event.stored


class TestPress:
    @pytest.mark.parametrize(
        ("data", "kind", "in_place"),
        [
            (f"y:{TOKEN}", Agreement, True),
            (f"n:{TOKEN}", Agreement, True),
            ("y:ZZZZZZZZZZZZ", Agreement, False),
            ("go:settings zone", Invocation, False),
            (f"o:{TOKEN}:platform:tiktok", Answer, True),
            (f"o:{TOKEN}:platform:a:b:c", Answer, True),
            (f"o:{TOKEN}:platform:~0123abcd", Filling, True),
            (f"p:{TOKEN}:platform:2", Turning, True),
            ("", Agreement, False),
            ("🦊" * 16, Agreement, False),
        ],
    )
    def test_means(self, data, kind, in_place):
        event = pressed(data)
        assert type(event.wanted) is kind
        assert event.press.in_place is in_place

    def test_values_may_have_colons(self):
        assert pressed(f"o:{TOKEN}:at:12:30").wanted.values == {"at": "12:30"}

    def test_remembers_what_was_chosen(self):
        assert pressed(f"o:{TOKEN}:platform:tiktok").press.chosen == "TikTok"

    def test_on_a_message_that_telegram_does_not_show_any_more(self):
        event = read("press_inaccessible")
        assert event is not None
        assert event.press.message == 20
        assert event.wanted.token == TOKEN


class TestForm:
    def field(self, name, kind, type_=str, **asked):
        return Field(
            name, Asked(kind, name.capitalize(), **asked), type_, required=True, options=asked.get("options", ())
        )

    def values(self, text, *fields, field="", beside=None):
        event = read("private_text")
        filling = Filling(TOKEN, field, text, beside or Beside(directory=PEOPLE.get))
        return forms.filled(filling, Ask(Token(TOKEN), "Form", fields), event.stamp).values

    def test_a_reply_names_its_form(self):
        assert wanted("form_reply") == Filling(TOKEN, "amount", "50", wanted("form_reply").beside)

    def test_a_reply_to_somebody_elses_bot_does_not(self):
        other = update("form_reply")["message"]["reply_to_message"]
        other["from"]["id"] = 8
        assert read("form_reply", reply_to_message=other) is None

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("50", {"amount": "50"}),
            ("1 000", {"amount": "1 000"}),
            ("50 credits", {"amount": "50 credits"}),
            ("50 thanks a lot", {"amount": "50", "note": "thanks a lot"}),
            ("50 note:hi there", {"amount": "50", "note": "hi there"}),
            ("ten-ish", {"amount": "ten-ish"}),
        ],
    )
    def test_more_in_one_line(self, text, values):
        fields = (self.field("amount", Kind.MONEY, Credits), self.field("note", Kind.TEXT))
        assert self.values(text, *fields) == values

    def test_a_text_is_never_cut(self):
        fields = (self.field("note", Kind.TEXT), self.field("amount", Kind.MONEY, Credits))
        assert self.values("fifty amount:50 words", *fields) == {"note": "fifty amount:50 words"}

    def test_a_person(self):
        assert self.values("@Bob_B", self.field("to", Kind.MEMBER)) == {"to": BOB}

    def test_an_option_by_its_digest(self):
        options = (Option("ж" * 40, "Long"),)
        field = self.field("which", Kind.CHOICE, options=options)
        data = keyboard.press(TOKEN, "which", "ж" * 40)
        assert self.values(data.rpartition(":")[2], field, field="which") == {"which": "ж" * 40}

    def test_a_photo_is_its_largest(self):
        beside = wanted("photo").beside
        assert beside.file == FileRef("telegram", "large", "photo.jpg", "image/jpeg", 90000)
        assert self.values("", self.field("picture", Kind.IMAGE, FileRef), beside=beside) == {"picture": beside.file}

    def test_a_document(self):
        assert wanted("document").beside.file == FileRef("telegram", "doc", "plan.pdf", "application/pdf", 5)

    def test_an_earlier_field_of_the_form(self):
        assert self.values("20", self.field("note", Kind.TEXT), field="amount") == {"amount": "20"}
