"""`/settings`: what a member sets, and what it changes."""

from datetime import timedelta

import pytest

from core.chat import Ask, Confirm, Notice, Outcome, Query, Reply, Room, said
from core.clock import local_day
from core.facts import MembersMerged
from core.ledger import views
from core.members import service as members
from core.money import Unit
from core.outbox import service as outbox
from core.registry import ROOMS
from tests.databases import SqliteEngine, connect
from tests.household import Household, Person, buttons_of, refused, text_of

DAY = timedelta(days=1)
TIPS = Notice("tips", "Weekly tips")


def problem(outcome: Outcome, field: str) -> str:
    """What is wrong with a field that is asked for again."""
    assert isinstance(outcome, Ask), outcome
    (found,) = [item.text for item in outcome.problems if item.field == field]
    return found


async def coins(person: Person) -> int:
    wallet = (await person.member()).coin_wallet
    return await person.house.database.read(lambda uow: views.balance(uow, wallet, Unit.COIN).value)


class TestShow:
    async def test_of_a_newcomer_says_what_is_assumed(self, ann: Person) -> None:
        reply = await ann.does("settings")
        for line in (
            "Time zone: UTC, 12:00 now (assumed)",
            "Quiet hours: 22:00 to 08:00",
            "Coach answers in: English",
            "Gifts: welcome",
            "Known on: Discord",
        ):
            assert line in text_of(reply)
        assert set(buttons_of(reply)) >= {"Time zone", "Quiet hours", "Language", "Take no gifts"}

    async def test_says_what_was_set(self, ann: Person) -> None:
        await ann.does("settings", "zone", zone="14:00")
        await ann.does("settings", "quiet", start="23:30", end="6 am")
        await ann.does("settings", "language", language="Deutsch")
        await ann.does("settings", "gifts", on="no")
        words = text_of(await ann.does("settings", "show"))
        for line in (
            "Time zone: UTC+2, 14:00 now",
            "Quiet hours: 23:30 to 06:00",
            "Coach answers in: Deutsch",
            "Gifts: off",
        ):
            assert line in words
        assert "assumed" not in words

    async def test_names_every_platform(self, house: Household, ann: Person) -> None:
        other = house.person("Ann T", "telegram")
        for person in (ann, other):
            await person.does("start")
        fact = MembersMerged(house.clock.now(), await ann.id(), await other.id())
        await house.react(lambda uow: uow.record(fact))
        shown = text_of(await ann.does("settings"))
        assert "Discord" in shown
        assert "Telegram" in shown


class TestZone:
    async def test_is_free_at_first_and_then_once_in_thirty_days(self, house: Household, ann: Person) -> None:
        reply = await ann.does("settings", "zone", zone="Berlin")
        assert "Your day now begins at midnight in Europe/Berlin. It is 14:00 there." in text_of(reply)
        outcome = await ann.does("settings", "zone", zone="Tokyo")
        assert refused(outcome) == "ZoneChangedRecently"
        assert "again on 13 June" in outcome.error.text  # type: ignore[union-attr]
        house.clock.advance(30 * DAY)
        assert "Asia/Tokyo" in text_of(await ann.does("settings", "zone", zone="tokyo"))

    async def test_that_it_already_is_can_be_set_any_time(self, ann: Person) -> None:
        for _ in range(2):
            assert isinstance(await ann.does("settings", "zone", zone="Berlin"), Reply)

    async def test_that_nobody_knows_is_asked_again(self, ann: Person) -> None:
        outcome = await ann.does("settings", "zone", zone="Gotham")
        assert "I do not know that place" in problem(outcome, "zone")
        assert "Asia/Kathmandu" in text_of(await ann.answers(outcome, zone="17:45"))
        assert (await ann.member()).zone == "Asia/Kathmandu"

    async def test_button_under_the_first_daily_keeps_utc(self, ann: Person) -> None:
        daily = await ann.does("daily")
        await ann.agrees(buttons_of(daily)["Yes"].token)
        assert (await ann.member()).zone_known

    async def test_is_asked_for_under_daily_for_two_weeks(self, house: Household, ann: Person) -> None:
        assert "Is it 12:00 where you are?" in text_of(await ann.does("daily"))
        house.clock.advance(timedelta(days=14))
        assert "Is it 12:00 where you are?" in text_of(await ann.does("daily"))
        house.clock.advance(timedelta(days=1))
        daily = await ann.does("daily")
        assert "where you are" not in text_of(daily)
        assert not {"Yes", "No, set my time"} & set(buttons_of(daily))

    async def test_a_move_pays_no_second_visit_within_eighteen_hours(self, house: Household, ann: Person) -> None:
        await ann.does("daily")
        assert await coins(ann) == 10
        house.clock.advance(timedelta(minutes=1))
        await ann.does("settings", "zone", zone="Pacific/Kiritimati")  # tomorrow, there
        me = await ann.member()
        assert local_day(house.clock.now(), me.zone).day == 15
        for hours, paid in ((0, 10), (17, 10), (1, 21)):
            house.clock.advance(timedelta(hours=hours))
            await ann.does("wallet")
            await ann.does("daily")
            assert await coins(ann) == paid

    async def test_is_suggested_while_it_is_typed(self, house: Household, ann: Person) -> None:
        query = Query(("settings", "zone"), "zone", "new y", ann.actor, house.clock.now())
        assert [option.label for option in await house.dispatcher.options(query)] == ["America/New York"]


