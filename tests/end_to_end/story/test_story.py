"""The member's story, across both platforms, chapter by chapter; each town proves its books when it is left."""

import io
import json
import zipfile

from core.money import Unit
from tests.end_to_end.story.acts import agree, arrive, bob_is_rich, link, tom_is_rich
from tests.end_to_end.story.town import DMS_CLOSED, Cast, asks, identity, shows


class TestArriving:
    async def test_on_two_platforms_is_two_strangers(self, town, cast):
        await arrive(town, cast)
        assert "Cooking".casefold() in (await cast.mara.runs("/profile show")).text.casefold()
        cast.mara_too.says("/profile")
        await cast.mara_too.waits_for("Nothing here yet")
        assert await town.holds(identity(cast.mara), Unit.COIN) == 33
        assert await town.holds(identity(cast.mara_too), Unit.COIN) == 21


class TestLinking:
    async def test_shows_both_sides_to_both(self, town, cast):
        await arrive(town, cast)
        code = (await cast.mara.runs("/link start")).text.split("`")[1]
        cast.mara_too.says(f"/link {code}")
        shown = await cast.mara_too.waits_for("Make these two accounts one?")
        for words in ("Mara on Discord", "Mara T on Telegram", "33 coins", "21 coins"):
            assert words in shown.text, shown.text
        cast.mara_too.presses("Yes")
        await cast.mara_too.waits_for("is asked to agree too")
        await town.quiet()
        await town.due()
        looked = await cast.mara.dm.presses("Look and agree")
        for words in ("Mara on Discord", "Mara T on Telegram", "33 coins", "21 coins"):
            assert words in looked.text, looked.text

    async def test_says_where_it_stands_on_both(self, town, cast):
        await arrive(town, cast)
        assert "No link waits" in (await cast.mara.runs("/link status")).text
        await agree(town, cast)
        assert "Mara T" in (await cast.mara.runs("/link status")).text
        cast.mara_too.says("/link_status")
        assert "Mara become one" in (await cast.mara_too.waits_for("become one")).text

    async def test_waits_a_day_in_which_either_may_cancel(self, town, cast):
        await arrive(town, cast)
        await agree(town, cast)
        await town.later(hours=23)
        assert await town.member(identity(cast.mara)) != await town.member(identity(cast.mara_too))
        cast.mara_too.says("/link_cancel")
        await cast.mara_too.waits_for("Called off")
        await town.quiet()
        await town.later(hours=2)
        assert "The other side called it off" in cast.mara.dm.screen
        assert await town.member(identity(cast.mara)) != await town.member(identity(cast.mara_too))

    async def test_makes_one_member_with_one_wallet(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        assert "Your accounts are one now" in cast.mara.dm.screen
        assert "+13 coins. Day 4" in (await cast.mara.runs("/daily")).text
        on_discord = (await cast.mara.runs("/wallet")).text
        cast.mara_too.says("/wallet")
        on_telegram = (await cast.mara_too.waits_for("credits")).text
        for words in ("67 coins", "0 credits"):
            assert words in on_discord, on_discord
            assert words in on_telegram, on_telegram
        shown = (await cast.mara.runs("/link status")).text
        assert "Discord" in shown
        assert "Telegram" in shown

    async def test_pays_the_day_once_and_keeps_the_longer_streak(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        cast.mara_too.says("/daily")
        await cast.mara_too.waits_for("Day 4")
        await town.quiet()
        assert "already" in (await cast.mara.runs("/daily")).text
        assert await town.holds(identity(cast.mara), Unit.COIN) == 54 + 13

    async def test_refuses_a_code_of_ones_own_and_an_old_one(self, town, cast):
        await arrive(town, cast)
        code = (await cast.mara.runs("/link start")).text.split("`")[1]
        assert "from this account" in (await cast.mara.runs("/link start", code=code)).text
        await town.later(minutes=6)
        cast.mara_too.says(f"/link {code}")
        await cast.mara_too.waits_for("has run out")

    async def test_may_begin_on_telegram(self, town, cast):
        await arrive(town, cast)
        cast.mara_too.says("/link")
        shown = await cast.mara_too.waits_for("Your code")
        part = next(entity for entity in shown.entities if entity["type"] == "code")
        code = shown.text[part["offset"] : part["offset"] + part["length"]]
        asked = await cast.mara.runs("/link start", code=code.lower())
        assert "Make these two accounts one?" in asked.text
        assert "is asked to agree too" in (await cast.mara.presses("Confirm")).text
        await town.due()
        shown = await cast.mara_too.waits_for(shows("gave your code back"))
        cast.mara_too.presses("Look and agree", on=shown)
        await cast.mara_too.waits_for("Make these two accounts one?")
        cast.mara_too.presses("Yes")
        await cast.mara_too.waits_for("Agreed")
        await town.quiet()
        await town.later(hours=25)
        assert await town.member(identity(cast.mara)) == await town.member(identity(cast.mara_too))

    async def test_is_called_off_by_whoever_did_not_mean_it(self, town, cast):
        await arrive(town, cast)
        code = (await cast.mara.runs("/link start")).text.split("`")[1]
        cast.uma.says(f"/link {code}")
        await cast.uma.waits_for("Make these two accounts one?")
        cast.uma.presses("Yes")
        await cast.uma.waits_for("is asked to agree too")
        await town.quiet()
        await town.due()
        assert "stay two" in (await cast.mara.dm.presses("It was not me")).text
        await town.due()
        await cast.uma.waits_for(shows("The other side called it off"))

    async def test_at_once_keeps_what_is_open_on_both(self, town, cast):
        """Who owns only their first coins needs no day to think; forms and buttons of either go on as the one's."""
        await cast.mara.runs("/daily")
        cast.mara_too.starts()
        start = await cast.mara_too.waits_for("Hi Mara T")
        cast.mara_too.says("/profile_basics instagram")
        question = await cast.mara_too.waits_for(asks("Followers:"))
        await cast.mara.runs("/profile show")
        card = cast.mara.latest
        code = (await cast.mara.runs("/link start")).text.split("`")[1]
        cast.mara_too.says(f"/link_start {code}")
        await cast.mara_too.waits_for("Make these two accounts one?")
        cast.mara_too.presses("Yes")
        await cast.mara_too.waits_for("is asked to agree too")
        await town.quiet()
        await town.due()
        await cast.mara.dm.presses("Look and agree")
        assert "one now" in (await cast.mara.dm.presses("Confirm")).text
        await town.due()
        cast.mara_too.replies_to(question, "12000")
        await cast.mara_too.waits_for(asks("Niche:"))
        cast.mara_too.says("cats")
        await cast.mara_too.waits_for("Kept 3 lines")
        cast.mara_too.presses("Take today's coins", on=start)
        await cast.mara_too.waits_for("already")
        await town.quiet()
        await cast.mara.presses("Fill the basics", on=card)
        assert cast.mara.form is not None

    async def test_removed_is_two_again_and_the_wallet_stays(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        await cast.mara.runs("/link remove")
        assert "Your Telegram account left" in (await cast.mara.presses("Confirm")).text
        await town.due()
        await cast.mara_too.waits_for(shows("was removed from your wallet"))
        cast.mara_too.presses("Help")
        await cast.mara_too.waits_for("What would you like to do?")
        cast.mara_too.says("/wallet")
        await cast.mara_too.waits_for("0 coins")
        await town.quiet()
        assert await town.holds(identity(cast.mara), Unit.COIN) >= 43

    async def test_a_code_shown_in_a_group_is_confirmed_in_private(self, town, cast):
        await arrive(town, cast)
        code = (await cast.mara.runs("/link start")).text.split("`")[1]
        cast.mara_too.says(f"/link {code}", cast.group)
        pointed = await cast.mara_too.waits_for("Go on in private", cast.group)
        assert "coins" not in pointed.text
        cast.uma.presses("Go on in private", on=pointed)
        await cast.uma.waits_for("Not yours")
        cast.mara_too.presses("Go on in private", on=pointed)
        await cast.mara_too.waits_for("Make these two accounts one?")


class TestGift:
    async def test_by_right_click_is_told_on_the_platform_used_last(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        await bob_is_rich(town, cast)
        cast.mara_too.says("/wallet")
        await cast.mara_too.waits_for("coins")
        await town.quiet()
        await cast.bob.right_clicks(cast.mara, "Gift credits")
        assert "Sent 20 credits" in (await cast.bob.fills({"How many credits": "20", "Note": "for the edit"})).text
        await town.due()
        told = await cast.mara_too.waits_for(shows("sent you 20 credits"))
        assert "Bob" in told.text
        assert "for the edit" in told.text
        assert "20 credits" not in cast.mara.dm.screen
        await town.later(minutes=1)
        await cast.mara.runs("/wallet")
        await cast.bob.runs("/gift", to=cast.mara, amount=30)
        await town.due()
        assert "sent you 30 credits" in cast.mara.dm.screen
        assert "30 credits" not in cast.mara_too.screen()
        assert await town.holds(identity(cast.mara_too)) == 50
        assert await town.holds(identity(cast.bob)) == 950

    async def test_to_oneself_on_the_other_platform_is_none(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        await town.enriches(identity(cast.mara))
        await town.later(days=4)
        said = cast.mara_too.says("look at me", cast.group)
        cast.mara_too.replies_to(said, "/gift 50")
        await cast.mara_too.waits_for("That is you")

    async def test_to_somebody_never_met_waits_for_her(self, town, cast):
        await bob_is_rich(town, cast)
        assert "I have not met them yet" in (await cast.bob.runs("/gift", to=cast.zoe, amount=40)).text
        assert await town.holds(identity(cast.bob)) == 960
        await town.later(days=2)
        hello = await cast.zoe.runs("/start")
        assert "40 credits were waiting for you, from Bob" in hello.text
        await town.due()
        assert "sent you 40 credits" in cast.zoe.dm.screen
        assert await town.holds(identity(cast.zoe)) == 40
        await town.later(days=31)
        assert await town.holds(identity(cast.bob)) == 960

    async def test_to_a_stranger_who_never_comes_returns(self, town, cast):
        await tom_is_rich(town, cast)
        said = cast.uma.says("nice work everybody", cast.group)
        cast.tom.replies_to(said, "/gift 60")
        await cast.tom.waits_for("I have not met them yet")
        await town.quiet()
        assert await town.holds(identity(cast.tom)) == 940
        await town.later(days=29)
        assert await town.holds(identity(cast.tom)) == 940
        await town.later(days=1, minutes=1)
        told = await cast.tom.waits_for(shows("back in your wallet"))
        assert "Uma" in told.text
        assert await town.holds(identity(cast.tom)) == 1000
        cast.uma.starts()
        await cast.uma.waits_for("Hi Uma")
        await town.quiet()
        assert await town.holds(identity(cast.uma)) == 0

    async def test_in_a_group_is_confirmed_by_its_giver_alone(self, town, cast):
        await tom_is_rich(town, cast)
        cast.uma.starts()
        await cast.uma.waits_for("Hi Uma")
        said = cast.uma.says("nice work everybody", cast.group)
        cast.tom.replies_to(said, "/gift 200 thanks a lot")
        pointed = await cast.tom.waits_for("Go on in private", cast.group)
        assert "200" not in pointed.text
        before = len(cast.uma.texts(cast.group))
        cast.uma.presses("Go on in private", on=pointed)
        await cast.uma.waits_for("Not yours")
        assert len(cast.uma.texts(cast.group)) == before
        cast.tom.presses("Go on in private", on=pointed)
        await cast.tom.waits_for("Give 200 credits to Uma?")
        cast.tom.presses("Yes")
        await cast.tom.waits_for("Sent 200 credits to Uma")
        await town.quiet()
        await town.due()
        assert "thanks a lot" in (await cast.uma.waits_for(shows("sent you 200 credits"))).text
        assert await town.holds(identity(cast.tom)) == 800
        assert "200" not in str(cast.uma.texts(cast.group))

    async def test_to_discord_from_telegram_is_told_there(self, town, cast):
        """A linked giver: what was bought is one wallet, wherever it is given from."""
        await arrive(town, cast)
        await link(town, cast)
        await town.enriches(identity(cast.mara_too))
        await town.later(days=4)
        await cast.bob.runs("/start")
        await cast.mara.runs("/gift", to=cast.bob, amount=10)
        said = cast.uma.says("hello", cast.group)
        cast.mara_too.replies_to(said, "/gift 15")
        await cast.mara_too.waits_for("I have not met them yet")
        await town.quiet()
        await town.due()
        assert f"{cast.mara.mention} sent you 10 credits" in cast.bob.dm.screen
        assert await town.holds(identity(cast.mara)) == 975

    async def test_waits_for_somebody_and_goes_with_her_into_the_link(self, town, cast):
        """Bob gives to Mara's Telegram by its name, Tom gives to her Discord: one wallet in the end."""
        await tom_is_rich(town, cast)
        await bob_is_rich(town, cast)
        await cast.bob.runs("/gift", to=cast.mara, amount=40)
        said = cast.mara_too.says("hello everybody", cast.group)
        cast.tom.replies_to(said, "/gift 60")
        await cast.tom.waits_for("I have not met them yet")
        await town.quiet()
        await arrive(town, cast, days=1)
        await town.due()
        await link(town, cast)
        assert await town.holds(identity(cast.mara)) == 100
        assert await town.holds(identity(cast.mara_too)) == 100
        await town.later(days=40)
        assert await town.holds(identity(cast.mara)) == 100

    async def test_pressed_twice_on_either_platform_is_given_once(self, town, cast):
        await bob_is_rich(town, cast)
        await tom_is_rich(town, cast)
        await cast.mara.runs("/start")
        asked = await cast.bob.runs("/gift", to=cast.mara, amount=200)
        cast.uma.starts()
        await cast.uma.waits_for("Hi Uma")
        cast.tom.says("/gift @uma_of_tests 200")
        question = await cast.tom.waits_for("Give 200 credits")
        await cast.bob.presses("Confirm", on=asked.reply)
        cast.tom.presses("Yes", on=question)
        cast.tom.presses("Yes", on=question)
        await cast.tom.waits_for("already answered")
        await town.quiet()
        await town.due()
        assert await town.holds(identity(cast.bob)) == 800
        assert await town.holds(identity(cast.tom)) == 800
        assert cast.mara.dm.screen.count("200 credits") == 1
        assert cast.uma.screen().count("sent you 200 credits") == 1

    async def test_is_not_taken_by_who_turned_it_off(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        await bob_is_rich(town, cast)
        cast.mara_too.says("/settings_gifts no")
        await cast.mara_too.waits_for("Nobody can send you gifts now")
        await town.quiet()
        assert "does not take gifts" in (await cast.bob.runs("/gift", to=cast.mara, amount=20)).text
        assert await town.holds(identity(cast.bob)) == 1000


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


class TestPrivacy:
    async def test_a_copy_arrives_on_telegram(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        cast.mara_too.says("/privacy_export")
        shown = await cast.mara_too.waits_for(lambda who: who.last() if "document" in who.last().content else None)
        kept = town.telegram.world.files[shown.content["document"]["file_id"]]
        assert kept.name.endswith(".zip")
        with zipfile.ZipFile(io.BytesIO(kept.content)) as packed:
            everything = "".join(packed.read(name).decode() for name in packed.namelist())
            assert packed.testzip() is None
            assert any(json.loads(packed.read(name)) for name in packed.namelist() if name.endswith(".json"))
        assert "cooking" in everything
        assert "Mara T" in everything
        assert "discord" in everything

    async def test_erased_on_discord_is_a_stranger_on_both(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        asked = await cast.mara.runs("/privacy erase", now=True, word="erase")
        assert "Erase everything now?" in asked.text
        assert "You are erased here" in (await cast.mara.presses("Confirm")).text
        await town.due()
        for who in (cast.mara, cast.mara_too):
            assert await town.met(identity(who)) is None
        assert "Hi Mara" in (await cast.mara.runs("/start")).text
        assert "Nothing here yet" in (await cast.mara.runs("/profile show")).text
        cast.mara_too.starts()
        await cast.mara_too.waits_for("Hi Mara T")
        cast.mara_too.says("/wallet")
        await cast.mara_too.waits_for("0 credits")
        cast.mara_too.says("/link_status")
        assert "Discord" not in (await cast.mara_too.waits_for("No link waits")).text
        await town.quiet()
        assert await town.member(identity(cast.mara)) != await town.member(identity(cast.mara_too))

    async def test_erased_while_a_link_waits_tells_the_other_side(self, town, cast):
        await arrive(town, cast)
        await agree(town, cast)
        await cast.mara.runs("/privacy erase", now=True, word="erase")
        await cast.mara.presses("Confirm")
        await town.due()
        await cast.mara_too.waits_for(shows("The other account was erased"))
        await town.later(days=2)
        assert await town.holds(identity(cast.mara_too), Unit.COIN) == 21

    async def test_leaving_is_told_on_the_other_platform_where_she_may_stay(self, town, cast):
        await arrive(town, cast)
        await link(town, cast)
        await cast.mara.runs("/privacy erase")
        await cast.mara.presses("Confirm")
        await town.due()
        await cast.mara_too.waits_for(shows("You asked on Discord to be erased"))
        cast.mara_too.presses("Stay")
        await cast.mara_too.waits_for("You stay")
        await town.quiet()
        await town.later(days=31)
        assert await town.met(identity(cast.mara)) is not None


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


class TestWholeStory:
    async def test_is_told_to_its_end_on_any_database(self, town_anywhere):
        town, cast = town_anywhere, Cast(town_anywhere)
        await arrive(town, cast)
        await town.proves()
        await link(town, cast)
        await town.proves()
        await bob_is_rich(town, cast)
        cast.mara_too.says("/wallet")
        await cast.mara_too.waits_for("coins")
        await town.quiet()
        await cast.bob.right_clicks(cast.mara, "Gift credits")
        await town.restarts()
        assert "Sent 20 credits" in (await cast.bob.fills({"How many credits": "20"})).text
        await cast.bob.runs("/gift", to=cast.zoe, amount=200)
        await town.restarts()
        assert "Sent 200 credits" in (await cast.bob.presses("Confirm")).text
        await town.due()
        await cast.mara_too.waits_for(shows("sent you 20 credits"))
        await town.proves()
        cast.mara_too.says("/privacy_export")
        await cast.mara_too.waits_for(lambda who: "document" in who.last().content)
        await town.quiet()
        await cast.mara.runs("/privacy erase", now=True, word="erase")
        await cast.mara.presses("Confirm")
        await town.due()
        assert await town.met(identity(cast.mara)) is None
        assert await town.met(identity(cast.mara_too)) is None
        await town.proves()
        await town.later(days=31)
        assert await town.holds(identity(cast.bob)) == 980
