"""The terms of a contract: what was agreed, frozen, as text that hashes to the same wherever it is written down."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any

from core.clock import day_start, local_day
from core.growth.rules import Metric
from core.values import dataclass

VERSION = 1
"""Of the form below: what is written under another number is read by the code of that number."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One success metric: its weight, the target, and what was usual when it was set."""

    metric: Metric
    weight: Fraction
    target: int
    usual: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Actions:
    """What the member does; 0 where nothing is asked."""

    posts_a_week: int = 0
    posting_days: int = 0
    lives: int = 0
    live_minutes: int = 0
    live_days: int = 0


@dataclass(frozen=True, slots=True)
class Hours:
    """The clock of a contract, in hours; beginning and end are local midnights."""

    baseline: int = 6
    """Around the beginning: a reading from within these needs no further asking."""
    baseline_again: int = 24
    counts: int = 6
    """After the end: the last reading up to here is the one that counts."""
    verdict: int = 48
    """After the end: the posts were read again, because the source may be late."""
    escrow: int = 24
    """After the verdict: what is consumed waits for an appeal."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that a verdict needs beside the evidence. `days` are local days of `zone`."""

    template: str
    title: str
    account: int
    platform: str
    handle: str
    way: str
    zone: str
    start: date
    days: int
    actions: Actions
    goals: tuple[Goal, ...]
    stake: int
    penalty_percent: int
    reward_credits: int
    burns: bool = False
    """Whether what a broken commitment leaves of the stake is burned instead of returned."""
    estimate: bool = False
    """Whether the targets come from the table and not from the member's own history."""
    hours: Hours = Hours()

    @property
    def starts_at(self) -> datetime:
        """The local midnight at which it begins; until then it can be cancelled."""
        return day_start(self.start, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The local midnight at which it ends."""
        return self.day_starts_at(self.days)

    @property
    def counts_until(self) -> datetime:
        """No later reading counts for the metrics."""
        return self.ends_at + timedelta(hours=self.hours.counts)

    @property
    def verdict_at(self) -> datetime:
        """When it is judged."""
        return self.ends_at + timedelta(hours=self.hours.verdict)

    def stands_at(self, judged_at: datetime) -> datetime:
        """When a verdict stands: until then it can be appealed against, and what it consumes waits."""
        return judged_at + timedelta(hours=self.hours.escrow)

    @property
    def edges(self) -> list[datetime]:
        """When each day begins, and the end."""
        return [self.day_starts_at(number) for number in range(self.days + 1)]

    def day_starts_at(self, number: int) -> datetime:
        """When the day of this number begins, from 0; that of `days` is the end."""
        return day_start(self.start + timedelta(days=number), self.zone)

    def day_of(self, at: datetime) -> int:
        """The number of the local day of an instant; negative before the beginning."""
        return (local_day(at, self.zone) - self.start).days


def canonical(terms: Terms) -> str:
    """The terms as JSON with sorted keys: the text that is stored and hashed."""
    plain = {"version": VERSION, **asdict(terms)}
    plain["start"] = terms.start.isoformat()
    for goal in plain["goals"]:
        goal["weight"] = str(goal["weight"])
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """The SHA-256 by which terms and evidence are known."""
    return sha256(text.encode()).hexdigest()


def read(text: str) -> Terms:
    """Terms from their text."""
    plain: dict[str, Any] = json.loads(text)
    version = plain.pop("version")
    assert version == VERSION, f"terms of version {version}"
    plain["start"] = date.fromisoformat(plain["start"])
    plain["actions"] = Actions(**plain["actions"])
    plain["hours"] = Hours(**plain["hours"])
    plain["goals"] = tuple(
        Goal(**{**goal, "metric": Metric(goal["metric"]), "weight": Fraction(goal["weight"])})
        for goal in plain["goals"]
    )
    return Terms(**plain)
