"""What the privacy room refuses."""

from typing import ClassVar

from core.errors import TandemError, Way


class AlreadyLeaving(TandemError):
    """Leaving was asked for before."""

    words: ClassVar[str] = (
        "You are leaving on {day} already. /privacy stay keeps everything; "
        "/privacy erase with now set to yes ends it today."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Stay", ("privacy", "stay")),)

    day: str


class NotLeaving(TandemError):
    """There is nothing to take back."""

    words: ClassVar[str] = "You are not leaving, so everything stays as it is. /privacy shows what is held."
    ways: ClassVar[tuple[Way, ...]] = (("Privacy", ("privacy",)),)