class TestQuiet:
    @pytest.mark.parametrize(
        ("start", "end", "hour", "sent"),
        [("22:00", "8:00", 23, 0), ("22:00", "8:00", 12, 1), ("9:00", "9:00", 9, 1), ("11:00", "14:00", 12, 0)],
    )
    async def test_hours_hold_back_what_nobody_asked_for(
        self, sqlite_engine: SqliteEngine, start: str, end: str, hour: int, sent: int
    ) -> None:
        url = sqlite_engine.fresh()
        async with connect(url, readers=1) as database:
            house = Household(database, rooms=(*ROOMS, Room("tips", notices=(TIPS,))))
            ann = house.person("Ann")
            await ann.does("settings", "quiet", start=start, end=end)
            house.clock.set(house.clock.now().replace(hour=hour) + DAY)
            me, now = await ann.id(), house.clock.now()
            await house.do(lambda uow: outbox.announce(uow, me, TIPS, said("Tip."), key="tip", at=now))
            await house.pass_time()
            assert len(house.postbox.to(ann)) == sent
            await house.pass_time(DAY / 2)
            assert len(house.postbox.to(ann)) == 1
        sqlite_engine.drop(url)

    async def test_with_equal_ends_are_none(self, ann: Person) -> None:
        assert "No quiet hours." in text_of(await ann.does("settings", "quiet", start="9:00", end="9 am"))
        assert "Quiet hours: never" in text_of(await ann.does("settings"))

    async def test_over_midnight_are_said_as_they_are(self, ann: Person) -> None:
        reply = await ann.does("settings", "quiet", start="11 pm", end="7.30")
        assert "Nothing unprompted from 23:00 to 07:30, your time." in text_of(reply)

    async def test_that_can_not_be_read_are_asked_again_and_change_nothing(self, ann: Person) -> None:
        outcome = await ann.does("settings", "quiet", start="22:00", end="25:00")
        assert "I could not read that time" in problem(outcome, "end")
        assert "22:00 to 08:00" in text_of(await ann.does("settings"))
        assert isinstance(await ann.answers(outcome, end="6:00"), Reply)
        assert "22:00 to 06:00" in text_of(await ann.does("settings"))


class TestLanguage:
    @pytest.mark.parametrize("typed", ["tr", "Türkçe", "türkçe"])
    async def test_is_set_by_its_code_or_its_name(self, ann: Person, typed: str) -> None:
        assert "answer in Türkçe" in text_of(await ann.does("settings", "language", language=typed))
        me = await ann.id()
        assert (await ann.house.database.read(lambda uow: members.settings(uow, me))).language == "tr"

    async def test_that_is_not_offered_is_asked_again(self, ann: Person) -> None:
        assert "is not one of the options" in problem(
            await ann.does("settings", "language", language="Klingon"), "language"
        )


class TestNotice:
    @pytest.fixture
    async def house(self, sqlite_engine: SqliteEngine):
        """With a room that has something to tell."""
        url = sqlite_engine.fresh()
        async with connect(url, readers=1) as database:
            yield Household(database, rooms=(*ROOMS, Room("tips", notices=(TIPS,))))
        sqlite_engine.drop(url)

    @pytest.mark.parametrize("name", ["tips", "Weekly tips", "WEEKLY TIPS", " tips "])
    async def test_is_turned_off_by_its_name_or_as_settings_shows_it(
        self, house: Household, ann: Person, name: str
    ) -> None:
        assert "Weekly tips: on" in text_of(await ann.does("settings"))
        assert "Weekly tips: off." in text_of(await ann.does("settings", "notice", notice=name, on=False))
        assert "Weekly tips: off" in text_of(await ann.does("settings"))
        me, now = await ann.id(), house.clock.now()
        await house.do(lambda uow: outbox.announce(uow, me, TIPS, said("Tip."), key="tip", at=now))
        await house.pass_time()
        assert house.postbox.to(ann) == []
        await ann.does("settings", "notice", notice=name, on=True)
        assert "Weekly tips: on" in text_of(await ann.does("settings"))

    @pytest.mark.parametrize("name", ["nonsense", "gift", "privacy", "linking"])
    async def test_that_is_none_or_always_comes_is_asked_again(self, ann: Person, name: str) -> None:
        outcome = await ann.does("settings", "notice", notice=name, on=False)
        assert "Half-way through a challenge, Streak reminder, Weekly tips." in problem(outcome, "notice")
        assert "Weekly tips: off." in text_of(await ann.answers(outcome, notice="tips"))


class TestGifts:
    async def test_are_taken_or_not(self, ann: Person) -> None:
        assert "Nobody can send you gifts now." in text_of(await ann.does("settings", "gifts", on="off"))
        assert "Gifts are welcome." in text_of(await ann.does("settings", "gifts", on="on"))

    async def test_need_a_yes_or_a_no(self, ann: Person) -> None:
        assert "as yes or no" in problem(await ann.does("settings", "gifts", on="perhaps"), "on")
        assert not isinstance(await ann.does("settings", "gifts"), Confirm)


class TestOptIn:
    async def test_is_off_until_it_is_turned_on_by_its_button(self, ann: Person) -> None:
        shown = await ann.does("settings")
        assert "Streak reminder: off" in text_of(shown)
        assert "Streak reminder: on." in text_of(await ann.agrees(buttons_of(shown)["Streak reminder on"].token))
        shown = await ann.does("settings")
        assert "Streak reminder: on" in text_of(shown)
        assert "Streak reminder: off." in text_of(await ann.agrees(buttons_of(shown)["Streak reminder off"].token))
        assert "Streak reminder: off" in text_of(await ann.does("settings"))
