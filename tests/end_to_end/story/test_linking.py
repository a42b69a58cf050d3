"""Mara comes by on two platforms as two strangers, becomes one member, and may become two again."""

from core.money import Unit
from tests.end_to_end.story.acts import agree, arrive, link
from tests.end_to_end.story.town import asks, identity, shows


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
