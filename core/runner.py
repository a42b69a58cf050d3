"""What time does: claims due rows, runs their jobs, resumes errands that a crash left, applies stored hooks.

A job's effect and the end of its row are one transaction, so a row is done once however many processes look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from core import settling
from core.chat import Again, Call, Done, Due, Job, Message, Notice, Place, said
from core.chat.catalog import Catalog
from core.chat.parse import parse
from core.chat.room import Forged
from core.clock import Clock
from core.db import Database, UnitOfWork
from core.desk import Desk
from core.errors import ErrorKind, TandemError
from core.ids import HoldId, MemberId, new_code
from core.inbox import service as inbox
from core.members import service as members
from core.outbox import service as outbox
from core.schedule import service as schedule
from core.schedule.service import ERRAND, Claimed, SchedulePace
from core.settling import Work
from core.values import dataclass

T = TypeVar("T")

HOOK = "hook"
RECURRING = "every"
TRIES_MAX = 8
"""After so many failures a job rests (a day, or its own interval), and an errand gives the price back."""
FAILED_AGAIN = timedelta(seconds=30)
RESTS = timedelta(days=1)
OUTSIDE_MOST_S = 3600.0
"""Seconds after which work outside counts as hung: nothing else is done meanwhile, and its lease would be kept."""
BACKWARD = timedelta(minutes=1)
"""A clock that goes back by more was wrong before."""

FINISHED = Notice("finished", "Something you started is done", counted=False)


@dataclass(frozen=True, slots=True)
class Tick:
    """What one look did."""

    done: int
    failed: int


class GaveUp(TandemError):
    """An errand that failed too often, or that this version does not know."""

    words = "Something you started could not be finished, and nothing was charged. Start it again from the command."


class Runner:
    """Runs what is due. Many processes may have one; each row is claimed by one of them at a time."""

    def __init__(self, desk: Desk, pace: SchedulePace) -> None:
        self._desk = desk
        self._pace = pace
        self._holder = new_code(12)
        self._database: Database = desk.database
        self._catalog: Catalog = desk.catalog
        self._clock: Clock = desk.clock
        self._latest = self._clock.now()
        self._leaving = False

    async def plan_recurring(self) -> None:
        """Make sure that every recurring job has its row, and no later than by its interval; at start."""
        now = self._latest = self._clock.now()
        lease = timedelta(seconds=self._pace.lease_s)

        def unit(uow: UnitOfWork) -> None:
            for job in self._catalog.jobs.values():
                if job.every is not None:
                    schedule.plan(uow, job.kind, RECURRING, now)
                    schedule.recall(uow, job.kind, RECURRING, now, now + job.every + lease)

        await self._database.write(unit)

    async def tick(self) -> Tick:
        """Run what is due now, once around. A row that fails is tried later and stops no other."""
        now = self._clock.now()
        if now < self._latest - BACKWARD:  # what recurs was put off by a clock that was ahead
            await self.plan_recurring()
        self._latest = now
        rows = await self._database.write(lambda uow: schedule.claim(uow, now, self._holder, self._pace))
        begun = failed = 0
        for row in rows:
            if self._leaving:
                break
            begun += 1
            failed += not await self._run(row)
        if rows[begun:]:
            await self._database.write(lambda uow: schedule.give_back(uow, rows[begun:], self._holder))
        return Tick(begun - failed, failed)

    def leave(self) -> None:
        """Finish the row in hand and begin no other: the rest of a look goes back, for whoever comes next."""
        self._leaving = True

    async def run_due(self, *, rounds_max: int = 10_000) -> Tick:
        """Run until nothing is due any more, as after a jump in time."""
        done = failed = 0
        for _ in range(rounds_max):
            tick = await self.tick()
            done, failed = done + tick.done, failed + tick.failed
            if tick.done + tick.failed == 0:
                break
        return Tick(done, failed)

    async def receive(self, name: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Store what a hook got, to be acknowledged and applied once. False if it was here. Raises `Forged`."""
        hook = self._catalog.hooks.get(name)
        if hook is None:
            raise Forged
        key = f"{HOOK}:{name}:{hook.identify(body, headers)}"
        now = self._clock.now()

        def unit(uow: UnitOfWork) -> bool:
            fresh = inbox.store(uow, key, f"{HOOK}:{name}", body, now)
            if fresh:
                schedule.plan(uow, HOOK, key, now, {"hook": name})
            return fresh

        return await self._database.write(unit)

    # One row

    async def _run(self, row: Claimed) -> bool:
        try:
            await self._step(row)
        except Exception as error:  # noqa: BLE001  one bad row must not stop the others
            await self._failed(row, error)
            return False
        return True

    async def _step(self, row: Claimed) -> None:
        if row.kind == ERRAND:
            return await self._resume(row)
        if row.kind == HOOK:
            return await self._write(row, partial(self._apply_hook, row=row))
        job = self._catalog.jobs.get(row.kind)
        if job is None:  # a room of another version planned it: it waits for a process that knows it
            return await self._write(row, lambda _: Again(self._clock.now() + RESTS))
        due = Due(row.kind, row.key, row.payload, self._clock.now(), row.attempt)
        if job.run is not None:
            run = job.run
            return await self._write(row, lambda uow: run(uow, due), job)
        await self._three_steps(row, job, due)
        return None

    async def _three_steps(self, row: Claimed, job: Job, due: Due) -> None:
        prepare, errand, finish = job.prepare, job.errand, job.finish
        assert prepare is not None, job.kind
        assert errand is not None, job.kind
        assert finish is not None, job.kind
        work = await self._database.write(partial(self._prepare, row=row, prepare=prepare, due=due, job=job))
        if work is not None:
            result = await self._outside(row, errand(work))
            await self._write(row, lambda uow: finish(uow, due, result), job)

    def _prepare(self, uow: UnitOfWork, row: Claimed, prepare: Callable[..., Any], due: Due, job: Job) -> Any:
        uow.trace = self._holder
        # Work outside may only be begun with the whole lease ahead: two who do it would both be half right.
        if not schedule.renew(uow, row, self._holder, self._clock.now(), self._pace):
            return None
        work = prepare(uow, due)
        self._catalog.react(uow)
        if work is None or isinstance(work, Again):
            self._end(uow, row, work, job)
            return None
        return work

    async def _outside(self, row: Claimed, work: Awaitable[T]) -> T:
        """What work outside gives. As long as it takes, nobody else begins it; who dies over it loses the lease."""
        failed: BaseException | None = None
        keeping: list[asyncio.Task[None]] = []
        async with asyncio.TaskGroup() as group:
            # What is fast, and that is nearly everything, pays for no task.
            first = asyncio.get_running_loop().call_later(
                self._pace.lease_s / 3, lambda: keeping.append(group.create_task(self._keep(row)))
            )
            try:
                async with asyncio.timeout(OUTSIDE_MOST_S):
                    result = await work
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001  raised below as it is: the group would wrap it
                failed = error
            finally:
                first.cancel()
                for task in keeping:
                    task.cancel()
        if failed is not None:
            raise failed
        return result

    async def _keep(self, row: Claimed) -> None:
        """Begin our lease anew each third of it, until it is lost or nobody needs it any more."""
        kept = True
        while kept:
            try:
                kept = await self._database.write(
                    lambda uow: schedule.renew(uow, row, self._holder, self._clock.now(), self._pace)
                )
            except Exception as error:  # noqa: BLE001  the work goes on, and there is time for another try
                self._note(row, error)
            await asyncio.sleep(self._pace.lease_s / 3)

    async def _write(self, row: Claimed, step: Callable[[UnitOfWork], Again | None], job: Job | None = None) -> None:
        """One transaction: still ours? do it, let the rooms react, end the row."""

        def unit(uow: UnitOfWork) -> None:
            uow.trace = self._holder
            if schedule.holds(uow, row, self._holder):
                again = step(uow)
                self._catalog.react(uow)
                self._end(uow, row, again, job)

        await self._database.write(unit)

    def _end(self, uow: UnitOfWork, row: Claimed, again: Again | None, job: Job | None) -> None:
        if again is not None:
            schedule.postpone(uow, row, self._holder, again.at, fresh=again.fresh)
        elif job is not None and job.every is not None:
            schedule.postpone(uow, row, self._holder, self._clock.now() + job.every, fresh=True)
        else:
            schedule.finish(uow, row, self._holder)

    async def _failed(self, row: Claimed, error: Exception) -> None:
        self._note(row, error)
        job = self._catalog.jobs.get(row.kind)
        # A recurring job never waits longer than it would have anyway.
        most = job.every if job is not None and job.every is not None else RESTS
        pause = most if row.attempt >= TRIES_MAX else min(most, FAILED_AGAIN * 2 ** (row.attempt - 1))
        again = Again(self._clock.now() + pause)
        try:
            await self._write(row, lambda _: again)
        except TandemError as second:  # the lease ends by itself, and then somebody tries again
            self._note(row, second)

    def _note(self, row: Claimed, error: Exception) -> None:
        what = f"{row.kind} {row.key}"
        if isinstance(error, TandemError) and error.kind is ErrorKind.OPERATIONAL:
            self._desk.observer.operational(what, error, trace=self._holder)
        else:
            self._desk.observer.broken(what, error, trace=self._holder, reference=new_code(4))

    # Hooks and errands

    def _apply_hook(self, uow: UnitOfWork, row: Claimed) -> None:
        name = row.payload["hook"]
        stored = inbox.find(uow, row.key)
        if stored is None or inbox.claim(uow, row.key, f"{HOOK}:{name}", self._clock.now()) is None:
            return
        inbox.answered(uow, row.key, self._clock.now())
        self._catalog.hooks[name].apply(uow, stored.payload, stored.at)

    async def _resume(self, row: Claimed) -> None:
        """An errand that was started and not finished: the same key, so whatever it did outside is found again."""
        work = await self._database.write(partial(self._load, row=row))
        if work is None:
            return None
        if work.errand is None or row.attempt > TRIES_MAX:
            return await self._write(row, partial(self._give_up, work=work, error=GaveUp()))
        try:
            done = await self._outside(row, work.errand())
            await self._write(row, partial(self._finish, work=work, done=done))
        except TandemError as error:
            if error.kind is ErrorKind.OPERATIONAL:
                raise
            await self._write(row, partial(self._give_up, work=work, error=error))
        return None

    def _load(self, uow: UnitOfWork, row: Claimed) -> Work | None:
        """The work that a row remembers; without an errand if this version can not do it any more. None: not ours."""
        if not schedule.renew(uow, row, self._holder, self._clock.now(), self._pace):
            return None
        payload = row.payload
        member = members.member(uow, MemberId(payload["member"]))
        call = Call(member, Place(**payload["place"]), row.key, datetime.fromisoformat(payload["at"]))
        hold = None if payload["hold"] is None else HoldId(payload["hold"])
        command = self._catalog.commands.get(tuple(payload["command"].split()))
        if command is None or command.errand is None:
            return Work(payload["trace"], call, hold=hold)
        parsed = parse(command.fields, payload["values"], zone_name=member.zone, now=call.at)
        if parsed.problems or any(field.required and field.name not in parsed.values for field in command.fields):
            return Work(payload["trace"], call, hold=hold)
        form = command.form(**members.found(uow, parsed.values))
        return Work(payload["trace"], call, errand=partial(command.errand, call, form), hold=hold)

    def _finish(self, uow: UnitOfWork, *, work: Work, done: Done) -> None:
        self._tell(uow, work, settling.finish(uow, self._catalog, work, done, "").message)

    def _give_up(self, uow: UnitOfWork, *, work: Work, error: TandemError) -> None:
        settling.give_up(uow, work)
        self._tell(uow, work, said(error.text, buttons=self._catalog.ways(error)))

    def _tell(self, uow: UnitOfWork, work: Work, message: Message) -> None:
        key, member = work.call.key, work.call.member.id
        outbox.announce(uow, member, FINISHED, message, key=f"errand:{key}", at=self._clock.now())
