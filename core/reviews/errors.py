"""What the review room refuses."""

from typing import ClassVar

from core.errors import TandemError, Way

QUEUE: tuple[Way, ...] = (("What waits", ("admin", "queue")),)


class NoSuchCase(TandemError):
    """A number that no case has, or a kind that this version does not know."""

    words: ClassVar[str] = "There is no case {number}. /admin queue lists what waits."
    ways: ClassVar[tuple[Way, ...]] = QUEUE

    number: str


class AlreadyClosed(TandemError):
    """Somebody was first, or there is nothing left to decide."""

    words: ClassVar[str] = "Case {number} is closed already: {how}. /admin case {number} shows it."
    ways: ClassVar[tuple[Way, ...]] = QUEUE

    number: int
    how: str


class PastDeadline(TandemError):
    """The member was promised what happens without an answer in time."""

    words: ClassVar[str] = "The time for case {number} is over, so it ends by itself: {default}. Nothing is left to do."
    ways: ClassVar[tuple[Way, ...]] = QUEUE

    number: int
    default: str


class OwnCase(TandemError):
    """Nobody decides a case of their own, on whichever of their accounts."""

    words: ClassVar[str] = "Case {number} is about you. Somebody else decides it; ask another moderator."
    ways: ClassVar[tuple[Way, ...]] = QUEUE

    number: int


class GiftsExchanged(TandemError):
    """Nobody decides about somebody they gave credits to, or got some from."""

    words: ClassVar[str] = "You and {name} have exchanged gifts, so somebody else decides case {number}."
    ways: ClassVar[tuple[Way, ...]] = QUEUE

    name: str
    number: int
