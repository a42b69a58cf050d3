"""Signed links: a purpose, a payload and how long it holds, in one word that nobody else can make."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2s, sha256
from typing import Any

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from adapters.web.errors import LinkExpired, LinkForged
from core.clock import Clock

SECRET_MIN = 32


class Signer:
    """Makes and opens signed links. The same secret on all processes; another one ends all links."""

    def __init__(self, secret: str, clock: Clock) -> None:
        if len(secret) < SECRET_MIN:
            raise ValueError(
                f"the web secret should have {SECRET_MIN} characters or more, such as `openssl rand -hex 32`"
            )
        self._secret = secret
        self._clock = clock

    def sign(self, purpose: str, payload: Mapping[str, Any], hours: float) -> str:
        """A token of url-safe characters. The payload can be read by who has it: no secrets in it."""
        return str(self._serializer(purpose).dumps([hours, dict(payload)]))

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        """The payload of a token made for this purpose. Raises `LinkForged` or `LinkExpired`."""
        try:
            (hours, payload), signed_at = self._serializer(purpose).loads(token, return_timestamp=True)
        except BadSignature:
            raise LinkForged from None
        if self._clock.now() >= signed_at + timedelta(hours=hours):
            raise LinkExpired
        return dict(payload)

    def visitor(self, address: str, agent: str) -> str:
        """A keyed hash of who visits, another one each day: it tells visitors apart and leads to nobody."""
        day = self._clock.now().date().isoformat()
        # A header may hold any bytes, and they come as halves of letters.
        told = f"{day}\n{address}\n{agent}".encode(errors="surrogateescape")
        return blake2s(told, key=self._key(), digest_size=8).hexdigest()

    def _key(self) -> bytes:
        return sha256(f"visitor\n{self._secret}".encode()).digest()

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        clock = self._clock

        class Stamped(TimestampSigner):
            """Takes the time from our clock instead of the machine's."""

            def get_timestamp(self) -> int:
                return int(clock.now().timestamp())

        return URLSafeTimedSerializer(
            self._secret,
            salt=f"tandem:{purpose}",
            signer=Stamped,
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )
