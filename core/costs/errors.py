"""What the cost room refuses."""

from typing import ClassVar

from core.errors import TandemError


class NoPrice(TandemError):
    """A model without a price that is valid now: no price, no call."""

    words: ClassVar[str] = (
        "I have no price for {model}, so I do not use it, and nothing was charged. Tell the operator; "
        "everything without AI stays open."
    )

    model: str
