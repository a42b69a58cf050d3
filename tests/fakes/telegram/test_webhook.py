"""Webhooks: pushed with the secret, in order, again and again until taken."""

import asyncio

import pytest
from aiohttp import web
from telegram.error import BadRequest, RetryAfter

from tests.fakes.telegram.webhook import SECRET_HEADER


class Receiver:
    """A bot's webhook that answers as the test says."""

    def __init__(self):
        self.answers = []
        self.got = []
        self.secrets = []
        self.port = 0
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def texts(self):
        return [update["message"]["text"] for update in self.got]

    async def take(self, request):
        self.got.append(await request.json())
        self.secrets.append(request.headers.get(SECRET_HEADER))
        await self.gate.wait()
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def receiver():
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    yield receiver
    receiver.gate.set()
    await runner.cleanup()


class TestPush:
    async def test_carries_the_secret(self, bot, telegram, ann, receiver):
        await bot.set_webhook(receiver.url, secret_token="s3cret_-", allowed_updates=["message"])
        ann.says("hello")
        await telegram.confirmed()
        assert (receiver.texts, receiver.secrets) == (["hello"], ["s3cret_-"])
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.last_error_message) == (receiver.url, 0, None)

    async def test_retries_at_once_and_then_ever_slower(self, bot, telegram, ann, receiver):
        telegram.clock.freeze()
        await bot.set_webhook(receiver.url)
        receiver.answers = [web.Response(status=500) for _ in range(4)]
        ann.says("hello")
        line = await telegram.until(lambda: telegram.server.pusher.lines.get(ann.id))
        await telegram.until(lambda: line.failures == 2)
        assert len(telegram.world.updates.pending()) == 1
        assert "500" in (await bot.get_webhook_info()).last_error_message
        telegram.clock.advance(1)
        await telegram.until(lambda: line.failures == 3)
        telegram.clock.advance(2)
        await telegram.until(lambda: line.failures == 4)
        telegram.clock.advance(4)
        await telegram.confirmed()
        start = line.tried[0]
        assert [round(at - start) for at in line.tried] == [0, 0, 1, 3, 7]
        assert receiver.texts == ["hello"] * 5

    async def test_recovers_from_a_receiver_that_is_away(self, bot, telegram, ann, receiver):
        port, receiver.port = receiver.port, 9
        await bot.set_webhook(receiver.url)
        ann.says("hello")
        line = await telegram.until(lambda: telegram.server.pusher.lines.get(ann.id))
        await telegram.until(lambda: line.failures == 2)
        receiver.port = port
        telegram.clock.advance(2)
        await bot.set_webhook(receiver.url)
        await telegram.confirmed()
        assert receiver.texts == ["hello"]

    async def test_honours_retry_after(self, bot, telegram, ann, receiver):
        telegram.clock.freeze()
        await bot.set_webhook(receiver.url)
        receiver.answers = [web.Response(status=503, headers={"Retry-After": "100"})]
        ann.says("hello")
        line = await telegram.until(lambda: telegram.server.pusher.lines.get(ann.id))
        await telegram.until(lambda: line.failures == 1)
        assert line.not_before == line.tried[0] + 100
        telegram.clock.advance(100)
        await telegram.confirmed()

    async def test_keeps_a_chats_order_and_lets_others_pass(self, bot, telegram, ann, receiver):
        bob = telegram.person("Bob")
        telegram.clock.freeze()
        await bot.set_webhook(receiver.url)
        receiver.answers = [web.Response(status=500), web.Response(status=500)]
        ann.says("one")
        line = await telegram.until(lambda: telegram.server.pusher.lines.get(ann.id))
        await telegram.until(lambda: line.failures == 2)
        telegram.world.pace = 0
        ann.says("two")
        bob.says("bob")
        await telegram.until(lambda: "bob" in receiver.texts)
        telegram.clock.advance(1)
        await telegram.confirmed()
        assert [text for text in receiver.texts if text != "bob"] == ["one", "one", "one", "two"]

    async def test_executes_the_method_in_an_answer(self, bot, telegram, ann, receiver):
        await bot.set_webhook(receiver.url)
        receiver.answers = [
            web.json_response({"method": "sendMessage", "chat_id": ann.id, "text": "by answer"}),
            web.json_response({"method": "deleteWebhook"}),
        ]
        ann.says("hello")
        await ann.waits_for("by answer")
        ann.says("again")
        await telegram.confirmed()
        assert telegram.world.webhook.url == receiver.url

    async def test_ends_after_a_day_of_gone(self, bot, telegram, ann, receiver):
        telegram.clock.freeze()
        await bot.set_webhook(receiver.url)
        receiver.answers = [web.Response(status=410) for _ in range(9)]
        ann.says("hello")
        line = await telegram.until(lambda: telegram.server.pusher.lines.get(ann.id))
        await telegram.until(lambda: line.failures == 2)
        telegram.clock.advance(23 * 3600)
        await telegram.until(lambda: not telegram.world.webhook.url)


class TestSet:
    async def test_refuses(self, bot, telegram):
        with pytest.raises(BadRequest, match=r"(?i)an https url must be provided"):
            await bot.set_webhook("http://a.example/hook")
        with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
            await bot.set_webhook("https://a.example/hook", secret_token="not allowed")
        with pytest.raises(BadRequest, match=r"(?i)secret token is too long"):
            await bot.set_webhook("https://a.example/hook", secret_token="x" * 257)

    async def test_refuses_haste(self, bot, telegram, timedelta):
        await bot.set_webhook("https://a.example/hook")
        with pytest.raises(RetryAfter):
            await bot.set_webhook("https://a.example/hook")
        telegram.clock.advance(1)
        await bot.set_webhook("https://a.example/hook")

    async def test_tells_of_too_many_connections(self, bot, telegram):
        await bot.set_webhook("https://a.example/hook", max_connections=101)
        assert "max_connections is 101" in telegram.world.violations.pop()

    async def test_drops_what_is_pending(self, bot, telegram, ann):
        ann.says("hello")
        await bot.delete_webhook(drop_pending_updates=True)
        assert await bot.get_updates() == ()
