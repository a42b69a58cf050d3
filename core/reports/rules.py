"""Goals, spans of days, and what the books come to. Pure functions of whole nano-dollars."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median_low
from typing import Annotated, NamedTuple

from pydantic import Field

from core.costs import months
from core.costs.months import Month
from core.costs.rules import DOLLAR, Decimal, nanos
from core.gate.rules import Level
from core.ids import MemberId
from core.people import Plan
from core.values import dataclass

ONE_DAY = timedelta(days=1)
LISTED_MOST = 100
"""Members that a report names at most, by a hash of each."""
Percent = Annotated[int, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True)
class Goals:
    """`[goals]` of config.toml: what the figures are held against."""

    member_profit: Decimal = "3"
    members_above_percent: Percent = 95
    revenue_month: Decimal = "5000"
    cost_month: Decimal = "500"
    margin_percent: Percent = 90
    revenue_member_low: Decimal = "8"
    revenue_member_high: Decimal = "15"
    conversion_percent: Percent = 70
    click_through_percent: Percent = 15
    upgrade_percent: Percent = 20
    retention_percent: Percent = 85


@dataclass(frozen=True, slots=True)
class ReportRules:
    """`[reports]` of config.toml."""

    hour: Annotated[int, Field(ge=0, le=23)] = 6
    alarm_times: Annotated[int, Field(ge=2)] = 5
    alarm_days: Annotated[int, Field(ge=3, le=90)] = 14
    alarm_least: Decimal = "0.50"
    listed: Annotated[int, Field(ge=1, le=LISTED_MOST)] = 10


# Spans


class Span(NamedTuple):
    """Days from the first to the last, both in it, in UTC."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def since(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, datetime.min.time(), tzinfo=UTC)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return datetime.combine(self.last + ONE_DAY, datetime.min.time(), tzinfo=UTC)


class Period(StrEnum):
    """How often a report comes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def so_far(period: Period, day: date) -> Span:
    """A day; the seven days that end with it; its calendar month up to it."""
    first = {Period.DAY: day, Period.WEEK: day - 6 * ONE_DAY, Period.MONTH: day.replace(day=1)}
    return Span(first[period], day)


def finished(period: Period, day: date) -> Span:
    """The last one that is over on a day: yesterday; the week to Sunday; the calendar month before."""
    match period:
        case Period.DAY:
            return Span(day - ONE_DAY, day - ONE_DAY)
        case Period.WEEK:
            sunday = day - (day.weekday() + 1) * ONE_DAY
            return Span(sunday - 6 * ONE_DAY, sunday)
        case Period.MONTH:
            last = day.replace(day=1) - ONE_DAY
            return Span(last.replace(day=1), last)


# Books


class Spent(NamedTuple):
    """What one day cost in one category, for one purpose, by one payer. `posted`: whether it is in the ledger."""

    day: date
    category: str
    purpose: str
    payer: str
    times: int
    nanos: int
    posted: bool = True


class Earned(NamedTuple):
    """What one day brought of one kind; the kind `reversal` is what was taken back."""

    day: date
    kind: str
    times: int
    nanos: int


REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Books:
    """Every cost and every income of some days."""

    spent: tuple[Spent, ...] = ()
    earned: tuple[Earned, ...] = ()

    def cost(self, span: Span) -> int:
        """All that the days cost."""
        return sum(row.nanos for row in self.spent if row.day in span)

    def revenue(self, span: Span) -> int:
        """All that they brought, net."""
        return sum(row.nanos for row in self.earned if row.day in span and row.kind != REVERSAL)

    def reversed(self, span: Span) -> int:
        """What disputes and forced refunds took back."""
        return sum(row.nanos for row in self.earned if row.day in span and row.kind == REVERSAL)

    def profit(self, span: Span) -> int:
        """What is left."""
        return self.revenue(span) - self.cost(span) - self.reversed(span)

    def costs_by(self, of: Callable[[Spent], str], span: Span) -> dict[str, int]:
        """Sums of costs by something, the dearest first."""
        return _sums((of(row), row.nanos) for row in self.spent if row.day in span)

    def revenue_by_kind(self, span: Span) -> dict[str, int]:
        """Sums of income by kind, the largest first."""
        return _sums((row.kind, row.nanos) for row in self.earned if row.day in span and row.kind != REVERSAL)


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, amount in pairs:
        found[name] = found.get(name, 0) + amount
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def projected(cost: int, span: Span, at: datetime) -> int:
    """What a month will have cost if it goes on as it began; as a member's month is projected."""
    start = span.since
    whole = Month(0, MemberId(0), Plan.FREE, start, months.months_after(start, 1), cost, 0, 0, 0)
    return months.outlook(whole, at).cost


# Members


class Account(NamedTuple):
    """One member's running months as one: X settled, Y, what the platform lost, and the level of house-paid AI."""

    member: MemberId
    cost: int
    earned: int
    lost: int
    level: Level

    @property
    def profit(self) -> int:
        """P."""
        return self.earned - self.cost

    @property
    def active(self) -> bool:
        """Whether they cost or brought anything."""
        return bool(self.cost or self.earned or self.lost)


