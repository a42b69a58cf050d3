"""What the challenge room refuses."""

from typing import ClassVar

from core.errors import InvalidField, TandemError, Way
from core.money import Coins

_LIST: tuple[Way, ...] = (("See challenges", ("challenge", "list")),)
_STATUS: tuple[Way, ...] = (("My challenges", ("challenge", "status")),)


class NoAccount(TandemError):
    """Nothing to measure."""

    words: ClassVar[str] = "A challenge is settled from your public numbers. Connect TikTok or YouTube first."
    ways: ClassVar[tuple[Way, ...]] = (("Connect", ("connect",)),)


class AccountAway(TandemError):
    """The account can not be read at the moment."""

    words: ClassVar[str] = "I can not read {account} at the moment. Connect it again, then start the challenge."
    ways: ClassVar[tuple[Way, ...]] = (("Connected accounts", ("connect", "show")),)

    account: str


class NotOnThisPlatform(TandemError):
    """What a platform does not let us verify, or does not allow."""

    words: ClassVar[str] = "{title} can not be verified on {platform}: {why}. Pick another challenge."
    ways: ClassVar[tuple[Way, ...]] = _LIST

    title: str
    platform: str
    why: str


class NotMeasurableHere(TandemError):
    """Noise and rounding are larger than what could be promised."""

    words: ClassVar[str] = "{metric} are not measurable at your size; {instead}. Pick another challenge."
    ways: ClassVar[tuple[Way, ...]] = _LIST

    metric: str
    instead: str


class TooManyOpen(TandemError):
    """Three at once are enough to keep."""

    words: ClassVar[str] = "You have {most} challenges open, and that is the most at once. Finish one first."
    ways: ClassVar[tuple[Way, ...]] = _STATUS

    most: int


class MetricTaken(TandemError):
    """One growth pays for one challenge."""

    words: ClassVar[str] = "{metric} of {account} are already judged by an open challenge. Pick another one, or wait."
    ways: ClassVar[tuple[Way, ...]] = _STATUS

    metric: str
    account: str


class OfferOver(TandemError):
    """The numbers of an offer age."""

    words: ClassVar[str] = "These numbers are too old to agree to. Start the challenge again; nothing was staked."
    ways: ClassVar[tuple[Way, ...]] = _LIST


class NothingAtStake(TandemError):
    """Staff named a challenge that there is not, or that was never offered."""

    words: ClassVar[str] = "There is no challenge {number}. /admin challenges lists those with coins in escrow."
    ways: ClassVar[tuple[Way, ...]] = (("What is at stake", ("admin", "challenges", "list")),)

    number: str


class OwnChallenge(TandemError):
    """Staff do not decide on what is theirs."""

    words: ClassVar[str] = "This challenge is your own. Ask somebody else of the staff to look at it."


class FriendsChallenge(TandemError):
    """Nor on what is of somebody they gave credits to, or got some from."""

    words: ClassVar[str] = "You and {name} have exchanged gifts. Ask somebody else of the staff to look at it."

    name: str


class StakeOutOfBounds(InvalidField):
    """How much may be staked; goes back to the amount."""


class CoinsMissing(TandemError):
    """The wallet does not cover the stake."""

    words: ClassVar[str] = "This stake needs {missing} more: you have {have}. Stake less, or get some."
    ways: ClassVar[tuple[Way, ...]] = (
        ("Answer questions", ("questions",)),
        ("Get coins", ("buy",)),
        ("Wallet", ("wallet",)),
    )

    missing: Coins
    have: Coins


class RechargedMissing(TandemError):
    """What is earned can not carry all of a large stake."""

    words: ClassVar[str] = (
        "Above {bound} in escrow, half of a stake is recharged coins: {missing} more needed. Stake less, or recharge."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Get coins", ("buy",)), ("Wallet", ("wallet",)))

    bound: Coins
    missing: Coins
