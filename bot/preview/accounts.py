"""The story of an account: connected in each way, hidden, back, and let go."""

from bot.preview.people import Person
from bot.preview.platforms import Platform
from bot.preview.stage import Stage


async def play(stage: Stage, mara: Person) -> None:
    """From nothing connected to nothing connected."""
    youtube = _youtube(stage)
    stage.tell("connect show")
    await mara.invokes("connect", "Nothing yet.")
    stage.tell("connect tiktok")
    await mara.invokes("connect tiktok", "Off to the platform.")
    stage.tell("connect google")
    await mara.invokes("connect google")
    stage.tell("connect youtube")
    await mara.invokes("connect youtube", "A channel that nobody knows.", channel="@nobody")
    await mara.invokes("connect youtube", channel="@maraskitchen")
    code = mara.code
    stage.tell("connect check")
    await mara.invokes("connect check", "Too soon.", channel="UCkitchen")
    youtube.says(f"Slow food, fast cuts. {code}")
    await mara.invokes("connect check", channel="UCkitchen")
    await stage.due()
    stage.tell("connect demo")
    await mara.invokes("connect demo", "A story that there is not.", story="rocket")
    await mara.invokes("connect demo", story="steady")
    await stage.due()
    stage.tell("connect show")
    await mara.invokes("connect", "With two accounts, each read once.")
    stage.tell("profile show")
    await mara.invokes("profile", "What was measured says so, unless the main platform is another.")
    stage.tell("connect remove")
    await mara.invokes("connect remove", "Which one?")
    await mara.invokes("connect remove", account="Demo @demo-steady (demo, made-up figures)")
    await mara.agrees()


def _youtube(stage: Stage) -> Platform:
    found = stage.sources.readers["youtube"]
    assert isinstance(found, Platform)
    return found
