"""People who ask models: the real adapter on the loopback Anthropic, behind the real gate, on a real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from sqlalchemy import select

from adapters.anthropic import AnthropicModel
from adapters.offline import DemoSource
from core.assistant.door import Door, Terms
from core.assistant.rules import Asking, AssistantLimits
from core.assistant.service import Answered, Assistant
from core.chat import Asked, Call, Command, Delta, Kind, Refusal, Reply, Room, Stream, Streaming, Talk, said
from core.clock import SetClock
from core.costs.months import Month
from core.costs.rules import Prices
from core.db import UnitOfWork
from core.entitlements.service import Plans
from core.gate import service as gate_service
from core.gate.repository import RESERVATION
from core.gate.rules import GateLimits
from core.ledger import views
from core.metrics.service import Sources
from core.models import LanguageModel
from core.money import Credits, Unit
from core.people import Entitlements, Quote
from core.registry import ROOMS
from tests.databases import AnyDatabase
from tests.fakes.anthropic.fake import KEY, START, FakeAnthropic
from tests.gating import Gated
from tests.household import Household, Person

INSTRUCTIONS = "You are a manager of creators. Answer in plain words, and end with a next step. " * 60
PRICE = 80


@dataclass(frozen=True, slots=True)
class Question:
    """The form of the made-up commands."""

    question: Annotated[str, Asked(Kind.LONG_TEXT, "What do you want to know", maximum=6000)]


@dataclass
class Heard:
    """What a listener got."""

    deltas: list[str]
    last: Reply | Refusal | None = None

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    @property
    def refused(self) -> str:
        assert isinstance(self.last, Refusal), self.last
        return type(self.last.error).__name__


async def listened(pieces: Any, *, stops_after: int | None = None) -> Heard:
    """A stream to its end, or until a listener goes away while a piece is offered."""
    heard = Heard([])
    async for piece in pieces:
        if stops_after is not None and len(heard.deltas) == stops_after:
            await pieces.aclose()
            break
        if isinstance(piece, Delta):
            heard.deltas.append(piece.text)
        else:
            heard.last = piece
    return heard


class AskingGated(Gated):
    """The gate's house with two made-up commands that ask the assistant."""

    def __init__(self, database: AnyDatabase, room: Room, gate: GateLimits, model: LanguageModel) -> None:
        made_up = DemoSource(SetClock(START))
        sources = Sources({made_up.platform: made_up}, lookups={made_up.platform: made_up})
        self.limits = gate
        self.house = Household(database, gate=gate, rooms=(*ROOMS, room), model=model, sources=sources)
        self.house.clock.set(START)
        made_up._clock = self.house.clock
        self.clock = self.house.clock
        self._count = 0


class Stage:
    """A house, a model, and an assistant between them."""

    def __init__(
        self,
        database: AnyDatabase,
        model: LanguageModel,
        *,
        limits: AssistantLimits | None = None,
        gate: GateLimits | None = None,
    ) -> None:
        self.database = database
        self.limits = limits or AssistantLimits()
        gate = gate or GateLimits(burst_a_minute=10_000, copies=10_000)
        self.answered: list[Answered] = []
        self.waits: list[float] = []
        self.more: dict[str, Any] = {}
        """What every question says beside itself."""
        self.gated = AskingGated(database, self._room(), gate, model)
        self.house = self.gated.house
        self.clock = self.house.clock
        self.terms = Terms(self.limits, gate, Prices(), Plans())
        self.door = Door(model, database, self.clock, self.terms, sleep=self._sleep)
        self.assistant = Assistant(self.door, database, limits=self.limits, plans=Plans())

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def _room(self) -> Room:
        def apply(uow: UnitOfWork, answered: Answered) -> Reply:
            self.answered.append(answered)
            return Reply(said("\n".join(["That was it.", *answered.notes])))

        def stream(call: Call, form: Question) -> Stream:
            return self.assistant.answer(call, self.asking(form.question), apply)

        def talk(call: Call, said: str) -> Stream:
            return self.assistant.answer(call, self.asking(said, thread="coach"), apply)

        def price(form: Question, allowed: Entitlements) -> Quote | None:
            return Quote(Credits(PRICE), "An answer")

        return Room(
            "trying",
            commands=(
                Command(("try",), "Ask for nothing", form=Question, stream=stream),
                Command(("trypaid",), "Ask for credits", form=Question, stream=stream, price=price),
            ),
            talks=(Talk("trying", "Try", talk),),
        )

    def asking(self, question: str, **more: Any) -> Asking:
        """A question as a room would put it."""
        return Asking("ask", INSTRUCTIONS, question, **{"prepared": False} | self.more | more)

    # People

    async def person(self, name: str = "ann", *, credits: int = 0, net: str = "4") -> Person:  # noqa: A002
        """Somebody who was here for long, with credits that were bought."""
        member = await self.gated.member(name)
        if credits:
            await self.gated.bought(member, credits, net)
        return self.house.person(name)

    async def pieces(self, who: Person, question: str, *, paid: bool = False) -> Any:
        """The stream of an answer."""
        path = "trypaid" if paid else "try"
        outcome = await who.insists(path, question=question) if paid else await who.does(path, question=question)
        assert isinstance(outcome, Streaming), outcome
        return outcome.pieces

    async def ask(self, who: Person, question: str, *, paid: bool = False, stops_after: int | None = None) -> Heard:
        """Ask and listen; a listener who stops goes away while a piece is offered."""
        return await listened(await self.pieces(who, question, paid=paid), stops_after=stops_after)

    async def call(self, who: Person) -> Call:
        """A call of theirs that is not a command of the house."""
        return Call(await who.member(), who.place, self.house.key(), self.clock.now())

    async def credits(self, who: Person) -> int:
        """What they have left."""
        member = await who.member()
        return await self.house.do(lambda uow: views.balance(uow, member.credit_wallet, Unit.CREDIT).value)

    async def month(self, who: Person) -> Month:
        """How their month stands, with the prices counted that the ledger has taken."""
        now = self.clock.now()
        await self.house.do(lambda uow: gate_service.count_prices(uow, now))
        return await self.gated.month(await who.member())

    async def cost(self, who: Person) -> int:
        """What their month has cost, settled and reserved, in nano-dollars."""
        return (await self.month(who)).cost

    async def open_reservations(self) -> int:
        """How many calls nobody settled."""
        still = select(RESERVATION.c.id).where(RESERVATION.c.state == "open")
        return len(await self.house.do(lambda uow: list(uow.run(still))))


@dataclass
class Staged:
    """A stage with the loopback Anthropic behind it."""

    stage: Stage
    api: FakeAnthropic
    model: AnthropicModel


@asynccontextmanager
async def staged(database: AnyDatabase, **more: Any) -> AsyncIterator[Staged]:
    """Open a stage; its clock is the fake's too."""
    async with FakeAnthropic(reply="Post on two fixed days. Next step: pick them.") as api:
        model = AnthropicModel(api.url, KEY, silence_s=5)
        stage = Stage(database, model, **more)
        api.clock = stage.clock
        api.cache._clock = stage.clock
        try:
            yield Staged(stage, api, model)
        finally:
            await model.close()
