"""Bursts, copies and days unlike the others: pauses, why they are, and how they end."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from core.chat import Refusal
from core.durations import day_in_words, in_words
from core.facts import MemberErased
from core.gate import pace, repository, room, words
from core.gate.errors import Closed, PremiumNeeded, Throttled
from core.gate.pace import Cause
from core.gate.rules import GateLimits, Payer
from core.people import Member, Plan, Role
from core.roles import service as roles
from tests.databases import AnyDatabase
from tests.gating import Gated
from tests.household import NOON, refused, text_of


class TestPauses:
    @pytest.fixture
    def strict(self, database: AnyDatabase) -> Gated:
        return Gated(database, GateLimits(burst_a_minute=3, throttle_minutes=(1, 10)))

    async def flood(self, strict: Gated, ann, payer: Payer = Payer.HOUSE) -> None:
        for _ in range(3):
            await strict.reserve(ann, "0.01", payer)

    async def test_hold_up_every_payer_and_end(self, strict: Gated) -> None:
        ann = await strict.member()
        await self.flood(strict, ann)
        for payer in (Payer.HOUSE, Payer.PLAN, Payer.SELF):
            with pytest.raises(Throttled, match=r"3 times within a minute\. AI goes on in 1 min"):
                await strict.reserve(ann, "0.01", payer)
        strict.clock.advance(timedelta(minutes=1))
        await strict.reserve(ann, "0.01")

    async def test_copies_are_told_by_their_hash(self, strict: Gated) -> None:
        ann = await strict.member()
        for _ in range(5):
            strict.clock.advance(timedelta(seconds=61))
            await strict.reserve(ann, "0.01", digest="the same")
        with pytest.raises(Throttled, match="You sent the AI the same text 5 times in a row"):
            await strict.reserve(ann, "0.01", digest="something else")

    async def test_after_the_last_one_premium(self, strict: Gated) -> None:
        ann = await strict.member()
        for _ in range(3):
            await self.flood(strict, ann)
            strict.clock.advance(timedelta(minutes=11))
        with pytest.raises(PremiumNeeded):
            await strict.reserve(ann, "0.01")
        await strict.on_plan(ann, Plan.PREMIUM)
        await strict.brings(ann, "9.00")
        await strict.reserve(ann, "0.01", Payer.PLAN)

    async def test_the_day_that_is_named_is_the_day_it_opens(self, strict: Gated) -> None:
        ann = await strict.member()
        for _ in range(3):
            await self.flood(strict, ann)
            strict.clock.advance(timedelta(minutes=11))
        with pytest.raises(PremiumNeeded, match=r"for too many calls in a minute, .* until 21 May"):
            await strict.reserve(ann, "0.01")
        strict.clock.advance(timedelta(days=7))
        await strict.reserve(ann, "0.01")

    async def test_one_appeal_a_month_lifts_it(self, strict: Gated) -> None:
        ann, person = await strict.member(), strict.house.person("ann")
        assert refused(await person.does("appeal")) == "NothingToAppeal"
        await self.flood(strict, ann)
        assert "lifted" in text_of(await person.does("appeal"))
        await self.flood(strict, ann)
        assert refused(await person.does("appeal")) == "AppealUsed"
        strict.clock.advance(timedelta(days=30))
        await self.flood(strict, ann)
        assert "lifted" in text_of(await person.does("appeal"))

    async def test_a_second_appeal_says_when_what_holds_really_ends(self, strict: Gated) -> None:
        ann, person = await strict.member(), strict.house.person("ann")
        await self.flood(strict, ann)
        await person.does("appeal")
        for _ in range(3):
            await self.flood(strict, ann)
            strict.clock.advance(timedelta(minutes=11))
        with pytest.raises(PremiumNeeded, match=r"until 21 May"):
            await strict.reserve(ann, "0.01")
        answer = await person.does("appeal")
        assert isinstance(answer, Refusal)
        assert re.search(r"The pause ends in [67] days", answer.error.text)

    async def test_staff_lifts_it_for_others_only(self, strict: Gated) -> None:
        ann, eve = await strict.member(), await strict.member("eve")
        await strict.do(lambda uow: roles.grant(uow, eve.id, Role.SUPPORT, "", by=None, at=strict.now))
        await self.flood(strict, ann)
        staff = strict.house.person("eve")
        assert "is lifted" in text_of(await staff.does("admin", "ease", member=strict.house.person("ann").identity))
        await strict.reserve(ann, "0.01")
        assert refused(await staff.does("admin", "ease", member=staff.identity)) == "OwnPause"
        assert refused(await strict.house.person("ann").does("admin", "ease", member=staff.identity)) == "NotAllowed"


class TestOutliers:
    """A day that is far from the member's own."""

    HABIT = 2

    @pytest.fixture
    def strict(self, database: AnyDatabase) -> Gated:
        limits = GateLimits(burst_a_minute=10_000, outlier_times=3, outlier_calls=5, throttle_minutes=(1,))
        return Gated(database, limits)

    async def calls(self, strict: Gated, ann: Member, times: int, payer: Payer = Payer.HOUSE) -> None:
        for _ in range(times):
            await strict.reserve(ann, "0.01", payer)

    async def with_a_habit(self, strict: Gated, name: str = "ann") -> Member:
        """Who has called twice on each of seven days, until yesterday."""
        ann = await strict.member(name)
        for _ in range(7):
            await self.calls(strict, ann, self.HABIT)
            strict.clock.advance(timedelta(days=1))
        return ann

    async def test_hold_up_and_say_why(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        words = r"On 21 May you called the AI at least 3 times as often as on your usual day\. AI goes on in 1 min"
        with pytest.raises(Throttled, match=words):
            await strict.reserve(ann, "0.01")
        strict.clock.advance(timedelta(minutes=1))
        await self.calls(strict, ann, 20)

    @pytest.mark.parametrize("payer", [Payer.PLAN, Payer.SELF])
    async def test_calls_count_whoever_pays(self, strict: Gated, payer: Payer) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 5)
        await self.calls(strict, ann, 1, payer)
        with pytest.raises(Throttled):
            await strict.reserve(ann, "0.01", payer)

    async def test_somebody_without_a_habit_is_none(self, strict: Gated) -> None:
        await self.calls(strict, await strict.member(), 20)

    async def test_calls_that_were_refused_do_not_count(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        for _ in range(10):
            with pytest.raises(Closed):
                await strict.reserve(ann, "1.95")
        await self.calls(strict, ann, 5)

    async def test_the_next_ones_need_premium(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        strict.clock.advance(timedelta(days=1))
        await self.calls(strict, ann, 6)
        strict.clock.advance(timedelta(minutes=1))
        with pytest.raises(PremiumNeeded, match="the last for many times your usual day, the free AI is off"):
            await strict.reserve(ann, "0.01")

    async def test_an_appeal_lifts_it_for_the_day(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        assert "lifted" in text_of(await strict.house.person("ann").does("appeal"))
        await self.calls(strict, ann, 20)

    async def test_two_who_are_one_have_one_habit(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        bob = await strict.member("bob", "telegram")
        await self.calls(strict, bob, 4)
        await strict.are_one(ann, bob)
        await strict.are_one(ann, bob)
        await self.calls(strict, ann, 2)
        with pytest.raises(Throttled, match="On 21 May you called the AI at least 3 times"):
            await strict.reserve(ann, "0.01")

    async def test_the_days_are_exported_and_go_with_the_member(self, strict: Gated) -> None:
        ann = await self.with_a_habit(strict)
        await self.calls(strict, ann, 6)
        (row,) = [row for row in await self.exported(strict, ann) if row["table"] == "call_pace"]
        assert (row["day"], row["today"], row["past"]) == (strict.now.date(), 6, [self.HABIT] * 7)
        assert (row["cause"], row["outlier_on"]) == ("outlier", strict.now.date())
        await strict.house.react(lambda uow: uow.record(MemberErased(strict.now, ann.id)))
        assert [row for row in await self.exported(strict, ann) if row["table"] == "call_pace"] == []

    async def exported(self, strict: Gated, ann: Member) -> list[dict[str, Any]]:
        return await strict.do(lambda uow: room.export(uow, ann.id))

    async def test_a_pause_that_began_before_causes_were_kept(self, strict: Gated) -> None:
        ann = await strict.member()
        began = insert(repository.PACE).values(
            member_id=ann.id, called_at=strict.now, digest="", copies=0, strikes=1, struck_at=strict.now,
            until=strict.now + timedelta(minutes=1),
        )  # fmt: skip
        await strict.do(lambda uow: uow.run(began))
        with pytest.raises(Throttled, match="a lot in a short time, or the same text"):
            await strict.reserve(ann, "0.01")
        strict.clock.advance(timedelta(minutes=1))
        await strict.reserve(ann, "0.01")


class TestRefusals:
    """At their longest, for each cause."""

    @pytest.mark.parametrize("cause", [*Cause, None])
    def test_say_why_within_what_a_platform_shows(self, cause: Cause | None) -> None:
        limits = GateLimits(burst_a_minute=9_999, copies=9_999, outlier_times=9_999)
        paused = replace(pace.fresh(NOON), cause=cause, outlier_on=date(2026, 9, 21))
        held_up = Throttled(words.held_up(paused, limits), in_words(timedelta(hours=23, minutes=59)))
        premium = PremiumNeeded(words.struck_for(cause), day_in_words(date(2026, 9, 21)))
        for error in (held_up, premium):
            assert len(error.text) <= 200
            assert ("Appeal", ("appeal",)) in error.ways

    def test_differ_by_cause(self) -> None:
        paused = replace(pace.fresh(NOON), outlier_on=NOON.date())
        for say in (lambda cause: words.held_up(replace(paused, cause=cause), GateLimits()), words.struck_for):
            assert len({say(cause) for cause in (*Cause, None)}) == 4
