"""What time does is done once, however many look, whatever breaks, whenever they are cut off."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.db import UnitOfWork
from core.errors import DatabaseBusy
from core.runner import FAILED_AGAIN, RESTS, TRIES_MAX, Tick
from core.schedule import service as schedule
from core.schedule.service import Claimed
from tests.house import House


async def claimed(house: House, holder: str) -> list[Claimed]:
    """What a runner of that name takes now."""
    now = house.clock.now()
    return await house.database.write(lambda uow: schedule.claim(uow, now, holder, house.pace))


class TestRun:
    async def test_is_done_once_and_gone(self, house: House):
        await house.planned("once", "a")
        assert await house.runner.run_due() == Tick(1, 0)
        assert await house.runner.run_due() == Tick(0, 0)
        assert await house.happened("once") == ["a"]
        assert await house.due() == []

    async def test_of_two_runners_in_parallel_does_each_row_once(self, house: House):
        now, rows = house.clock.now(), [f"{i:03}" for i in range(150)]

        def plan(uow: UnitOfWork) -> None:
            for key in rows:
                schedule.plan(uow, "once", key, now)

        await house.database.write(plan)
        runners = [house.runner, house.new_runner()]
        ticks = await asyncio.gather(*(runner.run_due() for runner in runners))
        assert sorted(await house.happened("once")) == rows
        assert sum(tick.done for tick in ticks) == 150

    async def test_waits_for_its_time(self, house: House):
        at = house.clock.now() + timedelta(seconds=1)
        await house.database.write(lambda uow: schedule.plan(uow, "once", "a", at))
        assert await house.runner.run_due() == Tick(0, 0)
        house.clock.advance(timedelta(seconds=1))
        assert await house.runner.run_due() == Tick(1, 0)

    async def test_lets_the_rooms_react(self, house: House):
        ann = await house.person("ann").has()
        payload = {"member": (await ann.member()).id, "amount": 1}
        await house.planned("sprout", "a", payload=payload)
        await house.runner.run_due()
        assert await house.happened("reaction") == ["below", "above", "watered"]

    async def test_refused_by_a_reaction_is_undone_and_tried_later(self, house: House):
        ann = await house.person("ann").has()
        await house.planned("sprout", "a", payload={"member": (await ann.member()).id, "amount": 13})
        assert await house.runner.run_due() == Tick(0, 1)
        assert await house.happened("sprout") == []
        assert await house.due() == [("sprout", "a")]

    async def test_of_a_room_of_another_version_waits(self, house: House):
        await house.planned("unheard_of", "a")
        assert await house.runner.run_due() == Tick(1, 0)
        assert await house.due() == [("unheard_of", "a")]


class TestAgain:
    async def test_is_looked_at_again_at_its_time_counting_attempts(self, house: House):
        await house.planned("again", "a")
        for _ in range(4):
            await house.later(minutes=1)
        assert await house.happened("again") == ["1", "2", "3"]
        assert await house.due() == []

    async def test_fresh_counts_from_one(self, house: House):
        await house.planned("again", "a", payload={"fresh": True})
        for _ in range(5):
            await house.later(minutes=1)
        assert await house.happened("again") == ["1", "2", "1", "2", "1"]


class TestRecurring:
    async def test_runs_at_its_pace_and_stays_planned(self, house: House):
        await house.runner.plan_recurring()
        await house.new_runner().plan_recurring()
        for _ in range(6):
            await house.later(minutes=30)
        assert len(await house.happened("every")) == 3
        assert ("every", "every") in await house.due()

    async def test_does_not_make_up_for_what_it_slept_through(self, house: House):
        await house.runner.plan_recurring()
        await house.later(days=3)
        await house.later(minutes=1)
        assert len(await house.happened("every")) == 1

    @pytest.mark.parametrize("restarted", [True, False])
    async def test_goes_on_after_a_clock_that_was_ahead(self, house: House, restarted: bool):
        await house.runner.plan_recurring()
        now = house.clock.now()
        await house.later(days=400)
        assert len(await house.happened("every")) == 1
        house.clock.set(now + timedelta(minutes=5))
        if restarted:
            house.move_in(house.rooms)
            await house.runner.plan_recurring()
        await house.runner.run_due()
        assert len(await house.happened("every")) == 2
        await house.later(minutes=30)
        assert len(await house.happened("every")) == 2
        await house.later(minutes=30)
        assert len(await house.happened("every")) == 3

    async def test_whose_holder_died_under_a_clock_that_was_ahead_goes_on(self, house: House):
        await house.runner.plan_recurring()
        now = house.clock.now()
        house.clock.advance(timedelta(days=400))
        assert await claimed(house, "dies")
        house.clock.set(now)
        house.move_in(house.rooms)
        await house.runner.plan_recurring()
        await house.runner.run_due()
        assert len(await house.happened("every")) == 1

    async def test_that_somebody_has_in_hand_is_left_to_them(self, house: House):
        await house.runner.plan_recurring()
        house.pace = replace(house.pace, lease_s=2 * 3600)
        assert await claimed(house, "other")
        await house.new_runner().plan_recurring()
        await house.runner.run_due()
        assert await house.happened("every") == []

    async def test_that_kept_failing_rests_no_longer_than_its_interval(self, house: House):
        house.outside.sulks.extend(ZeroDivisionError() for _ in range(9))
        await house.runner.plan_recurring()
        for _ in range(9):
            await house.later(hours=1)
        assert await house.happened("sulks") == []
        await house.later(hours=1)
        assert len(await house.happened("sulks")) == 1

    async def test_of_two_runners_runs_once(self, house: House):
        await house.runner.plan_recurring()
        await asyncio.gather(*(house.new_runner().run_due() for _ in range(4)))
        assert len(await house.happened("every")) == 1


class TestFailure:
    async def test_stops_no_other(self, house: House):
        for key in ("a", "b"):
            await house.planned("poison", key)
            await house.planned("once", key)
        assert await house.runner.run_due() == Tick(2, 2)
        assert await house.happened("once") == ["a", "b"]
        assert await house.happened("poison") == []
        assert [what for what, _, _ in house.observer.bugs] == ["poison a", "poison b"]

    async def test_of_something_busy_is_no_bug(self, house: House):
        await house.planned("busy", "a")
        await house.runner.run_due()
        assert [what for what, _ in house.observer.busy] == ["busy a"]
        assert house.observer.bugs == []

    async def test_is_tried_again_later_and_later(self, house: House):
        await house.planned("poison", "a")
        start = house.clock.now()
        tried = []
        for _ in range(70 * 60 // 30):
            before = len(house.observer.bugs)
            await house.runner.run_due()
            if len(house.observer.bugs) > before:
                tried.append((house.clock.now() - start) // FAILED_AGAIN)
            house.clock.advance(FAILED_AGAIN)
        assert tried == [0, 1, 3, 7, 15, 31, 63, 127]
        assert len(tried) == TRIES_MAX

    async def test_of_many_times_rests_for_a_day(self, house: House):
        await house.planned("poison", "a")
        for _ in range(TRIES_MAX):
            await house.later(hours=2)
        bugs = len(house.observer.bugs)
        assert bugs == TRIES_MAX
        await house.later(hours=21)
        assert len(house.observer.bugs) == bugs
        await house.later(hours=RESTS / timedelta(hours=1) - 21)
        assert len(house.observer.bugs) == bugs + 1


class TestLease:
    async def test_keeps_others_away_until_it_ends(self, house: House):
        await house.planned("once", "a")
        assert len(await claimed(house, "crashed")) == 1
        assert await house.runner.run_due() == Tick(0, 0)
        await house.later(seconds=house.pace.lease_s - 1)
        assert await house.happened("once") == []
        await house.later(seconds=1)
        assert await house.happened("once") == ["a"]

    async def test_lost_may_not_finish(self, house: House):
        await house.planned("once", "a")
        (row,) = await claimed(house, "slow")
        house.clock.advance(timedelta(seconds=house.pace.lease_s))
        (again,) = await claimed(house, "fast")
        write = house.database.write
        assert not await write(lambda uow: schedule.holds(uow, row, "slow"))
        assert not await write(lambda uow: schedule.finish(uow, row, "slow"))
        await write(lambda uow: schedule.postpone(uow, row, "slow", house.clock.now()))
        assert await house.runner.run_due() == Tick(0, 0)
        assert await write(lambda uow: schedule.finish(uow, again, "fast"))

    async def test_lost_while_it_ran_leaves_no_effect(self, house: House):
        """A runner that slept through its lease finds that another one did the work."""
        await house.planned("once", "a")
        now = house.clock.now()
        slow, fast = house.runner, house.new_runner()
        holder = slow.__dict__["_holder"]
        (row,) = await house.database.write(lambda uow: schedule.claim(uow, now, holder, house.pace))
        house.clock.advance(timedelta(seconds=house.pace.lease_s))
        assert await fast.run_due() == Tick(1, 0)
        await slow._run(row)
        assert await house.happened("once") == ["a"]
        assert house.observer.bugs == []

    async def test_of_a_row_planned_anew_is_lost(self, house: House):
        await house.planned("once", "a")
        (row,) = await claimed(house, "slow")
        at = house.clock.now() + timedelta(days=1)
        await house.database.write(lambda uow: schedule.plan(uow, "once", "a", at, move=True))
        assert not await house.database.write(lambda uow: schedule.holds(uow, row, "slow"))

    async def test_is_taken_in_the_order_of_time(self, house: House):
        now = house.clock.now()

        def plan(uow: UnitOfWork) -> None:
            for i, key in enumerate("cab"):
                schedule.plan(uow, "once", key, now - timedelta(minutes=10 - i))

        await house.database.write(plan)
        assert [row.key for row in await claimed(house, "me")] == ["c", "a", "b"]

    async def test_takes_a_batch_at_a_time(self, house: House):
        for key in "abc":
            await house.planned("once", key)
        house.pace = replace(house.pace, batch=2)
        assert len(await claimed(house, "one")) == 2
        assert len(await claimed(house, "two")) == 1


class TestThreeSteps:
    async def test_are_done_once(self, house: House):
        await house.planned("steps", "a")
        assert await house.runner.run_due() == Tick(1, 0)
        assert await house.happened("finished") == ["made a"]
        assert await house.due() == []

    @pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
    async def test_cut_off_are_done_again_under_the_same_key(self, house: House, after: bool):
        (house.outside.fails_after if after else house.outside.fails).append(asyncio.CancelledError())
        await house.planned("steps", "a")
        with pytest.raises(asyncio.CancelledError):
            await house.runner.run_due()
        assert await house.due() == [("steps", "a")]
        await house.new_runner().run_due()
        assert await house.happened("finished") == []
        house.clock.advance(timedelta(seconds=house.pace.lease_s))
        await house.new_runner().run_due()
        assert house.outside.made == {"a": 1}
        assert await house.happened("finished") == ["made a"]

    async def test_with_nothing_to_do_end_there(self, house: House):
        await house.planned("steps", "nothing")
        await house.runner.run_due()
        assert house.outside.calls == []
        assert await house.due() == []

    async def test_may_be_put_off_by_the_first(self, house: House):
        await house.planned("steps", "later")
        await house.runner.run_due()
        assert house.outside.calls == []
        await house.later(minutes=5)
        assert await house.happened("finished") == ["made later"]

    async def test_that_lost_their_lease_do_not_finish(self, house: House):
        await house.planned("steps", "a")
        entered, release = asyncio.Event(), asyncio.Event()
        make = house.outside.make

        async def slow(key: str) -> str:
            if not entered.is_set():
                entered.set()
                await release.wait()
            return await make(key)

        vars(house.outside)["make"] = slow
        async with asyncio.TaskGroup() as group:
            group.create_task(house.runner.run_due())
            await entered.wait()
            house.clock.advance(timedelta(seconds=house.pace.lease_s))
            assert await house.new_runner().run_due() == Tick(1, 0)
            release.set()
        assert await house.happened("finished") == ["made a"]


class Slow:
    """Somebody's server that takes its time for the first who asks."""

    def __init__(self, house: House) -> None:
        self.entered, self.release = asyncio.Event(), asyncio.Event()
        self._make = house.outside.make
        vars(house.outside)["make"] = self.make

    async def make(self, key: str) -> str:
        made = await self._make(key)
        if not self.entered.is_set():
            self.entered.set()
            await self.release.wait()
        return made


