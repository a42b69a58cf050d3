"""The story of somebody who uses up the free AI of a month: each level, its way back, and a pause."""

from bot.preview.people import Person
from bot.preview.stage import Stage

LEVELS, PAUSE = "What AI costs, and how it goes on", "A pause of the AI"
QUESTION = "Which of my two kitchens should the next series show?"


async def play(stage: Stage, bob: Person) -> None:
    """Bob has bought credits and a few free ones; what uses up his month is not shown."""
    stage.tell(LEVELS)
    await _uses(bob, "0.50")
    await bob.invokes("ask", "The free part is nearly used; free credits burn first.", question=QUESTION, pay="credits")
    await bob.lives("demo use", dollars="0.05")
    await bob.agrees("The house would pay a part, so it asks for a visit; bought credits alone open it as well.")
    await bob.presses("Partner pages")
    await bob.presses("A lamp shop")
    await bob.follows()
    await _uses(bob, "1.00")
    await bob.hears("Told once, when a level has changed.")
    await _uses(bob, "0.25", "0.10")
    await bob.hears("And the next one that is worth a word.")
    await bob.invokes("ask", "What is known before is said before.", question=QUESTION, pay="credits")
    await _uses(bob, "0.05", "0.05")
    await bob.agrees("Meanwhile nothing is left of what the house may spend on him.")
    await bob.presses("Use 80 bought credits", "What was sold is delivered at any level.")
    await bob.agrees()
    stage.tell(PAUSE)
    await bob.lives("demo pay", what="premium")
    for _ in range(30):
        await bob.lives("demo use", dollars="0.05", paid="plan")
    await bob.invokes("ask", "After 30 calls within a minute.", question="Is winter too late for a series?")
    await bob.agrees()
    await bob.presses("Appeal")


async def _uses(bob: Person, *dollars: str) -> None:
    for amount in dollars:
        await bob.lives("demo use", dollars=amount)
