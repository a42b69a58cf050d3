"""What keeps an answer from being one."""

from typing import ClassVar

from core.errors import ErrorKind, TandemError


class Declined(TandemError):
    """The model refused. It was paid by us, not by the member."""

    words: ClassVar[str] = "The AI declined to answer this, and nothing was charged. Ask it in another way."


class NoAnswer(TandemError):
    """The model ended without a usable answer: empty, or it wanted a tool that nobody gave it."""

    kind: ClassVar[ErrorKind] = ErrorKind.OPERATIONAL
    words: ClassVar[str] = "The AI ended without an answer, and nothing was charged. Ask again, or ask it shorter."


class QuestionTooLong(TandemError):
    """More text than a question may have."""

    words: ClassVar[str] = "A question has up to {most:,} characters; this has {length:,}. Send the part that matters."

    length: int
    most: int


class GateMissing(TandemError):
    """The self-test made a call that must be refused, and it was not: nothing may start like that."""

    words: ClassVar[str] = (
        "The cost gate let a call pass that it must refuse ({what}). Nothing was started; restore core/assistant and "
        "core/gate as they were shipped."
    )

    what: str
