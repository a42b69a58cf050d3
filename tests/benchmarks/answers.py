"""What answers cost: a session of 30 messages against naive full history, and a day's traffic with and without what
stands ready.

`python -m tests.benchmarks.answers [--misses]`

The session runs through the real client on the loopback Anthropic, whose cache keeps to the vendor's rules; the traffic
through the real assistant, gate and database, with the scripted model. Both are deterministic.
"""

import argparse
import asyncio
import csv
import os
import tempfile
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.anthropic import AnthropicModel, wire
from adapters.offline.model import OfflineModel
from core.assistant.prepared import shelf
from core.assistant.service import Answered, Source
from core.chat import Call, Delta, Done, Reply, said
from core.models import Prompt, Turn
from core.money import Nanos
from tests.asking import Stage, staged
from tests.databases import SqliteEngine, connect
from tests.fakes.anthropic.fake import START, FakeAnthropic
from tests.fakes.anthropic.script import Say

TRAFFIC = Path(__file__).with_name("traffic.tsv")
MESSAGES = 30
INSTRUCTIONS = ("You are the manager of a creator. Answer in plain words, with one next step. " * 120)[: 2300 * 4]
PROFILE = ("Ann bakes sourdough, has 12,000 followers, and wants to open a paid community in May. " * 30)[: 500 * 4]
GOAL_SESSION, GOAL_TRAFFIC = 1 / 3, 0.6


def message(number: int) -> str:
    """What the member writes: 80 tokens."""
    return (f"Message {number}: I thought about the price and the rooms again, and there is one thing. " * 9)[: 80 * 4]


def reply(number: int) -> str:
    """What the model answers: 250 tokens."""
    return (f"Answer {number}: take two fixed days, name the price once, and ask five people. " * 20)[: 250 * 4]


@dataclass(frozen=True)
class Session:
    """What one session cost, in nano-dollars."""

    ours: int
    naive: int

    @property
    def ratio(self) -> float:
        return self.ours / self.naive


async def session(stage: Stage, api: FakeAnthropic, model: AnthropicModel, *, minutes: int = 7) -> Session:
    """Thirty messages, so many minutes apart: through the assistant, and as full history without a cache."""
    ann = await stage.person()
    turns: list[Turn] = []
    naive = 0
    for number in range(MESSAGES):
        stage.clock.advance(timedelta(minutes=minutes))
        call = Call(await ann.member(), ann.place, f"session:{number}", stage.clock.now())
        api.next(Say(reply(number)))
        await _whole(stage, call, message(number))
        api.next(Say(reply(number)))
        naive += await _naive(stage, model, turns, number)
        turns.append(Turn(message(number), reply(number)))
    return Session(await stage.cost(ann), naive)


async def _whole(stage: Stage, call: Call, question: str) -> Answered:
    found: list[Answered] = []

    def apply(uow: Any, answered: Answered) -> Reply:
        found.append(answered)
        return Reply(said("-"))

    asking = stage.asking(question, thread="coach", about=PROFILE, fresh=f"Key {call.key}.")
    asking = type(asking)(**{name: getattr(asking, name) for name in asking.__slots__} | {"instructions": INSTRUCTIONS})
    await _deliver(stage, call, asking, apply)
    return found[-1]


async def _deliver(stage: Stage, call: Call, asking: Any, apply: Any) -> None:
    """As the dispatcher does: listen, then apply what came of it in one transaction."""
    shown, done = "", None
    async for piece in stage.assistant.answer(call, asking, apply):
        if isinstance(piece, Delta):
            shown += piece.text
        elif isinstance(piece, Done):
            done = piece
    assert done is not None
    last = done
    await stage.house.do(lambda uow: last.apply(uow, shown))


async def _naive(stage: Stage, model: AnthropicModel, turns: list[Turn], number: int) -> int:
    """All that was ever said, each time, with nothing cached."""
    prompt = Prompt(
        stage.limits.model, (INSTRUCTIONS, PROFILE), tuple(turns), f"Key session:{number}.", message(number), 500
    )
    api = await model._api()
    answer = await api.messages.create(**_uncached(wire.request(prompt)))
    used = wire.usage(answer.usage)
    assert used is not None
    assert used.cache_read == used.cache_write_1h == used.cache_write_5m == 0
    return stage.terms.prices.cost(prompt.model, used, stage.clock.now())


def _uncached(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _uncached(inner) for name, inner in value.items() if name != "cache_control"}
    return [_uncached(inner) for inner in value] if isinstance(value, list) else value


@dataclass
class Traffic:
    """How a sample of questions was answered."""

    asked: int = 0
    sources: Counter[Source] = field(default_factory=Counter)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """Prepared answers that were given and not meant: which, and to what."""
    misses: list[tuple[str, str]] = field(default_factory=list)
    """Questions that needed a model, with the prepared answer that came nearest."""

    @property
    def saved(self) -> float:
        return 1 - self.sources[Source.MODEL] / self.asked


async def traffic(stage: Stage) -> Traffic:
    """The shipped sample through the assistant, member by member and minute by minute."""
    found = Traffic()
    members: dict[str, Any] = {}
    with TRAFFIC.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows):
        stage.clock.set(START + timedelta(minutes=int(row["minute"])))
        who = members.setdefault(row["member"], await stage.person(row["member"]))
        await stage.gated.brings(await who.member(), "1")  # what it costs is measured elsewhere: here nobody is gated
        call = Call(await who.member(), who.place, f"traffic:{number}", stage.clock.now())
        answered: list[Answered] = []

        def apply(uow: Any, one: Answered, answered: list[Answered] = answered) -> Reply:
            answered.append(one)
            return Reply(said("-"))

        await _deliver(stage, call, stage.asking(row["question"], prepared=True), apply)
        found.asked += 1
        found.sources[answered[-1].source] += 1
        nearest = shelf().nearest(row["question"])
        near = nearest.answer.name if nearest else "-"
        if answered[-1].source is Source.MODEL:
            found.misses.append((near, row["question"]))
        elif answered[-1].source is Source.PREPARED and near != row["prepared"]:
            found.wrong.append((near, row["question"]))
    return found


@asynccontextmanager
async def _database() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        async with connect(SqliteEngine(Path(folder)).fresh()) as database:
            yield database


async def main(*, misses: bool) -> None:
    for minutes in (2, 7, 50):
        async with _database() as database, staged(database) as made:
            one = await session(made.stage, made.api, made.model, minutes=minutes)
            mark = "yes" if one.ratio <= GOAL_SESSION else "NO"
            costs = f"{Nanos(one.ours)} against {Nanos(one.naive)} of naive full history"
            print(
                f"30 messages, one each {minutes:>2} min: {costs}, {one.ratio:.1%} of it (goal: 33.3% at most) {mark}"
            )
    async with _database() as database:
        found = await traffic(Stage(database, OfflineModel(priced=True)))
    for source in Source:
        print(f"{source.value:>10}: {found.sources[source]:>4} of {found.asked}")
    mark = "yes" if found.saved >= GOAL_TRAFFIC else "NO"
    print(f"{found.saved:.1%} fewer model calls than without (goal: 60% at least) {mark}")
    print(f"{len(found.wrong)} prepared answers were not what was meant: {found.wrong}")
    if misses:
        for near, question in found.misses:
            print(f"  {near:<20} {question}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list the questions that needed a model")
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        del os.environ[name]
    asyncio.run(main(**vars(parser.parse_args())))
