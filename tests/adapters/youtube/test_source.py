"""What YouTube answers, as readings of accounts and their posts, and as channels found by name."""

import hashlib
from datetime import timedelta

import pytest
from pydantic import SecretStr

from adapters.youtube import make
from bot.settings import YouTubeSettings
from core.ports import Lookup, MetricsSource
from core.sources import AccessLost, Account, Live, Loss, Reading, SourceAway, Way
from tests.adapters.youtube.conftest import DAY, NOON, WEEK_AGO, account, refused
from tests.fakes.weather import Answers
from tests.fakes.youtube import refusals


class TestMake:
    def test_nothing_where_it_is_off_or_has_no_key(self, clock):
        assert make(YouTubeSettings(), clock, back="http://127.0.0.1/") is None
        assert make(YouTubeSettings(enabled=True), clock, back="http://127.0.0.1/") is None

    def test_without_an_oauth_client_by_code_only(self, clock):
        youtube = make(YouTubeSettings(enabled=True, api_key=SecretStr("k")), clock, back="http://127.0.0.1/")
        assert youtube is not None
        assert youtube.sign_in is None

    def test_it_is_a_source_and_a_lookup(self, youtube):
        reads: MetricsSource = youtube
        finds: Lookup = youtube
        assert reads.platform == finds.platform == "youtube"


class TestRead:
    @pytest.mark.parametrize(
        ("true", "shown", "step"),
        [
            (0, 0, 1),
            (999, 999, 1),
            (1_000, 1_000, 10),
            (4_227, 4_220, 10),
            (45_678, 45_600, 100),
            (133_017, 133_000, 1_000),
            (12_345_678, 12_300_000, 100_000),
        ],
    )
    async def test_followers_are_rounded_down_by_a_known_step(self, youtube, ann, true, shown, step):
        ann.subscribers = true
        reading = await youtube.read(account(ann), posts_since=None)
        assert (reading.followers, reading.step) == (shown, step)
        assert reading.followers <= true < reading.followers + reading.step

    async def test_hidden_followers_are_none_and_not_zero(self, youtube, ann):
        ann.hidden = True
        assert (await youtube.read(account(ann), posts_since=None)).followers is None

    async def test_says_when_who_and_in_which_era(self, youtube, ann):
        reading = await youtube.read(account(ann), posts_since=None)
        assert (reading.at, reading.name, reading.handle) == (NOON, "Ann_bakes", "ann_bakes")
        assert (reading.era, reading.posts) == ("youtube-first-frame", None)

    async def test_costs_one_unit_without_posts(self, fake, youtube, ann):
        await youtube.read(account(ann), posts_since=None)
        assert fake.units == youtube.quota.used == 1

    async def test_the_key_is_in_no_address(self, fake, youtube, ann):
        await youtube.read(account(ann), posts_since=None)
        (call,) = fake.calls("channels")
        assert call.headers["X-Goog-Api-Key"] == "AIza-test-key"
        assert "key" not in call.query

    async def test_the_digest_is_that_of_the_raw_bodies(self, fake, youtube, ann):
        body = b'{"items": [{"id": "%s", "snippet": {"title": "Ann"}}]}' % ann.id.encode()
        fake.next_answers("channels", *[Answers(200, body.decode())] * 2)
        reading = await youtube.read(account(ann), posts_since=None)
        assert reading.digest == hashlib.sha256(body).hexdigest()
        assert (await youtube.read_many((account(ann),)))[ann.id].digest == reading.digest

    async def test_another_answer_has_another_digest(self, youtube, ann):
        before = await youtube.read(account(ann), posts_since=None)
        assert (await youtube.read(account(ann), posts_since=None)).digest == before.digest
        ann.subscribers += 10
        assert (await youtube.read(account(ann), posts_since=None)).digest != before.digest


