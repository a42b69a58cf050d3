"""Permission to read: refreshed by one at a time, kept encrypted, lost without blame, given back when not needed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from core.db import UnitOfWork
from core.metrics import service
from core.metrics.errors import UnusableKeys
from core.metrics.repository import MetricAccount
from core.metrics.rules import MetricLimits
from core.metrics.sealing import Keys
from core.runner import Runner
from core.schedule import service as schedule
from core.sources import AccessLost, Loss, SourceAway
from tests.core.metrics.stage import DAY, HOUR, KEY, MINUTE, Stage
from tests.databases import AnyDatabase
from tests.household import Person


async def lost(stage: Stage, account: MetricAccount, person: Person) -> list[str]:
    """What the member was told of its loss."""
    return [text for text in stage.house.postbox.to(person) if "nothing can be measured" in text]


class TestRefresh:
    async def test_comes_before_the_reading_and_its_answer_is_used(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        for _ in range(5):
            await stage.house.pass_time(DAY)
        assert len(await stage.snapshots(account)) == 6
        assert stage.tiktok.calls["refresh"] == 5, "once before each reading, and not on a clock of its own"

    async def test_by_one_however_many_ask(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        at = stage.house.clock.now() + DAY

        def want(uow: UnitOfWork) -> None:
            for key in ("a", "b", "c"):
                service.want(uow, account.id, at, key=key)

        await stage.house.do(want)
        await stage.run(DAY)
        await stage.run(MINUTE)
        assert stage.tiktok.calls["refresh"] == 1
        assert [row for row in await stage.rows("due") if row["kind"] == service.WANTED] == []

    async def test_taken_back_by_the_member(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        stage.tiktok.creators["ann_t"].refreshes = False
        await stage.run(DAY)
        assert (await stage.again(account)).loss is Loss.REVOKED
        (text,) = await lost(stage, account, ann)
        assert "was taken back" in text
        assert await stage.rows("metric_token") == []
        calls = stage.tiktok.calls.total()
        await stage.run(5 * DAY)
        assert stage.tiktok.calls.total() == calls, "there is nothing left to ask with"

    async def test_connected_again_it_is_back(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        stage.tiktok.creators["ann_t"].refreshes = False
        await stage.run(DAY)
        stage.tiktok.creators["ann_t"].refreshes = True
        await stage.signs_in(ann)
        back = await stage.again(account)
        assert (back.loss, back.lost_at) == (None, None)
        await stage.house.pass_time(DAY)
        assert len(await stage.snapshots(account)) == 3

    async def test_a_crash_between_answer_and_storing_blames_nobody(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        stage.house.clock.advance(DAY)
        await stage.house.runner.tick()  # the reading sees that it has to wait
        with stage.dying(stage.tiktok, "refresh"):
            await stage.house.runner.tick()
        await stage.run(5 * MINUTE)
        assert stage.tiktok.calls["refresh"] == 2
        assert (await stage.again(account)).loss is Loss.EXPIRED
        (text,) = await lost(stage, account, ann)
        assert "You did nothing wrong" in text
        assert "Connect it again" in text

    async def test_a_lost_answer_blames_nobody_either(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        stage.tiktok.lose_answers = 1
        await stage.run(DAY)
        await stage.run(HOUR)
        assert (await stage.again(account)).loss is Loss.EXPIRED
        assert [(one.why, one.detail) for one in await stage.failures(account)] == [
            ("away", "at a refresh: the answer was lost"),
            ("expired", "at a refresh"),
        ]

    async def test_a_platform_that_is_away_is_asked_again(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        stage.tiktok.down = SourceAway("TikTok", "busy")
        await stage.run(DAY)
        stage.tiktok.down = None
        for _ in range(6):
            await stage.run(10 * MINUTE)
        assert (await stage.again(account)).loss is None
        assert len(await stage.snapshots(account)) == 2

    async def test_after_half_a_year_unread_it_ran_out(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        calls = stage.tiktok.calls["refresh"]
        await stage.run(timedelta(days=181))
        assert (await stage.again(account)).loss is Loss.EXPIRED
        assert stage.tiktok.calls["refresh"] == calls

    async def test_a_lease_that_ended_in_the_queue_is_begun_anew(self, stage: Stage, ann: Person) -> None:
        """Two runners: what waited behind a slow row is not refreshed a second time while it is under way."""
        await stage.signs_in(ann)
        stage.house.clock.advance(DAY)
        await stage.house.runner.tick()
        gate = stage.tiktok.gate = asyncio.Event()
        stage.tiktok.arrived.clear()
        house = stage.house
        rows = await house.do(lambda uow: claimed(uow, house.clock.now(), house.runner))
        house.clock.advance(timedelta(seconds=59))  # others came first
        other = Runner(house.desk, house.runner._pace)
        async with asyncio.TaskGroup() as group:
            for row in rows:
                group.create_task(house.runner._run(row))
            await stage.tiktok.arrived.wait()
            house.clock.advance(timedelta(seconds=10))
            stage.tiktok.gate = None
            await other.run_due()
            gate.set()
        assert stage.tiktok.calls["refresh"] == 1


def claimed(uow, at, runner):
    """Take what is due in a runner's name."""
    return schedule.claim(uow, at, runner._holder, runner._pace)


