"""On which day a reward has room. Pure functions of days and amounts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from core.bounds import Positive
from core.clock import local_day
from core.values import dataclass

ONE_DAY = timedelta(days=1)
REWARD_MAX = 40
"""Coins that one reward brings at most, so that each fits whole on a day."""

Reward = Annotated[int, Field(ge=0, le=REWARD_MAX)]
"""A reward of settings or templates, in coins."""


@dataclass(frozen=True, slots=True)
class EarningLimits:
    """`[earnings]` of config.toml: coins, days."""

    day_coins: Annotated[int, Field(ge=REWARD_MAX)] = 60
    month_coins: Annotated[int, Field(ge=REWARD_MAX)] = 400
    credits_days: Positive = 90

    def __post_init__(self) -> None:
        if self.day_coins > self.month_coins:
            raise ValueError(f"day_coins {self.day_coins} should not be over month_coins {self.month_coins}")


@dataclass(frozen=True, slots=True)
class Used:
    """What was paid: by local day since the first of the month; and lately, on a day that ended by a move."""

    by_day: Mapping[date, int]
    lately: int = 0

    def on(self, day: date) -> int:
        """What counts on today's cap."""
        return self.by_day.get(day, 0) + self.lately

    def in_month(self, day: date) -> int:
        """What counts on the cap of a day's month."""
        return sum(amount for other, amount in self.by_day.items() if _month(other) == _month(day))


def places(used: Used, amounts: Sequence[int], today: date, limits: EarningLimits) -> list[date]:
    """The days on which rewards are paid, each the first with room for all of it, in the order they were earned.

    What is earned later never takes the room of what waits, so a day that was said stays.
    """
    days, found = Counter(used.by_day), []
    for amount in amounts:
        assert 0 < amount <= REWARD_MAX, "a reward fits on a day, whatever the settings"
        day = _first_with_room(days, used.lately, amount, today, limits)
        days[day] += amount
        found.append(day)
    return found


def _first_with_room(days: Counter[date], lately: int, amount: int, today: date, limits: EarningLimits) -> date:
    day = today
    while True:
        in_month = sum(paid for other, paid in days.items() if _month(other) == _month(day))
        if in_month + amount > limits.month_coins:
            day = (day.replace(day=1) + 31 * ONE_DAY).replace(day=1)
        elif days[day] + (lately if day == today else 0) + amount > limits.day_coins:
            day += ONE_DAY
        else:
            return day


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def is_of_another_zone(day: date, paid_at: datetime, zone_name: str) -> bool:
    """Whether a reward was paid on a local day of some other zone: before its member moved, or was linked.

    For a day such a payment counts on today's cap: or a move to the east would be a new day at once, with its own.
    """
    return local_day(paid_at, zone_name) != day