class TestPosts:
    async def read(self, youtube, ann, since=WEEK_AGO):
        return (await youtube.read(account(ann), posts_since=since)).posts

    async def test_strings_become_numbers(self, youtube, ann):
        ann.posts(NOON - DAY, "v1", views=18_446_744_073_709_551, likes=12, comments=0)
        (post,) = await self.read(youtube, ann)
        assert (post.id, post.published_at) == ("v1", NOON - DAY)
        assert (post.views, post.likes, post.comments, post.shares) == (18_446_744_073_709_551, 12, 0, None)

    async def test_what_is_switched_off_is_none(self, youtube, ann):
        ann.posts(NOON - DAY, views=None, likes=None, comments=None)
        (post,) = await self.read(youtube, ann)
        assert (post.views, post.likes, post.comments) == (None, None, None)

    async def test_only_since_the_instant(self, youtube, ann):
        for at in (WEEK_AGO - timedelta(seconds=1), WEEK_AGO, NOON):
            ann.posts(at)
        assert [post.published_at for post in await self.read(youtube, ann)] == [WEEK_AGO, NOON]

    @pytest.mark.parametrize("privacy", ["unlisted", "private"])
    async def test_what_is_not_public_is_no_post(self, youtube, ann, privacy):
        ann.posts(NOON - DAY, "seen")
        ann.posts(NOON - DAY, privacy=privacy)
        assert [post.id for post in await self.read(youtube, ann)] == ["seen"]

    async def test_deleted_while_we_read(self, fake, youtube, ann):
        gone = ann.posts(NOON - DAY)
        listed = list(ann.listed())
        ann.listed = lambda: iter(listed)
        ann.posts(NOON - 2 * DAY, "left")
        listed.append(ann.videos[-1])
        ann.deletes(gone)
        assert [post.id for post in await self.read(youtube, ann)] == ["left"]

    async def test_a_channel_without_uploads_has_no_playlist(self, youtube, ann):
        assert await self.read(youtube, ann) == ()

    async def test_a_playlist_that_is_missing_against_the_count_is_no_absence_of_posts(self, fake, youtube, ann):
        ann.posts(NOON - DAY)
        fake.next_answers("playlistItems", refused(refusals.no_playlist()))
        with pytest.raises(SourceAway):
            await self.read(youtube, ann)

    async def test_pages_until_one_is_too_old(self, fake, youtube, ann):
        for hours in range(120):
            ann.posts(NOON - timedelta(hours=hours))
        posts = await self.read(youtube, ann, NOON - timedelta(hours=60))
        assert len(posts) == 61
        assert [post.published_at for post in posts] == sorted(post.published_at for post in posts)
        assert (len(fake.calls("playlistItems")), len(fake.calls("videos"))) == (3, 2)

    async def test_one_page_is_enough_for_what_is_young(self, fake, youtube, ann):
        for hours in range(200):
            ann.posts(NOON - timedelta(days=30, hours=hours))
        assert await self.read(youtube, ann) == ()
        assert (len(fake.calls("playlistItems")), len(fake.calls("videos"))) == (1, 0)

    async def test_more_than_can_be_read_is_not_a_part(self, youtube, ann):
        for minutes in range(1_001):
            ann.posts(NOON - timedelta(minutes=minutes))
        with pytest.raises(SourceAway, match="more uploads"):
            await self.read(youtube, ann)

    async def test_an_ended_live(self, youtube, ann):
        ended = {"live_from": NOON - DAY, "live_until": NOON - DAY + timedelta(minutes=50)}
        ann.posts(NOON - DAY, **ended)
        (post,) = await self.read(youtube, ann)
        assert post.live == Live(NOON - DAY, NOON - DAY + timedelta(minutes=50))

    async def test_a_live_that_goes_on_has_not_ended(self, youtube, ann):
        ann.posts(NOON - DAY, live="live", live_from=NOON - timedelta(hours=1))
        (post,) = await self.read(youtube, ann)
        assert post.live is None

    async def test_what_is_announced_is_no_post_yet(self, youtube, ann):
        ann.posts(NOON - DAY, live="upcoming")
        assert await self.read(youtube, ann) == ()


