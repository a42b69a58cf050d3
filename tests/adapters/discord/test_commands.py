"""The registry as Discord's declarations."""

from dataclasses import dataclass
from typing import Annotated, Any

from adapters.discord import commands
from core.chat import Asked, Command, Kind
from core.registry import ROOMS
from tests.fakes.rooms.garden import GARDEN, Everything

COMMANDS = [command for room in ROOMS for command in room.commands]


def nothing(*_: Any) -> Any:
    raise AssertionError("only declared")


def declared(name: str) -> dict[str, Any]:
    return next(command for command in commands.declare(COMMANDS) if command["name"] == name)


def option(field: str) -> dict[str, Any]:
    only = commands.declare([command for command in GARDEN.commands if command.path == ("everything",)])[0]
    return next(option for option in only["options"] if option["name"] == field)


class TestDeclare:
    def test_one_word_has_its_options(self):
        gift = declared("gift")
        assert [option["name"] for option in gift["options"]] == ["to", "amount", "note"]
        assert [option["required"] for option in gift["options"]] == [True, True, False]

    def test_two_words_are_a_group(self):
        settings = declared("settings")
        assert {option["type"] for option in settings["options"]} == {1}
        assert settings["description"].startswith("Show, zone")

    def test_three_words_are_a_group_in_a_group(self):
        admin = declared("admin")
        role = next(option for option in admin["options"] if option["name"] == "role")
        assert role["type"] == 2
        assert [option["name"] for option in role["options"]] == ["give", "take", "list"]

    def test_staff_commands_are_hidden_from_others(self):
        assert declared("admin")["default_member_permissions"] == "32"
        assert "default_member_permissions" not in declared("gift")

    def test_everybodys_commands_are_everywhere(self):
        assert declared("daily")["contexts"] == [0, 1, 2]
        assert declared("daily")["integration_types"] == [0, 1]

    def test_gestures_are_entries_on_a_person(self):
        entry = declared("Gift credits")
        assert entry["type"] == 2
        assert "options" not in entry
        assert commands.gestures(COMMANDS) == {"Gift credits": (("gift",), "to")}

    def test_is_the_same_every_time(self):
        assert commands.declare(COMMANDS) == commands.declare(COMMANDS)


class TestOption:
    def test_of_every_kind(self):
        kinds = {field: option(field)["type"] for field in Everything.__dataclass_fields__}
        assert kinds == {
            "text": 3, "story": 3, "count": 4, "amount": 4, "size": 3, "tree": 3, "friend": 6, "when": 3, "lasts": 3,
            "picture": 11, "paper": 11, "sure": 5,
        }  # fmt: skip

    def test_has_its_bounds(self):
        assert (option("text")["min_length"], option("text")["max_length"]) == (2, 40)
        assert (option("count")["min_value"], option("count")["max_value"]) == (1, 1_000_000)
        assert (option("amount")["min_value"], option("amount")["max_value"]) == (1, 5000)

    def test_has_choices_or_completes(self):
        assert option("size")["choices"] == [{"name": "Small", "value": "s"}, {"name": "Very large", "value": "l"}]
        assert option("tree")["autocomplete"] is True

    def test_is_not_demanded_where_a_form_is_nicer(self):
        @dataclass(frozen=True)
        class Long:
            a: Annotated[str, Asked(Kind.TEXT, "A")]
            b: Annotated[str, Asked(Kind.TEXT, "B")]
            c: Annotated[str, Asked(Kind.TEXT, "C")]
            d: Annotated[str, Asked(Kind.TEXT, "D")]

        @dataclass(frozen=True)
        class Story:
            a: Annotated[str, Asked(Kind.LONG_TEXT, "A")]

        for form in (Long, Story):
            made = commands.declare([Command(("x",), "X", form=form, run=nothing)])[0]
            assert not any(option["required"] for option in made["options"])
