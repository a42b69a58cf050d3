"""`/answers`: read, corrected and deleted by who told them, and by nobody else."""

from datetime import timedelta

import pytest

from core.chat import Ask, Confirm
from core.chat.outcome import Outcome
from tests.core.knowledge.telling import HOOKS, LATE, Teller
from tests.household import Household, buttons_of, refused, text_of


async def press(teller: Teller, outcome: Outcome, label: str) -> Outcome:
    """Press a button of an answer."""
    button = buttons_of(outcome)[label]
    if button.token:
        return await teller.person.agrees(button.token)
    return await teller.person.does(*button.command)


class TestShow:
    async def test_without_any_offers_questions(self, ann: Teller):
        outcome = await ann.person.does("answers")
        assert "not told me anything yet" in text_of(outcome)
        assert "Questions" in buttons_of(outcome)

    async def test_lists_topics_and_opens_one(self, ann: Teller, bob: Teller):
        await ann.tells(LATE)
        await ann.tells(HOOKS, "check_in")
        await bob.tells("Nobody else's business", "goals")
        topics = await ann.person.does("answers")
        assert "Check in: 1, last on 14 May" in text_of(topics)
        assert "Goals" not in text_of(topics)
        opened = await press(ann, topics, "Struggles")
        assert LATE in text_of(opened)
        assert {"Correct 1", "Delete 1"} <= set(buttons_of(opened))

    async def test_turns_pages(self, ann: Teller, house: Household):
        for number in range(6):
            await ann.tells(f"answer number {number}", "check_in", str(number))
            await house.pass_time(timedelta(hours=1))
        first = await ann.person.does("answers", "show", topic="check_in")
        assert "answer number 5" in text_of(first)
        assert "answer number 1" not in text_of(first)
        older = await press(ann, first, "Older")
        assert "answer number 0" in text_of(older)
        assert "Older" not in buttons_of(older)
        assert "5. What is hardest?" in text_of(older)

    @pytest.mark.parametrize("topic", ["nonsense", "goals"])
    async def test_of_an_unknown_topic_says_so(self, ann: Teller, bob: Teller, topic: str):
        await bob.tells(LATE, "goals")
        assert refused(await ann.person.does("answers", "show", topic=topic)) == "NoSuchAnswer"


class TestCorrect:
    async def test_puts_other_words_in_place_however_short(self, ann: Teller, house: Household):
        await ann.tells(LATE)
        shown = await ann.person.does("answers", "show", topic="Struggles")
        asked = await press(ann, shown, "Correct 1")
        assert isinstance(asked, Ask)
        await house.pass_time(timedelta(minutes=10))
        assert "Corrected." in text_of(await ann.person.answers(asked, text="no"))
        (one,) = await ann.told()
        assert (one.answer, one.at) == ("no", house.clock.now())

    async def test_of_what_somebody_else_told_is_refused(self, ann: Teller, bob: Teller):
        await bob.tells(LATE)
        (theirs,) = await bob.told()
        outcome = await ann.person.does("answers", "correct", which=f"answer-{theirs.id}", text="mine now")
        assert refused(outcome) == "NoSuchAnswer"
        assert [one.answer for one in await bob.told()] == [LATE]

    @pytest.mark.parametrize("which", ["0", "nonsense", "9" * 40, "-1", "½"])
    async def test_of_what_is_not_there_is_refused(self, ann: Teller, which: str):
        assert refused(await ann.person.does("answers", "correct", which=which, text="x")) == "NoSuchAnswer"

    async def test_a_number_names_none(self, ann: Teller, house: Household):
        for key, answer in (("one", LATE), ("two", HOOKS)):
            await ann.tells(answer, "struggles", key)
            await house.pass_time(timedelta(minutes=1))
        for number in ("1", "2", str((await ann.told())[0].id)):
            assert refused(await ann.person.does("answers", "correct", which=number, text="less")) == "NoSuchAnswer"
        assert {one.answer for one in await ann.told()} == {LATE, HOOKS}

    async def test_finds_it_by_the_words_of_its_option(self, ann: Teller):
        await ann.tells(LATE)
        outcome = await ann.person.does("answers", "correct", which=f"what is hardest? {LATE}", text="less")
        assert "Corrected." in text_of(outcome)


@pytest.mark.parametrize("command", ["correct", "delete"])
async def test_who_told_nothing_is_not_asked_which(ann: Teller, command: str):
    assert refused(await ann.person.does("answers", command)) == "NothingTold"
    await ann.tells(LATE)
    assert isinstance(await ann.person.does("answers", command), Ask)


class TestDelete:
    async def test_asks_first_and_then_forgets(self, ann: Teller):
        await ann.tells(LATE)
        shown = await ann.person.does("answers", "show", topic="struggles")
        question = await press(ann, shown, "Delete 1")
        assert isinstance(question, Confirm)
        assert LATE in text_of(question)
        assert len(await ann.told()) == 1
        assert "Deleted." in text_of(await ann.person.agrees(question))
        assert await ann.told() == []
        assert refused(await press(ann, shown, "Delete 1")) == "NoSuchAnswer"

    async def test_of_what_somebody_else_told_is_refused(self, ann: Teller, bob: Teller):
        await bob.tells(LATE)
        (theirs,) = await bob.told()
        assert refused(await ann.person.does("answers", "delete", which=f"answer-{theirs.id}")) == "NoSuchAnswer"
        assert len(await bob.told()) == 1
