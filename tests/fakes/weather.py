"""What a test orders for the next requests of a loopback platform: errors, silence, answers that get lost."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Answers:
    """This, and the request has no effect."""

    status: int
    body: str | Mapping[str, Any] = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NoConnection:
    """The connection is cut, and the request has no effect."""


@dataclass(frozen=True)
class LostAnswer:
    """The request takes effect, and the connection is cut before the answer."""


@dataclass(frozen=True)
class SlowBody:
    """The request takes effect; of the answer comes the beginning and then nothing."""


Scripted = Answers | NoConnection | LostAnswer | SlowBody


@dataclass(frozen=True)
class Call:
    """A request that arrived, and the status it got; 0 where the connection was cut."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int


class Weather:
    """As middleware before every route. `calls` are all that arrived."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._next: defaultdict[str, deque[Scripted]] = defaultdict(deque)

    def next_answers(self, path: str, *answers: Scripted) -> None:
        """What the next requests to a path get; `*` is any path."""
        self._next[path].extend(answers)

    def arrived(self, path: str) -> list[Call]:
        """The requests to a path."""
        return [call for call in self.calls if call.path == path]

    def _take(self, path: str) -> Scripted | None:
        waiting = self._next[path] or self._next["*"]
        return waiting.popleft() if waiting else None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        status = 0
        try:
            answer = await self._answer(request, handler)
            status = answer.status if request.transport is not None and not request.transport.is_closing() else 0
            return answer
        finally:
            self.calls.append(Call(request.method, request.path, dict(request.query), dict(request.headers), status))

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        match self._take(request.path):
            case Answers(status, body, headers):
                if isinstance(body, str):
                    return web.Response(status=status, text=body, headers=headers, content_type="text/html")
                return web.json_response(body, status=status, headers=headers)
            case NoConnection():
                return _cut(request)
            case LostAnswer():
                await handler(request)
                return _cut(request)
            case SlowBody():
                await handler(request)
                started = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
                await started.prepare(request)
                await started.write(b'{"kind": ')
                await asyncio.Event().wait()  # until the client hangs up
                return started
        return await handler(request)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


class Loopback:
    """An application on a free port of 127.0.0.1."""

    def __init__(self, app: web.Application) -> None:
        # Cancelled with their connection, so that a slow body ends when nobody waits for it.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)

    async def start(self) -> str:
        """Its base URL."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()