class TestInFlight:
    async def test_disconnected_meanwhile_the_new_tokens_are_given_back(self, stage: Stage, ann: Person) -> None:
        await stage.signs_in(ann)
        stage.house.clock.advance(DAY)
        await stage.house.runner.tick()
        gate = stage.tiktok.gate = asyncio.Event()
        stage.tiktok.arrived.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(stage.house.runner.tick())
            await stage.tiktok.arrived.wait()
            stage.tiktok.gate = None
            await ann.insists("connect", "remove")
            gate.set()
        await stage.run()
        assert stage.tiktok.revoked == ["ann_t"]
        assert await stage.rows("metric_token") == []


class TestGivingBack:
    async def test_when_disconnected(self, stage: Stage, ann: Person) -> None:
        await stage.signs_in(ann)
        await ann.insists("connect", "remove")
        assert await stage.rows("metric_token") == []
        await stage.run()
        assert stage.tiktok.revoked == ["ann_t"]

    async def test_also_long_after_the_last_reading(self, stage: Stage, ann: Person) -> None:
        await stage.signs_in(ann)
        stage.house.clock.advance(DAY)
        await ann.insists("connect", "remove")
        await stage.run()
        assert stage.tiktok.revoked == ["ann_t"]
        assert stage.tiktok.calls["refresh"] == 1, "it is given back by an access token that lives"

    async def test_is_tried_for_a_while_and_no_longer(self, stage: Stage, ann: Person) -> None:
        await stage.signs_in(ann)
        await ann.insists("connect", "remove")
        stage.tiktok.down = SourceAway("TikTok", "down")
        for _ in range(60):
            await stage.run(HOUR)
        assert 3 <= stage.tiktok.calls["revoke"] <= 6
        assert [row for row in await stage.rows("due") if row["kind"] == "metrics.revoke"] == []

    async def test_a_permission_that_is_gone_already_is_given_back(self, stage: Stage, ann: Person) -> None:
        await stage.signs_in(ann)
        await ann.insists("connect", "remove")
        stage.tiktok.down = AccessLost("TikTok", Loss.REVOKED)
        await stage.run()
        assert stage.tiktok.calls["revoke"] == 1
        assert [row for row in await stage.rows("due") if row["kind"] == "metrics.revoke"] == []


class TestKeys:
    async def test_nothing_at_rest_is_a_token(self, stage: Stage, ann: Person) -> None:
        await stage.signs_in(ann)
        tables = ["metric_token", "metric_sign_in", "due", "inbox", "announcement", "metric_account"]
        stored = repr([await stage.rows(table) for table in tables])
        known = [*stage.tiktok._access, *stage.tiktok._refresh]
        assert known
        assert [token for token in known if token in stored] == []
        await ann.insists("connect", "remove")
        stored = repr([await stage.rows(table) for table in tables])
        assert [token for token in known if token in stored] == []

    async def test_rotate(self, database: AnyDatabase, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        new = Fernet.generate_key().decode()
        both = Stage(database, replace(stage.limits, keys=SecretStr(f"{new}, {KEY}")))
        both.adopt(stage)
        await both.run(DAY)
        assert len(await both.snapshots(account)) == 2, "the old one still decrypts"
        alone = Stage(database, replace(stage.limits, keys=SecretStr(new)))
        alone.adopt(both)
        await alone.run(DAY)
        assert len(await alone.snapshots(account)) == 3, "a refresh has encrypted with the new one"

    async def test_a_key_thrown_away_costs_a_new_sign_in_and_blames_nobody(
        self, database: AnyDatabase, stage: Stage, ann: Person
    ) -> None:
        account = await stage.signs_in(ann)
        other = Stage(database, replace(stage.limits, keys=SecretStr(Fernet.generate_key().decode())))
        other.adopt(stage)
        await other.run(DAY)
        assert (await other.again(account)).loss is Loss.EXPIRED

    @pytest.mark.parametrize("text", ["short", f"{KEY},short", "ä" * 44])
    def test_what_is_no_key_is_said(self, text: str) -> None:
        with pytest.raises(UnusableKeys):
            Keys(SecretStr(text)).check()

    @pytest.mark.parametrize(("text", "count"), [("", 0), (" , ", 0), (KEY, 1), (f"{KEY} ,{KEY}", 2)])
    def test_are_counted(self, text: str, count: int) -> None:
        keys = Keys(SecretStr(text))
        assert (keys.check(), bool(keys)) == (count, count > 0)

    def test_are_not_shown(self) -> None:
        assert KEY not in repr(replace(MetricLimits(), keys=SecretStr(KEY)))
