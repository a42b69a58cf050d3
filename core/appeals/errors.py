"""What the appeals room refuses."""

from typing import ClassVar

from core.errors import TandemError, Way

_LIST: tuple[Way, ...] = (("See challenges", ("challenge", "list")),)
_STATUS: tuple[Way, ...] = (("My challenges", ("challenge", "status")),)


class AppealedBefore(TandemError):
    """One appeal for each challenge."""

    words: ClassVar[str] = "You appealed this challenge before, and one appeal is what each has."
    ways: ClassVar[tuple[Way, ...]] = (("How it was measured", ("challenge", "explain")),)


class TooManyAppeals(TandemError):
    """People read them."""

    words: ClassVar[str] = "You have {most} appeals open. The next one is possible when one of them is decided."
    ways: ClassVar[tuple[Way, ...]] = _STATUS

    most: int


class NothingToExplain(TandemError):
    """There is no verdict yet, or its figures had to go."""

    words: ClassVar[str] = "There is no verdict on {title} yet. The status shows how it stands."
    ways: ClassVar[tuple[Way, ...]] = _STATUS

    title: str


class FeedbackGiven(TandemError):
    """Feedback pays once for each challenge."""

    words: ClassVar[str] = "You told me about this one already, and it is noted. See what comes next."
    ways: ClassVar[tuple[Way, ...]] = _LIST
