"""What staff sees, what it is reminded of, and what becomes of cases when members change."""

from datetime import timedelta
from typing import Any

import pytest

from core.chat import Ask, Option, Outcome, Review
from core.facts import MemberErased
from core.people import Identity, Role
from core.reviews import rules, service
from core.reviews.room import export
from core.reviews.rules import State
from tests.core.reviews.court import REPORT, WEEK, Court, decide, show
from tests.core.reviews.test_decisions import decides, merged
from tests.databases import AnyDatabase
from tests.household import NOON, Person, buttons_of, refused, text_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def queue(who: Person, **values: Any) -> Outcome:
    await who.does("wallet")  # so that the day's coins are not what is read here
    return await who.does("admin", "queue", **values)


class TestQueue:
    async def test_says_that_nothing_waits(self, house: Court, judge: Person) -> None:
        assert text_of(await queue(judge)) == "Nothing waits for a decision."

    async def test_lists_the_oldest_first_with_age_deadline_kind_and_name(
        self, house: Court, ann: Person, judge: Person
    ) -> None:
        await house.case(ann, "pot:1")
        house.clock.advance(26 * HOUR)
        await house.case(ann, "pot:2", kind=REPORT, deadline=house.clock.now() + 2 * HOUR)
        shown = await queue(judge)
        assert text_of(shown).splitlines() == [
            "2 open",
            "1 · Appeal: Ann · waits for 1 day 2 h · ends by itself in 5 days",
            "2 · Report: Ann · waits for 1 min · ends by itself in 2 h",
        ]
        assert list(buttons_of(shown)) == ["Case 1", "Case 2"]
        assert "Evidence on pot:1." in text_of(await judge.agrees(buttons_of(shown)["Case 1"].token))

    async def test_comes_in_pages(self, house: Court, ann: Person, judge: Person) -> None:
        for number in range(8):
            await house.case(ann, f"pot:{number}")
        first = await queue(judge)
        assert "8 open · page 1 of 2" in text_of(first)
        second = await judge.agrees(buttons_of(first)["Next page"].token)
        assert "page 2 of 2" in text_of(second)
        assert list(buttons_of(second)) == ["Case 7", "Case 8"]
        assert text_of(await queue(judge, page=99)) == text_of(second)

    async def test_leaves_out_what_is_closed(self, house: Court, ann: Person, judge: Person) -> None:
        await decides(judge, await house.case(ann))
        assert text_of(await queue(judge)) == "Nothing waits for a decision."

    async def test_offers_open_cases_to_choose_from(self, house: Court, ann: Person, judge: Person) -> None:
        await house.case(ann)
        asked = await judge.does("admin", "case")
        assert isinstance(asked, Ask)
        assert [option.label for option in asked.fields[0].options] == ["1 · Ann · appeal"]

    async def test_is_for_support_and_up(self, house: Court, ann: Person) -> None:
        assert refused(await queue(ann)) == "NotAllowed"
        await queue(await house.staff("Help", Role.SUPPORT))


