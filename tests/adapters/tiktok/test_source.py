"""What TikTok answers, as readings; what it refuses, as losses or as an absence."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from adapters.tiktok import make
from adapters.tiktok.limits import SCOPES
from bot.settings import TikTokSettings
from core.ports import MetricsSource
from core.sources import AccessLost, Account, Loss, Reading, SourceAway, Way
from tests.adapters.tiktok.conftest import NOON, connect, reading
from tests.fakes.tiktok import refusals
from tests.fakes.tiktok.refusals import Refusal, envelope
from tests.fakes.weather import Answers, LostAnswer, NoConnection, SlowBody

DAY = timedelta(days=1)
WEEK_AGO = NOON - 7 * DAY


def refused(error: Refusal, **headers: str) -> Answers:
    return Answers(error.status, error.body(), headers)


class TestMake:
    @pytest.mark.parametrize("secret", ["", "s"])
    def test_nothing_where_it_is_off_or_has_no_client(self, clock, secret):
        settings = TikTokSettings(client_secret=SecretStr(secret))
        assert make(settings, clock, back="http://127.0.0.1/") is None
        assert make(replace(settings, enabled=True), clock, back="http://127.0.0.1/") is None

    def test_it_is_a_source(self, tiktok):
        reads: MetricsSource = tiktok
        assert reads.platform == "tiktok"


class TestRead:
    async def test_the_figures(self, tiktok, ann):
        seen = await tiktok.read(ann.account, posts_since=None)
        assert (seen.at, seen.name, seen.handle) == (NOON, "Ann", "ann")
        assert (seen.followers, seen.step, seen.era, seen.posts) == (4_227, 1, "tiktok", None)

    async def test_the_digest_is_that_of_the_raw_bodies(self, fake, tiktok, ann):
        user = b'{"data":{"user":{"open_id":"%s","follower_count":3}},"error":{"code":"ok"}}'
        user %= ann.creator.open_id.encode()
        videos = b'{"data":{"videos":[],"has_more":false},"error":{"code":"ok"}}'
        fake.next_answers("user/info", Answers(200, user.decode()))
        fake.next_answers("video/list", Answers(200, videos.decode()))
        seen = await tiktok.read(ann.account, posts_since=WEEK_AGO)
        assert (seen.followers, seen.posts) == (3, ())
        assert seen.digest == hashlib.sha256(user + videos).hexdigest()

    async def test_no_cover_is_asked_for(self, fake, tiktok, ann):
        ann.creator.posts(NOON)
        await tiktok.read(ann.account, posts_since=WEEK_AGO)
        asked = [call.query["fields"] for call in fake.weather.calls if "fields" in call.query]
        assert not any("cover" in fields or "avatar" in fields for fields in asked)

    async def test_a_count_that_is_not_told_is_none(self, fake, tiktok, ann):
        fake.next_answers("user/info", Answers(200, envelope({"user": {"open_id": ann.creator.open_id}})))
        assert (await tiktok.read(ann.account, posts_since=None)).followers is None

    async def test_anothers_figures_are_not_taken(self, fake, tiktok, ann):
        fake.next_answers("user/info", Answers(200, envelope({"user": {"open_id": "another", "follower_count": 9}})))
        with pytest.raises(SourceAway, match="another account"):
            await tiktok.read(ann.account, posts_since=None)


class TestPosts:
    async def read(self, tiktok, ann, since=WEEK_AGO):
        return (await tiktok.read(ann.account, posts_since=since)).posts

    async def test_the_counts(self, tiktok, ann):
        video = ann.creator.posts(NOON - DAY, views=2**40, likes=12, comments=3, shares=0)
        (post,) = await self.read(tiktok, ann)
        assert (post.id, post.published_at, post.live) == (video.id, NOON - DAY, None)
        assert (post.views, post.likes, post.comments, post.shares) == (2**40, 12, 3, 0)

    async def test_only_since_the_instant(self, tiktok, ann):
        for at in (WEEK_AGO - timedelta(seconds=1), WEEK_AGO, NOON):
            ann.creator.posts(at)
        assert [post.published_at for post in await self.read(tiktok, ann)] == [WEEK_AGO, NOON]

    async def test_pages_until_one_is_too_old(self, fake, tiktok, ann):
        for hours in range(100):
            ann.creator.posts(NOON - timedelta(hours=hours))
        posts = await self.read(tiktok, ann, NOON - timedelta(hours=50))
        assert [post.published_at for post in posts] == [NOON - timedelta(hours=hours) for hours in range(50, -1, -1)]
        assert len(fake.calls("video/list")) == 3

    async def test_pages_to_the_end(self, fake, tiktok, ann):
        for hours in range(40):
            ann.creator.posts(NOON - timedelta(hours=hours))
        assert len(await self.read(tiktok, ann)) == 40
        assert len(fake.calls("video/list")) == 2

    async def test_a_pinned_one_before_its_time_hides_no_other(self, fake, tiktok, ann):
        old, new = ann.creator.posts(NOON - 99 * DAY), ann.creator.posts(NOON)
        shown = [{"id": one.id, "create_time": int(one.created_at.timestamp())} for one in (old, new)]
        page = envelope({"videos": shown, "cursor": int(NOON.timestamp()) * 1000, "has_more": True})
        last = envelope({"videos": [], "has_more": False})
        fake.next_answers("video/list", Answers(200, page), Answers(200, last))
        assert [post.id for post in await self.read(tiktok, ann)] == [new.id]
        assert len(fake.calls("video/list")) == 2

    async def test_deleted_and_private_ones_are_missing(self, tiktok, ann):
        kept, gone = ann.creator.posts(NOON - DAY), ann.creator.posts(NOON - DAY)
        ann.creator.deletes(gone)
        ann.creator.posts(NOON, private=True)
        assert [post.id for post in await self.read(tiktok, ann)] == [kept.id]

    async def test_nobody_posts(self, tiktok, ann):
        assert await self.read(tiktok, ann) == ()

    async def test_old_ones_alone(self, tiktok, ann):
        ann.creator.posts(WEEK_AGO - DAY)
        assert await self.read(tiktok, ann) == ()

    async def test_a_private_account_is_hidden_and_not_idle(self, tiktok, ann):
        ann.creator.posts(NOON - DAY)
        ann.creator.private = True
        with pytest.raises(AccessLost) as caught:
            await self.read(tiktok, ann)
        assert caught.value.loss is Loss.HIDDEN
        assert (await tiktok.read(ann.account, posts_since=None)).followers == 4_227

    async def test_more_than_can_be_read_is_not_a_part(self, fake, tiktok, ann):
        endless = envelope({"videos": [{"id": "1", "create_time": int(NOON.timestamp())}], "has_more": True})
        fake.next_answers("video/list", *[Answers(200, endless)] * 60)
        with pytest.raises(SourceAway, match="more posts"):
            await self.read(tiktok, ann)
        assert len(fake.calls("video/list")) == 50

    async def test_half_of_them_are_none(self, fake, tiktok, ann):
        for hours in range(30):
            ann.creator.posts(NOON - timedelta(hours=hours))
        page = envelope({"videos": [{"id": "1", "create_time": int(NOON.timestamp())}], "cursor": 5, "has_more": True})
        fake.next_answers("video/list", Answers(200, page), refused(refusals.internal()))
        with pytest.raises(SourceAway):
            await self.read(tiktok, ann)


class TestPostsByTheirIds:
    async def test_those_that_are_left(self, fake, tiktok, ann):
        videos = [ann.creator.posts(NOON - timedelta(hours=hours), views=hours) for hours in range(45)]
        ann.creator.deletes(videos[3])
        found = await tiktok.posts(ann.account, tuple(video.id for video in videos))
        assert {post.id for post in found} == {video.id for video in ann.creator.videos}
        assert len(fake.calls("video/query")) == 3

    async def test_none(self, fake, tiktok, ann):
        assert await tiktok.posts(ann.account, ()) == ()
        assert fake.calls("video/query") == []


class TestLost:
    async def loss(self, tiktok, ann, since=None):
        with pytest.raises(AccessLost) as caught:
            await tiktok.read(ann.account, posts_since=since)
        assert "TikTok" in caught.value.text
        return caught.value.loss

    async def test_taken_back(self, fake, tiktok, ann):
        fake.sign_in.removes_access(ann.creator)
        assert await self.loss(tiktok, ann) is Loss.REVOKED

    async def test_banned(self, tiktok, ann):
        ann.creator.banned = True
        assert await self.loss(tiktok, ann) is Loss.REVOKED

    async def test_a_token_that_nobody_refreshed(self, tiktok, ann, clock):
        clock.advance(timedelta(hours=2))
        assert await self.loss(tiktok, ann) is Loss.REVOKED

    @pytest.mark.parametrize("scope", SCOPES)
    async def test_a_scope_that_is_gone(self, fake, tiktok, ann, scope):
        grant = fake.world.by_access[ann.tokens.access]
        grant.scopes -= {scope}
        assert await self.loss(tiktok, ann, WEEK_AGO) is Loss.REVOKED

    async def test_a_scope_that_the_review_took(self, fake, tiktok, ann):
        fake.world.reviewed.remove("video.list")
        assert await self.loss(tiktok, ann, WEEK_AGO) is Loss.REVOKED


class TestAway:
    async def away(self, tiktok, ann, since=None):
        with pytest.raises(SourceAway) as caught:
            await tiktok.read(ann.account, posts_since=since)
        assert len(caught.value.text) <= 200
        assert ann.tokens.access not in caught.value.text
        return caught.value

    @pytest.mark.parametrize(
        "answer",
        [
            refused(refusals.internal()),
            refused(refusals.invalid_params("Unknown field")),
            Answers(401, envelope({}, "something_new")),
            Answers(403, "<html>Forbidden</html>"),
            Answers(502, "<html>Bad gateway</html>"),
            Answers(500, envelope({}, "access_token_invalid")),
            Answers(401, envelope({"user": {"open_id": "-000ann", "follower_count": 1}})),
            Answers(200, "<html>Welcome</html>"),
            Answers(200, '{"data": {}}'),
            Answers(200, envelope({})),
            Answers(200, envelope({"user": {"open_id": 5}})),
            Answers(200, envelope({"user": {"open_id": "-000ann", "follower_count": -1}})),
            Answers(200, envelope({"user": {"open_id": "-000ann", "follower_count": 2**63}})),
            Answers(200, ""),
            NoConnection(),
            LostAnswer(),
        ],
        ids=lambda answer: type(answer).__name__ + str(getattr(answer, "status", "")),
    )
    async def test_nothing_is_said_about_the_account(self, fake, tiktok, ann, answer):
        fake.next_answers("user/info", answer)
        await self.away(tiktok, ann)
        assert (await tiktok.read(ann.account, posts_since=None)).followers == 4_227

    async def test_a_video_of_another_shape(self, fake, tiktok, ann):
        for create_time in ("soon", -1, 10**18):
            page = envelope({"videos": [{"id": "1", "create_time": create_time}], "has_more": False})
            fake.next_answers("video/list", Answers(200, page))
            assert "create_time" in (await self.away(tiktok, ann, WEEK_AGO)).why

    async def test_a_body_that_does_not_end(self, fake, clock, ann):
        fake.next_answers("user/info", SlowBody())
        async with reading(fake.settings, clock, back=fake.back, timeout_s=0.05) as hasty:
            assert "0.05 s" in (await self.away(hasty, ann)).why

    async def test_an_account_that_takes_too_long(self, fake, clock, ann):
        fake.next_answers("video/list", SlowBody())
        async with reading(fake.settings, clock, back=fake.back, read_s=0.3) as hasty:
            assert "longer than 0.3 s" in (await self.away(hasty, ann, WEEK_AGO)).why

    async def test_nobody_there(self, fake, clock, ann):
        async with reading(replace(fake.settings, api_url="http://127.0.0.1:9"), clock, back=fake.back) as lost:
            await self.away(lost, ann)


class TestPace:
    @pytest.mark.parametrize(
        "said",
        [
            (refused(refusals.rate_limited(), **{"Retry-After": "17"}), 17),
            (refused(refusals.rate_limited()), 60),
            (Answers(429, "<html>Slow down</html>"), 60),
            (Answers(400, refusals.rate_limited().body()), 60),
        ],
    )
    async def test_rests_where_tiktok_says_so(self, fake, tiktok, ann, seconds, said):
        answer, wait = said
        fake.next_answers("user/info", answer)
        before = len(fake.calls("user/info"))
        for _ in range(3):
            with pytest.raises(SourceAway) as caught:
                await tiktok.read(ann.account, posts_since=None)
            assert caught.value.seconds == wait
        assert len(fake.calls("user/info")) == before + 1
        seconds.at += wait
        await tiktok.read(ann.account, posts_since=None)

    async def test_a_storm_ends(self, fake, tiktok, ann, seconds):
        fake.next_answers("user/info", *[refused(refusals.rate_limited(), **{"Retry-After": "1"})] * 5)
        for _ in range(5):
            with pytest.raises(SourceAway):
                await tiktok.read(ann.account, posts_since=None)
            seconds.at += 1
        assert (await tiktok.read(ann.account, posts_since=None)).followers == 4_227

    async def test_never_more_than_a_minute_takes(self, fake, clock, ann, seconds):
        fake.world.requests_a_minute = 5
        settings = replace(fake.settings, requests_a_minute=4)  # one was taken by signing in
        async with reading(settings, clock, back=fake.back, now=seconds) as slow:
            for _ in range(4):
                await slow.read(ann.account, posts_since=None)
            with pytest.raises(SourceAway, match="minute") as caught:
                await slow.read(ann.account, posts_since=None)
            assert caught.value.seconds == 60
            seconds.at += 60
            clock.advance(timedelta(seconds=60))
            await slow.read(ann.account, posts_since=None)
        assert 429 not in [call.status for call in fake.weather.calls]


class TestReadMany:
    async def test_each_by_its_own_question(self, fake, tiktok):
        people = [await connect(fake, tiktok, fake.creator(f"c{number}", number)) for number in range(30)]
        found = await tiktok.read_many(tuple(one.account for one in people))
        assert [found[one.creator.open_id].followers for one in people] == list(range(30))

    async def test_one_that_fails_does_not_stop_the_others(self, fake, tiktok, ann):
        bob, carl = [await connect(fake, tiktok, fake.creator(name, 7)) for name in ("bob", "carl")]
        fake.sign_in.removes_access(bob.creator)
        carl_moved = Account("-000dora", Way.OAUTH, carl.tokens.access)
        found = await tiktok.read_many((bob.account, carl_moved, ann.account, ann.account))
        assert isinstance(found[bob.creator.open_id], AccessLost)
        assert isinstance(found["-000dora"], SourceAway)
        assert isinstance(found[ann.creator.open_id], Reading)
        assert len(found) == 3

    async def test_a_slow_one_does_not_stop_the_others(self, fake, clock, tiktok, ann):
        bob = await connect(fake, tiktok, fake.creator("bob", 7))
        fake.next_answers("user/info", SlowBody())
        async with reading(fake.settings, clock, back=fake.back, timeout_s=1.0) as hasty:
            found = await hasty.read_many((ann.account, bob.account))
        assert sorted(type(one).__name__ for one in found.values()) == ["Reading", "SourceAway"]

    async def test_an_outage_is_not_asked_to_its_end(self, fake, tiktok, ann):
        people = [Account(f"c{number}", Way.OAUTH, "t") for number in range(100)]
        before = len(fake.calls("user/info"))
        fake.next_answers("user/info", *[Answers(503)] * 100)
        found = await tiktok.read_many(tuple(people))
        assert len(found) == 100
        assert all(isinstance(one, SourceAway) for one in found.values())
        assert 20 <= len(fake.calls("user/info")) - before <= 28

    async def test_single_failures_are_no_outage(self, fake, tiktok):
        people = [Account(f"c{number}", Way.OAUTH, "t") for number in range(100)]
        before = len(fake.calls("user/info"))
        for _ in range(50):
            fake.next_answers("user/info", Answers(503), refused(refusals.token_invalid()))
        await tiktok.read_many(tuple(people))
        assert len(fake.calls("user/info")) - before == 100

    async def test_what_is_beyond_the_minute_is_not_asked(self, fake, clock, tiktok, seconds):
        people = [await connect(fake, tiktok, fake.creator(f"c{number}")) for number in range(5)]
        before = len(fake.calls("user/info"))
        settings = replace(fake.settings, requests_a_minute=3)
        async with reading(settings, clock, back=fake.back, now=seconds) as slow:
            found = await slow.read_many(tuple(one.account for one in people))
        assert sum(isinstance(one, Reading) for one in found.values()) == 3
        assert {one.seconds for one in found.values() if isinstance(one, SourceAway)} == {60}
        assert len(fake.calls("user/info")) == before + 3

    async def test_nobody(self, tiktok):
        assert await tiktok.read_many(()) == {}
