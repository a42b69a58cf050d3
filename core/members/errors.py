"""What the member room refuses."""

from typing import ClassVar

from core.errors import TandemError, Way


class ZoneChangedRecently(TandemError):
    """A time zone can be changed once in 30 days, because the daily coins hang on the local day."""

    words: ClassVar[str] = "Your time zone was changed less than {days} days ago. You can change it again on {day}."
    ways: ClassVar[tuple[Way, ...]] = (("Settings", ("settings",)),)

    days: int
    day: str
