"""How addresses and causes are shown to an operator: one line, without passwords."""

import re

REASON_MAX = 160


def shown(url: str) -> str:
    """A database URL without who connects, and without their password, wherever it stands."""
    return url if url.startswith("sqlite:") else unsaid(url).replace("***@", "", 1)


def unsaid(text: str) -> str:
    """A text that may be a database URL, with stars for user and password. Rather too much of it is left out."""
    head, at, tail = re.sub(r"password=.*", "password=***", text, flags=re.DOTALL).rpartition("@")
    scheme, slashes, _ = head.partition("://")
    return f"{scheme + slashes if slashes else ''}***@{tail}" if at else tail


def reason(error: BaseException) -> str:
    """What a driver or the system said, down to its first cause."""
    while error.__cause__ is not None:
        error = error.__cause__
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0][:REASON_MAX]
