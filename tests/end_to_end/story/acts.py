"""What chapters begin with, told as people do it."""

from tests.end_to_end.story.town import Cast, Town, identity, shows


async def arrive(town: Town, cast: Cast, *, days: int = 3) -> None:
    """Mara comes by on Discord for some days in a row, and on the last two to Telegram, as a stranger."""
    hello = await cast.mara.runs("/start")
    assert "Hi Mara" in hello.text
    cast.mara_too.starts()
    await cast.mara_too.waits_for("Hi Mara T")
    for day in range(1, days + 1):
        assert f"Day {day}" in (await cast.mara.runs("/daily")).text
        if day > days - 2:
            there = day - max(days - 2, 0)
            cast.mara_too.says("/daily")
            await cast.mara_too.waits_for(f"+{9 + there} coins. Day {there}")
            await town.quiet()
        if day < days:
            await town.later(days=1)
    told = await cast.mara.runs("/profile basics", platform="TikTok", followers=12_000, niche="cooking")
    assert "Kept 3 lines" in told.text
    assert await town.member(identity(cast.mara)) != await town.member(identity(cast.mara_too))


async def agree(town: Town, cast: Cast) -> None:
    """A code from Discord, given back on Telegram, agreed to by both."""
    code = (await cast.mara.runs("/link start")).text.split("`")[1]
    await town.later(minutes=1)
    cast.mara_too.says(f"/link {code}")
    await cast.mara_too.waits_for("Make these two accounts one?")
    cast.mara_too.presses("Yes")
    await cast.mara_too.waits_for("is asked to agree too")
    await town.quiet()
    await town.due()
    await cast.mara.dm.waits_for("gave your code back")
    await cast.mara.dm.presses("Look and agree")
    agreed = await cast.mara.dm.presses("Confirm")
    assert "The two accounts become one" in agreed.text
    await town.due()


async def link(town: Town, cast: Cast) -> None:
    """Mara is one person on both platforms, a day later."""
    await agree(town, cast)
    await town.later(hours=24, minutes=1)
    await cast.mara_too.waits_for(shows("Your accounts are one now"))
    assert await town.member(identity(cast.mara)) == await town.member(identity(cast.mara_too))


async def bob_is_rich(town: Town, cast: Cast, credits: int = 1000) -> None:  # noqa: A002  the product's word
    """Bob has Premium and credits that he bought, and came a month ago."""
    await cast.bob.runs("/start")
    await town.later(days=30)
    await town.enriches(identity(cast.bob), credits)


async def tom_is_rich(town: Town, cast: Cast, credits: int = 1000) -> None:  # noqa: A002  the product's word
    """The same of Tom, on Telegram."""
    cast.tom.starts()
    await cast.tom.waits_for("Hi Tom")
    await town.quiet()
    await town.later(days=30)
    await town.enriches(identity(cast.tom), credits)
