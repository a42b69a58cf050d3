"""getUpdates as the real client meets it."""

import asyncio

import pytest
from telegram.error import Conflict

from tests.fakes.telegram.client import client


class TestOffset:
    async def test_redelivers_until_confirmed(self, telegram, bot, ann):
        ann.says("one")
        ann.says("two")
        first = await bot.get_updates()
        again = await bot.get_updates(offset=first[0].update_id, timeout=1)
        assert [update.message.text for update in first] == ["one", "two"]
        assert [update.update_id for update in again] == [update.update_id for update in first]
        assert telegram.world.updates.delivered[0] == telegram.world.updates.delivered[2]

    async def test_confirms_what_is_below(self, telegram, bot, ann):
        ann.says("one")
        ann.says("two")
        first = await bot.get_updates()
        rest = await bot.get_updates(offset=first[1].update_id)
        assert [update.message.text for update in rest] == ["two"]
        await bot.get_updates(offset=first[1].update_id + 1)
        await telegram.confirmed()

    async def test_negative_forgets_all_but_the_last(self, telegram, bot, ann):
        for text in ("one", "two", "three"):
            ann.says(text)
        last = await bot.get_updates(offset=-1)
        assert [update.message.text for update in last] == ["three"]
        assert len(telegram.world.updates.pending()) == 1

    async def test_limit(self, bot, ann):
        ann.says("one")
        ann.says("two")
        assert len(await bot.get_updates(limit=1)) == 1

    async def test_a_hasty_repetition_gets_one(self, telegram, bot, ann):
        telegram.clock.freeze()
        ann.says("one")
        ann.says("two")
        assert len(await bot.get_updates()) == 2
        assert len(await bot.get_updates()) == 1

    async def test_forgets_after_a_day(self, telegram, bot, ann):
        ann.says("one")
        telegram.clock.advance(24 * 3600 + 1)
        assert await bot.get_updates() == ()


class TestLongPoll:
    async def test_wakes_when_an_update_comes(self, telegram, bot, ann):
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await telegram.polled()
        ann.says("hello")
        assert [update.message.text for update in await poll] == ["hello"]

    async def test_ends_empty_when_its_time_is_over(self, telegram, bot):
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await telegram.polled()
        telegram.clock.advance(31)
        assert await poll == ()

    async def test_a_client_that_went_away_is_no_poller(self, telegram, bot, ann):
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await telegram.polled()
        poll.cancel()
        await telegram.until(lambda: not telegram.server.polling.waiting)
        ann.says("hello")
        assert len(await bot.get_updates()) == 1


class TestAllowedUpdates:
    async def test_are_remembered(self, telegram, bot, ann):
        await bot.get_updates(allowed_updates=["callback_query"])
        ann.says("unseen")
        assert await bot.get_updates(offset=1) == ()
        await bot.get_updates(offset=2, allowed_updates=[])
        ann.says("seen")
        assert [update.message.text for update in await bot.get_updates(offset=3)] == ["seen"]


class TestSecondPoller:
    async def test_ends_the_older(self, telegram, bot, ann):
        older = asyncio.create_task(bot.get_updates(timeout=50))
        await telegram.polled()
        async with client(telegram) as other:
            newer = asyncio.create_task(other.get_updates(timeout=50))
            with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates request"):
                await older
            ann.says("hello")
            assert len(await newer) == 1

    async def test_further_conflicts_are_held_back(self, telegram, bot, ann):
        telegram.clock.freeze()
        async with client(telegram) as other, client(telegram) as third:
            first = asyncio.create_task(bot.get_updates(timeout=50))
            await telegram.polled()
            second = asyncio.create_task(other.get_updates(timeout=50))
            with pytest.raises(Conflict):
                await first
            last = asyncio.create_task(third.get_updates(timeout=50))
            await telegram.until(lambda: telegram.server.polling.held)
            assert not second.done()
            telegram.clock.advance(3)
            with pytest.raises(Conflict):
                await second
            ann.says("hello")
            assert len(await last) == 1

    async def test_a_webhook_forbids_polling(self, telegram, bot):
        await bot.set_webhook("http://127.0.0.1:9/hook")
        with pytest.raises(Conflict, match=r"(?i)can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == ()

    async def test_a_webhook_ends_a_poll(self, telegram, bot):
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await telegram.polled()
        await bot.set_webhook("http://127.0.0.1:9/hook")
        with pytest.raises(Conflict, match=r"(?i)terminated by setWebhook request"):
            await poll
