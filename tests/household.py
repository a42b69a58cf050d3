"""The whole core on a test's database, with people who talk to it as an adapter would let them."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from adapters.offline.model import OfflineModel
from core.asks.rules import AskPrices
from core.assistant.door import Door, Terms
from core.assistant.rules import AssistantLimits
from core.assistant.service import Assistant
from core.chat import Agreement, Answer, Ask, Button, Confirm, Invocation, Message, Outcome, Place, Refusal, Reply, Room
from core.chat.catalog import Catalog
from core.chat.easel import Easel
from core.chat.message import Attachment, Facts, Line, Ranking, Text, spans
from core.clock import SetClock
from core.coins.rules import CoinRules
from core.contracts.rules import ChallengeLimits
from core.costs.rules import CostPrices, Prices
from core.db import UnitOfWork
from core.desk import ChatLimits, Desk
from core.dispatch import Dispatcher
from core.earnings.rules import EarningLimits
from core.entitlements.service import Plans
from core.gate.rules import GateLimits
from core.gifts.rules import GiftLimits
from core.growth.forecast import ForecastRules
from core.ids import AccountId, MemberId
from core.knowledge.rules import NotebookLimits
from core.ledger import audit as books
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.linking.rules import LinkingLimits
from core.links.rules import Redirects
from core.members import service as members
from core.members.rules import MemberRules
from core.members.service import Salt
from core.metrics.rules import MetricLimits
from core.metrics.sealing import Keys
from core.metrics.service import Sources
from core.models import LanguageModel
from core.money import Amount
from core.outbox.rules import NoticeLimits, OutboxPace
from core.people import Actor, Identity, Member
from core.ports import Delivered, Delivery, Messenger, Observer, Vault
from core.privacy.archive import Archive
from core.privacy.rules import PrivacyLimits
from core.questions.rules import QuestionRules
from core.registry import ROOMS
from core.reports.rules import Goals, ReportRules
from core.reports.service import Reader
from core.roles.service import Owners
from core.runner import Runner
from core.schedule.service import SchedulePace
from core.simulation.terms import Selling
from tests.databases import AnyDatabase
from tests.fakes.outside import Sketches

T = TypeVar("T")
NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
SALT = Salt(b"a salt of the tests")


class Postbox:
    """Keeps what was sent, and to whom."""

    def __init__(self) -> None:
        self.sent: list[tuple[Identity, Message]] = []

    def serves(self, identity: Identity) -> bool:
        return True

    def repeats_safely(self, platform: str) -> bool:
        return True

    async def send(self, identity: Identity, message: Message, *, key: str) -> Delivery:
        self.sent.append((identity, message))
        return Delivered()

    def to(self, person: "Person") -> list[str]:
        """What somebody was sent, as text."""
        return [text_of(message) for identity, message in self.sent if identity == person.identity]


class Drawer:
    """Keeps files that are too large for a message."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, int]] = {}
        self.sweeps = 0

    async def keep(self, name: str, content: bytes, hours: int) -> str:
        url = f"https://drawer.example/{len(self.kept)}/{name}"
        self.kept[url] = (content, hours)
        return url

    async def sweep(self) -> int:
        self.sweeps += 1
        return 0


@dataclass
class Watch:
    """Collects what went wrong, so that a test can say that nothing did."""

    bugs: list[Exception] = field(default_factory=list)

    def handled(self, command: str, outcome: str, *, trace: str) -> None: ...

    def operational(self, what: str, error: Exception, *, trace: str) -> None: ...

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        self.bugs.append(error)


class Household:
    """Every room on one database, one clock, and a postbox."""

    def __init__(
        self,
        database: AnyDatabase,
        *,
        rooms: Iterable[Room] = ROOMS,
        linking: LinkingLimits | None = None,
        privacy: PrivacyLimits | None = None,
        gifts: GiftLimits | None = None,
        coins: CoinRules | None = None,
        earnings: EarningLimits | None = None,
        challenges: ChallengeLimits | None = None,
        metrics: MetricLimits | None = None,
        sources: Sources | None = None,
        gate: GateLimits | None = None,
        asks: AskPrices | None = None,
        notebook: NotebookLimits | None = None,
        model: LanguageModel | None = None,
        owners: Iterable[Identity] = (),
    ) -> None:
        self.database = database
        self.clock, self.plans = SetClock(NOON), Plans()
        self.postbox, self.drawer, self.watch = Postbox(), Drawer(), Watch()
        named = Owners(frozenset(owners))
        metrics = metrics or MetricLimits()
        own: tuple[Any, ...] = (
            coins or CoinRules(), MemberRules(), gifts or GiftLimits(), NoticeLimits(), OutboxPace(), Plans(), named,
            earnings or EarningLimits(), QuestionRules(), ForecastRules(), challenges or ChallengeLimits(),
            SALT, metrics, Keys(metrics.keys), sources or Sources(),
            linking or LinkingLimits(), privacy or PrivacyLimits(), Archive(database.read),
            Reader(database.read), Goals(), ReportRules(),
            Prices(), CostPrices(), AssistantLimits(), asks or AskPrices(),
            notebook or NotebookLimits(), gate or GateLimits(), Redirects("https://tandem.example"), Selling(),
        )  # fmt: skip
        limits = AssistantLimits()
        terms = Terms(limits, gate or GateLimits(), Prices(), Plans())
        door = Door(model or OfflineModel(priced=True), database, self.clock, terms)
        provided: dict[type, Any] = {type(item): item for item in own} | {
            Assistant: Assistant(door, database, limits=limits, plans=Plans()),
            Messenger: self.postbox,
            Vault: self.drawer,
            Observer: self.watch,
        }
        easel = Easel(Sketches(), self.watch)
        self.catalog = Catalog(rooms, provided | {Easel: easel})
        self.desk = Desk(database, self.catalog, self.clock, named, Plans(), ChatLimits(), self.watch, easel)
        self.dispatcher = Dispatcher(self.desk)
        self.runner = Runner(self.desk, SchedulePace())
        self._keys = itertools.count()

    def person(self, name: str, platform: str = "discord", user_id: str = "") -> "Person":
        """Somebody who can talk."""
        return Person(self, Identity(platform, user_id or f"{platform}-{name}-id"), name)

    def key(self) -> str:
        return f"test:{next(self._keys)}"

    async def pass_time(self, by: timedelta = timedelta()) -> None:
        """Let time pass, and do what it brings. Nothing may fail."""
        self.clock.advance(by)
        tick = await self.runner.run_due()
        assert tick.failed == 0, self.watch.bugs

    async def do(self, unit: Callable[[UnitOfWork], T]) -> T:
        return await self.database.write(unit)

    async def grant(
        self, to: AccountId, amount: Amount, source: LotSource = LotSource.EARNED, days: int | None = None
    ) -> None:
        """Give somebody something to lose."""
        why = Why(Code.DEMO_GRANT, self.key(), self.clock.now())
        expires_at = None if days is None else self.clock.now() + timedelta(days=days)
        await self.do(lambda uow: ledger.grant(uow, to, amount, why, source=source, expires_at=expires_at))

    async def react(self, record: Callable[[UnitOfWork], None]) -> None:
        """A unit with its reactions, as the dispatcher runs it."""

        def unit(uow: UnitOfWork) -> None:
            record(uow)
            self.catalog.react(uow)

        await self.do(unit)

    async def books_hold(self) -> None:
        """Every invariant of the ledger, and that each unit sums to zero."""
        findings = await self.database.read(lambda uow: list(books.findings(uow)))
        assert findings == []
        sums = await self.database.read(books.sums)
        for unit in {item.unit for item in sums}:
            assert sum(item.total for item in sums if item.unit == unit) == 0


