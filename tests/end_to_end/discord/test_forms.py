"""Forms: the first modal, the next one behind Continue, wrong values, other versions of a form."""

from dataclasses import replace

import pytest

from tests.end_to_end.discord.stage import STAGE
from tests.fakes.discord.things import Upload

PICTURE = Upload("me.png", b"\x89PNG", "image/png")
FIRST = {"Title": "Ten clips", "Size": "Small", "Tree": "Ash", "Sure": "Yes"}


class TestModal:
    async def test_asks_five_and_then_the_rest(self, studio, ann, bob):
        opened = await ann.runs("/sheet")
        assert [part["label"] for part in opened.modal["components"]] == ["Title", "Size", "Tree", "Sure", "Friend"]
        between = await ann.fills({**FIRST, "Friend": bob})
        assert between.reply.buttons == ["Continue", "Not now"]
        assert between.reply.ephemeral
        again = await ann.presses("Continue")
        assert [part["label"] for part in again.modal["components"]] == ["Picture", "When", "Story"]
        done = await ann.fills({"Picture": PICTURE, "When": "2026-06-01 18:00"})
        assert "Ten clips s ash True me.png 2026-06-01" in done.text
        assert f"<@{bob.id}>" in done.text or "Bob" in done.text
        assert len(ann.sees()) == 1, "the form's own message became the answer"

    async def test_is_opened_without_a_transaction(self, studio, ann):
        await ann.runs("/sheet")
        ann.closes_form()
        await ann.runs("/sheet")
        assert ann.form is not None

    async def test_not_now_leaves_it(self, studio, ann, bob):
        await ann.runs("/sheet")
        await ann.fills({**FIRST, "Friend": bob})
        left = await ann.presses("Not now")
        assert "Left as it was" in left.text
        assert ann.latest.buttons == []

    async def test_says_what_was_wrong(self, studio, ann, bob):
        opened = await ann.runs("/wish", name="pony", when="tomorrow-ish")
        parts = opened.modal["components"]
        assert parts[0]["type"] == 10
        assert "tomorrow-ish" in parts[0]["content"]
        asked = await ann.fills({"When": "2026-06-01 18:00"})
        assert "Wish for pony?" in asked.text

    async def test_a_wrong_optional_value_does_nothing_by_itself(self, studio, ann):
        await ann.runs("/wish", name="pony", when="tomorrow-ish")
        still = await ann.fills({"When": "never"})
        assert "never" in still.text
        opened = await ann.presses("Continue")
        assert [part["label"] for part in opened.modal["components"]] == ["When"]

    async def test_a_rule_of_a_field_goes_back_to_it(self, studio, ann):
        await ann.runs("/wish", name="nothing")
        refused = await ann.presses("Confirm")
        labels = [part.get("label") for part in refused.modal["components"]]
        assert "Name" in labels
        await ann.fills({"Name": "something"})
        assert "Wish for something?" in ann.latest.text

    async def test_keeps_4000_characters(self, studio, ann):
        await ann.runs("/say")
        done = await ann.fills({"Text": "y" * 4000})
        assert done.text == "y" * 4000


class TestVersion:
    async def test_a_changed_form_is_not_continued(self, studio, ann, bob):
        await ann.runs("/sheet")
        await ann.fills({**FIRST, "Friend": bob})
        await ann.runs("/wish", name="pony")
        other = tuple(
            replace(command, form=next(item for item in STAGE.commands if item.path == ("say",)).form)
            if command.path == ("sheet",)
            else command
            for command in STAGE.commands
        )
        studio.rooms = (*studio.rooms[:-1], replace(STAGE, commands=other))
        await studio.restart()
        old = await ann.presses("Continue")
        assert "changed in the meantime" in old.text

    @pytest.mark.parametrize("custom_id", ["x:1", "f:", "y:", "n:", "go:", "go:gone away", "y:AAAAAAAAAAAA", "1;2;3"])
    async def test_another_versions_button_says_that_it_is_old(self, studio, ann, custom_id):
        done = await ann.runs("/card")
        for part in done.reply.parts:
            if part.get("label") == "Help":
                part["custom_id"] = custom_id
        pressed = await ann.presses("Help")
        assert "too old" in pressed.text or "do not know" in pressed.text or "Not yours" in pressed.text
        assert ann.latest.ephemeral
