"""Requests are held against the Bot API's own description."""

import os

import pytest

from tests.fakes.telegram import spec
from tests.fakes.telegram.client import client
from tests.fakes.telegram.fake import FakeTelegram


@pytest.fixture
def described():
    found, reason = spec.from_environment()
    if found is None:
        pytest.skip(reason)
    return found


class TestRequest:
    def test_as_text_of_a_form(self, described):
        markup = '{"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}'
        good = {"chat_id": "5", "text": "12", "disable_notification": "true", "reply_markup": markup}
        assert described.request_problems("sendMessage", good) == []

    def test_as_json(self, described):
        assert described.request_problems("SENDMESSAGE", {"chat_id": 5, "text": "x"}) == []

    @pytest.mark.parametrize(
        ("parameters", "words"),
        [
            ({"chat_id": "5"}, '"text" is a required property'),
            ({"chat_id": "5", "text": "x", "txet": "y"}, "'txet' was unexpected"),
            ({"chat_id": "5", "text": "x", "message_thread_id": "many"}, "message_thread_id"),
            (
                {"chat_id": "5", "text": "x", "entities": '[{"type": "bold", "offset": 0}]'},
                "is a required property",
            ),
            ({"chat_id": "5", "text": "x", "reply_markup": '{"inline_keyboard": "x"}'}, "reply_markup"),
        ],
    )
    def test_problems(self, described, parameters, words):
        problems = described.request_problems("sendMessage", parameters)
        assert len(problems) == 1
        assert words in problems[0]

    def test_unknown_method(self, described):
        assert "no such method" in described.request_problems("sendNonsense", {})[0]

    def test_upload(self, described):
        assert described.request_problems("sendPhoto", {"chat_id": "5", "photo": "attach://x"}) == []


class TestViolation:
    async def test_fails_the_test(self, described):
        telegram = await FakeTelegram().__aenter__()
        ann = telegram.person("Ann")
        ann.starts()
        async with client(telegram) as bot:
            await bot.send_message(ann.id, "hello", api_kwargs={"loudly": True})
        with pytest.raises(AssertionError, match="'loudly' was unexpected"):
            await telegram.__aexit__(None, None, None)

    async def test_too_many_entities(self, bot, telegram, ann):
        await bot.send_message(ann.id, "x", entities=[{"type": "bold", "offset": 0, "length": 1}] * 101)
        assert "101 entities" in telegram.world.violations.pop()

    async def test_a_request_is_recorded(self, bot, telegram, ann):
        await bot.send_message(ann.id, "hello")
        (asked,) = telegram.world.asked("sendMessage")
        assert (asked.parameters["text"], asked.code) == ("hello", 200)


class TestSkipped:
    async def test_is_recorded_with_a_reason(self, monkeypatch):
        monkeypatch.delenv("TANDEM_SPECS", raising=False)
        assert "TANDEM_SPECS is not set" in FakeTelegram().world.spec_skipped
        monkeypatch.setenv("TANDEM_SPECS", os.devnull)
        assert "has no telegram-bot-api.json" in FakeTelegram().world.spec_skipped
