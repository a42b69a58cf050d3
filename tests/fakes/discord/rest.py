"""The REST server: takes a request through storms, token, rate limits and the form's rules to its route."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.discord import errors, spec
from tests.fakes.discord.errors import Json, Refusal
from tests.fakes.discord.rates import Rates
from tests.fakes.discord.things import Upload
from tests.fakes.discord.world import Broken, Refused, World

PREFIX = "/api/v10"
UPLOAD_MAX = 25 * 1024 * 1024


@dataclass
class Call:
    """One request, read."""

    world: World
    method: str
    template: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[Upload] = field(default_factory=list)
    multipart: bool = False

    def number(self, name: str) -> int:
        """An id of the path."""
        text = self.params[name]
        if not text.isdigit():
            words = f'Value "{text}" is not snowflake.'
            raise errors.invalid_form([((name,), "NUMBER_TYPE_COERCE", words)])
        return int(text)

    def json(self) -> Json:
        """The body, as an object."""
        return self.body if isinstance(self.body, dict) else {}

    def hold_against_spec(self) -> None:
        """Refuse and remember what the OpenAPI file forbids; for bodies that the other rules passed."""
        if self.world.unvalidated is not None:
            return
        wrong = spec.violation(self.method, self.template, self.body, multipart=self.multipart)
        if wrong is not None:
            self.world.violations.append(Broken(f"{self.method} {self.template}", wrong))
            raise errors.invalid_form([((), "OPENAPI_VIOLATION", wrong)])


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    body: Any = None
    status: int = 200


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A path of the API, written as the OpenAPI file writes it."""

    method: str
    template: str
    handler: Handler
    bucket: str = "other"
    # The parameter whose value parts one bucket from the next.
    major: str = ""
    # An interaction's endpoints need no bot token and do not count towards the global limit.
    tokenless: bool = False


class Rest:
    """Serves the routes to real clients."""

    def __init__(self, world: World, rates: Rates, routes: list[Route]) -> None:
        self.world = world
        self.rates = rates
        # Every request that arrived, for tests that count calls.
        self.requests: list[Call] = []
        self.app = web.Application(client_max_size=UPLOAD_MAX)
        for route in routes:
            self.app.router.add_route(route.method, PREFIX + route.template, self._served(route))
        self.app.router.add_get("/cdn/attachments/{number}/{filename}", self._file)
        self.app.router.add_route("*", "/{anything:.*}", self._lost_path)

    def _served(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(route, request)

        return serve

    async def _serve(self, route: Route, request: web.Request) -> web.StreamResponse:
        call = Call(self.world, route.method, route.template, dict(request.match_info), dict(request.query))
        try:
            await _read(request, call)
        except Refusal as refusal:
            return self._refuse(call, refusal, {})
        self.requests.append(call)
        self.world.bell.ring()
        if self.rates.banned:
            return web.Response(status=429, text="error code: 1015", headers={"Retry-After": "600"})
        storm = self.rates.storm(route.method, route.template)
        if storm is not None and not storm.lost:
            if storm.status == 429:
                verdict = self.rates.refuse(storm.retry_after, scope=storm.scope, headers={}, via=storm.via)
                return self._send(429, verdict.limited, verdict.headers)
            return self._send(
                storm.status, storm.body or {"message": f"{storm.status}: storm", "code": 0}, {}
            )
        major = ":".join(call.params.get(name, "") for name in route.major.split(",") if name)
        verdict = self.rates.judge(route.bucket, major, exempt=route.tokenless)
        if verdict.limited is not None:
            return self._send(429, verdict.limited, verdict.headers)
        try:
            if not route.tokenless and request.headers.get("Authorization") != self._authorization:
                raise errors.unauthorized()
            answer = route.handler(call)
        except Refusal as refusal:
            return self._refuse(call, refusal, verdict.headers)
        finally:
            self.world.bell.ring()
        if storm is not None:
            await _cut(request)
        return self._send(answer.status, answer.body, verdict.headers)

    @property
    def _authorization(self) -> str:
        return f"Bot {self.world.application.token}"

    def _refuse(self, call: Call, refusal: Refusal, headers: dict[str, str]) -> web.Response:
        request = f"{call.method} {call.template}"
        self.world.refusals.append(Refused(request, refusal.status, refusal.code, refusal.body()))
        self.world.bell.ring()
        return self._send(refusal.status, refusal.body(), {**headers, **refusal.headers})

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> web.Response:
        self.rates.count(status)
        if status == 204:
            return web.Response(status=204, headers=headers)
        # Set by hand: a charset behind it makes discord.py take the body for text.
        return web.Response(
            status=status,
            body=json.dumps(body).encode(),
            headers={**headers, "Content-Type": "application/json"},
        )

    async def _file(self, request: web.Request) -> web.Response:
        attachment = self.world.attachments.get(int(request.match_info["number"]))
        if attachment is None:
            return web.Response(status=404)
        return web.Response(body=attachment.upload.data, content_type=attachment.upload.content_type)

    async def _lost_path(self, request: web.Request) -> web.Response:
        self.world.violations.append(
            Broken(f"{request.method} {request.path}", "the fake does not have this route")
        )
        return self._send(404, errors.no_such_route().body(), {})


async def _read(request: web.Request, call: Call) -> None:
    if request.content_type == "multipart/form-data":
        call.multipart = True
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise errors.not_json()
            if part.name == "payload_json":
                call.body = _parsed(await part.read())
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                call.files.append(Upload(part.filename or "", bytes(await part.read()), kind))
        return
    raw = await request.read()
    if raw:
        if request.content_type != "application/json":
            raise Refusal(400, 50035, "Invalid Form Body")
        call.body = _parsed(raw)


def _parsed(raw: bytes | bytearray) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise errors.not_json() from None


async def _cut(request: web.Request) -> None:
    """Drop the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    # The handler ends with the connection; what it would send has nowhere to go.
    await asyncio.sleep(0)
