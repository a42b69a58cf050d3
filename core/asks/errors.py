"""What keeps somebody from asking."""

from typing import ClassVar

from core.chat import Button
from core.errors import TandemError, Way
from core.money import Amount


class TooFew(TandemError):
    """The balance does not cover the price."""

    words: ClassVar[str] = "{what} costs {price}; you have {have:,}{which}. {missing:,} more needed."

    what: str
    price: Amount
    have: int
    which: str
    """Which ones count, where not all do."""
    missing: int
    buttons: tuple[Button, ...]
    """The ways to it: more of the same, what pays some, the other unit if that is there."""


class OnlySold(TandemError):
    """The gate refuses what was not sold, and bought lots would cover the price: its words, and the way on first."""

    words: ClassVar[str] = "{reason}"

    reason: str
    buttons: tuple[Button, ...]


class NothingConnected(TandemError):
    """An analysis is of a connected account, and there is none that can be read."""

    words: ClassVar[str] = (
        "An analysis reads a connected account, and there is none that I can read. Connect one; nothing was charged."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Connect an account", ("connect", "show")),)


class TooLittle(TandemError):
    """Too few days of figures."""

    words: ClassVar[str] = (
        "{account}: {days} with figures so far; an analysis needs {least} over two weeks. "
        "Read daily, that is there on {day}. Nothing was charged."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Connected accounts", ("connect", "show")),)

    account: str
    days: str
    least: int
    day: str