async def renewed(house: House) -> None:
    """Wait until the only row is leased for as long as a lease can be."""
    until = house.clock.now() + timedelta(seconds=house.pace.lease_s)
    async with asyncio.timeout(30):
        while await house.database.read(schedule.next_at) != until:
            pass


class TestWorkThatOutlastsItsLease:
    """The looks at the lease are by the loop's own clock, so it is as short as no service would set it."""

    @pytest.fixture
    def slow(self, house: House) -> Slow:
        house.pace = replace(house.pace, lease_s=0.03)  # type: ignore[arg-type]
        house.move_in(house.rooms)
        return Slow(house)

    async def test_is_begun_by_nobody_else(self, house: House, slow: Slow):
        await house.planned("steps", "a")
        other = house.new_runner()
        async with asyncio.TaskGroup() as group:
            group.create_task(house.runner.run_due())
            await slow.entered.wait()
            for _ in range(3):
                house.clock.advance(timedelta(seconds=house.pace.lease_s * 0.9))
                await renewed(house)
                assert await other.run_due() == Tick(0, 0)
            slow.release.set()
        assert house.outside.calls == ["a"]
        assert await house.happened("finished") == ["made a"]
        assert await house.due() == []

    async def test_is_begun_by_others_once_its_holder_died(self, house: House, slow: Slow):
        await house.planned("steps", "a")
        dying = asyncio.create_task(house.runner.run_due())
        await slow.entered.wait()
        house.clock.advance(timedelta(seconds=house.pace.lease_s / 2))
        await renewed(house)
        dying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dying
        house.clock.advance(timedelta(seconds=house.pace.lease_s))
        assert await house.new_runner().run_due() == Tick(1, 0)
        assert await house.happened("finished") == ["made a"]

    async def test_goes_on_while_the_database_is_away(self, house: House, slow: Slow, monkeypatch: pytest.MonkeyPatch):
        await house.planned("steps", "a")
        renew = schedule.renew

        def busy(*_: object) -> bool:
            raise DatabaseBusy

        async with asyncio.TaskGroup() as group:
            group.create_task(house.runner.run_due())
            await slow.entered.wait()
            monkeypatch.setattr(schedule, "renew", busy)
            house.clock.advance(timedelta(seconds=house.pace.lease_s / 2))
            async with asyncio.timeout(30):
                while not house.observer.busy:
                    await house.database.read(schedule.next_at)
            monkeypatch.setattr(schedule, "renew", renew)
            await renewed(house)
            slow.release.set()
        assert await house.happened("finished") == ["made a"]

    async def test_that_hangs_is_given_up_and_holds_up_nobody(
        self, house: House, slow: Slow, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("core.runner.OUTSIDE_MOST_S", 0.05)
        await house.planned("steps", "a")
        await house.planned("once", "b")
        async with asyncio.timeout(30):
            assert await house.runner.run_due() == Tick(1, 1)
        ((_, error, _),) = house.observer.bugs
        assert isinstance(error, TimeoutError)
        await house.later(seconds=FAILED_AGAIN.total_seconds())
        assert await house.happened("finished") == ["made a"]

    async def test_that_fails_is_told_as_it_failed(self, house: House, slow: Slow):
        await house.planned("steps", "a")
        house.outside.fails_after.append(ZeroDivisionError())
        assert await house.runner.run_due() == Tick(0, 1)
        ((_, error, _),) = house.observer.bugs
        assert isinstance(error, ZeroDivisionError)


class TestLeave:
    async def test_finishes_the_row_in_hand_and_gives_the_others_back(self, house: House):
        slow = Slow(house)
        for key in ("a", "b", "c"):
            await house.planned("steps", key)
        async with asyncio.TaskGroup() as group:
            tick = group.create_task(house.runner.tick())
            await slow.entered.wait()
            house.runner.leave()
            slow.release.set()
        assert tick.result() == Tick(1, 0)
        assert await house.happened("finished") == ["made a"]
        assert [(row.key, row.attempt) for row in await claimed(house, "next")] == [("b", 1), ("c", 1)]


class TestSchedule:
    async def test_plans_one_key_once(self, house: House):
        await house.planned("once", "a", payload={"n": 1})
        await house.planned("once", "a", payload={"n": 2})
        (row,) = await claimed(house, "me")
        assert row.payload == {"n": 1}

    async def test_moves_what_was_planned(self, house: House):
        await house.planned("once", "a")
        at = house.clock.now() + timedelta(hours=1)
        await house.database.write(lambda uow: schedule.plan(uow, "once", "a", at, {"n": 2}, move=True))
        assert await claimed(house, "me") == []
        assert await house.database.read(schedule.next_at) == at

    async def test_cancels_once(self, house: House):
        await house.planned("once", "a")
        assert await house.database.write(lambda uow: schedule.cancel(uow, "once", "a"))
        assert not await house.database.write(lambda uow: schedule.cancel(uow, "once", "a"))

    async def test_hastens_what_waits_but_not_what_runs(self, house: House):
        now = house.clock.now()
        await house.planned("once", "runs")
        await claimed(house, "me")
        await house.database.write(lambda uow: schedule.plan(uow, "once", "waits", now + timedelta(days=1)))
        await house.database.write(lambda uow: schedule.hasten(uow, "once", now))
        assert [row.key for row in await claimed(house, "other")] == ["waits"]

    async def test_says_how_far_it_is_behind(self, house: House):
        await house.planned("once", "a")
        await house.planned("once", "b")
        assert await house.database.read(lambda uow: schedule.behind(uow, house.clock.now())) == 2
