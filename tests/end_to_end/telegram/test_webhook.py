"""Telegram comes by itself: kept before it may forget, and only let in with the secret."""

from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession, web

from adapters.telegram.client import SECRET_HEADER
from adapters.web.hooks import Hooks
from adapters.web.metrics import Metrics
from bot.telegram import door
from core.chat.room import Forged
from core.errors import DatabaseBusy
from tests.driver import Loud


class Door:
    """The web's door for machines, in front of whichever client runs."""

    def __init__(self, stage):
        self._stage = stage
        self.url = ""
        self.open = AsyncExitStack()

    async def receive(self, name, body, headers):
        async def others(name, body, headers):
            raise AssertionError(f"{name} is nobody's")

        if self._stage.client is None:
            raise DatabaseBusy
        return await door(self._stage.client, others)(name, body, headers)

    async def __aenter__(self):
        app = web.Application()
        app.add_routes([web.post("/hooks/{name}", Hooks(self.receive, Metrics(), Loud()).post)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self.open.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/telegram"
        return self

    async def __aexit__(self, *_):
        await self.open.aclose()


@pytest.fixture
async def hooked(empty_stage, tap):
    from tests.end_to_end.telegram.lab import ROOM

    async with Door(empty_stage) as entrance:
        empty_stage.with_room(ROOM, tap)
        empty_stage.listens_at(entrance.url)
        await empty_stage.starts()
        yield empty_stage
        await empty_stage.stops()


class TestReceive:
    async def test_is_answered(self, hooked, ann, telegram):
        ann.says("/lab_ping")
        await ann.waits_for("pong")
        await telegram.confirmed()
        assert telegram.world.webhook.secret
        assert hooked.client.connected()

    async def test_once_however_often_it_is_brought(self, hooked, ann, tap, telegram):
        ann.says("/lab_ping")
        await ann.waits_for("pong")
        headers = {SECRET_HEADER: hooked.endpoint.hook_secret}
        async with ClientSession() as session:
            for _ in range(3):
                answer = await session.post(
                    hooked.endpoint.hook_url, json=telegram.world.updates.all[-1], headers=headers
                )
                assert answer.status == 200
        assert len(tap.ran) == 1

    @pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "ü"}])
    async def test_without_the_secret_is_refused(self, hooked, ann, tap, headers):
        async with ClientSession() as session:
            answer = await session.post(hooked.endpoint.hook_url, json={"update_id": 1}, headers=headers)
        assert answer.status == 400
        assert tap.ran == []

    async def test_with_bytes_that_are_no_text_is_refused_too(self, hooked):
        with pytest.raises(Forged):
            await hooked.client.receive(b"{}", {SECRET_HEADER: "\udcff"})

    @pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"{}", b'{"update_id": 1, "message": {"text": 5}}'])
    async def test_what_can_not_be_read_is_dropped(self, hooked, body):
        async with ClientSession() as session:
            headers = {SECRET_HEADER: hooked.endpoint.hook_secret}
            answer = await session.post(hooked.endpoint.hook_url, data=body, headers=headers)
        assert answer.status == 200

    async def test_waits_while_nobody_is_there(self, hooked, ann, tap, telegram):
        await hooked.dies()
        ann.says("/lab_ping")
        await telegram.until(lambda: telegram.world.webhook.last_error)
        assert tap.ran == []
        telegram.clock.advance(120)  # the webhook may be set once a second, and is tried again later
        await hooked.starts()
        telegram.clock.advance(120)
        await ann.waits_for("pong")
        assert len(tap.ran) == 1

    async def test_that_comes_before_anybody_serves_is_answered(self, hooked, ann, tap, monkeypatch):
        client, keep = hooked.client, hooked.client._mailroom.keep
        lanes, client._lanes = client._lanes, None

        async def slowly(platform, arrivals):
            await keep(platform, arrivals)
            client._lanes = lanes  # by now what was left has been taken up, without this one

        monkeypatch.setattr(client._mailroom, "keep", slowly)
        ann.says("/lab_ping")
        await ann.waits_for("pong")
        assert len(tap.ran) == 1

    async def test_what_no_transaction_can_do_is_kept_as_it_came(self, hooked, ann, tap, telegram, monkeypatch):
        def broken(*_):
            raise ZeroDivisionError

        with monkeypatch.context() as now:
            now.setattr(Loud, "broken", lambda *_, **__: None)
            now.setattr("core.interaction.members.resolve", broken)
            ann.says("/lab_ping")
            await telegram.confirmed()
            await ann.waits_for("tell support this number")
        await hooked.dies()
        telegram.clock.advance(2)
        await hooked.starts()
        await ann.waits_for("pong")
        assert len(tap.ran) == 1

    async def test_killed_with_its_hands_full(self, hooked, ann, tap, telegram, monkeypatch):
        monkeypatch.setattr(hooked.client, "_put", lambda event, pending: None)
        ann.says("/lab_ping")
        await telegram.confirmed()
        await hooked.dies()
        telegram.clock.advance(2)
        await hooked.starts()
        await ann.waits_for("pong")
        assert len(tap.ran) == 1
