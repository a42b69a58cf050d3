"""What time does: reports of days, weeks and months that are over, and alarms; each once, to owners and admins."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median_low

from core.chat import Button, Due, Message, Notice, said
from core.costs import service as costs
from core.costs.rules import nanos
from core.db import UnitOfWork
from core.gate.rules import GateLimits
from core.ids import MemberId
from core.members import service as members
from core.members.service import Salt
from core.outbox import service as outbox
from core.people import Role
from core.reports import repository, rules, service, words
from core.reports.rules import Goals, Period, ReportRules, Span, dollars
from core.reports.service import Reader
from core.roles import service as roles
from core.roles.service import Owners
from core.values import dataclass

REPORT = Notice("reports", "Reports on costs and profit", staff=True)
ALARM = Notice("dear", "A member or a command that got dear", counted=False, staff=True)
OFF = Button("No more reports", ("settings", "notice"), {"notice": REPORT.name, "on": False})
WRITE, WATCH = "reports.write", "reports.watch"
EVERY = timedelta(hours=1)


def staff(uow: UnitOfWork, owners: Owners) -> list[MemberId]:
    """Who runs the service: its owners who have been here, and its admins."""
    granted = {grant.member for grant in roles.everybody(uow) if not grant.space and grant.role is Role.ADMIN}
    known = (members.known(uow, identity) for identity in owners.identities)
    return sorted(granted | {one.member.id for one in known if one is not None and one.arrived})


# Reports


@dataclass(frozen=True, slots=True)
class Wanted:
    """Reports that somebody has not got yet."""

    at: datetime
    periods: tuple[Period, ...]


def prepare(uow: UnitOfWork, due: Due, *, owners: Owners, listing: ReportRules) -> Wanted | None:
    """Job, first step: which of the last day, week and month somebody has not been told of."""
    if due.at.hour < listing.hour:
        return None
    day, readers = costs.utc_day(due.at), staff(uow, owners)
    missing = [
        period
        for period in Period
        if any(not outbox.is_announced(uow, _key(period, day, reader)) for reader in readers)
    ]
    return Wanted(due.at, tuple(missing)) if missing else None


async def write(
    work: Wanted, *, reader: Reader, limits: GateLimits, salt: Salt, goals: Goals, listing: ReportRules
) -> list[tuple[Period, Message]]:
    """Job, between transactions: read the books beside the writer. What saw nothing is not told."""
    found = []
    for period in work.periods:
        span = rules.finished(period, costs.utc_day(work.at))
        figures = await reader.figures(span, work.at, limits=limits, salt=salt)
        if not figures.empty:
            message = await asyncio.to_thread(words.report, figures, goals, listing, period)
            found.append((period, replace(message, buttons=(Button("Profit", ("admin", "profit")), OFF))))
    return found


def finish(uow: UnitOfWork, due: Due, result: list[tuple[Period, Message]], *, owners: Owners) -> None:
    """Job, last step: announce. The key is the period's and the reader's, so that each is told once, come what may."""
    for period, message in result:
        for reader in staff(uow, owners):
            key = _key(period, costs.utc_day(due.at), reader)
            outbox.announce(uow, reader, REPORT, message, key=key, at=due.at)


def _key(period: Period, day: date, reader: MemberId) -> str:
    return f"report:{period.value}:{rules.finished(period, day).last}:{reader}"


# Alarms


def look(uow: UnitOfWork, due: Due) -> datetime:
    """Job, first step: always."""
    return due.at


async def watch(at: datetime, *, reader: Reader, listing: ReportRules, salt: Salt) -> list[tuple[str, str]]:
    """Job, between transactions: who and what costs many times its median today, as (key, words)."""
    found: list[tuple[str, str]] = await reader.do(lambda uow: outliers(uow, costs.utc_day(at), listing, salt))
    return found


def outliers(uow: UnitOfWork, day: date, listing: ReportRules, salt: Salt) -> list[tuple[str, str]]:
    """Commands and members whose day is far from their usual ones."""
    span = Span(day - listing.alarm_days * rules.ONE_DAY, day)
    found = []
    for purpose, days in repository.days_of_purposes(uow, span).items():
        if usual := _far(days, span, listing):
            found.append((f"purpose:{purpose}", f"“{purpose}” has cost {usual}."))
    for member, days in repository.days_of_members(uow, span, nanos(listing.alarm_least)).items():
        if usual := _far(days, span, listing):
            name = service.hashed(member, salt)
            found.append((f"member:{name}", f"Member {name} has cost {usual}."))
    return found


def _far(days: dict[date, int], span: Span, listing: ReportRules) -> str:
    """The figures in words, if a day is an outlier among those since the first that cost anything; else empty."""
    first, today = min(days, default=span.last), days.get(span.last, 0)
    before = [days.get(first + past * rules.ONE_DAY, 0) for past in range((span.last - first).days)]
    if not rules.is_outlier(today, before, listing):
        return ""
    return f"{dollars(today)} today, on its median day {dollars(median_low(before))}"


def tell(uow: UnitOfWork, due: Due, result: list[tuple[str, str]], *, owners: Owners) -> None:
    """Job, last step: announce each once a day."""
    day = costs.utc_day(due.at)
    for name, text in result:
        for reader in staff(uow, owners):
            message = said(text, "The gate bounds it all the same.", buttons=(Button("Costs", ("admin", "costs")),))
            outbox.announce(uow, reader, ALARM, message, key=f"dear:{name}:{day}:{reader}", at=due.at)
