"""A case is decided once, before its deadline, by somebody who has nothing to do with it, or by the deadline."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from core.audit import service as audit
from core.chat import Ask, Confirm, Outcome, Reply
from core.errors import TandemError
from core.facts import MembersMerged
from core.people import Plan, Role
from core.reviews import service
from core.reviews.rules import State
from tests.core.gifts.giving import buy, give, giver, on
from tests.core.reviews.court import WEEK, Court
from tests.household import Household, Person, buttons_of, refused, text_of

SECOND = timedelta(seconds=1)


async def decides(who: Person, case: int, option: str = "keep", why: str = "The record is clear.") -> Outcome:
    """Decide, with a yes if it is asked for."""
    outcome = await who.does("admin", "decide", case=str(case), option=option, why=why)
    return await who.agrees(outcome) if isinstance(outcome, Confirm) else outcome


async def merged(house: Household, kept: Person, gone: Person) -> None:
    fact = MembersMerged(house.clock.now(), await kept.id(), await gone.id())
    await house.react(lambda uow: uow.record(fact))


class TestDecide:
    async def test_does_it_writes_it_down_and_tells_the_member(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        assert "Case 1 is decided: Leave it." in text_of(await decides(judge, case))
        by = await judge.id()
        assert await house.happened("keep") == [f"1:{by}"]
        detail = {"kind": "appeal", "subject": "pot:7", "about": await ann.id(), "option": "keep"}
        assert await house.acts() == [("review.decide", "case:1", by, detail)]
        closed = await house.looks(case)
        assert (closed.state, closed.option, closed.by, closed.why) == (
            State.DECIDED, "keep", by, "The record is clear.",
        )  # fmt: skip
        await house.pass_time()
        assert house.postbox.to(ann) == [
            "Appeal: Leave it.\npot:7 stays as it is.\nThe reason: The record is clear.",
        ]

    async def test_by_a_button_asks_for_the_reason_and_then_once_more(
        self, house: Court, ann: Person, judge: Person
    ) -> None:
        case = await house.case(ann)
        shown = await judge.does("admin", "case", case=str(case))
        asked = await judge.agrees(buttons_of(shown)["Give it back"].token)
        assert isinstance(asked, Ask)
        assert [field.name for field in asked.fields] == ["why"]
        question = await judge.answers(asked, why="TikTok was away.")
        assert "Appeal, Ann: Give it back?" in text_of(question)
        assert "They read your reason: TikTok was away." in text_of(question)
        assert await house.happened("return") == []
        assert "30 coins of pot:7 are back." in text_of(await judge.agrees(question))
        assert len(await house.happened("return")) == 1

    @pytest.mark.parametrize("option", ["keep", "Leave it", " LEAVE IT "])
    async def test_takes_an_option_as_it_is_read(self, house: Court, ann: Person, judge: Person, option: str) -> None:
        assert isinstance(await decides(judge, await house.case(ann), option), Reply)

    async def test_asks_again_for_an_option_that_the_case_does_not_know(
        self, house: Court, ann: Person, judge: Person
    ) -> None:
        asked = await decides(judge, await house.case(ann), "hang")
        assert isinstance(asked, Ask)
        assert asked.problems[0].text == "This case knows: Give it back, Leave it. Take one of them."

    async def test_asks_for_a_reason(self, house: Court, ann: Person, judge: Person) -> None:
        assert isinstance(await decides(judge, await house.case(ann), why=""), Ask)

    async def test_that_fails_leaves_the_case_open(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann, "pot:broken")
        assert refused(await decides(judge, case)) == "Sorry"
        assert (await house.looks(case)).state is State.OPEN
        assert await house.happened("keep") == []
        assert await house.acts() == []

    @pytest.mark.parametrize("number", ["99", "x", "²", "9" * 40, "-1", ""])
    async def test_of_a_number_that_no_case_has(self, house: Court, judge: Person, number: str) -> None:
        outcome = await judge.does("admin", "decide", case=number, option="keep", why="Because.")
        assert isinstance(outcome, Ask) if not number else refused(outcome) == "NoSuchCase"

    async def test_twice_says_how_it_ended(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        await decides(judge, case)
        outcome = await decides(await house.staff("Other"), case, "return")
        assert refused(outcome) == "AlreadyClosed"
        assert await house.happened("return") == []

    async def test_of_a_withdrawn_case_is_refused(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        now = house.clock.now()
        assert await house.do(lambda uow: service.withdraw(uow, case, now))
        assert not await house.do(lambda uow: service.withdraw(uow, case, now))
        assert refused(await decides(judge, case)) == "AlreadyClosed"
        await house.pass_time(2 * WEEK)
        assert await house.happened("return") == []
        assert house.postbox.to(ann) == []


class TestRole:
    @pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
    async def test_allows(self, house: Court, ann: Person, role: Role) -> None:
        assert isinstance(await decides(await house.staff("Other", role), await house.case(ann)), Reply)

    @pytest.mark.parametrize(("role", "space"), [(Role.SUPPORT, ""), (Role.PARTNER, ""), (Role.ADMIN, "discord:42")])
    async def test_refuses(self, house: Court, ann: Person, role: Role, space: str) -> None:
        other = await house.staff("Other", role, space)
        other.space = space.partition(":")[2]
        case = await house.case(ann)
        assert refused(await decides(other, case)) == "NotAllowed"
        assert (await house.looks(case)).state is State.OPEN


class TestAtOnce:
    async def test_many_decide_it_once(self, house: Court, ann: Person) -> None:
        case = await house.case(ann)
        people = [await house.staff(f"Judge {number}") for number in range(4)]
        options = ["return", "keep", "return", "keep"]
        asked = [
            await who.does("admin", "decide", case=str(case), option=option, why="Because.")
            for who, option in zip(people, options, strict=True)
        ]
        outcomes = await asyncio.gather(*(who.agrees(one) for who, one in zip(people, asked, strict=True)))
        kinds = Counter("Reply" if isinstance(one, Reply) else refused(one) for one in outcomes)
        assert kinds == {"Reply": 1, "AlreadyClosed": 3}
        assert len(await house.happened("return") + await house.happened("keep")) == 1
        assert len(await house.acts()) == 1
        await house.pass_time()
        assert len(house.postbox.to(ann)) == 1

    async def test_a_yes_from_many_fingers_decides_once(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        question = await judge.does("admin", "decide", case=str(case), option="keep", why="Because.")
        await asyncio.gather(*(judge.agrees(question) for _ in range(5)))
        assert len(await house.happened("keep")) == len(await house.acts()) == 1

    @pytest.mark.parametrize("turn", range(3))
    async def test_a_decision_and_the_deadline_decide_once(
        self, house: Court, ann: Person, judge: Person, turn: int
    ) -> None:
        case, member = await house.case(ann), await judge.member()
        house.clock.advance(WEEK)
        at = house.clock.now() - SECOND

        async def by_hand() -> str:
            try:
                await house.do(
                    lambda uow: service.decide(uow, house.catalog, case, "keep", member, why="In time.", at=at)
                )
            except TandemError as error:
                return type(error).__name__
            return "decided"

        steps = [by_hand(), house.runner.run_due()]
        by, tick = await asyncio.gather(*(steps if turn % 2 else steps[::-1]))
        by, tick = (by, tick) if isinstance(by, str) else (tick, by)
        assert by in {"decided", "AlreadyClosed"}
        await house.pass_time()
        done = await house.happened("keep") + await house.happened("return")
        assert len(done) == len(await house.acts()) == len(house.postbox.to(ann)) == 1
        assert (by == "decided") == (len(await house.happened("keep")) == 1)


class TestDeadline:
    async def test_takes_the_default_and_says_so(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        await house.pass_time(WEEK - SECOND)
        assert (await house.looks(case)).state is State.OPEN
        await house.pass_time(SECOND)
        assert await house.happened("return") == ["1:deadline"]
        closed = await house.looks(case)
        assert (closed.state, closed.option, closed.by) == (State.DECIDED, "return", None)
        assert [(act, actor) for act, _, actor, _ in await house.acts()] == [("review.decide", audit.SERVICE)]
        await house.pass_time()
        assert house.postbox.to(ann) == [
            "Appeal: Give it back, because nobody decided in time.\n30 coins of pot:7 are back.",
        ]

    async def test_that_has_passed_leaves_nothing_to_decide(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        house.clock.advance(WEEK)  # and the schedule has not come by yet
        assert refused(await decides(judge, case)) == "PastDeadline"
        assert (await house.looks(case)).state is State.OPEN

    async def test_finds_a_decided_case_closed(self, house: Court, ann: Person, judge: Person) -> None:
        await decides(judge, await house.case(ann))
        await house.pass_time(2 * WEEK)
        assert await house.happened("return") == []
        assert len(await house.acts()) == len(house.postbox.to(ann)) == 1

    async def test_of_a_kind_that_this_version_does_not_know_waits(self, house: Court, ann: Person) -> None:
        case = await house.case(ann, kind="duel")
        await house.pass_time(WEEK)
        assert (await house.looks(case)).state is State.OPEN
        assert "duel" in text_of(await (await house.staff("Other")).does("admin", "queue"))


class TestConflict:
    async def test_nobody_decides_a_case_of_their_own(self, house: Court, judge: Person) -> None:
        assert refused(await decides(judge, await house.case(judge))) == "OwnCase"

    async def test_nor_one_of_an_identity_that_was_linked_since(self, house: Court, ann: Person, judge: Person) -> None:
        case = await house.case(ann)
        await merged(house, judge, ann)
        assert (await house.looks(case)).about == await judge.id()
        assert refused(await decides(judge, case)) == "OwnCase"
        assert isinstance(await decides(await house.staff("Other"), case), Reply)

    async def test_nor_after_gifts_in_either_direction(self, house: Court) -> None:
        bob, cleo = await giver(house, "Bob"), await giver(house, "Cleo", "telegram")
        judges = [await house.staff(name) for name in ("Gave", "Got", "Neither")]
        await on(judges[0], Plan.PREMIUM)
        await buy(judges[0], 500)
        house.clock.advance(timedelta(days=3))
        assert isinstance(await give(judges[0], bob, 50), Reply)
        assert isinstance(await give(bob, judges[1], 50), Reply)
        assert isinstance(await give(cleo, judges[2], 50), Reply)
        case = await house.case(bob)
        assert [await _outcome(judge, case) for judge in judges] == ["GiftsExchanged", "GiftsExchanged", "decided"]

    async def test_nor_after_a_gift_that_had_to_be_collected(self, house: Court) -> None:
        bob, later = await giver(house, "Bob"), house.person("Later", "telegram")
        await give(bob, later, 50)
        judge = await house.staff("Later", platform="telegram")
        assert judge.identity == later.identity
        assert await _outcome(judge, await house.case(bob)) == "GiftsExchanged"

    async def test_nor_after_a_gift_to_an_account_that_was_linked_since(self, house: Court, judge: Person) -> None:
        bob, second = await giver(house, "Bob"), house.person("Second", "telegram")
        await second.does("start")
        await give(bob, second, 50)
        case = await house.case(bob)
        await merged(house, judge, second)
        assert await _outcome(judge, case) == "GiftsExchanged"
        assert "You and Bob have exchanged gifts" in text_of(await judge.does("admin", "case", case=str(case)))


async def _outcome(judge: Person, case: int) -> str:
    outcome = await decides(judge, case)
    return "decided" if isinstance(outcome, Reply) else refused(outcome)
