"""What people type with a gift and read of it. Nothing here moves otherwise on another engine, so SQLite is enough."""

import io
import json
from collections.abc import AsyncIterator
from zipfile import ZipFile

import pytest

from core.chat import Ask, Reply
from tests.core.gifts.giving import credits_of, give, given, named
from tests.databases import SqliteEngine, connect
from tests.household import Household, Person, buttons_of, file_of, refused


@pytest.fixture
async def house(sqlite_engine: SqliteEngine) -> AsyncIterator[Household]:
    """Every room of the registry, and people who talk to it."""
    url = sqlite_engine.fresh()
    async with connect(url, readers=1) as database:
        yield Household(database)
    sqlite_engine.drop(url)


class TestAmount:
    @pytest.mark.parametrize("amount", ["0", "-5", "1.5", "ten-ish", "9" * 30, ""])
    async def test_an_amount_that_is_none_is_asked_again(self, ann: Person, bob: Person, amount: str) -> None:
        outcome = await ann.does("gift", to=named(bob), amount=amount)
        assert isinstance(outcome, Ask)
        assert await credits_of(bob) == 0


class TestNote:
    @pytest.mark.parametrize(
        "note",
        ["*bold* <b>x</b> @everyone `code`", "🎉👩‍👩‍👧‍👦", "شكرا جزيلا", "'; DROP TABLE gift; --", "{amount} {0} %s"],
    )
    async def test_arrives_as_it_was_typed(self, house: Household, ann: Person, bob: Person, note: str) -> None:
        await given(ann, bob, 50, note)
        await house.pass_time()
        assert house.postbox.to(bob) == [f"Ann sent you 50 credits. They do not expire.\n“{note}”"]

    async def test_has_one_line_without_what_turns_text_around(
        self, house: Household, ann: Person, bob: Person
    ) -> None:
        await given(ann, bob, 50, "\u202eone\ntwo\x00\u2066")
        await house.pass_time()
        assert house.postbox.to(bob)[0].endswith("“one two”")

    async def test_of_ten_thousand_characters_is_asked_again(self, ann: Person, bob: Person) -> None:
        outcome = await ann.does("gift", to=named(bob), amount=50, note="x" * 10_000)
        assert isinstance(outcome, Ask)
        assert "at most 140 fit here" in outcome.problems[0].text
        assert await credits_of(bob) == 0
        assert isinstance(await ann.answers(outcome, note="x" * 140), Reply)


class TestExport:
    async def test_shows_amount_and_direction_and_nobody_else(
        self, house: Household, ann: Person, bob: Person, cleo: Person
    ) -> None:
        await given(ann, bob, 50, "thanks")
        await given(ann, cleo, 20)
        for who, expected in (
            (ann, [("given", 50, "given"), ("given", 20, "waiting")]),
            (bob, [("received", 50, "given")]),
        ):
            with ZipFile(io.BytesIO(file_of(await who.does("privacy", "export")).content)) as file:
                found = json.loads(file.read("gifts.json"))
            assert [(row["direction"], row["amount"], row["state"]) for row in found] == expected
            assert all(set(row) == {"direction", "amount", "note", "at", "state"} for row in found)


class TestSettings:
    async def test_button_takes_no_gifts_and_back(self, ann: Person, bob: Person) -> None:
        shown = await bob.does("settings")
        await bob.agrees(buttons_of(shown)["Take no gifts"].token)
        assert refused(await give(ann, bob, 50)) == "WantsNoGifts"
        shown = await bob.does("settings")
        await bob.agrees(buttons_of(shown)["Take gifts"].token)
        await given(ann, bob, 50)
