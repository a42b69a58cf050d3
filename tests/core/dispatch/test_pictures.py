"""Pictures are data until the transaction is over: stored small, drawn once, and never worth more than the answer."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from core.chat import Call, Command, Confirm, Done, Image, Message, Nothing, Notice, Reply, Room, Text, Visit, said
from core.chat.chart import Bars
from core.chat.easel import AT_ONCE, Easel
from core.chat.outcome import Delta
from core.db import UnitOfWork
from core.inbox import service as inbox
from core.mailroom import Event, Mailroom
from core.outbox import service as outbox
from tests.fakes.outside import DOT, RecordingObserver, Sketches
from tests.house import House

BARS = Bars("Coins", "coins", ("Mon", "Tue"), (3, 1), (0, 2))
PICTURE = Message((Text("Look."), Image(BARS, "3 in, 2 out", "coins.png")))
DRAWN = Message((Text("Look."), Image(DOT, "3 in, 2 out", "coins.png")))
UNDRAWN = Message((Text("Look."), Text("3 in, 2 out")))
NEWS = Notice("news", "News", counted=False)
AT = datetime(2026, 3, 10, tzinfo=UTC)
STORED = text("SELECT message FROM announcement").columns(outbox.ANNOUNCEMENT.c.message)


def look(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    return Reply(PICTURE)


def question(uow: UnitOfWork, call: Call, form: Nothing) -> Message:
    return PICTURE


def elsewhere(uow: UnitOfWork, call: Call, form: Nothing) -> Visit:
    return Visit("https://example.com", "Go", PICTURE)


async def stream(call: Call, form: Nothing) -> AsyncIterator[Delta | Done]:
    yield Delta("a ")
    yield Delta("b")
    yield Done(lambda uow, delivered: Reply(PICTURE))


GALLERY = Room(
    "gallery",
    commands=(
        Command(("look",), "Look", run=look, visits=False),
        Command(("ask",), "Ask", run=look, confirm=question, visits=False),
        Command(("elsewhere",), "Elsewhere", run=elsewhere, visits=False),
        Command(("stream",), "Stream", stream=stream, visits=False),
    ),
)


class TestOutcome:
    async def test_is_drawn_after_the_transaction(self, house: House):
        house.move_in([GALLERY])
        ann = house.person("ann")
        assert (await ann.invokes("look")).message == DRAWN
        asked = await ann.invokes("ask")
        assert isinstance(asked, Confirm)
        assert asked.message == DRAWN
        assert (await ann.invokes("elsewhere")).message == DRAWN
        assert house.painter.drawn == [BARS] * 3

    async def test_of_a_stream_is_drawn_at_its_end(self, house: House):
        house.move_in([GALLERY])
        pieces = [piece async for piece in (await house.person("ann").invokes("stream")).pieces]
        assert [piece.text for piece in pieces[:-1]] == ["a ", "b"]
        assert pieces[-1].message == DRAWN

    async def test_that_can_not_be_drawn_keeps_the_answer_and_is_reported(self, house: House):
        house.move_in([GALLERY])
        house.painter.fails.append(MemoryError("no room"))
        assert (await house.person("ann").invokes("look")).message == UNDRAWN
        ((what, error, reference),) = house.observer.bugs
        assert (what, str(error), len(reference)) == ("picture", "no room", 4)
        house.observer.bugs.clear()

    async def test_without_pictures_is_left_as_it_is(self, house: House):
        message = said("Hello.")
        assert await house.easel.of_message(message, trace="T") is message
        with_bytes = Message((Image(b"png", "a picture"), Image("https://example.com/a.png", "another")))
        assert await house.easel.of_message(with_bytes, trace="T") is with_bytes
        assert house.painter.drawn == []


class TestAnnouncement:
    async def test_waits_as_data_and_arrives_as_bytes(self, house: House):
        ann = await house.person("ann").has()
        member, at = await ann.member(), house.clock.now()
        await house.database.write(lambda uow: outbox.announce(uow, member.id, NEWS, PICTURE, key="k", at=at))
        assert house.painter.drawn == []
        await house.runner.run_due()
        (stored,) = await house.database.read(lambda uow: [row.message for row in uow.run(STORED)])
        assert len(str(stored)) < 400
        (sent,) = house.messenger.sent
        assert sent.message == DRAWN

    async def test_that_can_not_be_drawn_arrives_in_words(self, house: House):
        ann = await house.person("ann").has()
        member, at = await ann.member(), house.clock.now()
        house.painter.fails.append(ValueError("a bug"))
        await house.database.write(lambda uow: outbox.announce(uow, member.id, NEWS, PICTURE, key="k", at=at))
        await house.runner.run_due()
        assert [sent.message for sent in house.messenger.sent] == [UNDRAWN]
        assert [what for what, *_ in house.observer.bugs] == ["picture"]
        house.observer.bugs.clear()


class TestStoredAnswer:
    async def test_is_small_and_drawn_when_it_is_said_after_a_restart(self, house: House):
        house.move_in([GALLERY])
        mailroom = Mailroom(house.database, house.clock, house.easel)
        await mailroom.store("telegram", [Event("telegram:1", b"{}")])
        await house.person("ann", "telegram").invokes("look", key="telegram:1")
        (stored,) = await house.database.read(lambda uow: inbox.unanswered(uow, "telegram"))
        assert len(str(stored.answer)) < 500
        (pending,) = await mailroom.pending("telegram")
        assert pending.answer is not None
        assert pending.answer.message == DRAWN


class Crowded(Sketches):
    """Counts who draws at the same time; each waits for another, as far as others are let in."""

    def __init__(self) -> None:
        super().__init__()
        self.most = self.now = 0
        self.lock, self.pair = threading.Lock(), threading.Barrier(AT_ONCE)

    def paint(self, picture: Any) -> bytes:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.pair.wait(10)
        with self.lock:
            self.now -= 1
        return DOT


class TestManyAtOnce:
    async def test_are_drawn_a_few_at_a_time_beside_the_loop(self):
        painter = Crowded()
        easel = Easel(painter, RecordingObserver())
        drawn = await asyncio.gather(*(easel.of_message(PICTURE, trace="T") for _ in range(4 * AT_ONCE)))
        assert drawn == [DRAWN] * 4 * AT_ONCE
        assert painter.most == AT_ONCE
