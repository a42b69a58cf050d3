"""`POST /hooks/{name}`: what other services tell us. Acknowledged once it is stored, never before."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from adapters.web.metrics import Metrics
from core.chat.room import Forged
from core.errors import DatabaseBusy
from core.ids import new_trace
from core.ports import Observer

BODY_MAX_BYTES = 1024 * 1024
BODY_SECONDS = 15
RETRY_AFTER_SECONDS = 30

Receive = Callable[[str, bytes, Mapping[str, str]], Awaitable[bool]]
"""`Runner.receive`: returns after the commit, False if the event was here before; raises `Forged`."""


class Hooks:
    """The door for machines."""

    def __init__(self, receive: Receive, metrics: Metrics, observer: Observer) -> None:
        self._receive = receive
        self._metrics = metrics
        self._observer = observer

    async def post(self, request: web.Request) -> web.StreamResponse:
        """200: stored, now or earlier. 400: not from where it says. 503: tell me again."""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        except (ConnectionError, web.RequestPayloadError):  # cut on its way, or not packed as its headers say
            raise web.HTTPBadRequest from None
        try:
            fresh = await self._receive(request.match_info["name"], body, request.headers)
        except Forged as error:
            return self._answer("forged", 400, error.text)
        except DatabaseBusy as error:
            self._observer.operational("hook", error, trace=new_trace())
            return self._answer("busy", 503, error.text)
        return self._answer("stored", 200, "stored") if fresh else self._answer("seen", 200, "seen before")

    def _answer(self, result: str, status: int, text: str) -> web.Response:
        self._metrics.hook(result)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
        return web.Response(text=text + "\n", status=status, headers=headers)
