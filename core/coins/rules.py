"""Streaks, grace days and what a visit pays. Pure functions of dates."""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from core.bounds import Whole
from core.money import Coins
from core.values import dataclass

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CoinRules:
    """`[coins]` of config.toml."""

    daily_base: Whole = 10
    streak_bonus_max: Whole = 10
    grace_days: Annotated[int, Field(ge=0, le=3650)] = 7
    reminder_hours: Annotated[int, Field(ge=1, le=23)] = 6


@dataclass(frozen=True, slots=True)
class Past:
    """The last visit: its local day, its instant, its place in the streak."""

    day: date
    at: datetime
    streak: int


@dataclass(frozen=True, slots=True)
class Streak:
    """Where a visit stands: the day of the streak, and the missed day that a grace day covered."""

    days: int
    bridged: date | None = None


def streak(last: Past | None, today: date, last_bridged: date | None, rules: CoinRules) -> Streak:
    """The streak of a visit today. One missed day is bridged if none was in the `grace_days` before it; 0: never."""
    if last is None:
        return Streak(1)
    missed = (today - last.day).days - 1
    if missed == 0:
        return Streak(last.streak + 1)
    if missed == 1 and rules.grace_days:
        gap = last.day + ONE_DAY
        if last_bridged is None or gap >= grace_returns_on(last_bridged, rules):
            return Streak(last.streak + 1, bridged=gap)
    return Streak(1)


def grace_since(today: date, rules: CoinRules) -> date:
    """From which day on a visit can have covered a missed day that still keeps the next one from being covered."""
    return today - timedelta(days=rules.grace_days)


def grace_returns_on(bridged: date, rules: CoinRules) -> date:
    """The first day that can be bridged after this one was."""
    return bridged + timedelta(days=rules.grace_days + 1)


def reward(days: int, rules: CoinRules) -> Coins:
    """Day n of a streak pays base + min(n − 1, bonus): 10 + min(n − 1, 10) by default."""
    return Coins(rules.daily_base + min(days - 1, rules.streak_bonus_max))
