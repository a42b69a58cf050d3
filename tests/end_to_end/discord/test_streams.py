"""Text that grows: in a server, in direct messages, cut, deleted, refused, too long for one message."""

import pytest

from core.chat import Meanwhile
from tests.end_to_end.discord.stage import Instead, Never

HOOKED = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


async def tell(studio, *pieces):
    for piece in pieces:
        await studio.prompter.pieces.put(piece)


class TestStream:
    async def test_grows_and_ends_once(self, studio, ann, bob):
        asked = await ann.runs("/tale", wait=False)
        await tell(studio, "Once ")
        await ann.waits_for("Once")
        await tell(studio, "upon a time.")
        await ann.waits_for("upon")
        await tell(studio, None)
        await ann.waits_for("The end.")
        assert asked.text == "Once upon a time.\nThe end."
        assert asked.reply.buttons == ["Help"]
        assert bob.sees() == []
        assert studio.prompter.done == ["Once upon a time."]

    async def test_what_is_said_meanwhile_makes_room(self, studio, ann):
        asked = await ann.runs("/tale", wait=False)
        await tell(studio, Meanwhile("You are number 2 in line."))
        await ann.waits_for("number 2")
        await tell(studio, "Once.", None)
        await ann.waits_for("The end.")
        assert asked.text == "Once.\nThe end."
        assert studio.prompter.done == ["Once."]

    async def test_a_refusal_takes_the_place_of_what_was_said_meanwhile(self, studio, ann):
        asked = await ann.runs("/tale", wait=False)
        await tell(studio, Meanwhile("You are number 2 in line."))
        await ann.waits_for("number 2")
        await tell(studio, Never())
        await ann.waits_for("Not today")
        assert "number 2" not in ann.screen
        assert asked.reply.ephemeral

    async def test_before_all(self, studio, ann, bob):
        await ann.runs("/saga", wait=False)
        await tell(studio, "All hear.", None)
        await bob.waits_for("The end.")
        assert "All hear." in bob.screen

    async def test_before_all_after_a_private_question(self, studio, ann, bob):
        await ann.runs("/epic")
        assert bob.sees() == []
        await ann.presses("Confirm", wait=False)
        await tell(studio, "All hear.", None)
        await bob.waits_for("The end.")
        assert [message.text for message in ann.sees()] == ["All hear.\nThe end."]

    async def test_in_the_place_of_the_card_that_was_pressed(self, studio, ann):
        await ann.runs("/card")
        card = ann.latest
        for part in card.parts:
            if part.get("label") == "Help":
                part["custom_id"] = "go:tale"
        await ann.presses("Help", wait=False)
        await tell(studio, "Once.", None)
        await ann.waits_for("The end.")
        assert [message.text for message in ann.sees()] == ["Once.\nThe end."]

    async def test_a_follow_up_whose_answer_is_lost_is_not_lost(self, studio, ann):
        await ann.runs("/tale", wait=False)
        await tell(studio, "a" * 3000)
        await ann.waits_for("aaa")
        studio.fake.loses_answers("POST", "/webhooks/{webhook_id}/{webhook_token}")
        await tell(studio, "b" * 3000, None)
        await ann.waits_for("The end.")
        assert ann.sees()[-1].text.endswith("b" * 1000 + "\nThe end.")

    async def test_goes_on_in_the_next_message(self, studio, ann):
        await ann.runs("/tale", wait=False)
        await tell(studio, "a" * 3000, "b" * 3000, None)
        await ann.waits_for("The end.")
        assert ann.screen.count("a" * 100) == 30
        assert ann.screen.count("b") == 3000
        assert len(ann.sees()) == 2
        assert all(message.ephemeral for message in ann.sees())

    async def test_refused_at_the_start(self, studio, ann):
        asked = await ann.runs("/tale", wait=False)
        await tell(studio, Never())
        await ann.waits_for("Not today")
        assert asked.reply.ephemeral

    async def test_refused_leads_on_by_its_buttons(self, studio, ann):
        asked = await ann.runs("/tale", wait=False)
        await tell(studio, Instead())
        await ann.waits_for("Not this one.")
        assert asked.reply.buttons == ["Wish a pony", "Help", "Never"]
        await ann.presses("Wish a pony")
        await ann.waits_for("pony")

    async def test_broken_in_the_middle_keeps_what_came(self, studio, ann):
        await ann.runs("/tale", wait=False)
        await tell(studio, "Half")
        await ann.waits_for("Half")
        await tell(studio, Never())
        await ann.waits_for("Not today")
        assert "Half" in ann.screen
        assert studio.prompter.done == ["Half"]

    async def test_deleted_on_the_way_is_said_anew(self, studio, ann):
        studio.refusals |= {10008}
        asked = await ann.runs("/tale", wait=False)
        await tell(studio, "One ")
        await ann.waits_for("One")
        studio.fake.world.remove(asked.original)
        await tell(studio, "two", None)
        await ann.waits_for("The end.")
        assert ann.screen.startswith("One two")

    async def test_longer_than_the_token_goes_on_in_direct_messages(self, studio, ann):
        studio.refusals |= {50027}
        await ann.runs("/tale", wait=False)
        await tell(studio, "Slowly ")
        await ann.waits_for("Slowly")
        studio.fake.clock.advance(15 * 60 + 1)
        await tell(studio, "done.", None)
        await ann.dm.waits_for("The end.")
        assert ann.dm.screen == "Slowly done.\nThe end."
        assert studio.prompter.done == ["Slowly done."]

    async def test_a_lost_edit_is_made_again(self, studio, ann):
        await ann.runs("/tale", wait=False)
        await tell(studio, "One ")
        await ann.waits_for("One")
        studio.fake.loses_answers("PATCH", HOOKED)
        await tell(studio, "two.", None)
        await ann.waits_for("The end.")
        assert ann.screen == "One two.\nThe end."

    async def test_a_stop_cuts_it_and_keeps_what_came(self, studio, ann, monkeypatch):
        from adapters.discord import limits

        monkeypatch.setattr(limits, "DRAIN_S", 0)
        await ann.runs("/tale", wait=False)
        await tell(studio, "Half")
        await ann.waits_for("Half")
        await studio.chat.stop()
        await studio.serving
        await tell(studio, " lost")
        await studio.until(lambda: studio.prompter.done)
        assert ann.screen == "Half"
        await studio.connect()

    async def test_refused_by_discord_is_owned_up_to(self, studio, ann):
        await ann.runs("/tale", wait=False)
        await tell(studio, "One ")
        await ann.waits_for("One")
        studio.fake.next_answers("PATCH", HOOKED, 400)
        await tell(studio, "two.")
        await ann.waits_for("was handled")
        assert "One" in ann.screen

    async def test_a_storm_is_waited_out(self, studio, ann):
        await ann.runs("/tale", wait=False)
        studio.fake.next_answers("PATCH", HOOKED, 429, times=2, retry_after=0.01)
        await tell(studio, "One ", "two.", None)
        await ann.waits_for("The end.")
        assert ann.screen == "One two.\nThe end."

    async def test_markup_in_it_is_letters(self, studio, ann):
        await ann.runs("/saga", wait=False)
        await tell(studio, "@everyone **look** ", "[here](https://evil.example)", None)
        await ann.waits_for("The end.")
        assert "@everyone" not in ann.screen
        assert "\\*\\*look\\*\\*" in ann.screen
        assert "\\[here\\]" in ann.screen


