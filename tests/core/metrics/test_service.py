"""What others build on: accounts, what was read of them and when, what is to be read."""

from datetime import datetime, timedelta

import pytest

from core.db import UnitOfWork
from core.metrics import connecting, service
from core.metrics.repository import MetricAccount
from core.metrics.rules import MetricLimits
from core.metrics.service import SeenPost
from core.sources import Found, Live, Loss, Post, Reading, Way
from tests.household import NOON, SALT, Household, Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def reading(at: datetime, followers: int | None = 100, posts: tuple[Post, ...] | None = None) -> Reading:
    return Reading(at, "Ann's kitchen", "annskitchen", followers, 1, "2026", f"digest of {at}", posts)


def post(name: str, published_at: datetime, views: int | None = 10, live: Live | None = None) -> Post:
    return Post(name, published_at, views, 3, 2, 1, live)


@pytest.fixture
async def kitchen(house: Household, ann: Person) -> MetricAccount:
    """An account of Ann's, proven by a code."""
    me, found = await ann.id(), Found("UC1", "Ann's kitchen", "annskitchen")
    return await house.do(
        lambda uow: connecting.connect(uow, me, "youtube", found, NOON, way=Way.CODE, limits=MetricLimits(), salt=SALT)
    )


async def keep(house: Household, account: MetricAccount, what: Reading, since: datetime | None = None) -> bool:
    return await house.do(lambda uow: service.keep(uow, account.id, what, posts_since=since))


async def posts(house: Household, account: MetricAccount) -> dict[str, SeenPost]:
    found = await house.do(lambda uow: service.posts(uow, account.id, NOON - 90 * DAY, NOON + 90 * DAY))
    return {seen.id: seen for seen in found}


class TestAccounts:
    async def test_lists_what_is_connected(self, house: Household, ann: Person, kitchen: MetricAccount) -> None:
        me = await ann.id()
        assert await house.do(lambda uow: service.accounts(uow, me)) == [kitchen]
        assert await house.do(lambda uow: service.account(uow, kitchen.id)) == kitchen
        assert (kitchen.member, kitchen.way, kitchen.loss, kitchen.connected_at) == (me, Way.CODE, None, NOON)

    async def test_a_disconnected_one_stays_findable(
        self, house: Household, ann: Person, kitchen: MetricAccount
    ) -> None:
        me = await ann.id()
        assert await house.do(lambda uow: service.disconnect(uow, kitchen.id, NOON + HOUR))
        assert not await house.do(lambda uow: service.disconnect(uow, kitchen.id, NOON + 2 * HOUR))
        assert await house.do(lambda uow: service.accounts(uow, me)) == []
        gone = await house.do(lambda uow: service.account(uow, kitchen.id))
        assert (gone.loss, gone.lost_at) == (Loss.DISCONNECTED, NOON + HOUR)


class TestSnapshots:
    async def test_are_in_order_and_within(self, house: Household, kitchen: MetricAccount) -> None:
        for hours, followers in ((2, 120), (1, 110), (3, None)):
            assert await keep(house, kitchen, reading(NOON + hours * HOUR, followers))
        found = await house.do(lambda uow: service.snapshots(uow, kitchen.id, NOON, NOON + 3 * HOUR))
        assert [(snap.at, snap.followers) for snap in found] == [
            (NOON + HOUR, 110),
            (NOON + 2 * HOUR, 120),
            (NOON + 3 * HOUR, None),
        ]
        first = found[0]
        assert (first.step, first.era, first.posts_read, first.source) == (1, "2026", False, "youtube code")
        assert first.digest == f"digest of {NOON + HOUR}"
        within = await house.do(lambda uow: service.snapshots(uow, kitchen.id, NOON + 2 * HOUR, NOON + 2 * HOUR))
        assert within == found[1:2]

    async def test_one_instant_is_kept_once(self, house: Household, kitchen: MetricAccount) -> None:
        what = reading(NOON, posts=(post("a", NOON - DAY),))
        assert await keep(house, kitchen, what, NOON - 2 * DAY)
        assert not await keep(house, kitchen, what, NOON - 2 * DAY)

    async def test_one_instant_may_be_read_with_posts_after_without(
        self, house: Household, kitchen: MetricAccount
    ) -> None:
        what, since = reading(NOON, posts=(post("a", NOON - DAY),)), NOON - 2 * DAY
        assert await keep(house, kitchen, reading(NOON))
        assert await keep(house, kitchen, what, since)
        assert not await keep(house, kitchen, reading(NOON))
        (snapshot,) = await house.do(lambda uow: service.snapshots(uow, kitchen.id, NOON, NOON))
        assert snapshot.posts_since == since
        assert list(await posts(house, kitchen)) == ["a"]


