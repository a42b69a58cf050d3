"""Time: instants are UTC datetimes; a local day is a date in the member's zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """Where the time comes from; tests and the local chat travel with it."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until somebody sets it: tests, and time travel in the local chat."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Jump to an instant."""
        self._at = at

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self._at += by


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `ZoneInfoNotFoundError` for an unknown one."""
    return ZoneInfo(name)


def local_day(at: datetime, zone_name: str) -> date:
    """The member's calendar day at an instant. The one function for claims, streaks, caps and limits."""
    return at.astimezone(zone(zone_name)).date()


@lru_cache(maxsize=8192)
def day_start(day: date, zone_name: str) -> datetime:
    """The instant at which a local day begins; where midnight does not exist, the first instant after it."""
    midnight = datetime.combine(day, time(), tzinfo=zone(zone_name)).astimezone(UTC)
    # In a gap (spring clock change at midnight) the conversion lands in the day before: the day starts at the jump.
    while local_day(midnight, zone_name) < day:
        midnight += timedelta(minutes=15)
    return midnight


def next_midnight(at: datetime, zone_name: str) -> datetime:
    """When the next local day begins."""
    return day_start(local_day(at, zone_name) + timedelta(days=1), zone_name)