class TestTalk:
    @pytest.fixture
    async def talking(self, studio, ann):
        await ann.dm.runs("/listen")
        return ann.dm

    async def test_a_sentence_is_answered_in_place(self, studio, talking):
        talking.says("hello there")
        await talking.waits_for("You said hello there.")
        await tell(studio, "And so it is.", None)
        await talking.waits_for("The end.")
        shown = "You said hello there. And so it is.\nThe end.\n+10 coins for today's visit, day 1."
        assert talking.latest.text == shown
        assert len(talking.sees()) == 3

    async def test_without_a_talk_there_is_a_start(self, studio, ann):
        ann.dm.says("hello?")
        await ann.dm.waits_for("Hi Ann")
        assert "Take today's coins" in ann.dm.latest.buttons

    async def test_a_lost_answer_is_not_doubled(self, studio, talking):
        studio.fake.loses_answers("POST", "/channels/{channel_id}/messages")
        await tell(studio, None)
        talking.says("hello")
        await talking.waits_for("The end.")
        assert talking.screen.count("You said hello") == 1

    async def test_in_a_server_nobody_is_overheard(self, studio, ann):
        await ann.runs("/listen")
        ann.says("not for you")
        await ann.runs("/daily")
        assert "You said" not in ann.screen

    async def test_a_refusal_comes_beside(self, studio, talking):
        talking.says("hello")
        await talking.waits_for("You said")
        await tell(studio, Never())
        await talking.waits_for("Not today")
        assert "You said hello" in talking.screen