class TestCase:
    async def test_shows_the_evidence_and_what_can_be_decided(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        shown = await judge.does("admin", "case", case=f"#{case}")
        words = text_of(shown)
        assert "Case 1 · Appeal" in words
        assert "Evidence on pot:7." in words
        assert "They say: It was not me." in words
        assert "Without a decision: Give it back, 2026-05-21" in words
        assert list(buttons_of(shown)) == ["Give it back", "Leave it", "Its wallet"]

    async def test_offers_support_nothing_to_decide(self, house: Court, ann: Person) -> None:
        shown = await (await house.staff("Help", Role.SUPPORT)).does("admin", "case", case=str(await house.case(ann)))
        assert "A moderator decides this." in text_of(shown)
        assert list(buttons_of(shown)) == ["Its wallet"]

    async def test_says_what_stands_in_the_way(self, house: Court, judge: Person) -> None:
        shown = await judge.does("admin", "case", case=str(await house.case(judge)))
        assert "is about you" in text_of(shown)
        assert list(buttons_of(shown)) == ["Its wallet"]

    async def test_says_how_it_was_closed(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        await decides(judge, case)
        shown = await judge.does("admin", "case", case=str(case))
        assert "Closed: Leave it." in text_of(shown)
        assert "The reason: The record is clear." in text_of(shown)
        assert list(buttons_of(shown)) == ["Its wallet"]

    async def test_of_an_owner_is_theirs_to_decide_on_the_platform_that_config_names(
        self, database: AnyDatabase
    ) -> None:
        boss = Identity("discord", "boss")
        house = Court(database, owners=(boss,))
        await house.open()
        ann = house.person("Ann", "telegram")
        await ann.does("start")
        shown = await house.person("Boss", "discord", "boss").does("admin", "case", case=str(await house.case(ann)))
        assert "Give it back" in buttons_of(shown)


class TestOpen:
    async def test_the_same_key_is_one_case(self, house: Court, ann: Person, judge: Person) -> None:
        assert await house.case(ann) == await house.case(ann)
        assert "1 open" in text_of(await queue(judge))
        await house.pass_time(WEEK)
        assert await house.happened("return") == ["1:deadline"]
        assert await house.case(ann) == 1
        assert text_of(await queue(judge)) == "Nothing waits for a decision."

    async def test_other_rooms_find_what_waits_and_what_was_decided(
        self, house: Court, ann: Person, judge: Person
    ) -> None:
        first, second = await house.case(ann, "pot:1"), await house.case(ann, "pot:2")
        await house.case(ann, "pot:3", kind=REPORT)
        await house.case(judge, "pot:4")
        await decides(judge, first)
        me = await ann.id()

        def look(uow: Any) -> Any:
            waiting = [case.id for case in service.open_of(uow, "appeal", me)]
            return waiting, [(case.id, case.option) for case in service.decided_of(uow, "appeal", me)]

        assert await house.database.read(look) == ([second], [(first, "keep")])

    def test_a_default_that_is_no_option_stops_the_start(self) -> None:
        with pytest.raises(TypeError, match="default"):
            Review("x", "X", (Option("a", "A"),), show, decide, "b")


class TestReminder:
    async def test_reaches_everybody_who_may_look_once_after_a_day(self, house: Court, ann: Person) -> None:
        roles = {"Help": Role.SUPPORT, "Judge": Role.MODERATOR, "Chief": Role.ADMIN, "Friend": Role.PARTNER}
        people = {name: await house.staff(name, role) for name, role in roles.items()}
        people["Local"] = await house.staff("Local", Role.ADMIN, "discord:42")
        case = await house.case(ann)
        await house.pass_time(DAY - HOUR)
        assert house.postbox.sent == []
        for _ in range(6):
            await house.pass_time(DAY)
        told = {name: house.postbox.to(person) for name, person in people.items()}
        assert {name for name, messages in told.items() if len(messages) == 1} == {"Help", "Judge", "Chief"}
        assert told["Friend"] == told["Local"] == house.postbox.to(ann) == []
        assert "Case 1 has waited for 1 day" in told["Judge"][0]
        assert "with: Give it back." in told["Judge"][0]
        (message,) = [message for identity, message in house.postbox.sent if identity == people["Judge"].identity]
        shown = await people["Judge"].agrees(buttons_of(message)["Open it"].token)
        assert f"Case {case}" in text_of(shown)

    async def test_reaches_owners_and_not_whom_it_is_about(self, database: AnyDatabase) -> None:
        boss, stranger = Identity("discord", "boss"), Identity("discord", "stranger")
        house = Court(database, owners=(boss, stranger))
        await house.open()
        owner, judge = house.person("Boss", "discord", "boss"), await house.staff("Judge")
        await owner.does("start")
        await house.case(judge)
        await house.pass_time(2 * DAY)
        assert len(house.postbox.to(owner)) == 1
        assert house.postbox.to(judge) == []

    async def test_is_not_sent_for_what_was_decided(self, house: Court, ann: Person, judge: Person) -> None:
        await decides(judge, await house.case(ann))
        await house.pass_time(2 * DAY)
        assert house.postbox.to(judge) == []

    def test_comes_half_way_to_an_early_deadline(self) -> None:
        assert rules.remind_at(NOON, NOON + WEEK) == NOON + DAY
        assert rules.remind_at(NOON, NOON + 2 * HOUR) == NOON + HOUR


class TestMerge:
    async def test_cases_and_decisions_come_along(self, house: Court, ann: Person, judge: Person) -> None:
        other, second = await house.staff("Other"), house.person("Second", "console")
        await second.does("start")
        open_one, decided = await house.case(second, "pot:1"), await house.case(ann, "pot:2")
        await decides(judge, decided)
        await merged(house, ann, second)
        await merged(house, other, judge)
        assert (await house.looks(open_one)).about == await ann.id()
        assert (await house.looks(decided)).by == await other.id()


class TestErase:
    async def test_what_waits_ends_with_its_default_and_the_words_go(
        self, house: Court, ann: Person, judge: Person
    ) -> None:
        first, second = await house.case(ann, "pot:1"), await house.case(ann, "pot:2")
        duel = await house.case(ann, "pot:3", kind="duel")
        await decides(judge, first)
        by, me, at = await judge.id(), await ann.id(), house.clock.now()
        await house.react(lambda uow: uow.record(MemberErased(at, me, (ann.identity,))))
        cases = [await house.looks(case) for case in (first, second, duel)]
        assert [(case.state, case.option, case.by) for case in cases] == [
            (State.DECIDED, "keep", by),
            (State.DECIDED, "return", None),
            (State.WITHDRAWN, None, None),
        ]
        assert {case.note + case.why for case in cases} == {""}
        assert await house.happened("return") == [f"{second}:deadline"]
        assert len(await house.acts()) == 2
        await house.pass_time(2 * WEEK)
        assert house.postbox.to(ann) == []

    async def test_of_who_decided_leaves_what_was_decided(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        await decides(judge, case)
        by, at = await judge.id(), house.clock.now()
        await house.react(lambda uow: uow.record(MemberErased(at, by, (judge.identity,))))
        closed = await house.looks(case)
        assert (closed.state, closed.why) == (State.DECIDED, "The record is clear.")


class TestExport:
    async def test_has_ones_own_cases_and_that_one_decided_others(
        self, house: Court, ann: Person, judge: Person
    ) -> None:
        await decides(judge, await house.case(ann))
        me, by = await ann.id(), await judge.id()
        (mine,) = await house.database.read(lambda uow: export(uow, me))
        assert mine["note"] == "It was not me."
        assert mine["why"] == "The record is clear."
        assert "by" not in mine
        (theirs,) = await house.database.read(lambda uow: export(uow, by))
        assert theirs["decided_by_you"]
        assert "note" not in theirs
