"""What keeps somebody from asking."""

from dataclasses import dataclass
from typing import ClassVar

from core.chat import Button
from core.errors import TandemError, Way
from core.money import Amount


@dataclass(eq=False)
class TooFew(TandemError):
    """The balance does not cover the price."""

    words: ClassVar[str] = "{what} costs {price}; you have {have:,}. {missing:,} more needed."

    what: str
    price: Amount
    have: int
    missing: int
    buttons: tuple[Button, ...]
    """The ways to it: more of the same, what pays some, the other unit if that is there."""


@dataclass(eq=False)
class NothingConnected(TandemError):
    """An analysis is of a connected account, and there is none that can be read."""

    words: ClassVar[str] = (
        "An analysis reads a connected account, and there is none that I can read. Connect one; nothing was charged."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Connect an account", ("connect", "show")),)


@dataclass(eq=False)
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
