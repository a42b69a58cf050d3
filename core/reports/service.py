"""Reads what a report says, on a reader: nobody waits for it, and it is one moment of the books."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from core.assistant import repository as answers
from core.db import UnitOfWork
from core.gate import rules as gate
from core.gate import standing
from core.gate.rules import GateLimits, Standing
from core.ids import MemberId
from core.members import service as members
from core.members.service import Salt
from core.reports import repository, rules
from core.reports.rules import Account, Brought, Figures, Period, Span

T = TypeVar("T")
Read = Callable[[Callable[[UnitOfWork], Any]], Awaitable[Any]]


class Reader:
    """Reads for reports. Built at wiring on `database.read`: one consistent snapshot, beside the writer."""

    def __init__(self, read: Read) -> None:
        self._read = read

    async def figures(self, span: Span, at: datetime, *, limits: GateLimits, salt: Salt) -> Figures:
        """All that a report on some days says."""
        found: Figures = await self._read(lambda uow: figures(uow, span, at, limits=limits, salt=salt))
        return found

    async def do(self, unit: Callable[[UnitOfWork], T]) -> T:
        """Anything else that only reads."""
        found: T = await self._read(unit)
        return found


def figures(uow: UnitOfWork, span: Span, at: datetime, *, limits: GateLimits, salt: Salt) -> Figures:
    """All that a report on some days says. The books go back to the first of the month, because goals are a month's."""
    month = rules.so_far(Period.MONTH, span.last)
    whole = Span(min(month.first, span.first, rules.so_far(Period.WEEK, span.last).first), span.last)
    rows = repository.running(uow, min(at, span.until - timedelta(microseconds=1)))
    accounts = _accounts(uow, rows, at, limits)
    before, back = repository.returning(uow, span)
    found = Figures(
        at,
        span,
        repository.books(uow, whole),
        repository.people(uow),
        accounts,
        before,
        back,
        sum(row.reserved for row in rows),
        tuple((row.source, row.nearest, int(row.times)) for row in answers.counted(uow, span.first, span.last)),
        tuple(_interventions(uow, span)),
    )
    listed = {one.member for one in (*rules.dearest(found, rules.LISTED_MOST), *rules.best(found, rules.LISTED_MOST))}
    found.hashes.update({member: hashed(member, salt) for member in listed})
    return found


def hashed(member: MemberId, salt: Salt) -> str:
    """A member in a report: always the same, and nobody's name."""
    return blake2b(str(member).encode(), key=salt.value[:64], digest_size=5).hexdigest()


def _accounts(uow: UnitOfWork, rows: Sequence[Any], at: datetime, limits: GateLimits) -> tuple[Account, ...]:
    found = []
    for member, months in groupby(rows, key=attrgetter("member_id")):
        several = list(months)
        spent, reserved, earned, lost = (
            sum(getattr(one, name) for one in several) for name in ("spent", "reserved", "earned", "lost")
        )
        level, half = (
            gate.level(Standing(spent + reserved, earned - spent - reserved, new), limits) for new in (False, True)
        )
        # Whether somebody counts as new is only asked where it makes a difference, because each is a question apart.
        if half is not level and gate.may_be_new(several[0].arrived_at or several[0].created_at, at, limits):
            level = half if standing.is_new(uow, members.member(uow, member), at, limits) else level
        found.append(Account(member, spent, earned, lost, level))
    return tuple(found)


def _interventions(uow: UnitOfWork, span: Span) -> list[Brought]:
    """What the gate did, and what members brought afterwards."""
    times = {"since": span.since, "until": span.until}
    found = [
        Brought(f"calls at {row.level.replace('_', ' ')}", int(row.times), int(row.members), 0)
        for row in uow.run(repository.CALLS_BY_LEVEL, **times)
    ]
    told = uow.run(repository.TOLD_AND_BROUGHT, notice=standing.LEVEL.name, **times).one()
    visits = uow.run(repository.VISITS, **times).one()
    found.append(Brought("told of a changed level", int(told.times), int(told.members), int(told.nanos)))
    found.append(Brought("partner visits that opened AI", int(visits.times), int(visits.members), 0))
    return sorted((one for one in found if one.times), key=lambda one: (-one.nanos, -one.times, one.name))
