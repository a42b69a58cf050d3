"""What lets us read an account is encrypted at rest. The first key encrypts and all of them decrypt, so keys rotate."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from core.db import Row
from core.metrics.errors import UnusableKeys
from core.sources import Tokens

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Keys:
    """The operator's keys; false without any. Made in wiring."""

    def __init__(self, text: SecretStr) -> None:
        self._keys = [key.strip() for key in text.get_secret_value().split(",") if key.strip()]

    def __bool__(self) -> bool:
        return bool(self._keys)

    @cached_property
    def _fernet(self) -> "MultiFernet":
        # Imported here: most starts open no token, and it takes its time.
        from cryptography.fernet import Fernet, MultiFernet

        try:
            return MultiFernet([Fernet(key) for key in self._keys])
        except ValueError as error:
            raise UnusableKeys from error

    def check(self) -> int:
        """How many keys there are. Raises `UnusableKeys`."""
        if self:
            _ = self._fernet
        return len(self._keys)

    def seal(self, values: dict[str, Any]) -> str:
        """Values as encrypted text."""
        return self._fernet.encrypt(json.dumps(values, sort_keys=True).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any] | None:
        """What was sealed; None if none of the keys fits any more."""
        from cryptography.fernet import InvalidToken

        try:
            opened: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, UnusableKeys):
            return None
        return opened


def sealed_tokens(keys: Keys, tokens: Tokens) -> dict[str, Any]:
    """The columns of a token's row."""
    return {
        "sealed": keys.seal({"access": tokens.access, "refresh": tokens.refresh}),
        "access_until": tokens.access_until,
        "refresh_until": tokens.refresh_until,
        "scopes": " ".join(sorted(tokens.scopes)),
    }


def given_back(platform: str, kept: Mapping[str, Any]) -> dict[str, str]:
    """What a due row remembers of tokens that are to be given back; `kept` has the columns of a token's row."""
    ends = {name: kept[name].isoformat() for name in ("access_until", "refresh_until")}
    return {"platform": platform, "sealed": kept["sealed"], **ends}


def opened_tokens(keys: Keys, row: Row) -> Tokens | None:
    """The tokens of a row; None if no key fits."""
    values = keys.open(row.sealed)
    if values is None:
        return None
    scopes = frozenset(row.scopes.split())
    return Tokens(values["access"], values["refresh"], row.access_until, row.refresh_until, scopes)
