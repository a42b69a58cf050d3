"""One exchange with a vendor's HTTP interface, bounded in time and size; what is of no use is `SourceAway`."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from core.sources import SourceAway
from core.values import dataclass

if TYPE_CHECKING:
    import aiohttp

T = TypeVar("T", bound=BaseModel)

BYTES_MAX: Final = 8_000_000
"""Of an answer. Fifty channels with long descriptions are far below."""
RETRY_AFTER_MAX_S: Final = 86_400
"""What a platform asks to wait, at most: it may err, and a day later we ask again anyway."""
_CHUNK: Final = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    platform: str
    status: int
    raw: bytes
    retry_after: int

    def body(self) -> dict[str, Any]:
        """The JSON object in it. Raises `SourceAway`."""
        if self.status >= 500:
            raise SourceAway(self.platform, f"an error of its own, {self.status}", self.retry_after)
        try:
            body = json.loads(self.raw)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise SourceAway(self.platform, f"an answer that can not be read, status {self.status}", self.retry_after)
        return body


def read(kind: type[T], value: Any, platform: str) -> T:
    """Data of a shape. Raises `SourceAway` for any other: it says nothing about the account."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])[:40]
        raise SourceAway(platform, f"an answer of another shape at {where or 'its top'}") from None


def digest(bodies: Iterable[bytes]) -> str:
    """The SHA-256 of raw payloads in the order in which they came."""
    found = hashlib.sha256()
    for body in bodies:
        found.update(body)
    return found.hexdigest()


@asynccontextmanager
async def within(seconds: float, platform: str) -> AsyncIterator[None]:
    """Bound several exchanges together. Raises `SourceAway`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise SourceAway(platform, f"it took longer than {seconds:g} s") from None


class Http:
    """Asks one platform. The session is made by the first question and stays until `close`."""

    def __init__(self, platform: str, *, timeout_s: float, bytes_max: int = BYTES_MAX) -> None:
        self.platform = platform
        self._timeout_s = timeout_s
        self._bytes_max = bytes_max
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request and its whole answer within the time-out. Raises `SourceAway`; never asks twice."""
        import aiohttp

        try:
            # Redirects are not followed: they would take tokens elsewhere.
            async with self._open().request(
                method, url, params=query, headers=headers, json=body, data=form, allow_redirects=False
            ) as response:
                raw = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    raw += chunk
                    if len(raw) > self._bytes_max:
                        raise SourceAway(self.platform, "an answer that is too long")
                wait = _seconds(response.headers.get("Retry-After", ""))
                return Answer(self.platform, response.status, bytes(raw), wait)
        except TimeoutError:
            raise SourceAway(self.platform, f"no answer within {self._timeout_s:g} s") from None
        except aiohttp.ClientError:
            # Its text may hold the address, and so what is in it.
            raise SourceAway(self.platform, "the connection broke") from None

    def _open(self) -> "aiohttp.ClientSession":
        import aiohttp

        if self._session is None or self._session.closed:
            # No cookies: what one member's request brought must not go along with another's.
            timeout = aiohttp.ClientTimeout(total=self._timeout_s)
            self._session = aiohttp.ClientSession(
                timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), middlewares=(_once,)
            )
        return self._session

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


async def _once(request: "aiohttp.ClientRequest", handler: "aiohttp.ClientHandlerType") -> "aiohttp.ClientResponse":
    """Names a cut connection otherwise: aiohttp would quietly ask again, and a quota counts both."""
    import aiohttp

    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(type(error).__name__) from None


def _seconds(header: str) -> int:
    return min(int(header), RETRY_AFTER_MAX_S) if header.isascii() and header.isdigit() else 0