class TestReadMany:
    async def test_fifty_for_a_unit(self, fake, youtube):
        channels = [fake.channel(f"c{number}", number) for number in range(120)]
        found = await youtube.read_many(tuple(map(account, channels)))
        assert [found[channel.id].followers for channel in channels] == list(range(120))
        assert fake.units == 3

    async def test_one_alone_does_not_spoil_the_others(self, fake, youtube, ann):
        gone, private = fake.channel("gone"), fake.channel("private")
        gone.closed, private.private = True, True
        odd = Account("no id, at all", Way.CODE)
        found = await youtube.read_many((odd, *map(account, (gone, private, ann))))
        assert isinstance(found[ann.id], Reading)
        losses = {key: error.loss for key, error in found.items() if isinstance(error, AccessLost)}
        assert losses == {"no id, at all": Loss.GONE, gone.id: Loss.GONE, private.id: Loss.HIDDEN}

    async def test_one_of_another_shape_does_not_either(self, fake, youtube, ann):
        bob = fake.channel("bob")
        sound = {"id": bob.id, "snippet": {"title": "Bob"}}
        items = [{"id": ann.id}, "nonsense", {"id": ["a"]}, {"id": "UC-of-somebody-else-------"}, sound]
        fake.next_answers("channels", Answers(200, {"items": items}))
        found = await youtube.read_many((account(ann), account(bob)))
        assert isinstance(found[ann.id], SourceAway)
        assert found[bob.id].name == "Bob"
        assert len(found) == 2

    async def test_a_failed_batch_stands_in_its_places(self, fake, youtube):
        channels = [fake.channel(f"c{number}") for number in range(60)]
        fake.next_answers("channels", Answers(503))
        found = await youtube.read_many(tuple(map(account, channels)))
        assert [isinstance(found[channel.id], SourceAway) for channel in channels] == [True] * 50 + [False] * 10

    async def test_an_outage_is_not_asked_to_its_end(self, fake, youtube):
        channels = [fake.channel(f"c{number}") for number in range(300)]
        fake.next_answers("channels", Answers(503), Answers(200, "{}"), *[Answers(503)] * 9)
        found = await youtube.read_many(tuple(map(account, channels)))
        assert len(found) == 300
        assert len(fake.calls("channels")) == 5

    async def test_raises_if_nothing_could_be_asked(self, fake, youtube, ann):
        fake.next_answers("channels", Answers(503))
        with pytest.raises(SourceAway):
            await youtube.read_many((account(ann),))

    async def test_nobody(self, youtube):
        assert await youtube.read_many(()) == {}


class TestFind:
    @pytest.mark.parametrize(
        "typed",
        [
            "ann_bakes",
            " @Ann_Bakes ",
            "UC0000000000000000000000",
            "https://www.youtube.com/@ann_bakes",
            "https://m.youtube.com/@ann_bakes/videos?view=0",
            "youtube.com/channel/UC0000000000000000000000",
            "http://youtube.com/channel/UC0000000000000000000000/featured",
            "https://www.youtube.com/%40ann_bakes",
        ],
    )
    async def test_a_channel(self, youtube, ann, typed):
        found = await youtube.find(typed)
        assert found is not None
        assert (found.external_id, found.name, found.handle) == (ann.id, "Ann_bakes", "ann_bakes")
        assert "tandem-7Q2F" in found.description

    @pytest.mark.parametrize(
        "typed",
        ["", "@", "a", "https://evil.example/@ann_bakes", "https://youtube.com", "https://youtube.com/c/Ann",
         "https://youtube.com/watch?v=1", "https://[", "ann bakes", "x" * 400],
    )  # fmt: skip
    async def test_what_can_be_none_costs_nothing(self, fake, youtube, ann, typed):
        assert await youtube.find(typed) is None
        assert fake.units == 0

    async def test_nobody(self, fake, youtube):
        assert await youtube.find("nobody_here") is None
        assert fake.units == 1

    async def test_an_old_name(self, fake, youtube):
        old = fake.channel("annsince2007")
        assert (await youtube.find("youtube.com/user/annsince2007")).external_id == old.id

    async def test_away(self, fake, youtube):
        fake.next_answers("channels", Answers(503))
        with pytest.raises(SourceAway):
            await youtube.find("ann_bakes")
