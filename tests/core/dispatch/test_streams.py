"""Text that comes in pieces: paid for what was delivered, once, however it ends."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.chat import Agreement, Confirm, Delta, Refusal, Reply, Streaming
from core.errors import DatabaseBusy
from core.settling import HOLD_LASTS
from tests.core.conftest import NewHouse
from tests.fakes.rooms.garden import Instead
from tests.house import House, Person, refused, text_of


async def begun(person: Person, **story: Any) -> Any:
    """The pieces of a story that was agreed to."""
    asked = await person.invokes("story", **story)
    if isinstance(asked, Confirm):
        asked = await person.agrees(asked)
    assert isinstance(asked, Streaming), asked
    return asked.pieces


async def heard(pieces: Any, *, stops_after: int | None = None) -> list[Any]:
    """What a listener got, who may go away while it takes a piece."""
    got: list[Any] = []
    async for piece in pieces:
        if stops_after is not None and len(got) == stops_after:
            await pieces.aclose()
            break
        got.append(piece)
    return got


class TestAskedLongAgo:
    async def test_is_paid_all_the_same(self, house: House):
        """An event that was stored waits for as long as the program is down, and counts for when it came."""
        ann = await house.person("ann").has(credits=100)
        await house.runner.plan_recurring()
        asked = await ann.invokes("story")
        agreement = Agreement(asked.token, True, ann.actor, ann.place, house.event("telegram"), house.clock.now())
        house.clock.advance(2 * HOLD_LASTS)
        streaming = await house.dispatcher.handle(agreement)
        assert isinstance(streaming, Streaming)
        await house.runner.run_due()
        *_, last = await heard(streaming.pieces)
        assert isinstance(last, Reply)
        assert (await ann.credits(), await ann.held()) == (90, [])


class TestComplete:
    async def test_ends_with_the_reply_and_is_paid(self, house: House):
        ann = await house.person("ann").has(credits=100)
        *deltas, last = await heard(await begun(ann))
        assert deltas == [Delta("0"), Delta("1"), Delta("2")]
        assert text_of(last) == "The end: 012"
        assert await house.happened("story") == ["012"]
        assert (await ann.credits(), await ann.held()) == (90, [])
        assert await house.books_are_right()

    async def test_holds_the_price_meanwhile(self, house: House):
        ann = await house.person("ann").has(credits=100)
        pieces = await begun(ann)
        await anext(pieces)
        assert (await ann.credits(), await ann.held()) == (90, [10])
        await heard(pieces)
        assert (await ann.credits(), await ann.held()) == (90, [])

    async def test_without_a_price_asks_nothing(self, house: House):
        ann = house.person("ann")
        *_, last = await heard(await begun(ann, price=0))
        assert isinstance(last, Reply)

    async def test_of_no_pieces_is_paid_for_what_was_done(self, house: House):
        ann = await house.person("ann").has(credits=100)
        (last,) = await heard(await begun(ann, pieces=0))
        assert text_of(last) == "The end: "
        assert await ann.credits() == 90

    @pytest.mark.parametrize(("each", "left"), [(0, 100), (1, 97), (3, 91)])
    async def test_can_cost_a_part(self, house: House, each: int, left: int):
        ann = await house.person("ann").has(credits=100)
        *_, last = await heard(await begun(ann, each=each))
        assert isinstance(last, Reply)
        assert (await ann.credits(), await ann.held()) == (left, [])
        assert await house.books_are_right()

    async def test_can_cost_the_whole_to_the_last_credit(self, house: House):
        ann = await house.person("ann").has(credits=9)
        *_, last = await heard(await begun(ann, each=3, price=9))
        assert isinstance(last, Reply)
        assert (await ann.credits(), await ann.held()) == (0, [])

    async def test_never_costs_more_than_was_agreed(self, house: House):
        ann = await house.person("ann").has(credits=100)
        *_, last = await heard(await begun(ann, each=4))
        assert isinstance(last, Refusal)
        assert await house.happened("story") == []
        await house.runner.plan_recurring()
        await house.later(minutes=31)
        assert (await ann.credits(), await ann.held()) == (100, [])

    async def test_without_an_end_costs_nothing(self, house: House):
        ann = await house.person("ann").has(credits=100)
        *_, last = await heard(await begun(ann, done="never"))
        assert text_of(last) == "Nothing came of it, and nothing was charged."
        assert (await ann.credits(), await ann.held()) == (100, [])


class TestBroken:
    @pytest.mark.parametrize("at", [0, 1, 2, 3])
    async def test_without_a_word_on_the_end_costs_nothing(self, house: House, at: int):
        ann = await house.person("ann").has(credits=100)
        *deltas, last = await heard(await begun(ann, breaks_at=at))
        assert len(deltas) == at
        assert refused(last) == ("Broken" if at == 3 else "Overloaded")
        assert (await ann.credits(), await ann.held()) == (100, [])
        assert await house.happened("story") == []

    @pytest.mark.parametrize(("at", "left"), [(0, 100), (1, 99), (2, 98), (3, 97)])
    async def test_is_paid_as_far_as_it_was_delivered(self, house: House, at: int, left: int):
        ann = await house.person("ann").has(credits=100)
        *_, last = await heard(await begun(ann, breaks_at=at, done="first", each=1))
        # Who paid for a part is not told that nothing was charged.
        assert (refused(last) == "BrokeOff") == (at > 0)
        assert isinstance(last, Refusal)
        assert await house.happened("story") == (["012"[:at]] if at else [])
        assert (await ann.credits(), await ann.held()) == (left, [])
        assert await house.books_are_right()

    async def test_tells_the_log(self, house: House):
        ann = await house.person("ann").has(credits=100)
        await heard(await begun(ann, breaks_at=3))
        ((what, error, _),) = house.observer.bugs
        assert (what, type(error)) == ("Agreement", ZeroDivisionError) or what == "/story"


class TestClosed:
    @pytest.mark.parametrize(("taken", "left"), [(0, 100), (1, 99), (2, 98)])
    async def test_is_paid_as_far_as_it_was_taken(self, house: House, taken: int, left: int):
        ann = await house.person("ann").has(credits=100)
        got = await heard(await begun(ann, done="first", each=1), stops_after=taken)
        assert len(got) == taken
        assert await house.happened("story") == (["012"[:taken]] if taken else [])
        assert (await ann.credits(), await ann.held()) == (left, [])
        assert await house.books_are_right()

    @pytest.mark.parametrize("taken", [0, 1, 2])
    async def test_before_the_end_was_named_costs_nothing(self, house: House, taken: int):
        ann = await house.person("ann").has(credits=100)
        await heard(await begun(ann), stops_after=taken)
        assert (await ann.credits(), await ann.held()) == (100, [])

    async def test_stops_the_work_as_well(self, house: House):
        ann = await house.person("ann").has(credits=100)
        await heard(await begun(ann, pieces=9), stops_after=1)
        assert house.outside.calls == ["piece 0", "piece 1"]

    async def test_after_the_reply_changes_nothing(self, house: House):
        ann = await house.person("ann").has(credits=100)
        pieces = await begun(ann)
        for _ in range(4):
            last = await anext(pieces)
        assert isinstance(last, Reply)
        await pieces.aclose()
        assert await house.happened("story") == ["012"]
        assert await ann.credits() == 90


class TestCrash:
    @pytest.mark.parametrize("taken", [0, 1, 3])
    async def test_gives_the_price_back_when_the_hold_expires(self, house: House, taken: int):
        ann = await house.person("ann").has(credits=100)
        await house.runner.plan_recurring()
        pieces = await begun(ann)
        for _ in range(taken):
            await anext(pieces)
        # Nobody goes on with it: that is all a crash is. Just before its time the price is still held.
        await house.later(minutes=HOLD_LASTS / timedelta(minutes=1) - 1)
        assert (await ann.credits(), await ann.held()) == (90, [10])
        await house.later(minutes=2)
        assert (await ann.credits(), await ann.held()) == (100, [])
        # And who comes back from the dead after that captures nothing.
        if taken:
            *_, last = await heard(pieces)
            assert refused(last) == "HoldClosed"
        assert await house.happened("story") == []
        assert (await ann.credits(), await ann.held()) == (100, [])
        assert await house.books_are_right()

    async def test_of_the_database_at_the_end_charges_nothing(self, sqlite_house: House):
        ann = await sqlite_house.person("ann").has(credits=100)
        pieces = await begun(ann)
        await anext(pieces)
        await sqlite_house.database.close()
        *_, last = await heard(pieces)
        assert refused(last) == "DatabaseBusy"
        await sqlite_house.database.open()
        assert (await ann.credits(), await ann.held()) == (90, [10])
        await sqlite_house.runner.plan_recurring()
        await sqlite_house.later(minutes=31)
        assert (await ann.credits(), await ann.held()) == (100, [])


class TestAnyStream:
    @settings(max_examples=25)
    @given(
        pieces=st.integers(0, 4),
        breaks_at=st.integers(-1, 4),
        done=st.sampled_from(["first", "last", "never"]),
        each=st.integers(-1, 2),
        stops_after=st.none() | st.integers(0, 4),
    )
    async def test_is_captured_or_released_but_never_both(
        self,
        new_house: NewHouse,
        *,
        pieces: int,
        breaks_at: int,
        done: str,
        each: int,
        stops_after: int | None,
    ):
        async with new_house() as house:
            ann = await house.person("ann").has(credits=100)
            story = await begun(ann, pieces=pieces, breaks_at=breaks_at, done=done, each=each)
            got = await heard(story, stops_after=stops_after)
            delivered = "".join(piece.text for piece in got if isinstance(piece, Delta))
            applied = await house.happened("story")
            assert len(applied) <= 1
            assert applied in ([], [delivered])
            price = 10 if each < 0 else each * len(delivered)
            assert await ann.credits() == 100 - (price if applied else 0)
            assert await ann.held() == []
            assert await house.books_are_right()


class TestTalk:
    async def test_gets_what_is_said(self, house: House):
        ann = house.person("ann")
        await ann.invokes("listen")
        answer = await ann.says("hello")
        assert isinstance(answer, Streaming)
        first, last = await heard(answer.pieces)
        assert (first, text_of(last)) == (Delta("olleh"), "olleh")

    async def test_that_nobody_began_gets_the_start(self, house: House):
        assert text_of(await house.person("ann").says("hello")) == "Hello."

    async def test_of_a_room_that_went_gets_the_start(self, house: House):
        ann = house.person("ann")
        await ann.invokes("listen")
        garden, tower = house.rooms
        house.move_in((type(garden)("garden", commands=garden.commands), tower))
        assert text_of(await ann.says("hello")) == "Hello."

    async def test_is_the_members_own(self, house: House):
        await house.person("ann").invokes("listen")
        assert text_of(await house.person("bob").says("hello")) == "Hello."

    async def test_counts_as_a_visit(self, house: House):
        ann = house.person("ann")
        await ann.invokes("listen")
        house.clock.advance(timedelta(days=1))
        await ann.says("hello")
        assert len(await house.happened("visit")) == 2

    async def test_of_one_event_is_answered_once(self, house: House):
        ann = house.person("ann")
        await ann.invokes("listen")
        await ann.says("hello", key="telegram:1")
        assert await ann.says("hello", key="telegram:1") is None

    @pytest.mark.parametrize("text", ["", "\x00", "\ud800", "x" * 10_000, "@everyone"])
    async def test_of_anything_is_an_answer(self, house: House, text: str):
        ann = house.person("ann")
        await ann.invokes("listen")
        answer = await ann.says(text)
        *_, last = await heard(answer.pieces)
        assert isinstance(last, Reply)
        assert house.observer.bugs == []


class TestRefusal:
    async def test_has_buttons_that_can_be_pressed(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Instead())
        (last,) = await heard(await begun(ann))
        assert isinstance(last, Refusal)
        assert [button.label for button in last.buttons] == ["Plant one", "Ping"]
        assert await ann.credits() == 100
        assert refused(await house.person("bob").agrees(last.buttons[0])) == "NotYours"
        assert text_of(await ann.agrees(last.buttons[0])).startswith("Planted 1 Ash.")

    async def test_without_a_database_is_said_without_those_that_carry_values(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ):
        async def busy(unit: Any) -> Any:
            raise DatabaseBusy

        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Instead())
        pieces = await begun(ann)
        with monkeypatch.context() as now:
            now.setattr(house.database, "write", busy)
            (last,) = await heard(pieces)
        assert last.error.text == "Not this one."
        assert [button.label for button in last.buttons] == ["Ping"]
        assert any(isinstance(error, DatabaseBusy) for _, error in house.observer.busy)