@dataclass
class Person:
    """An identity that talks."""

    house: Household
    identity: Identity
    name: str
    space: str = ""

    @property
    def actor(self) -> Actor:
        return Actor(self.identity, self.name)

    @property
    def place(self) -> Place:
        if self.space:
            return Place(self.identity.platform, f"channel-of-{self.space}", self.space, private=False)
        return Place(self.identity.platform, f"dm-of-{self.identity.user_id}")

    async def _send(self, inbound: Any) -> Outcome:
        outcome = await self.house.dispatcher.handle(inbound)
        assert outcome is not None
        assert self.house.watch.bugs == [], self.house.watch.bugs
        return outcome

    async def does(self, *path: str, **values: Any) -> Outcome:
        """Start a command."""
        now, key = self.house.clock.now(), self.house.key()
        return await self._send(Invocation(path, values, self.actor, self.place, key, now))

    async def agrees(self, question: Outcome | str, *, agreed: bool = True) -> Outcome:
        """Answer a question with yes or no, or press a button that carries values."""
        token = question if isinstance(question, str) else asked(question)
        now, key = self.house.clock.now(), self.house.key()
        return await self._send(Agreement(token, agreed, self.actor, self.place, key, now))

    async def answers(self, question: Outcome, **values: Any) -> Outcome:
        """Fill in what was asked."""
        assert isinstance(question, Ask), question
        now, key = self.house.clock.now(), self.house.key()
        return await self._send(Answer(question.token, values, self.actor, self.place, key, now))

    async def insists(self, *path: str, **values: Any) -> Outcome:
        """Start a command and agree to its question."""
        return await self.agrees(await self.does(*path, **values))

    async def member(self) -> Member:
        """The member behind this identity."""
        found = await self.house.database.read(lambda uow: members.known(uow, self.identity))
        assert found is not None
        return found.member

    async def id(self) -> MemberId:
        return (await self.member()).id


def asked(outcome: Outcome) -> str:
    """The token of a question."""
    assert isinstance(outcome, Confirm), outcome
    return outcome.token


def refused(outcome: Outcome) -> str:
    """The class of the error of a refusal."""
    assert isinstance(outcome, Refusal), outcome
    assert 0 < len(outcome.error.text) <= 200
    return type(outcome.error).__name__


def buttons_of(outcome: Outcome | Message) -> dict[str, Button]:
    """Buttons by label."""
    message = outcome if isinstance(outcome, Message) else getattr(outcome, "message", None)
    assert isinstance(message, Message), outcome
    return {button.label: button for button in message.buttons}


def file_of(outcome: Outcome) -> Attachment:
    """The file in a reply."""
    assert isinstance(outcome, Reply), outcome
    return next(block for block in outcome.message.blocks if isinstance(block, Attachment))


def text_of(what: Outcome | Message) -> str:
    """All words of a message."""
    message = what if isinstance(what, Message) else getattr(what, "message", None)
    assert isinstance(message, Message), what
    lines: list[str] = []
    for block in message.blocks:
        match block:
            case Text(content):
                lines.append(_plain(content))
            case Facts(rows):
                lines += [f"{label}: {_plain(value)}" for label, value in rows]
            case Ranking(rows):
                lines += [_plain(row) for row in rows]
            case _:
                pass
    return "\n".join(lines)


def _plain(line: Line) -> str:
    return "".join(_words(span) for span in spans(line))


def _words(span: Any) -> str:
    if isinstance(span, str):
        return span
    return str(getattr(span, "text", None) or getattr(span, "name", None) or getattr(span, "at", ""))
