"""The loopback Anthropic: a real server for the real client, strict about requests, honest about its cache."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from core.clock import SetClock
from tests.fakes.anthropic import rules, tokens
from tests.fakes.anthropic.caching import Cache, Counted
from tests.fakes.anthropic.models import Model
from tests.fakes.anthropic.rules import Refused
from tests.fakes.anthropic.script import Answer, Break, Fail, Refuse, Say, Slow, Use

KEY = "sk-ant-test"
BODY_BYTES_MAX = 32_000_000
REPLY = "Post twice a week, on the same two days."
PIECE = 24
"""Characters in one event."""
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

Json = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One answer as blocks, ready to be sent in either form."""

    blocks: tuple[Json, ...]
    stop: str
    output: int
    usage: bool = True
    details: Json | None = None


@dataclass
class Asked:
    """A request that was taken, and what it was billed."""

    body: Json
    counted: Counted
    output: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class FakeAnthropic:
    """Answers from a script; without one it says `reply`. `asked` are the calls that were billed."""

    def __init__(
        self, clock: SetClock | None = None, *, reply: str = "Post twice a week, on the same two days."
    ) -> None:
        self.clock = clock or SetClock(START)
        self.cache = Cache(self.clock)
        self.reply = reply
        self.asked: list[Asked] = []
        self.refused: list[Json] = []
        self.requests = 0
        self.counts = 0
        self._script: deque[Answer] = deque()
        self._count_script: deque[Fail] = deque()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_post("/v1/messages/count_tokens", self._count)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def next(self, *answers: Answer) -> None:
        """What the next calls get, in order."""
        self._script.extend(answers)

    def next_counts(self, *answers: Fail) -> None:
        """What the next counts get."""
        self._count_script.extend(answers)

    # What arrives

    async def _count(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await self._read(request)
            rules.check(body, counting=True)
        except Refused as error:
            return self._error(error.status, error.kind, error.message)
        if self._count_script:
            return self._failed(self._count_script.popleft())
        self.counts += 1
        return web.json_response({"input_tokens": self._total(body)})

    def _total(self, body: Json) -> int:
        # A cache of its own: counting must not touch the real one.
        return Cache(self.clock).use(body, 1).total

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        try:
            body = await self._read(request)
            model = rules.check(body)
            if self._total(body) > model.window:
                raise rules.bad("prompt is too long")
        except Refused as error:
            self.refused.append({"status": error.status, "message": error.message})
            return self._error(error.status, error.kind, error.message)
        answer: Answer = self._script.popleft() if self._script else Say(self.reply)
        if isinstance(answer, Slow):
            answer.arrived.set()
            await answer.go.wait()
            answer = answer.answer
        if isinstance(answer, Fail):
            return self._failed(answer)
        asked = Asked(body, self.cache.use(body, model.cache_least))
        self.asked.append(asked)
        if not body.get("stream"):
            return self._whole(asked, self._told(answer, body, model))
        return await self._streamed(request, asked, answer, model)

    async def _read(self, request: web.Request) -> Json:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if KEY not in (given, request.headers.get("x-api-key")):
            raise Refused(401, "authentication_error", "invalid x-api-key")
        if request.headers.get("anthropic-version") != rules.VERSION:
            raise rules.bad("anthropic-version: this fake speaks one version")
        body = await request.json()
        assert isinstance(body, dict)
        return body

    # What is answered

    def _told(self, answer: Answer, body: Json, model: Model) -> Told:
        thought = model.thinks if "thinking" not in body else 0
        most = body["max_tokens"]
        match answer:
            case Use(name, given, text):
                said = ({"type": "text", "text": text},) if text else ()
                use = {"type": "tool_use", "id": f"toolu_{len(self.asked)}", "name": name, "input": given}
                return Told((*said, use), "tool_use", thought + sum(map(tokens.of_block, (*said, use))))
            case Refuse(text, category):
                said = ({"type": "text", "text": text},) if text else ()
                details = {"type": "refusal", "category": category, "explanation": None}
                return Told(said, "refusal", thought + tokens.of_text(text), details=details)
            case Say(text, stop, usage):
                room = max(0, most - thought)
                if tokens.of_text(text) > room:
                    text, stop = text[: room * tokens.CHARACTERS_A_TOKEN], stop or "max_tokens"
                blocks = ({"type": "text", "text": text},) if text else ()
                return Told(blocks, stop or "end_turn", min(most, thought + tokens.of_text(text)), usage)
            case _:
                raise AssertionError(f"{answer} is not an answer")

    def _message(self, asked: Asked, told: Told, *, started: bool) -> Json:
        return {
            "id": f"msg_{len(self.asked)}",
            "type": "message",
            "role": "assistant",
            "model": asked.body["model"],
            "content": [] if started else list(told.blocks),
            "stop_reason": None if started else told.stop,
            "stop_sequence": None,
            "stop_details": None if started else told.details,
            "usage": _usage(asked.counted, 1 if started else told.output) if told.usage or started else None,
        }

    def _whole(self, asked: Asked, told: Told) -> web.Response:
        asked.output = told.output
        return web.json_response(self._message(asked, told, started=False), headers=self._headers())

    async def _streamed(self, request: web.Request, asked: Asked, answer: Answer, model: Model) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream", **self._headers()})
        await response.prepare(request)
        broken = answer if isinstance(answer, Break) else None
        told = self._told(Say(broken.text) if broken else answer, asked.body, model)
        sent = 0
        try:
            async for event in self._events(asked, told):
                if broken and event["type"] == "content_block_delta":
                    if sent == broken.after:
                        await self._break(request, response, broken)
                        return response
                    sent += 1
                await _send(response, event)
                asked.output = min(told.output, sent * PIECE // tokens.CHARACTERS_A_TOKEN)
            asked.output = told.output
        finally:
            asked.closed.set()
        return response

    async def _events(self, asked: Asked, told: Told) -> AsyncIterator[Json]:
        yield {"type": "message_start", "message": self._message(asked, told, started=True)}
        yield {"type": "ping"}
        for index, block in enumerate(told.blocks):
            empty: Json = {"text": ""} if block["type"] == "text" else {"input": {}}
            yield {"type": "content_block_start", "index": index, "content_block": block | empty}
            text = block["text"] if block["type"] == "text" else json.dumps(block["input"])
            kind, key = ("text_delta", "text") if block["type"] == "text" else ("input_json_delta", "partial_json")
            for start in range(0, len(text), PIECE):
                delta = {"type": kind, key: text[start : start + PIECE]}
                yield {"type": "content_block_delta", "index": index, "delta": delta}
            yield {"type": "content_block_stop", "index": index}
        delta = {"stop_reason": told.stop, "stop_sequence": None, "stop_details": told.details}
        used = {"usage": {"output_tokens": told.output}} if told.usage else {}
        yield {"type": "message_delta", "delta": delta, **used}
        yield {"type": "message_stop"}

    async def _break(self, request: web.Request, response: web.StreamResponse, broken: Break) -> None:
        if broken.how == "error":
            error = {"type": "overloaded_error", "message": "Overloaded"}
            await _send(response, {"type": "error", "error": error, "request_id": "req_broken"})
        elif broken.how == "hang":
            await asyncio.Event().wait()
        elif request.transport is not None:
            request.transport.abort()

    def _failed(self, fail: Fail) -> web.Response:
        headers: Json = {"retry-after": fail.wait_s} if fail.wait_s is not None else {}
        details: Json = {"details": {"error_code": fail.code}} if fail.code else {}
        return self._error(fail.status, fail.kind, "scripted", headers, details)

    def _error(
        self, status: int, kind: str, message: str, headers: Json | None = None, more: Json | None = None
    ) -> web.Response:
        body = {"type": "error", "error": {"type": kind, "message": message, **(more or {})}}
        return web.json_response(body, status=status, headers={**self._headers(), **(headers or {})})

    def _headers(self) -> dict[str, str]:
        return {"request-id": f"req_{self.requests}"}


def _usage(counted: Counted, output: int) -> Json:
    return {
        "input_tokens": counted.input,
        "cache_creation_input_tokens": counted.write_5m + counted.write_1h,
        "cache_read_input_tokens": counted.read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": counted.write_5m,
            "ephemeral_1h_input_tokens": counted.write_1h,
        },
        "output_tokens": output,
    }


async def _send(response: web.StreamResponse, event: Json) -> None:
    await response.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
