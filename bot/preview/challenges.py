"""The story of two challenges: one cancelled, one lived to its verdict, and what staff see of it."""

from bot.preview.people import Person
from bot.preview.stage import Stage


async def play(stage: Stage, staff: Person) -> None:
    """From the catalogue to an appeal, by somebody with the ten coins of a first day."""
    nora = Person(stage, "Nora")
    stage.tell("challenge list")
    await nora.invokes("challenge", "Nothing is connected yet.")
    stage.tell("challenge start")
    await nora.invokes("challenge start", "Nothing to measure.", challenge="ten_clips")
    await nora.invokes("connect demo", "The first account.", story="steady")
    await stage.due(minutes=1)
    stage.tell("challenge list")
    await nora.invokes("challenge", "What can be measured on the account.")
    await _stake(stage, nora)
    await _live(stage, nora, staff)
    await _after(stage, nora)


async def _stake(stage: Stage, nora: Person) -> None:
    stage.tell("challenge start")
    await nora.invokes("challenge start", challenge="ten_clips")
    await stage.due(seconds=2)
    await nora.hears("The contract, in a moment.")
    stage.tell("challenge stake")
    await nora.invokes("challenge stake", "More than there is.", challenge="1", coins="50")
    await nora.invokes("challenge stake", "The first asks for the terms.", challenge="1", coins="10")
    await nora.agrees()
    stage.tell("challenge cancel")
    await nora.invokes("challenge cancel", "Free until it begins.", challenge="1")
    stage.tell("challenge stake")
    await nora.invokes("challenge start", "Once more.", challenge="ten_clips")
    await stage.due(seconds=2)
    await nora.invokes("challenge stake", "Another stake than was proposed.", challenge="2", coins="10")
    await nora.agrees()
    stage.tell("challenge status")
    await nora.invokes("challenge status", "Before it begins.")


async def _live(stage: Stage, nora: Person, staff: Person) -> None:
    for _ in range(4):
        await stage.due(days=1)
    stage.tell("challenge status")
    await nora.invokes("challenge status", "On the fourth day.")
    stage.tell("admin challenges list")
    await staff.invokes("admin challenges")
    stage.tell("challenge leave")
    await nora.invokes("challenge leave", challenge="2")
    await nora.agrees("No.", agreed=False)
    stage.tell("admin challenges fail")
    await staff.invokes("admin challenges fail", "One that nobody has.", challenge="99", reason="the quota ran out")
    await staff.invokes("admin challenges fail", challenge="2", reason="the quota ran out")
    await staff.agrees("No.", agreed=False)
    stage.tell("challenge leave")
    await nora.invokes("challenge leave", challenge="2")
    await nora.agrees("Yes: half of it is gone.")


async def _after(stage: Stage, nora: Person) -> None:
    stage.tell("challenge explain")
    await nora.invokes("challenge explain")
    stage.tell("challenge feedback")
    await nora.invokes(
        "challenge feedback",
        challenge="2",
        helped="Filming three clips on Sunday",
        learned="I would write the hooks first",
        again="Yes",
    )
    stage.tell("challenge appeal")
    await nora.invokes("challenge appeal", challenge="2", reason="The last days are missing.")
    stage.tell("admin queue")
    await Person(stage, "creator").invokes("admin queue", "An appeal waits.")
    stage.tell("challenge history")
    await nora.invokes("challenge history")
