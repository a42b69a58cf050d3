"""The wallet's last two weeks as a picture: what came in and what went out, day by day. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.chat.chart import Bars
from core.clock import day_start, local_day

DAYS = 14
DAYS_LEAST = 2
"""On how many days something moved at least: one day is said by the last lines."""


def since(at: datetime, zone_name: str) -> datetime:
    """When the first of the days begins."""
    return day_start(local_day(at, zone_name) - timedelta(days=DAYS - 1), zone_name)


def two_weeks(moved: Iterable[tuple[datetime, int]], at: datetime, zone_name: str) -> Bars | None:
    """Coins in and out on each local day up to today; None if there is nothing to see."""
    first, begins = local_day(at, zone_name) - timedelta(days=DAYS - 1), since(at, zone_name)
    gained, spent = [0] * DAYS, [0] * DAYS
    for when, amount in moved:
        if when < begins:  # most of an old wallet
            continue
        place = (local_day(when, zone_name) - first).days
        if place < DAYS:
            (gained if amount > 0 else spent)[place] += abs(amount)
    if sum(bool(up or down) for up, down in zip(gained, spent, strict=True)) < DAYS_LEAST:
        return None
    days = [first + timedelta(days=past) for past in range(DAYS)]
    return Bars("Your last 14 days", "coins", tuple(f"{day:%-d %b}" for day in days), tuple(gained), tuple(spent))