class TestPosts:
    async def test_carry_their_latest_counts(self, house: Household, kitchen: MetricAccount) -> None:
        since, live = NOON - 3 * DAY, Live(NOON - DAY, NOON - DAY + HOUR)
        await keep(house, kitchen, reading(NOON, posts=(post("a", NOON - DAY, 10, live),)), since)
        await keep(house, kitchen, reading(NOON + DAY, posts=(post("a", NOON - DAY, None),)), since)
        (seen,) = (await posts(house, kitchen)).values()
        assert (seen.views, seen.likes, seen.counts_at) == (None, 3, NOON + DAY)
        assert (seen.first_seen_at, seen.last_seen_at, seen.gone_at) == (NOON, NOON + DAY, None)
        assert seen.live == live

    async def test_that_a_full_reading_lacks_are_gone_and_may_come_back(
        self, house: Household, kitchen: MetricAccount
    ) -> None:
        since = NOON - 3 * DAY
        older, newer = post("old", NOON - 9 * DAY), post("new", NOON - DAY)
        await keep(house, kitchen, reading(NOON, posts=(older, newer)), NOON - 10 * DAY)
        await keep(house, kitchen, reading(NOON + DAY, posts=()), since)
        await keep(house, kitchen, reading(NOON + DAY + HOUR, posts=()), since)
        seen = await posts(house, kitchen)
        assert seen["new"].gone_at == NOON + DAY, "the first reading that should have had it"
        assert seen["old"].gone_at is None, "it was not asked for"
        assert seen["new"].views == 10, "a post once seen stays done"
        await keep(house, kitchen, reading(NOON + 2 * DAY, posts=(newer,)), since)
        assert (await posts(house, kitchen))["new"].gone_at is None

    async def test_a_reading_without_posts_says_nothing_of_them(self, house: Household, kitchen: MetricAccount) -> None:
        await keep(house, kitchen, reading(NOON, posts=(post("a", NOON - DAY),)), NOON - 2 * DAY)
        await keep(house, kitchen, reading(NOON + DAY), NOON - 2 * DAY)
        assert (await posts(house, kitchen))["a"].gone_at is None

    async def test_a_later_date_does_not_replace_the_first(self, house: Household, kitchen: MetricAccount) -> None:
        await keep(house, kitchen, reading(NOON, posts=(post("a", NOON - DAY),)), NOON - 9 * DAY)
        await keep(house, kitchen, reading(NOON + DAY, posts=(post("a", NOON - 5 * DAY),)), NOON - 9 * DAY)
        assert (await posts(house, kitchen))["a"].published_at == NOON - DAY


class TestCountsAt:
    async def test_is_the_last_reading_not_later(self, house: Household, kitchen: MetricAccount) -> None:
        for days, views in ((0, 10), (1, 20), (2, 30)):
            what = reading(NOON + days * DAY, posts=(post("a", NOON - DAY, views), post("b", NOON - DAY, 1)))
            await keep(house, kitchen, what, NOON - 2 * DAY)
        found = await house.do(lambda uow: service.counts_at(uow, kitchen.id, ["a"], NOON + DAY))
        assert {name: (counts.views, counts.at, counts.era) for name, counts in found.items()} == {
            "a": (20, NOON + DAY, "2026")
        }
        assert await house.do(lambda uow: service.counts_at(uow, kitchen.id, ["a"], NOON - HOUR)) == {}
        assert await house.do(lambda uow: service.counts_at(uow, kitchen.id, [], NOON)) == {}


class TestFailures:
    async def test_are_kept_in_order(self, house: Household, kitchen: MetricAccount) -> None:
        def note(uow: UnitOfWork) -> None:
            for hours, why in ((2, "hidden"), (1, service.AWAY)):
                service.note_failure(uow, kitchen.id, why, "x" * 500, NOON + hours * HOUR)

        await house.do(note)
        found = await house.do(lambda uow: service.failures(uow, kitchen.id, NOON, NOON + DAY))
        assert [(failure.at, failure.why) for failure in found] == [(NOON + HOUR, "away"), (NOON + 2 * HOUR, "hidden")]
        assert len(found[0].detail) == 200
