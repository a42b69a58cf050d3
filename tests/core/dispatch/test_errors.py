"""When it can not be done: nothing of it happened, the member reads why, and what stays true is kept."""

import asyncio
import sqlite3

import pytest

from core.chat import Ask, Confirm, Reply
from tests.house import House, refused, text_of


class TestRefusal:
    @pytest.mark.parametrize(("how", "error"), [("refuse", "Sorry"), ("busy", "Overloaded"), ("bug", "Broken")])
    async def test_undoes_everything_but_keeps_the_person_the_event_and_the_day(
        self, house: House, how: str, error: str
    ):
        ann = house.person("ann")
        assert refused(await ann.invokes("fail", how=how, key="discord:1")) == error
        assert await house.happened("fail") == []
        assert await ann.coins() == 10  # the day's, not those of the handler
        assert len(await house.happened("visit")) == 1
        assert await ann.invokes("fail", how=how, key="discord:1") is None
        assert await house.books_are_right()

    async def test_of_a_rule_tells_nobody_else(self, house: House):
        await house.person("ann").invokes("fail", how="refuse")
        assert (house.observer.bugs, house.observer.busy) == ([], [])

    async def test_of_something_busy_is_counted(self, house: House):
        await house.person("ann").invokes("fail", how="busy")
        ((what, error),) = house.observer.busy
        assert (what, type(error).__name__) == ("/fail", "Overloaded")

    async def test_of_a_bug_has_the_reference_that_the_log_has(self, house: House):
        answer = await house.person("ann").invokes("fail", how="bug")
        ((what, error, reference),) = house.observer.bugs
        assert what == "/fail"
        assert isinstance(error, KeyError)
        assert answer.reference == reference
        assert reference in answer.error.text

    async def test_leaves_an_open_question_open(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        confirm = await ann.answers(asked, amount=113)
        house.catalog.commands["plant",].__dict__["run"] = broken
        assert refused(await ann.agrees(confirm)) == "Broken"
        house.move_in(house.rooms)
        assert isinstance(await ann.agrees(confirm), Reply)
        assert len(await house.happened("plant")) == 1


def broken(*_: object) -> None:
    raise ZeroDivisionError("a bug")


class TestInvalidField:
    async def test_of_a_service_goes_back_to_its_field(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Nettle", amount=5)
        assert isinstance(asked, Ask)
        (problem,) = asked.problems
        assert (problem.field, problem.text) == ("name", "Nettles do not grow here. Take another name.")
        assert [field.name for field in asked.fields] == ["name", "note"]
        assert await house.happened("plant") == []
        assert text_of(await ann.answers(asked, name="Ash")).startswith("Planted 5 Ash.")

    async def test_after_an_agreement_asks_under_the_same_token(self, house: House):
        ann = house.person("ann")
        confirm = await ann.invokes("plant", name="Nettle", amount=200)
        asked = await ann.agrees(confirm)
        assert isinstance(asked, Ask)
        assert asked.token == confirm.token
        again = await ann.answers(asked, name="Ash")
        assert isinstance(again, Confirm)
        await ann.agrees(again)
        assert await house.happened("plant") == [f"{confirm.token}/Ash/200/"]


class TestDatabase:
    async def test_that_is_locked_is_said_and_nothing_is_half_done(self, sqlite_house: House):
        ann = await sqlite_house.person("ann").has(credits=50)
        confirm = await ann.invokes("buy")
        lock = sqlite3.connect(sqlite_house.path, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(ann.agrees(confirm, key="discord:1"), ann.invokes("ping", key="discord:2"))
        assert [refused(answer) for answer in answers] == ["DatabaseBusy"] * 2
        assert "Try again" in answers[0].error.text
        assert len(sqlite_house.observer.busy) == 2
        lock.execute("ROLLBACK")
        lock.close()
        assert await sqlite_house.happened("buy") == []
        assert await ann.credits() == 50
        # Nothing was kept of the events either, so a second delivery does them.
        assert isinstance(await ann.agrees(confirm, key="discord:1"), Reply)
        assert await ann.credits() == 20

    async def test_that_is_closed_is_said(self, house: House):
        await house.database.close()
        assert refused(await house.person("ann").invokes("ping")) == "DatabaseBusy"
