"""What a link may lead to."""

from urllib.parse import urlsplit

from core.links.errors import UnusableTarget
from core.values import dataclass

TARGET_MAX = 2000
"""Longer addresses are cut or refused by browsers and messengers on the way."""


@dataclass(frozen=True, slots=True)
class Redirects:
    """Where tracked links begin: the public address of this server; bound at wiring."""

    base: str

    def url(self, code: str) -> str:
        """The address that notes a visit and leads on."""
        return f"{self.base}/r/{code}"


def target(written: str) -> str:
    """An address of the web, as written. Raises `UnusableTarget` for what a browser might read otherwise."""
    # Before parsing: urlsplit drops line breaks and tabs, a browser reads \ as /.
    if len(written) > TARGET_MAX or any(letter <= " " or letter in "\\\x7f" for letter in written):
        raise UnusableTarget
    try:
        parts = urlsplit(written)
        _ = parts.port
    except ValueError:
        raise UnusableTarget from None
    # A name before @ is how an address pretends to be another one.
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise UnusableTarget
    return written
