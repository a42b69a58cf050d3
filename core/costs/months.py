"""Which month an instant belongs to, and what a month says. Pure functions."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from core.ids import MemberId
from core.people import Plan
from core.values import dataclass


class Key(NamedTuple):
    """Which month: of a plan, from when to when."""

    plan: Plan
    starts_at: datetime
    ends_at: datetime


def month_of(cycle: tuple[Plan, datetime] | None, at: datetime) -> Key:
    """The plan's monthly cycle, without a plan the calendar month in UTC.

    A free month is named by its calendar month alone, so that nobody has two of them in one.
    """
    if cycle is None:
        start = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return Key(Plan.FREE, start, months_after(start, 1))
    plan, since = cycle
    passed = (at.year - since.year) * 12 + at.month - since.month
    while months_after(since, passed) > at:
        passed -= 1
    return Key(plan, months_after(since, passed), months_after(since, passed + 1))


def months_after(since: datetime, count: int) -> datetime:
    """So many months later at the same time of day; the last day of a month that is too short for it."""
    year, month = divmod(since.year * 12 + since.month - 1 + count, 12)
    days = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return since.replace(year=year, month=month + 1, day=min(since.day, days))


@dataclass(frozen=True, slots=True)
class Month:
    """What one member cost and brought in one month, in nano-dollars."""

    id: int
    member: MemberId
    plan: Plan
    starts_at: datetime
    ends_at: datetime
    spent: int
    """X as far as it is settled: plan-paid and house-paid work, small things among it."""
    reserved: int
    """What runs just now, at its worst."""
    earned: int
    """Y."""
    lost: int
    """What a call had cost that the member did not get whole and so did not pay: the platform's loss, not theirs."""

    @property
    def cost(self) -> int:
        """X: settled and reserved."""
        return self.spent + self.reserved

    @property
    def profit(self) -> int:
        """P = Y - X."""
        return self.earned - self.cost


class Outlook(NamedTuple):
    """Where a month is heading if it goes on as it began."""

    cost: int
    earned: int

    @property
    def profit(self) -> int:
        """What would be left."""
        return self.earned - self.cost


DAY_S = 24 * 3600


def outlook(month: Month, at: datetime) -> Outlook:
    """Cost in proportion to the time passed, a day at least; what came in is not expected twice."""
    whole = int((month.ends_at - month.starts_at).total_seconds())
    passed = min(whole, max(DAY_S, int((at - month.starts_at).total_seconds())))
    return Outlook(-(-month.spent * whole // passed), month.earned)
