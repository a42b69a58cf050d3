"""Captured interactions, through the library's own objects, to what the core understands."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.discord import inbound
from adapters.discord.commands import gestures
from adapters.discord.inbound import Continue, Event
from core.chat import Agreement, Answer, Invocation, Query, Rail, Said
from core.chat.form import FileRef
from core.clock import EPOCH
from core.registry import ROOMS

FIXTURES = Path(__file__).parent / "fixtures"
AT = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
GESTURES = gestures(command for room in ROOMS for command in room.commands)


def captured(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


def state() -> Any:
    """The library's own, as it is after a login."""
    connection = discord.Client(intents=discord.Intents(guilds=True))._connection
    bot: Any = {"id": "5", "username": "tandem", "discriminator": "0", "avatar": None, "bot": True}
    connection.user = discord.ClientUser(state=connection, data=bot)
    return connection


def event(name: str) -> Event:
    return inbound.event(discord.Interaction(data=captured(name), state=state()))


def read(name: str) -> Any:
    return inbound.read(event(name), GESTURES, AT)


class TestCommand:
    def test_has_its_options_as_values(self):
        read_ = read("command")
        assert isinstance(read_, Invocation)
        assert read_.command == ("gift",)
        assert read_.values["amount"] == 50
        assert read_.values["note"] == "thanks"
        assert read_.values["to"]["platform"] == "discord"
        assert read_.values["to"]["name"] == "Bobby"

    def test_has_the_interaction_as_its_key(self):
        assert read("command").key == f"discord:{captured('command')['id']}"
        assert read("command").at == AT

    def test_names_who_and_where(self):
        read_, raw = read("command"), captured("command")
        assert read_.actor.identity.user_id == raw["member"]["user"]["id"]
        assert read_.actor.name == "Ann"
        assert read_.actor.language == "en-US"
        assert (read_.place.channel, read_.place.space) == (raw["channel_id"], raw["guild_id"])
        assert not read_.place.private
        assert read_.place.rails == {Rail.WEB, Rail.PREMIUM_APPS}

    def test_tells_when_the_account_was_made(self):
        raw = captured("command")
        # The example of Discord's own reference, "Convert Snowflake to DateTime".
        raw["member"]["user"]["id"] = "175928847299117063"
        found = inbound.event(discord.Interaction(data=raw, state=state()))
        assert found.actor.since == datetime(2016, 4, 30, 11, 18, 25, 796_000, tzinfo=UTC)

    def test_of_three_words(self):
        read_ = read("command_of_three_words")
        assert read_.command == ("admin", "role", "give")
        assert read_.values["role"] == "moderator"
        assert read_.values["here_only"] is True

    def test_with_a_file(self):
        picture = read("command_with_a_file").values["picture"]
        assert isinstance(picture, FileRef)
        assert (picture.platform, picture.name, picture.content_type, picture.size) == (
            "discord",
            "me.png",
            "image/png",
            4,
        )
        assert picture.handle.startswith("http")

    def test_right_click_fills_the_member(self):
        read_ = read("right_click")
        assert read_.command == ("gift",)
        assert read_.values["to"]["user_id"] == captured("right_click")["data"]["target_id"]
        assert read_.values["to"]["name"] == "Bobby"

    def test_right_click_of_another_version(self):
        raw = captured("right_click")
        raw["data"]["name"] = "Hug"
        read_: Any = inbound.read(inbound.event(discord.Interaction(data=raw, state=state())), GESTURES, AT)
        assert read_ == Invocation(("Hug",), {}, read_.actor, read_.place, read_.key, AT)


class TestTyping:
    def test_asks_for_options(self):
        read_ = read("typing")
        assert isinstance(read_, Query)
        assert (read_.command, read_.field, read_.prefix) == (("settings", "zone"), "zone", "berl")


class TestPress:
    def test_names_a_command(self):
        assert read("press_in_private").command == ("help",)

    def test_in_private_stands_on_a_message_of_ones_own(self):
        source = event("press_in_private").source
        assert source is not None
        assert source.alone
        assert source.asks == frozenset()

    def test_before_all_does_not(self):
        source = event("press_before_all").source
        assert source is not None
        assert not source.alone

    def test_in_a_direct_message(self):
        found = event("press_in_a_direct_message")
        assert found.place.private
        assert found.place.space == ""
        assert found.source is not None
        assert found.source.alone

    def test_no_to_a_question(self):
        read_ = read("no_to_a_question")
        assert isinstance(read_, Agreement)
        assert not read_.agreed
        source = event("no_to_a_question").source
        assert source is not None
        assert source.asks == {read_.token}

    def test_continue_opens_the_form_again(self):
        read_ = read("continue")
        assert isinstance(read_, Continue)
        assert read_.answer.token == captured("continue")["data"]["custom_id"].removeprefix("f:")

    @pytest.mark.parametrize(
        ("custom_id", "means"),
        [
            ("go:settings zone", ("settings", "zone")),
            ("go:help~2", ("help",)),
            ("y:abc~3", ("abc", True)),
            ("n:abc", ("abc", False)),
            ("old:abc", ("", False)),
            ("", ("", False)),
        ],
    )
    def test_by_custom_id(self, custom_id, means):
        raw = captured("press_in_private")
        raw["data"]["custom_id"] = custom_id
        read_: Any = inbound.read(inbound.event(discord.Interaction(data=raw, state=state())), GESTURES, AT)
        found = read_.command if isinstance(read_, Invocation) else (read_.token, read_.agreed)
        assert found == means


class TestForm:
    def test_brings_every_value(self):
        read_ = read("form")
        assert isinstance(read_, Answer)
        assert read_.token == captured("form")["data"]["custom_id"]
        friend = read_.values["friend"]
        assert {**read_.values, "friend": friend["name"]} == {
            "title": "Ten clips",
            "size": "s",
            "tree": "ash",
            "sure": "yes",
            "friend": "Bobby",
        }

    def test_brings_files_and_what_was_left_empty(self):
        values = read("form_with_a_file").values
        assert values["picture"].name == "me.png"
        assert values["when"] == "2026-06-01 18:00"
        assert values["story"] == ""

    def test_says_whether_all_will_see_the_answer(self):
        raw = captured("form")
        assert not event("form").public
        raw["data"]["custom_id"] += "~public"
        found = inbound.event(discord.Interaction(data=raw, state=state()))
        assert found.public
        assert found.custom_id == captured("form")["data"]["custom_id"]


class TestSentence:
    def test_of_a_direct_message(self):
        raw = captured("direct_message")
        connection = state()
        channel = discord.DMChannel(me=None, state=connection, data={"id": raw["channel_id"], "recipients": []})  # type: ignore[arg-type,typeddict-item]
        read_ = inbound.said(discord.Message(state=connection, channel=channel, data=raw), AT)
        assert isinstance(read_, Said)
        assert read_.text == "hello there"
        assert read_.key == f"discord:{raw['id']}"
        assert read_.place.private
        assert read_.actor.name == "Ann"
        made_at = (int(raw["author"]["id"]) >> 22) + 1_420_070_400_000
        assert read_.actor.since == EPOCH + timedelta(milliseconds=made_at)
