"""What the platforms' terms let stay, and for how long; the digests stay, so that a verdict can be told from a lie."""

from datetime import timedelta

from core.metrics import service
from core.metrics.repository import MetricAccount
from tests.core.metrics.stage import DAY, EVER, HOUR, Stage, post
from tests.household import NOON, Person


async def watched(stage: Stage, account: MetricAccount) -> None:
    await stage.house.do(lambda uow: service.watch(uow, account.id, NOON - DAY, NOON + 10 * DAY))


async def days_pass(stage: Stage, days: int) -> None:
    await stage.house.runner.plan_recurring()
    for _ in range(days):
        await stage.run(DAY)


class TestByCode:
    async def test_figures_go_at_thirty_days_and_digests_stay(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].posts = [post("p", NOON)]
        await watched(stage, account)
        await days_pass(stage, 35)
        found = await stage.snapshots(account)
        now = stage.house.clock.now()
        assert len(found) == 36
        for snap in found:
            assert snap.dropped == (snap.at <= now - 30 * DAY), snap
            assert (snap.followers is None) == snap.dropped
            assert len(snap.digest) == 64
        counted = await stage.rows("metric_count")
        kept = {snap.id for snap in found if not snap.dropped}
        assert {row["snapshot_id"] for row in counted} <= kept

    async def test_posts_that_were_last_seen_before_go_too(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        stage.youtube.creators["UCann"].posts = [post("p", NOON)]
        await watched(stage, account)
        await days_pass(stage, 39)
        assert len(await stage.rows("metric_post")) == 1
        await days_pass(stage, 3)
        assert await stage.rows("metric_post") == []
        assert await stage.rows("metric_watch") == []


class TestBySignIn:
    async def test_figures_stay_for_as_long_as_a_history_is_needed(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        await days_pass(stage, 40)
        assert not any(snap.dropped for snap in await stage.snapshots(account))
        await stage.run(timedelta(days=365))
        assert [snap.dropped for snap in (await stage.snapshots(account))[:2]] == [True, True]

    async def test_of_a_disconnected_one_they_go_after_thirty_days(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        stage.tiktok.creators["ann_t"].posts = [post("p", NOON)]
        await watched(stage, account)
        await days_pass(stage, 2)
        await ann.insists("connect", "remove")
        await days_pass(stage, 29)
        assert not any(snap.dropped for snap in await stage.snapshots(account))
        await days_pass(stage, 2)
        assert all(snap.dropped for snap in await stage.snapshots(account))
        assert await stage.rows("metric_post") == await stage.rows("metric_count") == []


class TestScraps:
    async def test_sign_ins_codes_and_counted_requests_are_forgotten(self, stage: Stage, ann: Person) -> None:
        stage.youtube.creator("UCann")
        await ann.does("connect", "youtube", channel="UCann")
        await stage.address(ann)
        await stage.signs_in(ann)
        await ann.insists("connect", "remove")
        await days_pass(stage, 5)
        for table in ("metric_proof", "metric_sign_in", "metric_quota"):
            assert await stage.rows(table) == [], table

    async def test_many_go_in_parts(self, stage: Stage, ann: Person, monkeypatch) -> None:
        from core.metrics import jobs

        monkeypatch.setattr(jobs, "BATCH", 3)
        account = await stage.proves(ann)
        await days_pass(stage, 10)
        await stage.run(40 * DAY)
        assert [snap.dropped for snap in await stage.snapshots(account)] == [True] * 11 + [False]

    async def test_failures_stay_as_evidence(self, stage: Stage, ann: Person) -> None:
        account = await stage.proves(ann)
        await stage.house.do(lambda uow: service.note_failure(uow, account.id, "away", "quota", NOON + HOUR))
        await days_pass(stage, 60)
        assert len(await stage.house.do(lambda uow: service.failures(uow, account.id, *EVER))) == 1
