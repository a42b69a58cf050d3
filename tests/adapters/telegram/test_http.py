"""The library's requests on aiohttp: what leaves, what comes back, and what an error gives away."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, TimedOut

from adapters.telegram.calls import was_not_sent
from adapters.telegram.client import Endpoint, make_bot
from adapters.telegram.http import Http
from adapters.telegram.wire import Wire

TOKEN = "7:" + "A" * 35


class Server:
    """Keeps what it is asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, object]] = []
        self.answer = web.Response(text='{"ok": true, "result": true}')
        self.takes_s = 0.0
        self.api_url = ""

    async def handle(self, request: web.Request) -> web.Response:
        kind = request.content_type
        if kind == "application/json":
            body = await request.json()
        else:
            posted = await request.post()
            body = {
                name: (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
                for name, value in posted.items()
            }
        self.asked.append((request.match_info["method"], kind, body))
        await asyncio.sleep(self.takes_s)
        return self.answer


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    server.api_url = f"http://127.0.0.1:{listening.getsockname()[1]}/bot"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def requests(api_url: str, read_s: float = 5.0) -> AsyncIterator[Wire]:
    http = Http(api_url, connections=4, read_s=read_s)
    await http.initialize()
    try:
        yield Wire(Bot(TOKEN, base_url=api_url, request=http, get_updates_request=http))
    finally:
        await http.shutdown()


class TestCall:
    async def test_says_nested_values_as_they_are(self):
        async with serving() as server, requests(server.api_url) as wire:
            keyboard = {"inline_keyboard": [[{"text": "Grüße 🎁", "callback_data": "go:wallet"}]]}
            assert await wire.call("sendMessage", chat_id=-5, text="ö & <b>", reply_markup=keyboard, none=None)
        said = {"chat_id": -5, "text": "ö & <b>", "reply_markup": keyboard}
        assert server.asked == [("sendMessage", "application/json", said)]

    async def test_sends_a_file_beside_its_values(self):
        async with serving() as server, requests(server.api_url) as wire:
            await wire.call("sendDocument", chat_id=5, document=InputFile(b"abc", "a.bin"), caption="ä")
        said = {"chat_id": "5", "document": ("a.bin", b"abc"), "caption": "ä"}
        assert server.asked == [("sendDocument", "multipart/form-data", said)]

    async def test_a_refusal_is_the_librarys_error(self):
        async with serving() as server, requests(server.api_url) as wire:
            server.answer = web.Response(status=400, text='{"ok": false, "description": "Bad Request: no"}')
            with pytest.raises(BadRequest, match="No"):
                await wire.call("sendMessage", chat_id=5, text="hi")

    async def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        async with requests(f"http://127.0.0.1:{port}/bot") as wire:
            with pytest.raises(NetworkError) as caught:
                await wire.call("sendMessage", chat_id=5, text="hi")
        assert was_not_sent(caught.value)

    async def test_after_the_end(self):
        bot = make_bot(Endpoint(TOKEN, "http://127.0.0.1:1/bot"))
        with pytest.raises(NetworkError) as caught:
            await Wire(bot).call("sendMessage", chat_id=5, text="hi")
        assert was_not_sent(caught.value)

    async def test_an_answer_that_does_not_come_may_have_arrived(self):
        async with serving() as server, requests(server.api_url, read_s=0.05) as wire:
            server.takes_s = 1.0
            with pytest.raises(TimedOut) as caught:
                await wire.call("sendMessage", chat_id=5, text="hi")
        assert not was_not_sent(caught.value)
        assert len(server.asked) == 1

    async def test_a_poll_may_take_longer_than_another_call(self):
        async with serving() as server, requests(server.api_url, read_s=0.05) as wire:
            server.takes_s = 0.2
            server.answer = web.Response(text=json.dumps({"ok": True, "result": []}))
            assert await wire.updates(None, seconds=1, grace=1.0, kinds=("message",)) == []

    @pytest.mark.parametrize("answer", [None, web.Response(text="no JSON"), web.Response(status=502, text="<html>")])
    async def test_no_error_has_the_token_in_it(self, answer):
        async with serving() as server, requests(server.api_url, read_s=0.05) as wire:
            if answer is None:
                server.takes_s = 1.0
            else:
                server.answer = answer
            with pytest.raises(Exception) as caught:  # noqa: PT011  whatever it is
                await wire.call("sendMessage", chat_id=5, text="hi")
        error: BaseException | None = caught.value
        while error is not None:
            assert TOKEN not in str(error)
            error = error.__cause__


class TestProxy:
    def test_is_the_environments(self, monkeypatch):
        monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert Http("https://api.telegram.org/bot")._proxy == "http://proxy.example:3128"
        assert Http("https://127.0.0.1/bot")._proxy is None
        assert Http("http://api.telegram.org/bot")._proxy is None
