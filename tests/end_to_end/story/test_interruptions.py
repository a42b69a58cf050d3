"""What comes between: a blocked bot, closed messages, another process; the story goes on after each."""

from tests.end_to_end.story.acts import arrive, bob_is_rich, link, tom_is_rich
from tests.end_to_end.story.town import DMS_CLOSED, asks, identity


class TestUnreachable:
    async def test_telegram_falls_back_to_discord_until_she_is_back(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        await town.later(minutes=1)
        cast.mara_too.says("/wallet")
        await cast.mara_too.waits_for("coins")
        await town.quiet()
        cast.mara_too.blocks_bot()
        await town.announces(identity(cast.mara), "News one.")
        await town.later(minutes=5)
        assert "News one." in cast.mara.dm.screen
        assert "News one." not in cast.mara_too.screen()
        cast.mara_too.starts()
        await cast.mara_too.waits_for("Hi Mara")
        await town.quiet()
        await town.announces(identity(cast.mara), "News two.")
        assert "News two." in cast.mara_too.screen()
        assert "News two." not in cast.mara.dm.screen

    async def test_discord_falls_back_to_telegram_until_she_is_back(self, town, cast):
        town.refusals.add(DMS_CLOSED)
        await arrive(town, cast)
        await link(town, cast)
        await town.later(minutes=1)
        await cast.mara.runs("/wallet")
        cast.mara.closes_dms()
        await town.announces(identity(cast.mara), "News one.")
        await town.later(minutes=5)
        assert "News one." in cast.mara_too.screen()
        assert "News one." not in cast.mara.dm.screen
        cast.mara.opens_dms()
        await cast.mara.runs("/wallet")
        await town.announces(identity(cast.mara), "News two.")
        assert "News two." in cast.mara.dm.screen
        assert "News two." not in cast.mara_too.screen()

    async def test_both_is_kept_quiet_and_harms_nobody(self, town, cast):
        town.refusals.add(DMS_CLOSED)
        await arrive(town, cast)
        await link(town, cast)
        cast.mara_too.blocks_bot()
        cast.mara.closes_dms()
        await town.announces(identity(cast.mara), "News one.")
        await town.later(hours=12)
        assert "News one." not in cast.mara.dm.screen + cast.mara_too.screen()
        cast.mara.opens_dms()
        await cast.mara.runs("/wallet")
        await town.announces(identity(cast.mara), "News two.")
        assert "News two." in cast.mara.dm.screen


class TestRestart:
    async def test_everything_open_on_both_goes_on(self, town, cast):
        await bob_is_rich(town, cast)
        await cast.mara.runs("/start")
        await tom_is_rich(town, cast)
        cast.uma.starts()
        await cast.uma.waits_for("Hi Uma")
        # On Discord: a form, a question, buttons, and a form that one answer was wrong in.
        question = await cast.bob.runs("/gift", to=cast.mara, amount=200)
        await cast.bob.right_clicks(cast.mara, "Gift credits")
        assert cast.mara.latest.buttons
        await cast.zoe.runs("/profile show")
        await cast.zoe.presses("Fill the basics")
        basics = {"Main platform": "TikTok", "Followers": "five-ish", "Niche": "cats"}
        assert "could not read that number" in (await cast.zoe.fills(basics)).text
        # On Telegram: a form half filled, a question in a group that goes on in private, buttons.
        said = cast.uma.says("nice work", cast.group)
        cast.tom.replies_to(said, "/gift 150")
        await cast.tom.waits_for("Go on in private", cast.group)
        cast.mara_too.says("/profile_basics instagram")
        await cast.mara_too.waits_for(asks("Followers:"))
        await town.restarts()
        assert "Sent 20 credits" in (await cast.bob.fills({"How many credits": "20"})).text
        assert "Sent 200 credits" in (await cast.bob.presses("Confirm", on=question.reply)).text
        assert "coins" in (await cast.mara.presses("Take today's coins")).text
        await cast.zoe.presses("Continue")
        assert "Kept 3 lines" in (await cast.zoe.fills({"Followers": "5"})).text
        cast.mara_too.says("12000")
        await cast.mara_too.waits_for(asks("Niche:"))
        await town.restarts()
        cast.mara_too.replies_to(cast.mara_too.last(), "cats")
        await cast.mara_too.waits_for("Kept 3 lines")
        cast.tom.presses("Go on in private", where=cast.group)
        await cast.tom.waits_for("Give 150 credits to Uma?")
        await town.restarts()
        cast.tom.presses("Yes")
        await cast.tom.waits_for("Sent 150 credits")
        cast.uma.presses("Take today's coins")
        await cast.uma.waits_for("coins")
        await town.quiet()
        await town.due()
        assert await town.holds(identity(cast.bob)) == 780
        assert await town.holds(identity(cast.uma)) == 150

    async def test_what_is_too_old_says_so_kindly_on_both(self, town, cast):
        await bob_is_rich(town, cast)
        await tom_is_rich(town, cast)
        await cast.mara.runs("/start")
        await cast.bob.runs("/gift", to=cast.mara, amount=200)
        said = cast.uma.says("nice work", cast.group)
        cast.tom.replies_to(said, "/gift 150")
        await cast.tom.waits_for("Go on in private", cast.group)
        cast.tom.presses("Go on in private", where=cast.group)
        await cast.tom.waits_for("Give 150 credits to Uma?")
        await town.quiet()
        await town.closes()
        await town.opens()
        await town.later(hours=3)
        assert "too old" in (await cast.bob.presses("Confirm")).text
        assert "Start" in cast.bob.latest.buttons
        cast.tom.presses("Yes")
        await cast.tom.waits_for("too old")
        await town.quiet()
        assert await town.holds(identity(cast.bob)) == 1000
        assert await town.holds(identity(cast.tom)) == 1000

    async def test_a_link_and_its_day_outlive_the_process(self, town, cast):
        await arrive(town, cast)
        code = (await cast.mara.runs("/link start")).text.split("`")[1]
        await town.restarts()
        cast.mara_too.says(f"/link {code}")
        await cast.mara_too.waits_for("Make these two accounts one?")
        await town.restarts()
        cast.mara_too.presses("Yes")
        await cast.mara_too.waits_for("is asked to agree too")
        await town.restarts()
        await town.due()
        await cast.mara.dm.presses("Look and agree")
        await town.restarts()
        assert "become one" in (await cast.mara.dm.presses("Confirm")).text
        await town.restarts()
        await town.later(hours=25)
        assert await town.member(identity(cast.mara)) == await town.member(identity(cast.mara_too))

    async def test_what_was_announced_in_between_is_said_by_the_next_process(self, town, cast):
        await bob_is_rich(town, cast)
        cast.tom.starts()
        await cast.tom.waits_for("Hi Tom")
        await cast.mara.runs("/start")
        await cast.bob.runs("/gift", to=cast.mara, amount=20)
        await town.restarts()
        assert "20 credits" not in cast.mara.dm.screen
        await town.due()
        assert cast.mara.dm.screen.count("sent you 20 credits") == 1
