"""What a contract refuses where it stands."""

from typing import ClassVar

from core.errors import TandemError, Way

_LIST: tuple[Way, ...] = (("See challenges", ("challenge", "list")),)
_STATUS: tuple[Way, ...] = (("My challenges", ("challenge", "status")),)


class NotNow(TandemError):
    """What a contract does not allow where it stands."""

    words: ClassVar[str] = "{title} is {state}, so that is not possible. Its status says what is."
    ways: ClassVar[tuple[Way, ...]] = _STATUS

    title: str
    state: str


class NoSuchChallenge(TandemError):
    """Somebody else's, or nobody's."""

    words: ClassVar[str] = "You have no such challenge. /challenge history lists yours."
    ways: ClassVar[tuple[Way, ...]] = (("History", ("challenge", "history")),)


class NoneToChoose(TandemError):
    """There is nothing that could be picked; said before anything is asked."""

    words: ClassVar[str] = "You have no challenge {which} just now. /challenge status shows how yours stand."
    ways: ClassVar[tuple[Way, ...]] = (*_LIST, *_STATUS)

    which: str
