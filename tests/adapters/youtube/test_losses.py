"""What YouTube refuses: an account that is lost, an absence that says when to ask again, a quota used up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.sources import AccessLost, Loss, SourceAway
from tests.adapters.youtube.conftest import DAY, NOON, WEEK_AGO, account, reading, refused
from tests.fakes.weather import Answers, LostAnswer, NoConnection, SlowBody
from tests.fakes.youtube import refusals
from tests.fakes.youtube.refusals import Refusal


class TestLost:
    async def loss(self, youtube, ann, since=None):
        with pytest.raises(AccessLost) as caught:
            await youtube.read(account(ann), posts_since=since)
        assert "YouTube" in caught.value.text
        return caught.value.loss

    async def test_closed(self, youtube, ann):
        ann.closed = True
        assert await self.loss(youtube, ann) is Loss.GONE

    async def test_private(self, youtube, ann):
        ann.private = True
        assert await self.loss(youtube, ann) is Loss.HIDDEN

    async def test_an_id_that_can_be_none_is_not_asked_for(self, fake, youtube, ann):
        ann.id = "UC1,UC2&x"
        assert await self.loss(youtube, ann) is Loss.GONE
        assert fake.units == 0

    async def test_said_by_an_error(self, fake, youtube, ann):
        fake.next_answers("channels", refused(Refusal(404, "channelNotFound", "No.")))
        assert await self.loss(youtube, ann) is Loss.GONE

    async def test_uploads_that_nobody_may_see(self, fake, youtube, ann):
        fake.next_answers("playlistItems", refused(Refusal(403, "playlistItemsNotAccessible", "No.")))
        assert await self.loss(youtube, ann, WEEK_AGO) is Loss.HIDDEN


class TestAway:
    async def away(self, youtube, ann, since=None):
        with pytest.raises(SourceAway) as caught:
            await youtube.read(account(ann), posts_since=since)
        assert len(caught.value.text) <= 200
        return caught.value

    @pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
    async def test_without_quota_nothing_is_asked_until_midnight_in_california(self, fake, youtube, ann, clock, reason):
        fake.next_answers("channels", refused(Refusal(403, reason, "No.", "youtube.quota")))
        assert (await self.away(youtube, ann)).seconds == 20 * 3600  # 4:00 there
        await self.away(youtube, ann)
        assert len(fake.calls("channels")) == 1
        clock.advance(timedelta(hours=20))
        await youtube.read(account(ann), posts_since=None)

    @pytest.mark.parametrize(
        "error",
        [
            Refusal(403, "rateLimitExceeded", "Slow down."),
            Refusal(403, "userRateLimitExceeded", "Slow down."),
            Refusal(429, "RATE_LIMIT_EXCEEDED", "Slow down."),
        ],
    )
    async def test_too_fast_waits_a_minute_and_not_a_day(self, fake, youtube, ann, error):
        fake.next_answers("channels", refused(error))
        assert (await self.away(youtube, ann)).seconds == 60
        await youtube.read(account(ann), posts_since=None)

    async def test_as_long_as_it_asks_for(self, fake, youtube, ann):
        fake.next_answers("channels", Answers(429, {}, {"Retry-After": "17"}))
        assert (await self.away(youtube, ann)).seconds == 17

    async def test_a_storm_ends(self, fake, youtube, ann):
        fake.next_answers("channels", *[Answers(429, {}, {"Retry-After": "1"})] * 5)
        for _ in range(5):
            await self.away(youtube, ann)
        assert (await youtube.read(account(ann), posts_since=None)).followers == 4_220

    @pytest.mark.parametrize(
        "answer",
        [
            Answers(500, {"error": {"code": 500, "errors": [{"reason": "backendError"}]}}),
            Answers(503, "<html>Service Unavailable</html>"),
            Answers(502),
            Answers(200, "<html>Welcome</html>"),
            Answers(200, "[1, 2]"),
            Answers(200, '{"items": {"a": 1}}'),
            Answers(200, "[" * 100_000),
            Answers(302, "", {"Location": "http://127.0.0.1:1/"}),
            refused(refusals.bad_key()),
            refused(refusals.nobody()),
            refused(refusals.bad_token()),
            refused(Refusal(403, "accessNotConfigured", "Switch it on.")),
            Answers(400, {"error": "strange"}),
            NoConnection(),
            LostAnswer(),
        ],
        ids=lambda answer: type(answer).__name__ + str(getattr(answer, "status", "")),
    )
    async def test_nothing_is_said_about_the_account(self, fake, youtube, ann, answer):
        fake.next_answers("channels", answer)
        await self.away(youtube, ann)
        assert (await youtube.read(account(ann), posts_since=None)).followers == 4_220

    async def test_a_channel_of_another_shape(self, fake, youtube, ann):
        fake.next_answers("channels", Answers(200, {"items": [{"id": ann.id, "snippet": {"title": 5}}]}))
        assert "snippet.title" in (await self.away(youtube, ann)).why

    async def test_a_count_below_zero_that_wrapped_around(self, fake, youtube, ann):
        odd = {"id": ann.id, "snippet": {"title": "Ann"}, "statistics": {"subscriberCount": str(2**64 - 1)}}
        fake.next_answers("channels", Answers(200, {"items": [odd]}))
        assert "subscriberCount" in (await self.away(youtube, ann)).why

    async def test_half_of_the_posts_are_none(self, fake, youtube, ann):
        for hours in range(60):
            ann.posts(NOON - timedelta(hours=hours))
        fake.next_answers("videos", Answers(500))
        await self.away(youtube, ann, WEEK_AGO)

    async def test_a_body_that_does_not_end(self, fake, clock, ann):
        fake.next_answers("channels", SlowBody())
        async with reading(fake.settings, clock, back=fake.back, timeout_s=0.05) as hasty:
            assert "0.05 s" in (await self.away(hasty, ann)).why

    async def test_an_account_that_takes_too_long(self, fake, clock, ann):
        ann.posts(NOON - DAY)
        fake.next_answers("videos", SlowBody())
        async with reading(fake.settings, clock, back=fake.back, read_s=0.3) as hasty:
            assert "longer than 0.3 s" in (await self.away(hasty, ann, WEEK_AGO)).why

    async def test_nobody_there(self, fake, clock, ann):
        async with reading(replace(fake.settings, api_url="http://127.0.0.1:9"), clock, back=fake.back) as lost:
            await self.away(lost, ann)


class TestQuota:
    @pytest.fixture
    async def poor(self, fake, clock):
        async with reading(replace(fake.settings, units_a_day=2), clock, back=fake.back) as poor:
            yield poor

    async def test_refuses_before_it_is_exceeded(self, fake, poor, ann):
        for _ in range(2):
            await poor.read(account(ann), posts_since=None)
        with pytest.raises(SourceAway, match="quota") as caught:
            await poor.read(account(ann), posts_since=None)
        assert caught.value.seconds == 20 * 3600
        assert fake.units == 2

    async def test_counts_what_is_refused_too(self, fake, poor, ann):
        fake.next_answers("channels", Answers(500), NoConnection())
        for _ in range(2):
            with pytest.raises(SourceAway):
                await poor.read(account(ann), posts_since=None)
        assert poor.quota.left == 0

    async def test_begins_anew_at_midnight_in_california_also_where_the_clock_changes(self, poor, ann, clock):
        clock.set(datetime(2026, 11, 1, 7, 59, 59, tzinfo=UTC))  # 0:59:59 there, on a day of 25 hours
        poor.quota.take(2)
        assert poor.quota.over().seconds == 24 * 3600 + 1
        clock.advance(timedelta(hours=24))
        assert poor.quota.left == 0
        clock.advance(timedelta(seconds=1))
        assert poor.quota.left == 2

    async def test_a_post_read_in_part_is_none(self, poor, ann):
        ann.posts(NOON - DAY)
        with pytest.raises(SourceAway, match="quota"):
            await poor.read(account(ann), posts_since=WEEK_AGO)
