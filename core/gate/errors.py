"""What the gate refuses, and the way back."""

from typing import ClassVar

from core.errors import InvalidField, TandemError, Way
from core.money import Nanos

_PAY: tuple[Way, ...] = (("Top up", ("buy",)), ("Plans", ("plan", "show")))
_WRITE: Way = ("Write to support", ("support",))


class NotSold(TandemError):
    """Base of what stops calls that the house or a plan would pay: the same call runs, if bought lots alone pay it."""


class Closed(NotSold):
    """The month has cost what it may: house-paid AI rests."""

    words: ClassVar[str] = (
        "The free AI rests until {until}. Your tasks, wallet and challenges go on as always. "
        "Bought credits, from {least} on, open everything at once, at its price."
    )
    ways: ClassVar[tuple[Way, ...]] = (*_PAY, _WRITE)

    until: str
    least: Nanos


class BasicOnly(NotSold):
    """What is left of the month covers prewritten answers; whoever catches this gives one."""

    words: ClassVar[str] = (
        "Until {until} I answer from prepared texts: this month's plan is nearly used. "
        "Bought credits, from {least} on, open everything at once, at its price."
    )
    ways: ClassVar[tuple[Way, ...]] = _PAY

    until: str
    least: Nanos


class VisitNeeded(NotSold):
    """The free part is used, and a partner visit opens the next hours."""

    words: ClassVar[str] = (
        "This month's free AI part ({free}) is used. A visit to a partner page opens it for {hours} h: "
        "we earn a commission, you owe nothing. Credits you bought, or Premium, open it too."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Partner pages", ("offers",)), *_PAY)

    free: Nanos
    hours: int


class PlanUsed(NotSold):
    """A paid plan's month has cost as much as it may."""

    words: ClassVar[str] = (
        "This month's plan has carried all the AI it can, until {until}. Nothing was charged. "
        "Bought credits run at once, at the same prices."
    )
    ways: ClassVar[tuple[Way, ...]] = (*_PAY, _WRITE)

    until: str


class SoldTooLow(TandemError):
    """A self-paid call whose lots brought less than it may cost, in a month that can not carry the difference."""

    words: ClassVar[str] = (
        "This costs more than its price brought in, and this month can not carry the difference. "
        "Nothing was charged; your credits stay yours. Tell support, or try a shorter text."
    )
    ways: ClassVar[tuple[Way, ...]] = (_WRITE,)


class TooMuchLost(TandemError):
    """Self-paid calls that came to nothing have cost the service as much as a month may."""

    words: ClassVar[str] = (
        "Too many answers of this month came to nothing, and were not charged: together they have cost what a month "
        "may. AI opens again on {until}; your credits stay yours. Write to support, if these were fair questions."
    )
    ways: ClassVar[tuple[Way, ...]] = (_WRITE,)

    until: str


class BudgetUsed(NotSold):
    """The day's budget for those who bring nothing is used up."""

    words: ClassVar[str] = (
        "Today's free AI is used up for everybody; it opens again at 00:00 UTC. Until then I answer from prepared "
        "texts. Bought credits and plans run as always."
    )
    ways: ClassVar[tuple[Way, ...]] = _PAY


class BreakerNear(NotSold):
    """So much of the operator's limit for one day is used that the rest is kept for what was sold."""

    words: ClassVar[str] = (
        "The operator's limit for one day is nearly reached, and what is left is kept for bought credits. "
        "Nothing was charged. AI opens again for all at 00:00 UTC; everything else stays open."
    )


class BreakerOpen(TandemError):
    """The operator's limit for one day is reached."""

    words: ClassVar[str] = (
        "AI is switched off for today: the operator's limit for one day is reached. Nothing was charged. "
        "It opens again at 00:00 UTC; everything else stays open."
    )


class PriceFrozen(TandemError):
    """The price would come from a lot whose payment is in dispute."""

    words: ClassVar[str] = (
        "A payment behind these credits is in dispute, so they wait until it is decided. Nothing was charged. "
        "Write to support if you know nothing of a dispute."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Wallet", ("wallet",)), _WRITE)


class Disputed(NotSold):
    """A payment of the member is in dispute or left a debt: the house does not pay meanwhile."""

    words: ClassVar[str] = (
        "A payment is in dispute or was taken back, so the free AI rests until that is settled. "
        "Everything without AI stays open. What you buy of what is owed pays it first."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Wallet", ("wallet",)), _WRITE)


class Throttled(TandemError):
    """Many calls in a minute, the same text again and again, or a day far from the member's own usual one."""

    words: ClassVar[str] = (
        "{why} AI goes on in {wait}; nothing was charged. If that is wrong, one appeal a month lifts it at once."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Appeal", ("appeal",)), ("Plans", ("plan", "show")))

    why: str
    """A sentence, as `words.held_up` says it."""
    wait: str


class PremiumNeeded(NotSold):
    """The pauses did not help: free AI stays off until the strikes are forgotten."""

    words: ClassVar[str] = (
        "After several pauses, the last {why}, the free AI is off here until {until}. "
        "Premium or bought credits run at once, and one appeal a month lifts it."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Appeal", ("appeal",)), ("Plans", ("plan", "show")), _WRITE)

    why: str
    """The end of a sentence, as `words.struck_for` says it."""
    until: str


class NothingToAppeal(TandemError):
    """No pause is in force."""

    words: ClassVar[str] = "Nothing holds you up: AI is open at your usual pace. Go on with what you wanted to ask."


class AppealUsed(TandemError):
    """One appeal in a month is granted by itself; the next one somebody must look at."""

    words: ClassVar[str] = (
        "Your appeal of this month was granted on {day}. The pause ends in {wait}; support can lift it sooner."
    )
    ways: ClassVar[tuple[Way, ...]] = (_WRITE,)

    day: str
    wait: str


class NoSuchOffer(InvalidField):
    """Nobody has that short name; goes back to the field."""


class OwnPause(TandemError):
    """Nobody decides a case of their own."""

    words: ClassVar[str] = "That is your own pause: somebody else with a role has to look at it. /appeal may lift it."
