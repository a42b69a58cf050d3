"""What the coin room refuses."""

from typing import ClassVar

from core.errors import TandemError, Way


class AlreadyVisited(TandemError):
    """Today's coins were paid."""

    words: ClassVar[str] = "Today's coins are already yours. Next ones in {wait}."
    ways: ClassVar[tuple[Way, ...]] = (("Questions that pay", ("questions",)), ("Wallet", ("wallet",)))

    wait: str
