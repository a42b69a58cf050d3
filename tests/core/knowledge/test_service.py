"""What was told is kept once, weighed against the member's own words alone, moved, forgotten and handed over."""

from datetime import timedelta

from core.facts import MemberErased
from core.knowledge import service
from tests.core.knowledge.telling import HOOKS, LATE, Teller
from tests.household import NOON, Household


class TestTell:
    async def test_keeps_question_answer_and_instant(self, ann: Teller):
        await ann.tells(LATE)
        (one,) = await ann.told()
        assert (one.topic, one.key, one.question, one.answer, one.at) == (
            "struggles", "hardest", "What is hardest?", LATE, NOON,
        )  # fmt: skip

    async def test_again_replaces_the_answer_before(self, ann: Teller, house: Household):
        await ann.tells(LATE)
        await house.pass_time(timedelta(days=90))
        await ann.tells(HOOKS)
        (one,) = await ann.told()
        assert (one.answer, one.at) == (HOOKS, NOON + timedelta(days=90))


class TestTold:
    async def test_is_of_some_topics_or_of_all_the_latest_first(self, ann: Teller, bob: Teller, house: Household):
        await ann.tells(LATE, "struggles")
        await house.pass_time(timedelta(hours=1))
        await ann.tells(HOOKS, "goals")
        await bob.tells("Nobody else's business", "goals")
        assert [one.answer for one in await ann.told()] == [HOOKS, LATE]
        assert [one.answer for one in await ann.told("struggles")] == [LATE]
        assert [one.answer for one in await ann.told("struggles", "goals", "goals")] == [HOOKS, LATE]
        assert await ann.told("fears") == []


class TestHonest:
    async def test_names_the_field_and_the_reason(self, ann: Teller):
        assert await ann.problem(one=LATE, two="ok") == (
            "two",
            "That is very short. A sentence is enough: what do you mean by it?",
        )

    async def test_lets_what_says_something_pass_and_ignores_what_was_left_empty(self, ann: Teller):
        assert await ann.problem(one=LATE, two=HOOKS, three="  ") is None

    async def test_finds_one_answer_given_twice(self, ann: Teller):
        assert await ann.problem(one=LATE, two=HOOKS, three=LATE.upper()) == (
            "three",
            "This is what you wrote one answer above. What would you say to this question?",
        )

    async def test_finds_what_was_told_before_on_any_topic(self, ann: Teller, house: Household):
        await ann.tells(LATE, "goals")
        await house.pass_time(timedelta(days=20))
        assert await ann.problem(one=LATE + "!") == (
            "one",
            "You told me this on 14 May, almost word for word. What is different today?",
        )

    async def test_never_compares_with_anybody_else(self, ann: Teller, bob: Teller):
        await bob.tells(LATE)
        assert await ann.problem(one=LATE) is None

    async def test_looks_at_the_same_topic_first(self, ann: Teller, house: Household):
        await ann.tells(LATE, "struggles")
        await house.pass_time(timedelta(days=1))
        for number in range(service.COMPARED + 5):
            await ann.tells(f"{HOOKS} {number}", "check_in", str(number))
        assert await ann.problem("struggles", one=LATE) is not None


class TestMerge:
    async def test_keeps_all_and_of_two_answers_the_later(self, ann: Teller, bob: Teller, house: Household):
        await ann.tells("told by ann first", key="a")
        await bob.tells("told by bob first", key="b")
        await house.pass_time(timedelta(hours=1))
        await bob.tells("told by bob later", key="a")
        await ann.tells("told by ann later", key="b")
        await bob.tells("told by bob alone", key="c")
        await bob.becomes(ann)
        assert sorted(one.answer for one in await ann.told()) == [
            "told by ann later",
            "told by bob alone",
            "told by bob later",
        ]

    async def test_of_two_at_once_keeps_one(self, ann: Teller, bob: Teller):
        await ann.tells("by ann")
        await bob.tells("by bob")
        await bob.becomes(ann)
        assert [one.answer for one in await ann.told()] == ["by ann"]


class TestErase:
    async def test_leaves_nothing(self, ann: Teller, bob: Teller, house: Household):
        await ann.tells(LATE)
        await bob.tells(HOOKS)
        me = await ann.person.id()
        await house.react(lambda uow: uow.record(MemberErased(NOON, me)))
        assert await house.database.read(lambda uow: service.export(uow, me)) == []
        assert len(await bob.told()) == 1


class TestExport:
    async def test_has_every_answer(self, ann: Teller, house: Household):
        await ann.tells(LATE)
        me = await ann.person.id()
        (row,) = await house.database.read(lambda uow: service.export(uow, me))
        assert (row["question"], row["answer"]) == ("What is hardest?", LATE)
