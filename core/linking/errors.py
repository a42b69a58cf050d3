"""What the linking room refuses."""

from typing import ClassVar

from core.errors import TandemError, Way

_NEW: tuple[Way, ...] = (("New code", ("link",)),)
_STATUS: tuple[Way, ...] = (("Where it stands", ("link", "status")),)


class UnknownCode(TandemError):
    """Nobody was given this code."""

    words: ClassVar[str] = "I do not know this code. Check it, or make a new one with /link on your other platform."


class CodeExpired(TandemError):
    """The code was not given back in time."""

    words: ClassVar[str] = "This code has run out: it was good for {minutes} minutes. Make a new one with /link there."

    minutes: int


class CodeUsed(TandemError):
    """A code works once."""

    words: ClassVar[str] = "This code was used, and each works once. Make a new one with /link on your other platform."


class OwnCode(TandemError):
    """The code was given back where it was made, or on an identity that is already the same member."""

    words: ClassVar[str] = (
        "This code is from this account. Send /link on your other platform, and give it the code there."
    )


class TooManyWrongCodes(TandemError):
    """Codes are not for guessing."""

    words: ClassVar[str] = "{count} wrong codes in an hour are the limit. Try again in {wait}."

    count: int
    wait: str


class BothOnOnePlatform(TandemError):
    """A member has one identity on each platform."""

    words: ClassVar[str] = (
        "Both accounts are on {platform}, and one person has one account there: these two stay two. "
        "The code is for another platform of yours."
    )

    platform: str


class OneTooManyThere(TandemError):
    """Together they would have two identities on a platform, and one of the two could let one leave."""

    words: ClassVar[str] = (
        "You have an account on {platform} on both sides, and one person has one there. "
        "Let one leave with /link remove, where two platforms are linked already; then link again."
    )
    ways: ClassVar[tuple[Way, ...]] = _STATUS

    platform: str


class OneIsLeaving(TandemError):
    """Who is about to be erased can not become somebody else."""

    words: ClassVar[str] = "One of the two accounts is leaving. Use /privacy stay there first, then link again."


class InDispute(TandemError):
    """A frozen lot stays where the payment provider looks for it."""

    words: ClassVar[str] = (
        "A payment of one of the two accounts is in dispute. Link again when that is settled; /wallet shows it."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Wallet", ("wallet",)),)


class AlreadyLinking(TandemError):
    """One link at a time."""

    words: ClassVar[str] = (
        "One of the two accounts has a link that waits. /link status there shows it, /link cancel ends it."
    )
    ways: ClassVar[tuple[Way, ...]] = _STATUS


class NothingToAgree(TandemError):
    """No link waits for this member's yes: it ran out, was cancelled, or never was."""

    words: ClassVar[str] = "No link waits for you to agree. Start one with /link."
    ways: ClassVar[tuple[Way, ...]] = _NEW


class NothingToCancel(TandemError):
    """No link waits."""

    words: ClassVar[str] = "No link waits, so there is nothing to cancel. /link status shows what is linked."
    ways: ClassVar[tuple[Way, ...]] = _STATUS


class OnlyIdentity(TandemError):
    """The last identity can not leave: nobody could reach the wallet any more."""

    words: ClassVar[str] = (
        "This is your only account here, so there is none to remove. /privacy erase is the way to leave for good."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Privacy", ("privacy",)),)
