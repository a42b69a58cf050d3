"""`/notebook`: written, read, changed, deleted; bounded, and nobody else's."""

import asyncio

import pytest

from core.chat import Ask, Outcome
from core.db import UnitOfWork
from core.facts import MemberErased
from core.knowledge import notes, service
from core.knowledge.errors import NotebookFull
from core.knowledge.repository import Note
from core.knowledge.rules import NotebookLimits
from tests.core.knowledge.telling import Teller
from tests.databases import AnyDatabase
from tests.household import NOON, Household, Person, buttons_of, refused, text_of

LIMITS = NotebookLimits(notes_max=6, note_max=40)


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room, with a small notebook."""
    return Household(database, notebook=LIMITS)


async def kept(who: Person) -> list[Note]:
    """All their notes."""
    me = await who.id()
    return await who.house.do(lambda uow: notes.page(uow, me, most=1000))


async def writes(who: Person, *texts: str) -> Outcome:
    """Some notes, one after the other."""
    said: Outcome | None = None
    for text in texts:
        said = await who.does("notebook", "add", text=text)
    assert said is not None
    return said


class TestAdd:
    async def test_keeps_it_and_says_what_room_is_left(self, ann: Teller):
        assert "Noted. Room for 5 more." in text_of(await writes(ann.person, "No posts on Sundays"))
        assert [note.text for note in await kept(ann.person)] == ["No posts on Sundays"]

    async def test_asks_for_the_words(self, ann: Teller):
        assert isinstance(await ann.person.does("notebook", "add"), Ask)

    async def test_up_to_the_length_and_no_longer(self, ann: Teller):
        await writes(ann.person, "x" * 40)
        again = await writes(ann.person, "x" * 41)
        assert isinstance(again, Ask)
        assert again.problems[0].text.startswith("A note has up to 40 characters; this has 41.")
        assert len(await kept(ann.person)) == 1

    async def test_up_to_the_number_and_no_more(self, ann: Teller):
        assert "Room for 0 more" in text_of(await writes(ann.person, *"abcdef"))
        full = await writes(ann.person, "g")
        assert refused(full) == "NotebookFull"
        assert "My notebook" in [button.label for button in full.buttons]  # type: ignore[union-attr]

    async def test_of_many_at_once_no_more_than_fit(self, ann: Teller, house: Household):
        me = await ann.person.id()

        async def one(text: str) -> bool:
            try:
                await house.do(lambda uow: notes.add(uow, me, text, NOON, limits=LIMITS))
            except NotebookFull:
                return False
            return True

        assert sum(await asyncio.gather(*[one(str(i)) for i in range(12)])) == 6
        assert len(await kept(ann.person)) == 6


class TestShow:
    async def test_of_nothing_says_what_it_is_for(self, ann: Teller):
        said = await ann.person.does("notebook")
        assert "Your notebook is empty." in text_of(said)
        assert list(buttons_of(said)) == ["Add a note"]

    async def test_has_the_latest_first_with_what_can_be_done(self, ann: Teller):
        await writes(ann.person, *"abcde")
        said = await ann.person.does("notebook")
        assert "5 of 6 notes" in text_of(said)
        assert text_of(said).index("1. e") < text_of(said).index("4. b")
        assert "Delete 4" in buttons_of(said)
        older = await ann.person.agrees(buttons_of(said)["Older"].token)
        assert "5. a" in text_of(older)
        assert len(buttons_of(said)) <= 10

    async def test_has_nobody_elses(self, ann: Teller, bob: Teller):
        await writes(ann.person, "mine")
        assert "empty" in text_of(await bob.person.does("notebook"))


class TestChange:
    async def test_puts_other_words(self, ann: Teller):
        await writes(ann.person, "two posts")
        question = await ann.person.agrees(buttons_of(await ann.person.does("notebook"))["Change 1"].token)
        said = await ann.person.answers(question, text="three posts")
        assert "three posts" in text_of(said)
        assert [note.text for note in await kept(ann.person)] == ["three posts"]

    async def test_by_the_number_that_is_shown(self, ann: Teller):
        await writes(ann.person, "two posts", "no Sundays", "red lamp")
        lines = text_of(await ann.person.does("notebook")).splitlines()
        number = next(line.partition(".")[0] for line in lines if line.endswith(". red lamp"))
        changed = await ann.person.does("notebook", "change", note=number, text="blue lamp")
        assert "It said: red lamp" in text_of(changed)
        assert {note.text for note in await kept(ann.person)} == {"two posts", "no Sundays", "blue lamp"}

    async def test_of_somebody_elses_is_refused(self, ann: Teller, bob: Teller):
        await writes(ann.person, "mine")
        (note,) = await kept(ann.person)
        assert refused(await bob.person.does("notebook", "change", note=f"note-{note.id}", text="x")) == "NoSuchNote"
        assert refused(await bob.person.does("notebook", "delete", note=f"note-{note.id}")) == "NoSuchNote"
        assert [note.text for note in await kept(ann.person)] == ["mine"]

    @pytest.mark.parametrize("which", ["0", "9" * 18, "9" * 30, "²", "-1", "nothing like it"])
    async def test_of_what_is_no_note_is_refused(self, ann: Teller, which: str):
        assert refused(await ann.person.does("notebook", "change", note=which, text="x")) == "NoSuchNote"


@pytest.mark.parametrize("command", ["change", "delete"])
async def test_who_has_no_notes_is_not_asked_which(ann: Teller, command: str):
    assert refused(await ann.person.does("notebook", command)) == "NotebookEmpty"
    await writes(ann.person, "A note.")
    assert isinstance(await ann.person.does("notebook", command), Ask)


class TestDelete:
    async def test_asks_and_forgets(self, ann: Teller):
        await writes(ann.person, "two posts", "no Sundays")
        question = await ann.person.agrees(buttons_of(await ann.person.does("notebook"))["Delete 2"].token)
        assert "two posts" in text_of(question)
        assert "Deleted" in text_of(await ann.person.agrees(question))
        assert [note.text for note in await kept(ann.person)] == ["no Sundays"]

    async def test_twice_is_refused(self, ann: Teller):
        await writes(ann.person, "two posts")
        question = await ann.person.does("notebook", "delete", note="two posts")
        await ann.person.agrees(question)
        assert refused(await ann.person.agrees(question)) == "AlreadyAnswered"


class TestMember:
    async def test_merges_both_even_past_the_number(self, ann: Teller, bob: Teller):
        await writes(ann.person, *"abcd")
        await writes(bob.person, *"efgh")
        await bob.becomes(ann)
        assert sorted(note.text for note in await kept(ann.person)) == list("abcdefgh")
        assert refused(await writes(ann.person, "i")) == "NotebookFull"

    async def test_is_exported_and_erased(self, ann: Teller, bob: Teller, house: Household):
        await writes(ann.person, "mine")
        await writes(bob.person, "his")
        me = await ann.person.id()

        def rows(uow: UnitOfWork) -> list[str]:
            return [row["text"] for row in service.export_notes(uow, me)]

        assert await house.do(rows) == ["mine"]
        await house.react(lambda uow: uow.record(MemberErased(NOON, me)))
        assert await house.do(rows) == []
        assert len(await kept(bob.person)) == 1
