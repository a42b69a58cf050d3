"""How the story ends, with a copy and an erasure, and the whole of it on any database."""

import io
import json
import zipfile

from core.money import Unit
from tests.end_to_end.story.acts import agree, arrive, bob_is_rich, link
from tests.end_to_end.story.town import Cast, identity, shows


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
