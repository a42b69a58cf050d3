"""What can be wrong with a link."""

from typing import ClassVar

from core.errors import TandemError


class UnusableTarget(TandemError):
    """An address that a link can not lead to: not of the web, or not an address at all."""

    words: ClassVar[str] = (
        "A link has to lead to an address that begins with http:// or https://. Check it and try again."
    )
