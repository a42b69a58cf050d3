"""The made-up creators: the same figures at the same instant, and a story for each case of a challenge."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.offline import DemoSource, make
from adapters.offline.walk import Creator, Kind
from core.clock import SetClock
from core.ports import Lookup, MetricsSource
from core.sources import AccessLost, Account, Loss, Post, Reading, SourceAway, Way

NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
DAYS = st.integers(min_value=-30, max_value=90)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def source(clock) -> DemoSource:
    return make(clock)


async def connected(source: DemoSource, name: str) -> Account:
    found = await source.find(name)
    assert found is not None
    return Account(found.external_id, Way.DEMO)


def gained(creator: Creator, since: datetime, days: int) -> int:
    return creator.followers(since + timedelta(days=days)) - creator.followers(since)


def views(post: Post) -> int:
    assert post.views is not None
    return post.views


def acts(post: Post) -> int:
    assert post.likes is not None
    assert post.comments is not None
    assert post.shares is not None
    return post.likes + post.comments + post.shares


def engagement(posts: list[Post]) -> float:
    return 100 * sum(map(acts, posts)) / sum(map(views, posts))


class TestPorts:
    def test_it_reads_and_finds(self, source):
        reads: MetricsSource = source
        finds: Lookup = source
        assert reads.platform == finds.platform == "demo"


class TestFind:
    @pytest.mark.parametrize("typed", ["demo-fast", "fast", " @Demo-Fast "])
    async def test_carries_the_day(self, source, typed):
        found = await source.find(typed)
        assert found is not None
        assert (found.external_id, found.handle, found.name) == ("demo-fast-20260514", "demo-fast", "Fast (demo)")
        assert "Made up" in found.description

    async def test_a_name_makes_another_of_the_same_kind(self, source):
        assert (await source.find("demo-fast-bob")).external_id == "demo-fast-bob-20260514"

    async def test_a_day_that_was_typed_stays(self, source, clock):
        clock.advance(timedelta(days=9))
        assert (await source.find("demo-idle-20260514")).external_id == "demo-idle-20260514"

    @pytest.mark.parametrize("typed", ["", "demo", "demo-rich", "fast bob", "demo-fast-20261399", "demo-fast-1"])
    async def test_nobody(self, source, typed):
        assert await source.find(typed) is None


class TestRead:
    async def test_the_same_at_the_same_instant(self, source, clock):
        account = await connected(source, "demo-steady")
        before = await source.read(account, posts_since=NOON - timedelta(days=5))
        clock.advance(timedelta(days=40))
        later = await source.read(account, posts_since=NOON - timedelta(days=5))
        clock.set(NOON)
        assert await DemoSource(clock).read(account, posts_since=NOON - timedelta(days=5)) == before
        assert later.digest != before.digest

    async def test_says_that_it_is_a_demo(self, source):
        reading = await source.read(await connected(source, "demo-steady"), posts_since=None)
        assert (reading.era, reading.step, reading.name, reading.posts) == ("demo", 1, "Steady (demo)", None)

    async def test_an_unknown_id_is_gone(self, source):
        with pytest.raises(AccessLost) as caught:
            await source.read(Account("UC123", Way.DEMO), posts_since=None)
        assert caught.value.loss is Loss.GONE

    async def test_long_before_its_story_it_stands_still(self, source, clock):
        account = await connected(source, "demo-steady")
        clock.set(NOON - timedelta(days=400))
        reading = await source.read(account, posts_since=NOON - timedelta(days=800))
        assert (reading.followers, reading.posts) == (10_000, ())

    @given(st.sampled_from(Kind), DAYS, st.integers(0, 1439))
    def test_counts_only_grow_and_no_post_changes_its_time(self, kind, day, minute):
        creator = Creator.of(f"demo-{kind}-20260514")
        assert creator is not None
        at = NOON + timedelta(days=day, minutes=minute)
        since = at - timedelta(days=7)
        early = {post.id: post for post in creator.posts(since, at)}
        late = {post.id: post for post in creator.posts(since, at + timedelta(hours=9))}
        assert early.keys() <= late.keys()
        for post_id, post in early.items():
            assert post.published_at == late[post_id].published_at <= at
            assert 0 <= views(post) <= views(late[post_id])
            assert 0 <= acts(post) <= views(post)


class TestReadMany:
    async def test_one_that_fails_does_not_stop_the_others(self, source, clock):
        names = ("demo-steady", "demo-away", "demo-hidden")
        accounts = tuple([await connected(source, name) for name in names])
        clock.advance(timedelta(days=4))
        steady, away, hidden = (await source.read_many((*accounts, accounts[0]))).values()
        assert isinstance(steady, Reading)
        assert isinstance(away, SourceAway)
        assert isinstance(hidden, AccessLost)


class TestStories:
    """Each case of a challenge can be reached, whatever the day on which somebody begins."""

    @pytest.fixture(params=[0, 17, 100, 263])
    def begun(self, request) -> datetime:
        return (NOON + timedelta(days=request.param)).replace(hour=0)

    def creator(self, kind: str, begun: datetime) -> Creator:
        creator = Creator.of(f"demo-{kind}-{begun:%Y%m%d}")
        assert creator is not None
        return creator

    @pytest.mark.parametrize("days", [7, 14, 30])
    def test_fast_beats_its_history_and_any_table(self, begun, days):
        creator, start = self.creator("fast", begun), begun + timedelta(days=1)
        usual = gained(creator, start - timedelta(days=days), days)
        assert gained(creator, start, days) > 1.3 * usual
        assert gained(creator, start, 7) > 0.15 * creator.followers(start)

    @pytest.mark.parametrize("days", [7, 14, 30])
    def test_fast_beats_its_own_views_and_engagement(self, begun, days):
        creator, start = self.creator("fast", begun), begun + timedelta(days=1)
        window = timedelta(days=days)
        before = list(creator.posts(start - window, start))
        after = [post for post in creator.posts(start, start + window) if post.published_at < start + window]
        assert sum(map(views, after)) > 1.15 * sum(map(views, before))
        assert engagement(after) > engagement(before) + 0.5

    @pytest.mark.parametrize("days", [7, 14, 30])
    def test_steady_gains_as_usual_and_less_than_a_target(self, begun, days):
        creator, start = self.creator("steady", begun), begun + timedelta(days=1)
        assert 13 * days <= gained(creator, start, days) < 16 * 1.15 * days

    def test_steady_posts_on_each_day_and_goes_live(self, begun):
        posts = list(self.creator("steady", begun).posts(begun, begun + timedelta(days=14)))
        assert {post.published_at.date() for post in posts} == {(begun + timedelta(days=n)).date() for n in range(14)}
        assert sum(post.live is not None for post in posts) == 5

    def test_a_live_is_told_when_it_has_ended(self, begun):
        creator = self.creator("steady", begun)
        live = next(post.live for post in creator.posts(begun, begun + timedelta(days=1)) if post.live)
        during = next(creator.posts(begun, live.ended_at - timedelta(minutes=1)))
        assert (during.published_at, during.live) == (live.started_at, None)

    def test_shrinking_posts_and_loses(self, begun):
        creator = self.creator("shrinking", begun)
        assert gained(creator, begun, 7) < 0
        assert len(list(creator.posts(begun, begun + timedelta(days=7)))) == 7

    def test_shrinking_ends_at_nobody(self, begun):
        assert self.creator("shrinking", begun).followers(begun + timedelta(days=3000)) == 0

    def test_idle_posted_before_and_never_again(self, begun):
        creator = self.creator("idle", begun)
        assert len(list(creator.posts(begun - timedelta(days=14), begun))) == 14
        assert list(creator.posts(begun, begun + timedelta(days=60))) == []

    @pytest.mark.parametrize("name", ["demo-away", "demo-hidden"])
    async def test_turns_after_the_start_and_stays_so(self, source, clock, name):
        account = await connected(source, name)
        clock.set(NOON.replace(hour=0) + timedelta(days=3) - timedelta(seconds=1))
        assert (await source.read(account, posts_since=None)).followers > 0
        for days in (0, 40):
            clock.set(NOON.replace(hour=0) + timedelta(days=3 + days))
            with pytest.raises(SourceAway if name == "demo-away" else AccessLost):
                await source.read(account, posts_since=None)

    @pytest.mark.parametrize("kind", Kind)
    def test_an_id_without_a_day_has_a_story_too(self, kind):
        creator = Creator.of(f"demo-{kind}")
        assert creator is not None
        assert creator.external_id == f"demo-{kind}"
        assert creator.turned(NOON)
