"""What the question room refuses."""

from typing import ClassVar

from core.errors import TandemError, Way

_OTHERS: tuple[Way, ...] = (("Other questions", ("questions",)), ("My answers", ("answers", "show")))


class CheckedIn(TandemError):
    """Today's check-in was made."""

    words: ClassVar[str] = "Today's check-in is in. The next one opens in {wait}."
    ways: ClassVar[tuple[Way, ...]] = _OTHERS

    wait: str


class AnsweredLately(TandemError):
    """A questionnaire is asked again after some months, limits after a week."""

    words: ClassVar[str] = "{title}: you told me on {day}. I ask again from {again}; until then you can correct it."
    ways: ClassVar[tuple[Way, ...]] = _OTHERS

    title: str
    day: str
    again: str