class Brought(NamedTuple):
    """A kind of intervention: how often, of how many members, and what these brought after it."""

    name: str
    times: int
    members: int
    nanos: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a report says. `accounts` are the members with a running month at the end of the span."""

    at: datetime
    span: Span
    books: Books
    members: int = 0
    accounts: tuple[Account, ...] = ()
    active_before: int = 0
    """Members who cost or brought something in the month before."""
    came_back: int = 0
    """Of those, who did again."""
    reserved: int = 0
    answers: tuple[tuple[str, str, int], ...] = ()
    """How questions were answered: source, nearest prepared answer, times."""
    interventions: tuple[Brought, ...] = ()
    hashes: dict[MemberId, str] = field(default_factory=dict)

    @property
    def active(self) -> list[Account]:
        """Members who cost or brought something."""
        return [one for one in self.accounts if one.active]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.books.cost(self.span) or self.books.revenue(self.span) or self.books.reversed(self.span))


class Held(NamedTuple):
    """A figure beside its goal. `reached` None: it can not be measured yet, and `figure` says why."""

    label: str
    figure: str
    goal: str
    reached: bool | None


def percent(part: int, whole: int) -> int:
    """Rounded down: 94.9 percent is no 95."""
    return part * 100 // whole if whole else 0


def held(figures: Figures, goals: Goals) -> list[Held]:
    """Each goal with what is true of it; of a month, as the seed has them."""
    span = so_far(Period.MONTH, figures.span.last)
    books, active = figures.books, figures.active
    revenue, cost, profit = books.revenue(span), books.cost(span), books.profit(span)
    above = sum(one.profit > nanos(goals.member_profit) for one in active)
    low, high = nanos(goals.revenue_member_low), nanos(goals.revenue_member_high)
    each = revenue // len(active) if active else 0
    share, margin = percent(above, len(active)), percent(profit, revenue)
    stayed = percent(figures.came_back, figures.active_before)
    nobody, sold = "nobody active yet", "not measured yet: nothing is sold"
    return [
        Held(
            f"Members above {dollars(nanos(goals.member_profit))}",
            f"{share}% ({above} of {len(active)} active)" if active else nobody,
            f"{goals.members_above_percent}%",
            share >= goals.members_above_percent if active else None,
        ),
        Held("Revenue", dollars(revenue), dollars(nanos(goals.revenue_month)), revenue >= nanos(goals.revenue_month)),
        Held("Cost", dollars(cost), f"at most {dollars(nanos(goals.cost_month))}", cost <= nanos(goals.cost_month)),
        Held(
            "Margin",
            f"{margin}%" if revenue else "no revenue yet",
            f"{goals.margin_percent}%",
            margin >= goals.margin_percent if revenue else None,
        ),
        Held(
            "Revenue a member",
            dollars(each) if active else nobody,
            f"{dollars(low)} to {dollars(high)}",
            each >= low if active else None,
        ),
        Held(
            "Active again",
            f"{stayed}% ({figures.came_back} of {figures.active_before})"
            if figures.active_before
            else "not measured yet: it needs a month before",
            f"{goals.retention_percent}%",
            stayed >= goals.retention_percent if figures.active_before else None,
        ),
        Held("Who pays", sold, f"{goals.conversion_percent}%", None),
        Held("Upgrades", sold, f"{goals.upgrade_percent}%", None),
        Held(
            "Click-through",
            "not measured yet: visits are counted, showings are not",
            f"{goals.click_through_percent}%",
            None,
        ),
    ]


def levels(accounts: Iterable[Account], members: int) -> dict[Level, int]:
    """How many members have which level; who has no month has cost nothing."""
    found = dict.fromkeys(Level, 0)
    count = 0
    for one in accounts:
        found[one.level] += 1
        count += 1
    found[Level.NORMAL] += max(0, members - count)
    return found


def dearest(figures: Figures, most: int) -> list[Account]:
    """Who cost most."""
    return sorted((one for one in figures.active if one.cost), key=lambda one: (-one.cost, one.member))[:most]


def best(figures: Figures, most: int) -> list[Account]:
    """Who is worth most."""
    return sorted((one for one in figures.active if one.profit > 0), key=lambda one: (-one.profit, one.member))[:most]


# Alarms


def is_outlier(today: int, before: Sequence[int], rules: ReportRules) -> bool:
    """Whether a day is so many times the median of the days before it, days without cost among them."""
    if len(before) < 3 or today < nanos(rules.alarm_least) or today == 0:
        return False
    return today >= rules.alarm_times * median_low(before)


def dollars(amount: int) -> str:
    """To the cent; below ten cents to the hundredth of one, because most single costs are there."""
    digits = 2 if abs(amount) >= DOLLAR // 10 or amount == 0 else 4
    unit = DOLLAR // 10**digits
    units = (abs(amount) + unit // 2) // unit
    whole, part = divmod(units, 10**digits)
    return f"{'-' if amount < 0 and units else ''}${whole:,}.{part:0{digits}d}"
