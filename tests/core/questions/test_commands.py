"""`/questions …` and `/checkin`: asked once in a while, weighed, kept and paid once; what pays later says so before."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from core.chat import Ask, Confirm, Invocation, Reply
from core.chat.outcome import Outcome
from core.facts import MemberErased
from core.questions import service
from core.questions.questionnaires import QUESTIONNAIRES
from tests.core.questions.answering import DAY, Member, saying
from tests.household import NOON, Household, buttons_of, refused, text_of


def kinds(outcomes: list[Outcome]) -> Counter[str]:
    return Counter("Reply" if isinstance(one, Reply) else refused(one) for one in outcomes)


class TestQuestionnaire:
    @pytest.mark.parametrize("one", QUESTIONNAIRES, ids=lambda one: one.name)
    async def test_is_asked_answered_kept_and_paid(self, ann: Member, one):
        asked = await ann.opens("questions", one.name)
        assert asked.title == f"{one.title}: +{one.coins} coins"
        assert [field.label for field in asked.fields] == [question.label for question in one.questions]
        done = await ann.person.answers(asked, **ann.filled("questions", one.name))
        assert f"+{one.coins} coins." in text_of(done)
        assert one.thanks in text_of(done)
        assert await ann.coins() == one.coins
        required = [question for question in one.questions if question.required]
        assert {told.key for told in await ann.told(one.name)} == {question.key for question in required}

    async def test_with_a_hollow_answer_comes_back_with_it_and_keeps_nothing(self, ann: Member):
        asked = await ann.opens("questions", "strengths")
        again = await ann.person.answers(asked, **{**ann.filled("questions", "strengths"), "proud": "asdf asdf"})
        assert isinstance(again, Ask)
        assert [problem.field for problem in again.problems] == ["proud"]
        assert (await ann.told(), await ann.coins()) == ([], 0)
        done = await ann.person.answers(again, proud=saying())
        assert "+25 coins." in text_of(done)
        assert len(await ann.told()) == 3

    async def test_with_a_copied_answer_says_when_it_was_told(self, ann: Member, house: Household):
        line = saying()
        await ann.does("questions", "strengths", proud=line)
        await house.pass_time(DAY)
        again = await ann.does("questions", "goals", why=line.upper())
        assert isinstance(again, Ask)
        assert "You told me this on 14 May" in again.problems[0].text
        assert await ann.coins() == 25

    async def test_is_refused_before_the_first_question_until_90_days_have_passed(self, ann: Member, house: Household):
        await ann.does("questions", "strengths")
        outcome = await ann.person.does("questions", "strengths")
        assert refused(outcome) == "AnsweredLately"
        assert "14 May" in outcome.error.text  # type: ignore[union-attr]
        assert "12 August" in outcome.error.text  # type: ignore[union-attr]
        await house.pass_time(90 * DAY - timedelta(hours=12, seconds=1))
        assert refused(await ann.does("questions", "strengths")) == "AnsweredLately"
        await house.pass_time(timedelta(seconds=1))
        assert "+25 coins." in text_of(await ann.does("questions", "strengths"))
        assert await ann.coins() == 50
        assert len(await ann.told("strengths")) == 3

    async def test_that_pays_later_says_so_before_the_first_question_and_pays_once(self, ann: Member, house: Household):
        await ann.does("questions", "audience")
        asked = await ann.opens("questions", "strengths")
        assert asked.title == "Strengths: +25 coins tomorrow"
        done = await ann.person.answers(asked, **ann.filled("questions", "strengths"))
        assert "25 coins are booked and paid tomorrow." in text_of(done)
        assert "On its way: 25 coins on 15 May (questionnaire)" in text_of(await ann.person.does("wallet"))
        assert await ann.coins() == 40
        await house.pass_time(timedelta(hours=12))
        assert await ann.coins() == 65
        await house.pass_time(3 * DAY)
        assert await ann.coins() == 65

    async def test_of_many_at_once_keeps_the_cap_and_loses_nothing(self, ann: Member, house: Household):
        names = [one.name for one in QUESTIONNAIRES]
        await asyncio.gather(*(ann.does("questions", name) for name in names))
        assert await ann.coins() <= 60
        for _ in range(6):
            await house.pass_time(DAY)
        assert await ann.coins() == sum(one.coins for one in QUESTIONNAIRES)
        await house.books_hold()

    async def test_answered_by_many_fingers_pays_once(self, ann: Member):
        await ann.person.does("wallet")  # or the day's first command would make them take turns
        answers = await asyncio.gather(*(ann.does("questions", "strengths") for _ in range(6)))
        assert kinds(list(answers)) == {"Reply": 1, "AnsweredLately": 5}
        assert (await ann.coins(), len(await ann.told())) == (25, 3)

    async def test_form_sent_by_many_fingers_pays_once(self, ann: Member):
        await ann.person.does("wallet")
        asked, values = await ann.opens("questions", "strengths"), ann.filled("questions", "strengths")
        answers = await asyncio.gather(*(ann.person.answers(asked, **values) for _ in range(5)))
        assert kinds(list(answers))["Reply"] == 1
        assert await ann.coins() == 25

    async def test_delivered_again_is_done_once(self, ann: Member, house: Household):
        person, values = ann.person, ann.filled("questions", "strengths")
        event = Invocation(("questions", "strengths"), values, person.actor, person.place, "discord:1", NOON)
        assert isinstance(await house.dispatcher.handle(event), Reply)
        assert await house.dispatcher.handle(event) is None
        assert await ann.coins() == 25

    async def test_deleted_afterwards_is_not_asked_again_and_stays_paid(self, ann: Member):
        await ann.does("questions", "strengths")
        for told in await ann.told():
            question = await ann.person.does("answers", "delete", which=f"answer-{told.id}")
            assert isinstance(question, Confirm)
            await ann.person.agrees(question)
        assert await ann.told() == []
        assert refused(await ann.does("questions", "strengths")) == "AnsweredLately"
        assert await ann.coins() == 25


class TestCheckIn:
    async def test_pays_once_a_day_and_keeps_each(self, ann: Member, house: Household):
        done = await ann.does("checkin", stuck=saying())
        assert "+5 coins." in text_of(done)
        assert refused(await ann.person.does("checkin")) == "CheckedIn"
        await house.pass_time(timedelta(hours=11, minutes=59))
        outcome = await ann.does("checkin")
        assert outcome.error.text.endswith("opens in 1 min.")  # type: ignore[union-attr]
        await house.pass_time(timedelta(minutes=1))
        await ann.does("checkin")
        assert await ann.coins() == 10
        assert len(await ann.told("check_in")) == 5

    @pytest.mark.parametrize(
        ("zone", "start"),
        [
            ("Europe/Berlin", datetime(2026, 3, 27, 23, 0, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2026, 10, 23, 22, 0, tzinfo=UTC)),
            ("America/Sao_Paulo", datetime(2018, 11, 2, 3, 0, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 10, 2, 13, 30, tzinfo=UTC)),
        ],
    )
    async def test_is_one_a_day_where_clocks_change(self, ann: Member, house: Household, zone: str, start: datetime):
        house.clock.set(start - 40 * DAY)
        await ann.moves(zone)
        done: list[datetime] = []
        for hours in range(3 * 24 - 1):
            house.clock.set(start + timedelta(hours=hours))
            if isinstance(await ann.does("checkin"), Reply):
                done.append(house.clock.now())
        assert len(done) == 3
        assert await ann.coins() == 15

    async def test_after_a_hop_to_the_east_waits_eighteen_hours(self, ann: Member, house: Household):
        await ann.does("checkin")
        await ann.moves("Pacific/Kiritimati")
        assert refused(await ann.does("checkin")) == "CheckedIn"
        await house.pass_time(timedelta(hours=17, minutes=59))
        assert refused(await ann.does("checkin")) == "CheckedIn"
        await house.pass_time(timedelta(minutes=1))
        assert isinstance(await ann.does("checkin"), Reply)

    async def test_after_a_hop_to_the_west_is_not_made_twice_on_a_date(self, ann: Member, house: Household):
        await ann.moves("Pacific/Kiritimati")
        await house.pass_time(2 * DAY)
        await ann.does("checkin")  # the 17th there
        await ann.moves("Pacific/Niue")
        for hours in (1, 24):
            await house.pass_time(timedelta(hours=hours))
            assert refused(await ann.does("checkin")) == "CheckedIn"
        await house.pass_time(timedelta(hours=22))
        assert isinstance(await ann.does("checkin"), Reply)

    async def test_with_yesterdays_words_is_asked_again(self, ann: Member, house: Household):
        line = saying()
        await ann.does("checkin", well=line)
        await house.pass_time(DAY)
        again = await ann.does("checkin", well=line)
        assert isinstance(again, Ask)
        assert again.problems[0].field == "well"
        assert await ann.coins() == 5


class TestLimits:
    async def test_pay_once_a_week(self, ann: Member, house: Household):
        assert "+10 coins." in text_of(await ann.does("questions", "limits", fixed=saying()))
        await house.pass_time(7 * DAY - timedelta(hours=13))
        assert refused(await ann.person.does("questions", "limits")) == "AnsweredLately"
        await house.pass_time(timedelta(hours=1))
        await ann.does("questions", "limits", hours=3)
        told = {one.key: one.answer for one in await ann.told("limits")}
        assert (told["hours"], "fixed" in told) == ("3", True)
        assert await ann.coins() == 20

    async def test_ask_for_hours_that_a_week_has(self, ann: Member):
        again = await ann.does("questions", "limits", hours=169)
        assert isinstance(again, Ask)
        assert again.problems[0].field == "hours"


class TestList:
    async def test_says_what_is_open_what_it_pays_and_what_is_left(self, ann: Member):
        text = text_of(await ann.person.does("questions"))
        assert "Strengths: +25 coins" in text
        assert "Check-in: +5 coins" in text
        assert "Room for 60 of 60 coins today and 400 of 400 this month" in text

    async def test_says_what_was_told_and_what_pays_tomorrow(self, ann: Member):
        await ann.does("questions", "audience")
        await ann.does("checkin")
        outcome = await ann.person.does("questions")
        text = text_of(outcome)
        assert "Audience: told on 14 May · again from 12 August" in text
        assert "Check-in: done today" in text
        assert "Strengths: +25 coins, paid tomorrow" in text
        assert "Your limits: +10 coins\n" in text
        assert "Strengths: +25 tomorrow" in buttons_of(outcome)
        assert "Audience" not in " ".join(buttons_of(outcome))

    async def test_without_room_says_that_nothing_is_lost(self, ann: Member):
        await ann.does("questions", "audience")
        await ann.does("questions", "limits")
        await ann.does("checkin")
        await ann.does("questions", "strengths")
        text = text_of(await ann.person.does("questions"))
        assert "Room for 5 of 60 coins today and 345 of 400 this month" in text


class TestInvitation:
    async def test_below_daily_is_the_next_that_is_open(self, ann: Member):
        assert "Two-minute questions: +25" in buttons_of(await ann.person.does("daily"))
        for one in QUESTIONNAIRES:
            await ann.does("questions", one.name)
        done = await ann.does("checkin")
        assert [label for label in buttons_of(done) if "+" in label] == []

    async def test_says_when_it_pays(self, ann: Member):
        await ann.does("questions", "audience")
        await ann.does("questions", "limits")
        assert "Two-minute questions: +25 tomorrow" in buttons_of(await ann.does("checkin"))

    async def test_leads_straight_to_the_questions(self, ann: Member):
        button = buttons_of(await ann.person.does("daily"))["Two-minute questions: +25"]
        assert isinstance(await ann.person.does(*button.command), Ask)

    async def test_is_the_check_in_when_all_is_answered(self, ann: Member, house: Household):
        for one in QUESTIONNAIRES:
            await ann.does("questions", one.name)
        for _ in range(6):
            await house.pass_time(DAY)
        assert "Check-in: +5" in buttons_of(await ann.person.does("daily"))


class TestMerge:
    async def test_what_either_told_counts_for_both(self, ann: Member, bob: Member, house: Household):
        await bob.does("questions", "strengths")
        await bob.does("checkin")
        await ann.does("checkin")
        await bob.becomes(ann)
        assert refused(await ann.does("questions", "strengths")) == "AnsweredLately"
        assert refused(await ann.does("checkin")) == "CheckedIn"
        assert "Room for 25 of 60" in text_of(await ann.person.does("questions"))
        await house.books_hold()


class TestErase:
    async def test_leaves_no_row(self, ann: Member, house: Household):
        await ann.does("questions", "strengths")
        me = await ann.person.id()
        await house.react(lambda uow: uow.record(MemberErased(NOON, me)))
        assert await house.database.read(lambda uow: service.export(uow, me)) == []


class TestExport:
    async def test_has_when_what_was_told(self, ann: Member, house: Household):
        await ann.does("questions", "strengths")
        me = await ann.person.id()
        (row,) = await house.database.read(lambda uow: service.export(uow, me))
        assert (row["task"], row["at"]) == ("strengths", NOON)
