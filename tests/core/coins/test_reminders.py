"""The streak reminder: for those who want it, once an evening, while there is a streak to lose."""

from datetime import UTC, datetime, timedelta

import pytest

from core.chat import said
from core.coins.reminders import REMIND, REMINDER
from core.facts import MembersMerged
from core.members import service as members
from core.members.rules import MemberRules
from core.outbox import service as outbox
from core.schedule import service as schedule
from tests.databases import AnyDatabase
from tests.household import Household, Person, text_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FREE = MemberRules(time_zone_change_days=0)


@pytest.fixture
async def house(database: AnyDatabase) -> Household:
    """Every room of the registry, and people who talk to it; a Thursday at noon."""
    return Household(database)


@pytest.fixture
async def ann(house: Household) -> Person:
    """Who wants to be reminded."""
    ann = house.person("Ann")
    await turn(ann, on=True)
    return ann


async def turn(person: Person, *, on: bool) -> None:
    said = text_of(await person.does("settings", "notice", notice="streak", on=on))
    assert f"Streak reminder: {'on' if on else 'off'}." in said


async def visits(person: Person, days: int) -> None:
    """Come back at noon on some days."""
    for _ in range(days):
        await person.house.pass_time(DAY)
        await person.does("wallet")


async def moves_and_turns_on(person: Person, zone: str) -> None:
    await person.does("start")
    await moves(person, zone)
    await turn(person, on=True)


async def moves(person: Person, zone: str) -> None:
    member, at = await person.member(), person.house.clock.now()
    await person.house.do(lambda uow: members.set_zone(uow, member, zone, at, FREE))


class TestRemind:
    async def test_says_six_hours_before_midnight_what_is_open(self, ann: Person, house: Household):
        await visits(ann, 2)
        await house.pass_time(DAY)
        await house.pass_time(6 * HOUR - timedelta(seconds=1))
        assert house.postbox.to(ann) == []
        await house.pass_time(timedelta(seconds=1))
        assert house.postbox.to(ann) == [
            "Day 4 of your streak is open until midnight, in 6 h.\n13 coins are waiting: /daily takes them."
        ]
        await house.pass_time(5 * HOUR)
        assert len(house.postbox.to(ann)) == 1

    async def test_of_who_was_here_today_is_silent(self, ann: Person, house: Household):
        await visits(ann, 3)
        await house.pass_time(6 * HOUR)
        assert house.postbox.to(ann) == []

    async def test_goes_on_for_the_grace_day_and_no_longer(self, ann: Person, house: Household):
        await visits(ann, 1)
        await house.pass_time(6 * HOUR)
        for heard in (1, 2, 2, 2):
            await house.pass_time(DAY)
            assert len(house.postbox.to(ann)) == heard
        assert {text.splitlines()[0] for text in house.postbox.to(ann)} == {
            "Day 3 of your streak is open until midnight, in 6 h."
        }

    async def test_is_off_until_it_is_wanted(self, house: Household):
        bob = house.person("Bob")
        await visits(bob, 2)
        await house.pass_time(DAY)
        await house.pass_time(8 * HOUR)
        assert house.postbox.to(bob) == []
        assert "Streak reminder: off" in text_of(await bob.does("settings"))

    async def test_turned_off_ends(self, ann: Person, house: Household):
        await visits(ann, 1)
        await turn(ann, on=False)
        await house.pass_time(DAY)
        await house.pass_time(8 * HOUR)
        assert house.postbox.to(ann) == []
        assert await house.do(lambda uow: schedule.planned(uow, REMIND)) == 0

    async def test_turned_off_before_it_arrives_is_not_said(self, ann: Person, house: Household):
        me, at = await ann.id(), house.clock.now()
        for key, on in (("one", True), ("two", False)):
            await turn(ann, on=on)
            await house.do(lambda uow: outbox.announce(uow, me, REMINDER, said(key), key=key, at=at))  # noqa: B023
            await house.pass_time()
        assert house.postbox.to(ann) == ["one"]

    async def test_turned_on_twice_reminds_once(self, ann: Person, house: Household):
        await turn(ann, on=False)
        await turn(ann, on=True)
        await turn(ann, on=True)
        await house.pass_time(DAY)
        await house.pass_time(8 * HOUR)
        assert len(house.postbox.to(ann)) == 1

    async def test_goes_by_the_members_own_midnight(self, ann: Person, house: Household):
        await moves(ann, "Asia/Tokyo")
        await visits(ann, 1)  # 21:00 there
        house.postbox.sent.clear()
        await house.pass_time(21 * HOUR - timedelta(seconds=1))
        assert house.postbox.to(ann) == []
        await house.pass_time(timedelta(seconds=1))  # 18:00 there
        assert len(house.postbox.to(ann)) == 1

    async def test_on_a_day_of_23_hours_is_six_hours_before_its_end(self, house: Household):
        house.clock.set(datetime(2026, 3, 27, 12, 0, tzinfo=UTC))
        ann = house.person("Ann")
        await moves_and_turns_on(ann, "Europe/Berlin")
        await visits(ann, 1)
        await house.pass_time(DAY + 4 * HOUR - timedelta(seconds=1))  # the 29th ends at 22:00 UTC
        assert house.postbox.to(ann) == []
        await house.pass_time(timedelta(seconds=1))
        assert len(house.postbox.to(ann)) == 1

    async def test_that_could_not_be_said_before_midnight_is_not_said(self, ann: Person, house: Household):
        await ann.does("settings", "quiet", start="17:00", end="07:00")
        await visits(ann, 1)
        await house.pass_time(DAY)
        await house.pass_time(6 * HOUR)
        await house.pass_time(14 * HOUR)
        assert house.postbox.to(ann) == []

    async def test_after_days_of_standing_still_waits_for_the_evening(self, ann: Person, house: Household):
        house.clock.advance(DAY + 20 * HOUR)  # the 16th, 08:00
        await house.pass_time()
        assert house.postbox.to(ann) == []
        await house.pass_time(10 * HOUR)
        assert len(house.postbox.to(ann)) == 1


class TestMerge:
    async def test_who_wanted_reminders_still_has_them(self, ann: Person, house: Household):
        bob = house.person("Bob", "telegram")
        await bob.does("wallet")
        kept, gone, at = await bob.id(), await ann.id(), house.clock.now()
        await house.react(lambda uow: uow.record(MembersMerged(at, kept, gone)))
        await house.pass_time(DAY)
        await house.pass_time(6 * HOUR)
        assert len(house.postbox.sent) == 1
        assert "Streak reminder: on" in text_of(await bob.does("settings"))
