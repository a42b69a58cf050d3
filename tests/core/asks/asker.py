"""People who ask, with what they told and connected, in front of the loopback Anthropic."""

import json
from datetime import timedelta
from typing import Any

from core.chat import Confirm, Outcome, Streaming
from core.chat.outcome import Refusal
from core.ledger import views
from core.money import Coins, Unit
from tests.asking import Heard, Stage, listened
from tests.fakes.anthropic.fake import FakeAnthropic
from tests.household import Person, buttons_of, text_of

QUESTION = "Which of my two violins should the channel show?"


class Asker:
    """What tests of the room stand on."""

    def __init__(self, stage: Stage, api: FakeAnthropic) -> None:
        self.stage = stage
        self.api = api
        self.house = stage.house

    async def person(self, name: str = "ann", *, coins: int = 100, credits: int = 0) -> Person:  # noqa: A002
        """Somebody who was here for long and has taken today's coins; `coins` in all, earned."""
        who = await self.stage.person(name, credits=credits)
        await who.does("daily")
        if coins > 10:
            await self.house.grant((await who.member()).coin_wallet, Coins(coins - 10))
        return who

    async def coins(self, who: Person) -> int:
        """What they have left."""
        member = await who.member()
        return await self.house.do(lambda uow: views.balance(uow, member.coin_wallet, Unit.COIN).value)

    async def asks(
        self, who: Person, question: str = QUESTION, *, stops_after: int | None = None, path: str = "ask", **more: Any
    ) -> Heard:
        """Ask, agree to the price if there is one, and listen."""
        values = {"question": question, **more} if path == "ask" else more
        outcome = await who.does(path, **values)
        if isinstance(outcome, Confirm):
            outcome = await who.agrees(outcome)
        return await self.heard(outcome, stops_after=stops_after)

    async def heard(self, outcome: Outcome, *, stops_after: int | None = None) -> Heard:
        """Listen, as below."""
        return await heard_of(outcome, stops_after=stops_after)

    @property
    def sent(self) -> str:
        """Everything that the model was last sent."""
        return json.dumps(self.api.asked[-1].body, ensure_ascii=False)


async def connected(asker: Asker, who: Person, days: int, story: str = "steady") -> None:
    """A made-up account that was read for so many days."""
    await who.does("connect", "demo", story=story)
    await asker.house.pass_time()
    for _ in range(days):
        await asker.house.pass_time(timedelta(days=1))
    await who.does("daily")


async def heard_of(outcome: Outcome, *, stops_after: int | None = None) -> Heard:
    """Listen to the end, or go away while a piece is offered."""
    if isinstance(outcome, Refusal):
        return Heard([], outcome)
    assert isinstance(outcome, Streaming), outcome
    return await listened(outcome.pieces, stops_after=stops_after)


def words(what: Outcome | Heard) -> str:
    """What a member reads: a message, or the refusal's text with its buttons."""
    found = what.last if isinstance(what, Heard) else what
    assert found is not None
    if isinstance(found, Refusal):
        return found.error.text
    return text_of(found)


def offered(what: Outcome | Heard) -> list[str]:
    """The labels of the buttons."""
    found = what.last if isinstance(what, Heard) else what
    if isinstance(found, Refusal):
        return [button.label for button in found.buttons]
    assert found is not None
    return list(buttons_of(found))
