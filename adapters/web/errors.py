"""What can be wrong with what a browser brings."""

from typing import ClassVar

from core.errors import TandemError


class LinkForged(TandemError):
    """A signed link that we did not make, or not for this, or that was cut on its way."""

    words: ClassVar[str] = (
        "This link is not complete. Copy it whole from the message, or ask for a new one in the chat."
    )


class LinkExpired(TandemError):
    """A signed link, or what it led to, whose time is over."""

    words: ClassVar[str] = "This link has expired. Go back to the chat and ask for it again; the new one works at once."
