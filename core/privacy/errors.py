"""What the privacy room refuses."""

from typing import ClassVar

from core.chat import Button
from core.errors import TandemError, Way


class AlreadyLeaving(TandemError):
    """Leaving was asked for before."""

    words: ClassVar[str] = (
        "You are leaving on {day} already. Until then you can stay after all, or have everything erased today."
    )

    day: str

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Back, or on at once: that one still asks for the word that says it is meant."""
        return Button("Stay", ("privacy", "stay")), Button(
            "Erase everything today", ("privacy", "erase"), {"now": True}
        )


class NotLeaving(TandemError):
    """There is nothing to take back."""

    words: ClassVar[str] = "You are not leaving, so everything stays as it is. /privacy shows what is held."
    ways: ClassVar[tuple[Way, ...]] = (("Privacy", ("privacy",)),)
