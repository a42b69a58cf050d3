"""What keeps somebody from asking."""

from dataclasses import dataclass
from typing import ClassVar

from core.chat import Button
from core.errors import TandemError
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
