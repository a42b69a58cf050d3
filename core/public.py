"""What anybody may ask without being a member: follow a link, and see whether the service is well."""

from datetime import timedelta

from core.clock import Clock
from core.db import Database, UnitOfWork
from core.errors import ErrorKind, TandemError
from core.ids import new_code, new_trace
from core.links import service as links
from core.outbox.service import DELIVER
from core.ports import Observer
from core.schedule import service as schedule
from core.values import dataclass

PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, for the counters."""

    due_behind: int
    announcements: int


class Public:
    """The front door for everybody else than members. `late_s`: after how many seconds a due row is late."""

    def __init__(self, database: Database, clock: Clock, observer: Observer, *, late_s: int = 60) -> None:
        self._database = database
        self._clock = clock
        self._observer = observer
        self._late = timedelta(seconds=late_s)

    async def follow(self, code: str, *, counts: bool, visitor: str | None = None) -> str | None:
        """Where a link leads, counted as a visit if it is one. None: there is no such link."""
        link = await self._database.read(lambda uow: links.find(uow, code))
        if link is None:
            return None
        if counts:
            now = self._clock.now()
            try:
                await self._database.write(lambda uow: links.note_visit(uow, link, now, visitor))
            except TandemError as error:
                if error.kind is not ErrorKind.OPERATIONAL:
                    raise
                # Who follows a link gets there; what is lost is one visit, and that is said.
                self._observer.operational("link visit", error, trace=new_trace())
        return link.target

    async def database_state(self) -> str:
        """Empty if records can be read and written; raises `DatabaseBusy` if not."""
        now, key = self._clock.now(), new_code(12)

        def touch(uow: UnitOfWork) -> None:
            # Nobody sees the row, and yet the commit has to reach the disk.
            schedule.plan(uow, PROBE, key, now)
            schedule.cancel(uow, PROBE, key)

        await self._database.read(schedule.next_at)
        await self._database.write(touch)
        return ""

    async def schedule_state(self) -> str:
        """Empty if what is due is being done, else how much is late."""
        at = self._clock.now() - self._late
        late = await self._database.read(lambda uow: schedule.behind(uow, at))
        seconds = int(self._late.total_seconds())
        return f"{late} due rows are more than {seconds} s late: is the schedule running?" if late else ""

    async def backlog(self) -> Backlog:
        """How much waits now."""
        now = self._clock.now()
        return await self._database.read(lambda uow: Backlog(schedule.behind(uow, now), schedule.planned(uow, DELIVER)))
