"""Signing in by OAuth 2 with PKCE, as far as platforms agree on it."""

import base64
import hashlib
from urllib.parse import urlencode, urlsplit, urlunsplit


def challenge(verifier: str) -> str:
    """S256 as RFC 7636 has it: base64url of the SHA-256, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def address(page: str, query: dict[str, str]) -> str:
    """A page with a query, beside what its address has of its own."""
    parts = urlsplit(page)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query))))))
