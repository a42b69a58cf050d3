"""Units of the daily quota, counted here so that the last ones are never asked for in vain.

What is planned for a day the core keeps (`core/metrics/quota.py`); this count is of one process, and only stops it from
asking what would be refused.
"""

from datetime import date, datetime

from adapters.youtube.limits import DAY_ZONE, NAME
from core.clock import Clock, local_day, next_midnight
from core.sources import SourceAway


class Quota:
    """So many units a Pacific day."""

    def __init__(self, clock: Clock, units_a_day: int) -> None:
        self._clock = clock
        self._units_a_day = units_a_day
        self._day = date.min
        self._used = 0

    @property
    def day(self) -> date:
        """The Pacific day that it is now."""
        return local_day(self._clock.now(), DAY_ZONE)

    @property
    def used(self) -> int:
        """Units used today."""
        return self._used if self._day == self.day else 0

    @property
    def left(self) -> int:
        """Units that can still be used today."""
        return self._units_a_day - self.used

    def take(self, units: int) -> None:
        """Use units up. Raises `SourceAway` where too few are left, and uses none."""
        if units > self.left:
            raise self.over()
        self._set(self.used + units)

    def exhaust(self) -> SourceAway:
        """YouTube says that nothing is left, so others use our key too: ask no more today."""
        self._set(self._units_a_day)
        return self.over()

    def over(self) -> SourceAway:
        """Why nothing is asked, and until when."""
        now = self._clock.now()
        return SourceAway(NAME, "the day's quota is used up", _seconds(now, next_midnight(now, DAY_ZONE)))

    def _set(self, used: int) -> None:
        self._day, self._used = self.day, used


def _seconds(since: datetime, until: datetime) -> int:
    return max(1, int((until - since).total_seconds()))
