"""A restart in the middle of everything: what was on the screen still works, or says kindly that it is old."""

from datetime import timedelta

from core.chat import Button, said
from tests.fakes.discord.things import Upload

FIRST = {"Title": "Ten clips", "Size": "Small", "Tree": "Ash", "Sure": "Yes"}


class TestRestart:
    async def test_a_question(self, studio, ann, bob):
        await studio.rich(ann)
        await ann.runs("/gift", to=bob, amount=200)
        await studio.restart()
        await ann.presses("Confirm")
        await ann.waits_for("Sent 200 credits")
        assert await studio.credits(ann) == 800

    async def test_an_open_form(self, studio, ann):
        await ann.runs("/wish", name="pony", when="tomorrow-ish")
        await studio.restart()
        assert "Wish for pony?" in (await ann.fills({"When": "2026-06-01 18:00"})).text

    async def test_between_two_rounds(self, studio, ann, bob):
        await ann.runs("/sheet")
        await ann.fills({**FIRST, "Friend": bob})
        await studio.restart()
        await ann.presses("Continue")
        await studio.restart()
        done = await ann.fills({"Picture": Upload("me.png", b"\x89PNG", "image/png"), "When": "2026-06-01 18:00"})
        assert "Ten clips" in done.text

    async def test_buttons_of_all_kinds(self, studio, ann, bob):
        await ann.runs("/card")
        await bob.runs("/poster")
        poster = bob.latest
        await studio.restart()
        assert "What would you like" in (await bob.presses("Help", on=poster)).text
        assert "Wish for pony?" in (await ann.presses("Wish a pony", on=ann.sees()[0])).text
        await studio.restart()
        assert "pony by None" in (await ann.presses("Confirm")).text

    async def test_buttons_of_an_announcement(self, studio, ann):
        await ann.runs("/start")
        await studio.announce(ann, said("News.", buttons=(Button("Wish", ("wish",), {"name": "pony"}),)))
        await studio.restart()
        assert "Wish for pony?" in (await ann.dm.presses("Wish")).text

    async def test_a_right_click_form(self, studio, ann, bob):
        await studio.rich(ann)
        await ann.right_clicks(bob, "Gift credits")
        await studio.restart()
        assert "Sent 20 credits" in (await ann.fills({"How many credits": "20"})).text

    async def test_a_question_that_is_too_old(self, studio, ann):
        await ann.runs("/wish", name="pony")
        await studio.restart()
        studio.clock.advance(timedelta(hours=2))
        old = await ann.presses("Confirm")
        assert "too old" in old.text
        assert "Start" in ann.latest.buttons

    async def test_a_talk(self, studio, ann):
        await ann.dm.runs("/listen")
        await studio.restart()
        await studio.prompter.pieces.put(None)
        ann.dm.says("still there?")
        await ann.dm.waits_for("You said still there?")

    async def test_what_happened_while_nobody_listened_is_simply_asked_again(self, studio, ann):
        await studio.chat.stop()
        await studio.serving
        lost = await ann.runs("/daily", wait=False)
        await studio.connect()
        assert not lost.answered
        assert "coins" in (await ann.runs("/daily")).text
