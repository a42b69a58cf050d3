"""Gifts from either platform to either, told where the receiver was last, or kept for who was never met."""

from tests.end_to_end.story.acts import arrive, bob_is_rich, link, tom_is_rich
from tests.end_to_end.story.town import identity, shows


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
