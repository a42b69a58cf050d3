"""Rate limits and scripted weather, as the real client tells them to the adapter."""

import asyncio
import datetime as dt

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from tests.fakes.telegram import flood


@pytest.fixture(autouse=True)
def frozen(telegram):
    """Only the test moves the time."""
    telegram.clock.freeze()


pytestmark = pytest.mark.usefixtures("timedelta")


class TestLimits:
    async def test_a_burst_passes_and_then_one_a_second(self, bot, telegram, ann):
        for number in range(flood.A_CHAT_BURST):
            await bot.send_message(ann.id, str(number))
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(ann.id, "too much")
        assert caught.value.retry_after == dt.timedelta(seconds=1)
        telegram.clock.advance(1)
        await bot.send_message(ann.id, "now")
        assert telegram.flood.refused == [("sendMessage", ann.id, 1)]
        assert telegram.flood.too_early == []

    async def test_asking_again_too_early_is_noted(self, bot, telegram, ann):
        telegram.next_answers("sendMessage", flood.RetryAfter(30))
        for _ in range(2):
            with pytest.raises(RetryAfter):
                await bot.send_message(ann.id, "hello")
        assert telegram.flood.too_early == [f"sendMessage to {ann.id}, 30.0 s before retry_after was over"]

    async def test_twenty_a_minute_in_a_group(self, bot, telegram, group):
        for number in range(20):
            await bot.send_message(group.id, str(number))
            telegram.clock.advance(1.5)
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(group.id, "too much")
        assert caught.value.retry_after == dt.timedelta(seconds=30)

    async def test_thirty_a_second_overall(self, bot, telegram):
        people = [telegram.person(f"P{number}") for number in range(31)]
        for person in people:
            person.starts()
        for person in people[:30]:
            await bot.send_message(person.id, "news")
        with pytest.raises(RetryAfter):
            await bot.send_message(people[30].id, "news")
        telegram.clock.advance(1)
        await bot.send_message(people[30].id, "news")

    async def test_a_refused_message_does_not_count(self, bot, telegram, ann):
        for _ in range(10):
            with pytest.raises(BadRequest):
                await bot.send_message(ann.id, "")
        await bot.send_message(ann.id, "hello")

    async def test_people_take_their_time(self, bot, telegram, ann):
        for _ in range(20):
            ann.says("hello")
            await bot.send_message(ann.id, "hi")
        assert telegram.flood.refused == []


class TestWeather:
    async def test_a_lost_answer_takes_effect(self, bot, telegram, ann):
        telegram.next_answers("sendMessage", flood.LostAnswer())
        with pytest.raises(NetworkError):
            await bot.send_message(ann.id, "hello")
        assert ann.texts() == ["hello"]

    async def test_no_connection_takes_none(self, bot, telegram, ann):
        telegram.next_answers("sendMessage", flood.AsUsual(), flood.NoConnection())
        await bot.send_message(ann.id, "one")
        with pytest.raises(NetworkError):
            await bot.send_message(ann.id, "two")
        assert ann.texts() == ["one"]

    @pytest.mark.parametrize("code", [500, 502])
    async def test_a_broken_server(self, bot, telegram, ann, code):
        telegram.next_answers("*", flood.ServerError(code))
        with pytest.raises(NetworkError, match=str(code)):
            await bot.send_message(ann.id, "hello")
        await bot.send_message(ann.id, "hello")
        assert ann.texts() == ["hello"]

    async def test_bad_json_is_no_network_error(self, bot, telegram, ann):
        telegram.next_answers("sendMessage", flood.BadJson())
        with pytest.raises(TelegramError, match="Invalid server response") as caught:
            await bot.send_message(ann.id, "hello")
        assert not isinstance(caught.value, NetworkError)
        assert ann.texts() == ["hello"]

    async def test_any_refusal(self, bot, telegram, ann):
        telegram.next_answers("sendMessage", flood.Refused(400, "Bad Request: TOPIC_CLOSED"))
        with pytest.raises(BadRequest, match="Topic_closed"):
            await bot.send_message(ann.id, "hello")

    async def test_a_lost_poll_is_delivered_again(self, bot, telegram, ann):
        ann.says("hello")
        telegram.next_answers("getUpdates", flood.LostAnswer())
        with pytest.raises(NetworkError):
            await bot.get_updates()
        assert len(await bot.get_updates()) == 1

    async def test_others_go_on(self, bot, telegram, ann):
        telegram.next_answers("sendMessage", flood.RetryAfter(30))
        bob = telegram.person("Bob")
        bob.starts()
        with pytest.raises(RetryAfter):
            await bot.send_message(ann.id, "hello")
        await asyncio.gather(*(bot.send_message(bob.id, str(number)) for number in range(3)))
