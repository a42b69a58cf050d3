"""What the gift room refuses."""

from typing import ClassVar

from core.errors import InvalidField, TandemError, Way
from core.money import Credits

_MORE: tuple[Way, ...] = (("Get more", ("buy",)), ("Wallet", ("wallet",)))


class GiftsClosed(TandemError):
    """The operator switched gifts off."""

    words: ClassVar[str] = "Gifts are switched off here. Your credits stay yours; ask the operator when they open."


class GivesToSelf(TandemError):
    """A gift to oneself, or to one's own linked identity: one wallet."""

    words: ClassVar[str] = "That is you: your own accounts share one wallet. Pick somebody else."


class GivingNeedsPlan(TandemError):
    """Free members can receive and not give."""

    words: ClassVar[str] = "Giving credits comes with Premium and Pro. Receiving is open to everybody."
    ways: ClassVar[tuple[Way, ...]] = (("Plans", ("plan", "show")),)


class AccountTooNew(TandemError):
    """New accounts give nothing for some days, because stolen cards are spent fast."""

    words: ClassVar[str] = "New members can give after {days} days. Until then your credits are for your own work."

    days: int


class GiftTooLarge(InvalidField):
    """One gift has a bound; goes back to the amount."""


class OverDailyCap(TandemError):
    """The day's cap is reached."""

    words: ClassVar[str] = "You can give {cap} a day; {left} are left today. Give less, or go on tomorrow."

    cap: Credits
    left: Credits


class NotEnoughBought(TandemError):
    """The wallet may hold more, but only bought credits can be given."""

    words: ClassVar[str] = "Only bought credits can be given, and {bought} of yours are; this needs {required}."
    ways: ClassVar[tuple[Way, ...]] = _MORE

    bought: Credits
    required: Credits


class NothingToGive(TandemError):
    """There is none of what can be given; said before anything is asked."""

    words: ClassVar[str] = "Only bought credits can be given, and none of yours are. /wallet shows which they are."
    ways: ClassVar[tuple[Way, ...]] = _MORE


class WantsNoGifts(TandemError):
    """The receiver turned gifts off."""

    words: ClassVar[str] = "{name} does not take gifts at the moment. Nothing was sent; your credits stay yours."

    name: str
