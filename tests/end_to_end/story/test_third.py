"""A third platform in the same house takes part in the story without a line in the core."""

import re
from collections.abc import AsyncIterator

import pytest

from core.money import Unit
from core.people import Identity
from tests.databases import SqliteEngine
from tests.end_to_end.story.acts import bob_is_rich
from tests.end_to_end.story.pager import PagerNet
from tests.end_to_end.story.town import Cast, Town, identity, opened

PAULA = Identity("pager", "paula")


@pytest.fixture
def pagers() -> PagerNet:
    return PagerNet()


@pytest.fixture
async def town(sqlite_engine: SqliteEngine, pagers: PagerNet) -> AsyncIterator[Town]:
    """Both platforms, and pagers."""
    url = sqlite_engine.fresh()
    async with opened(url, pagers) as town:
        yield town
    sqlite_engine.drop(url)


async def joined(town: Town, cast: Cast, pagers: PagerNet) -> None:
    """Mara's Discord account and Paula's pager are one member."""
    await cast.mara.runs("/daily")
    await pagers.types("paula", "daily")
    code = (await cast.mara.runs("/link start")).text.split("`")[1]
    await pagers.types("paula", f"link-start {code}")
    await pagers.agrees("paula")
    await town.due()
    await cast.mara.dm.presses("Look and agree")
    await cast.mara.dm.presses("Confirm")
    await town.later(hours=25)


class TestPager:
    async def test_has_the_first_minute(self, town, pagers):
        assert "Hi Paula" in await pagers.types("paula", "start")
        assert "+10 coins" in await pagers.types("paula", "daily")
        assert "already" in await pagers.types("paula", "daily")

    async def test_is_told_of_a_gift_from_discord(self, town, cast, pagers):
        await bob_is_rich(town, cast)
        await joined(town, cast, pagers)
        await town.later(minutes=1)
        await pagers.types("paula", "wallet")
        await cast.bob.runs("/gift", to=cast.mara, amount=70, note="thanks")
        await town.due()
        assert "sent you 70 credits" in pagers.pages["paula"][-1]
        assert "thanks" in pagers.pages["paula"][-1]
        assert "70 credits" not in cast.mara.dm.screen
        assert await town.holds(PAULA) == 70

    async def test_that_is_off_falls_back_to_discord(self, town, cast, pagers):
        await joined(town, cast, pagers)
        await town.later(minutes=1)
        await pagers.types("paula", "wallet")
        pagers.off.add("paula")
        await town.announces(PAULA, "News one.")
        assert "News one." in cast.mara.dm.screen

    async def test_is_linked_to_both_others(self, town, cast, pagers):
        await joined(town, cast, pagers)
        cast.mara_too.says("/daily")
        await cast.mara_too.waits_for("+10 coins")
        shown = await pagers.types("paula", "link-start")
        found = re.search(r"\b[A-Z0-9]{6}\b", shown)
        assert found is not None, shown
        cast.mara_too.says(f"/link {found[0]}")
        await cast.mara_too.waits_for("Make these two accounts one?")
        cast.mara_too.presses("Yes")
        await cast.mara_too.waits_for("is asked to agree too")
        await town.quiet()
        await town.due()
        await pagers.types("paula", f"link-agree {found[0]}")
        assert "are one now" in await pagers.agrees("paula")
        one = {await town.member(who) for who in (PAULA, identity(cast.mara), identity(cast.mara_too))}
        assert len(one) == 1
        await pagers.types("paula", "daily")
        wallet = await pagers.types("paula", "wallet")
        assert f"{await town.holds(PAULA, Unit.COIN)} coins" in wallet
        for platform in ("Discord", "Telegram", "Pager"):
            assert platform in await pagers.types("paula", "link-status")

    async def test_goes_on_after_a_restart(self, town, cast, pagers):
        await joined(town, cast, pagers)
        await pagers.types("paula", "privacy-erase")
        await town.restarts()
        assert "You are leaving" in await pagers.agrees("paula")
        await town.due()
        assert "You asked on Pager to be erased" in cast.mara.dm.screen
