"""Readings by the clock and on request, what they cost, and what one bad account can not do to the others."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from core.clock import zone
from core.facts import MemberErased, MembersMerged
from core.metrics import quota, service
from core.metrics.repository import MetricAccount
from core.metrics.rules import MetricLimits, next_reading, quota_day
from core.runner import Runner
from core.schedule.service import SchedulePace
from core.sources import AccessLost, Loss, SourceAway
from tests.core.metrics.stage import DAY, HOUR, MINUTE, Stage, post
from tests.household import NOON, Person, text_of


async def channels(stage: Stage, person: Person, count: int) -> list[MetricAccount]:
    """Some proven channels of one member."""
    return [await stage.proves(person, f"UC{number}") for number in range(count)]


class TestDaily:
    async def test_once_a_day_at_about_the_same_local_hour(self, stage: Stage, ann: Person) -> None:
        await ann.does("settings", "zone", zone="America/New_York")
        account = await stage.proves(ann)
        for _ in range(4 * 24):
            await stage.house.pass_time(HOUR)
        local = [snap.at.astimezone(zone("America/New_York")) for snap in await stage.snapshots(account)]
        assert [at.date().day for at in local] == [14, 15, 16, 17, 18]
        assert {at.hour for at in local[1:]} == {4}

    async def test_the_clock_change_moves_nothing(self, stage: Stage, ann: Person) -> None:
        await ann.does("settings", "zone", zone="America/New_York")
        stage.house.clock.set(datetime.fromisoformat("2026-10-31T12:00:00+00:00"))
        account = await stage.proves(ann)
        for _ in range(3 * 24):
            await stage.house.pass_time(HOUR)
        found = await stage.snapshots(account)
        assert {snap.at.astimezone(zone("America/New_York")).hour for snap in found[1:]} == {4}

    async def test_those_due_within_the_hour_share_a_call(self, stage: Stage, ann: Person) -> None:
        await channels(stage, ann, 5)
        stage.youtube.calls.clear()
        await stage.run(DAY)
        assert stage.youtube.calls == {"read_many": 1}
        (asked,) = stage.youtube.asked[-1:]
        assert sorted(asked) == [f"UC{number}" for number in range(5)]

    async def test_without_a_watch_no_posts_are_read(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].posts = [post("a", NOON + HOUR)]
        await stage.house.pass_time(DAY)
        assert [snap.posts_read for snap in await stage.snapshots(account)] == [False, False]
        assert await stage.rows("metric_post") == []

    async def test_with_a_watch_they_are_until_it_ends(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].posts = [post("a", NOON + HOUR), post("old", NOON - DAY)]
        await stage.house.do(lambda uow: service.watch(uow, account.id, NOON, NOON + 2 * DAY))
        await stage.house.do(lambda uow: service.watch(uow, account.id, NOON, NOON + 2 * DAY))
        for _ in range(4):
            await stage.house.pass_time(DAY)
        assert [snap.posts_read for snap in await stage.snapshots(account)] == [False, True, True, False, False]
        (seen,) = await stage.house.do(lambda uow: service.posts(uow, account.id, NOON - 9 * DAY, NOON + DAY))
        assert (seen.id, seen.views) == ("a", 10)

    async def test_a_watch_can_be_taken_back(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        await stage.house.do(lambda uow: service.watch(uow, account.id, NOON, NOON + 9 * DAY))
        await stage.house.do(lambda uow: service.unwatch(uow, account.id, NOON, NOON + 9 * DAY))
        await stage.house.pass_time(DAY)
        assert (await stage.snapshots(account))[-1].posts_read is False

    async def test_fills_the_profile_and_marks_it(self, stage: Stage, ann: Person) -> None:
        stage.youtube.creator("UCann", followers=45_600, step=100)
        await stage.proves(ann)
        shown = text_of(await ann.does("profile"))
        assert "Followers: 45,600 (measured)" in shown
        assert "Main platform: YouTube (measured)" in shown
        assert "45,600 followers (the platform rounds to 100)" in text_of(await ann.does("connect"))


class TestFailures:
    async def test_away_is_tried_again_sooner_and_kept_as_evidence(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.down = SourceAway("YouTube", "quota exceeded", seconds=900)
        await stage.run(DAY)
        (failure,) = await stage.failures(account)
        assert (failure.why, failure.detail) == ("away", "quota exceeded")
        stage.youtube.down = None
        await stage.run(14 * MINUTE)
        assert len(await stage.snapshots(account)) == 1, "the platform asked for a quarter of an hour"
        await stage.run(2 * MINUTE)
        assert len(await stage.snapshots(account)) == 2
        assert (await stage.again(account)).loss is None, "the platform was away, not the account"

    async def test_longer_and_longer_but_never_past_the_next_day(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.down = SourceAway("YouTube", "down")
        for _ in range(26 * 12):
            await stage.run(5 * MINUTE)
        found = await stage.failures(account)
        gaps = [later.at - earlier.at for earlier, later in pairwise(found)]
        assert 8 <= len(found) <= 20
        assert max(gaps) <= 3 * HOUR + 5 * MINUTE
        assert gaps[0] < gaps[3]

    async def test_no_answer_is_an_answer_after_a_while(self, stage: Stage, ann: Person, limits: MetricLimits) -> None:
        account = await stage.proves(ann)
        stage.youtube.gate = asyncio.Event()  # never set
        await stage.run(DAY)
        (failure,) = await stage.failures(account)
        assert failure.detail == "no answer in 1 s"

    @pytest.fixture
    def limits(self, limits: MetricLimits) -> MetricLimits:
        return replace(limits, call_s=1)

    @pytest.mark.parametrize("loss", [Loss.HIDDEN, Loss.GONE])
    async def test_lost_and_back(self, stage: Stage, ann: Person, loss: Loss) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].fails = AccessLost("YouTube", loss)
        await stage.run(16 * HOUR)
        lost = await stage.again(account)
        assert (lost.loss, lost.lost_at) == (loss, NOON + 16 * HOUR)
        assert len([text for text in stage.house.postbox.to(ann) if "Until then nothing can be measured" in text]) == 1
        await stage.run(DAY)
        assert len([text for text in stage.house.postbox.to(ann) if "Until then nothing can be measured" in text]) == 1
        assert {failure.why for failure in await stage.failures(account)} == {loss.value}
        stage.youtube.creators["UCann"].fails = None
        await stage.run(4 * HOUR)
        assert (await stage.again(account)).loss is None
        assert any("can be read again" in text for text in stage.house.postbox.to(ann))

    async def test_a_hidden_number_is_not_zero_and_no_loss(self, stage: Stage, ann: Person) -> None:
        stage.youtube.creator("UCann", followers=None)
        account = await stage.proves(ann)
        (snapshot,) = await stage.snapshots(account)
        assert (snapshot.followers, (await stage.again(account)).loss) == (None, None)


class TestPoison:
    """One account that breaks every call that names it."""

    @pytest.mark.parametrize("platform", ["youtube", "tiktok"])
    async def test_does_not_stall_the_rest(self, stage: Stage, ann: Person, platform: str) -> None:
        source = {"youtube": stage.youtube, "tiktok": stage.tiktok}[platform]
        connect = {"youtube": stage.proves, "tiktok": stage.signs_in}[platform]
        accounts = [await connect(ann, f"acc{number}") for number in range(6)]
        source.breaks_with = "acc3"
        for _ in range(3):
            await stage.run(DAY)
        counts = {one.external_id: len(await stage.snapshots(one)) for one in accounts}
        assert counts == {"acc0": 4, "acc1": 4, "acc2": 4, "acc3": 1, "acc4": 4, "acc5": 4}
        assert {type(bug) for bug in stage.house.watch.bugs} == {RuntimeError}, "and it is logged"
        found = await stage.failures(accounts[3])
        assert {failure.why for failure in found} == {"away"}, "whatever it is, it is not the member's doing"
        stage.house.watch.bugs.clear()
        source.breaks_with = None
        await stage.run(4 * HOUR)
        assert len(await stage.snapshots(accounts[3])) == 2

    async def test_breaks_a_shared_call_once_and_is_then_read_alone(self, stage: Stage, ann: Person) -> None:
        await channels(stage, ann, 6)
        stage.youtube.breaks_with = "UC3"
        await stage.run(DAY)
        stage.house.watch.bugs.clear()
        first = stage.youtube.calls["read_many"]
        await stage.run(DAY)
        stage.house.watch.bugs.clear()
        assert stage.youtube.calls["read_many"] == first + 1

    async def test_an_answer_without_one_of_them_is_that_ones_failure(self, stage: Stage, ann: Person) -> None:
        one, two = await channels(stage, ann, 2)
        real = stage.youtube.read_many

        async def forgetful(accounts):
            return {key: value for key, value in (await real(accounts)).items() if key != "UC1"}

        stage.youtube.read_many = forgetful  # type: ignore[method-assign]
        await stage.run(16 * HOUR)
        assert len(await stage.snapshots(one)) == 2
        assert [failure.why for failure in await stage.failures(two)] == ["away"]


class TestWanted:
    async def test_is_read_at_its_instant_once_for_a_key(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].posts = [post("a", NOON)]
        for _ in range(2):
            await stage.house.do(
                lambda uow: service.want(uow, account.id, NOON + HOUR, key="base:1", posts_since=NOON - DAY)
            )
        await stage.run(59 * MINUTE)
        assert len(await stage.snapshots(account)) == 1
        await stage.run(MINUTE)
        await stage.run(HOUR)
        (_, wanted) = await stage.snapshots(account)
        assert (wanted.at, wanted.posts_read, wanted.posts_since) == (NOON + HOUR, True, NOON - DAY)

    async def test_does_not_move_the_daily_one(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        await stage.house.do(lambda uow: service.want(uow, account.id, NOON + HOUR, key="k"))
        for _ in range(24):
            await stage.run(HOUR)
        assert [snap.at.hour for snap in await stage.snapshots(account)] == [12, 13, 4]

    async def test_is_tried_for_a_day_and_each_failure_is_kept(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.down = SourceAway("YouTube", "down")
        await stage.house.do(lambda uow: service.want(uow, account.id, NOON + HOUR, key="k"))
        for _ in range(27 * 4):
            await stage.run(15 * MINUTE)
        assert [row for row in await stage.rows("due") if row["kind"] == service.WANTED] == []
        found = [failure.at for failure in await stage.failures(account)]
        assert found[0] == NOON + HOUR
        assert NOON + 25 * HOUR in found, "a last time when the day is over"

    async def test_the_last_time_may_be_a_moment_late(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].fails = SourceAway("YouTube", "down")
        await stage.house.do(lambda uow: service.want(uow, account.id, NOON + HOUR, key="k", posts_since=NOON - DAY))
        for _ in range(99):
            await stage.run(15 * MINUTE)
        stage.youtube.creators["UCann"].fails = None
        await stage.run(15 * MINUTE + timedelta(seconds=1))
        last = (await stage.snapshots(account))[-1]
        assert (last.at, last.posts_read) == (NOON + 25 * HOUR + timedelta(seconds=1), True)
        assert [row for row in await stage.rows("due") if row["kind"] == service.WANTED] == []

    async def test_waits_for_a_lost_account_to_come_back(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].fails = AccessLost("YouTube", Loss.HIDDEN)
        await stage.house.do(lambda uow: service.want(uow, account.id, NOON + HOUR, key="k"))
        await stage.run(HOUR)
        assert (await stage.again(account)).loss is Loss.HIDDEN
        stage.youtube.creators["UCann"].fails = None
        await stage.run(HOUR)
        assert (await stage.again(account)).loss is None
        assert len(await stage.snapshots(account)) == 2

    async def test_of_a_disconnected_one_is_a_failure_that_says_so(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        await stage.house.do(lambda uow: service.want(uow, account.id, NOON + HOUR, key="k"))
        await ann.insists("connect", "remove")
        await stage.run(HOUR)
        assert [failure.why for failure in await stage.failures(account)] == ["disconnected"]
        await stage.proves(ann)
        await stage.run(HOUR)
        assert len(await stage.snapshots(account)) >= 2, "connected again within the day, it is read"

    async def test_can_be_taken_back(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        await stage.house.do(lambda uow: service.want(uow, account.id, NOON + HOUR, key="k"))
        assert await stage.house.do(lambda uow: service.unwant(uow, "k"))
        await stage.run(HOUR)
        assert len(await stage.snapshots(account)) == 1


class TestQuota:
    @pytest.fixture
    def limits(self, limits: MetricLimits) -> MetricLimits:
        return replace(limits, youtube=replace(limits.youtube, units_a_day=10))

    async def test_daily_readings_leave_some_for_what_is_settled(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.house.clock.advance(16 * HOUR)
        day = quota_day(stage.house.clock.now())
        await stage.house.do(lambda uow: quota.take(uow, "youtube", quota.DAY, day, 7, 10))
        await stage.run()
        (failure,) = await stage.failures(account)
        assert (failure.why, "allowance" in failure.detail) == ("away", True)
        now = stage.house.clock.now()
        await stage.house.do(lambda uow: service.want(uow, account.id, now, key="verdict"))
        await stage.run()
        assert len(await stage.snapshots(account)) == 2, "what is settled may use it all"
        await stage.house.do(lambda uow: service.want(uow, account.id, now, key="another", posts_since=now))
        await stage.run()
        assert len(await stage.snapshots(account)) == 2
        await stage.run(4 * HOUR)
        (last,) = (await stage.snapshots(account))[2:]
        assert last.posts_read, "the platform's next day has room again, for both, who met at one instant"

    async def test_more_than_a_minute_allows_waits_for_the_next(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        now = stage.house.clock.now() + 16 * HOUR
        await stage.house.do(lambda uow: quota.take(uow, "youtube", quota.MINUTE, now, 300, 300))
        await stage.run(16 * HOUR)
        assert len(await stage.snapshots(account)) == 1
        assert await stage.failures(account) == [], "a wait of a minute is no failure"
        await stage.run(MINUTE)
        assert len(await stage.snapshots(account)) == 2


class TestInFlight:
    """Something happens to an account while the platform is being asked."""

    async def _during(self, stage: Stage, happens: Callable[[], Awaitable[object]]) -> None:
        gate = stage.youtube.gate = asyncio.Event()
        stage.youtube.arrived.clear()
        stage.house.clock.advance(DAY)
        # It claims the first account's row alone; the others are read along.
        runner = Runner(stage.house.desk, SchedulePace(batch=1))
        async with asyncio.TaskGroup() as group:
            group.create_task(runner.tick())
            await stage.youtube.arrived.wait()
            stage.youtube.gate = None
            await happens()
            gate.set()

    @pytest.mark.parametrize("place", [0, 1])
    async def test_disconnected_nothing_is_kept(self, stage: Stage, ann: Person, place: int) -> None:
        account = (await channels(stage, ann, 2))[place]
        await self._during(stage, lambda: ann.insists("connect", "remove", account=str(account.id)))
        assert len(await stage.snapshots(account)) == 1
        assert (await stage.again(account)).loss is Loss.DISCONNECTED

    @pytest.mark.parametrize("place", [0, 1])
    async def test_connected_anew_an_old_refusal_means_nothing(self, stage: Stage, ann: Person, place: int) -> None:
        account = (await channels(stage, ann, 2))[place]

        async def anew() -> None:
            await ann.insists("connect", "remove", account=str(account.id))
            await stage.proves(ann, account.external_id)
            stage.youtube.creators[account.external_id].fails = AccessLost("YouTube", Loss.GONE)

        await self._during(stage, anew)
        assert (await stage.again(account)).loss is None

    async def test_merged_it_is_kept_for_who_they_are_now(self, stage: Stage, ann: Person, bob: Person) -> None:
        account = await stage.proves(ann)
        fact = MembersMerged(stage.house.clock.now(), await bob.id(), await ann.id())
        await self._during(stage, lambda: stage.house.react(lambda uow: uow.record(fact)))
        assert len(await stage.snapshots(account)) == 2
        assert (await stage.again(account)).member == fact.kept

    async def test_erased_nothing_is_kept(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        fact = MemberErased(stage.house.clock.now(), await ann.id())
        await self._during(stage, lambda: stage.house.react(lambda uow: uow.record(fact)))
        await stage.run()
        found = await stage.snapshots(account)
        assert [(snap.followers, snap.dropped) for snap in found] == [(None, True)]

    async def test_nobody_else_reads_them_too(self, stage: Stage, ann: Person) -> None:
        await channels(stage, ann, 3)
        other = Runner(stage.house.desk, SchedulePace())
        stage.youtube.calls.clear()
        await self._during(stage, other.run_due)
        assert stage.youtube.calls == {"read_many": 1}

    async def test_a_process_that_dies_leaves_it_to_the_next(self, stage: Stage, ann: Person) -> None:
        one, two = await channels(stage, ann, 2)
        stage.house.clock.advance(16 * HOUR)
        with stage.dying(stage.youtube, "read_many"):
            await stage.house.runner.tick()
        await stage.run(MINUTE)
        await stage.run(3 * MINUTE)
        assert [len(await stage.snapshots(account)) for account in (one, two)] == [2, 2]


def test_hours_are_local_and_not_twice_within_hours() -> None:
    limits = MetricLimits()
    for name in ("UTC", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"):
        at = NOON
        for _ in range(400):
            later = next_reading(at, name, limits)
            assert timedelta(hours=1) < later - at <= timedelta(hours=26)
            assert later.astimezone(zone(name)).hour in {4, 5}
            at = later
