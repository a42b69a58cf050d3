"""The HTTP below the library: aiohttp, which takes a third of what the library's own client takes for a request.

Every command is two requests, so this is most of what it costs over the network. The library has the place for it.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from adapters.telegram import flights, limits


class NotSent(Exception):
    """No connection came about, so nothing was sent: the cause of the library's error."""


class Http(BaseRequest):
    """Requests to one address, side by side as far as there are connections."""

    def __init__(self, api_url: str, *, connections: int = 1, read_s: float = limits.READ_S) -> None:
        self._connections = connections
        self._read_s = read_s
        self._proxy = _proxy_for(api_url)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take, where a call does not say it."""
        return self._read_s

    async def initialize(self) -> None:
        """Open the house for connections; they are made by the first requests."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=limits.KEPT_OPEN_S)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Status and body. Raises `TimedOut`, `NetworkError`, without the address: the token is a part of it."""
        if self._session is None:
            raise NetworkError("not connected") from NotSent()
        read_s = self._read_s if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(read_s + limits.SEND_S, connect=limits.CONNECT_S, sock_read=read_s)
        departure = flights.departing()
        body, headers = _written(request_data)
        if departure is not None and isinstance(body, bytes):
            body = _Departing(body, departure.left)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response:
                if departure is not None and response.status != HTTPStatus.OK:
                    departure.came_back()
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NetworkError(type(error).__name__) from NotSent()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


class _Departing(aiohttp.BytesPayload):
    """A body that says when the last of it is with the system."""

    def __init__(self, body: bytes, left: Callable[[], None]) -> None:
        super().__init__(body)
        self._tell = left

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        await super().write_with_length(writer, content_length)
        self._tell()


def _written(data: RequestData | None) -> tuple[Any, dict[str, str]]:
    """The body, and what is said about it: a form where there are files, else JSON."""
    headers = {"User-Agent": BaseRequest.USER_AGENT}
    if data is None:
        return None, headers
    if not data.contains_files:
        return json.dumps(data.parameters).encode(), headers | {"Content-Type": "application/json"}
    form = aiohttp.FormData(data.json_parameters)
    for name, (file_name, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form, headers


def _proxy_for(api_url: str) -> str | None:
    """What the environment says, asked once: for each request it would take a thread."""
    address = urlsplit(api_url)
    return None if proxy_bypass(address.hostname or "") else getproxies().get(address.scheme)
