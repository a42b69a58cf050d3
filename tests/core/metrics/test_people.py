"""One account, one member: connecting, changing hands, becoming one, going, and what an export shows."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from core.chat import Ask, Refusal, Reply
from core.facts import Fact, MemberErased, MembersMerged, MetricAccountBack, MetricAccountLost
from core.metrics import reactions, service
from core.metrics.rules import MetricLimits
from core.sources import AccessLost, Loss, Way
from tests.core.metrics.stage import DAY, HOUR, Stage, code_in, post
from tests.household import NOON, Person, buttons_of, refused, text_of


async def erase(stage: Stage, person: Person) -> None:
    fact = MemberErased(stage.house.clock.now(), await person.id(), (person.identity,))
    await stage.house.react(lambda uow: uow.record(fact))


async def merge(stage: Stage, kept: Person, gone: Person) -> None:
    fact = MembersMerged(stage.house.clock.now(), await kept.id(), await gone.id())
    await stage.house.react(lambda uow: uow.record(fact))


class TestByCode:
    async def test_wants_the_code_in_the_description(self, stage: Stage, ann: Person) -> None:
        stage.youtube.creator("UCann", name="Ann's kitchen", handle="annskitchen")
        given = await ann.does("connect", "youtube", channel="@AnnsKitchen")
        assert "Is Ann's kitchen (@annskitchen) yours?" in text_of(given)
        check = buttons_of(given)["Check"].token
        refusal = await ann.agrees(check)
        assert refused(refusal) == "CodeNotThere"
        assert isinstance(refusal, Refusal)
        assert code_in(given) in refusal.error.text
        stage.youtube.creators["UCann"].description = f"…{code_in(given).upper()}…"
        done = await ann.does("connect", "check", channel="UCann")
        assert "is connected" in text_of(done)
        assert "take the code out" in text_of(done)
        assert await stage.rows("metric_proof") == []

    async def test_asked_again_the_code_stays(self, stage: Stage, ann: Person) -> None:
        stage.youtube.creator("UCann")
        one = await ann.does("connect", "youtube", channel="UCann")
        two = await ann.does("connect", "youtube", channel="UCann")
        assert code_in(one) == code_in(two)

    async def test_somebody_elses_code_proves_nothing(self, stage: Stage, ann: Person, bob: Person) -> None:
        stage.youtube.creator("UCann")
        given = await ann.does("connect", "youtube", channel="UCann")
        stage.youtube.creators["UCann"].description = code_in(given)
        assert refused(await bob.does("connect", "check", channel="UCann")) == "NothingToProve"
        await bob.does("connect", "youtube", channel="UCann")
        assert refused(await bob.does("connect", "check", channel="UCann")) == "CodeNotThere"

    async def test_a_code_ends(self, stage: Stage, ann: Person) -> None:
        stage.youtube.creator("UCann")
        given = await ann.does("connect", "youtube", channel="UCann")
        stage.youtube.creators["UCann"].description = code_in(given)
        stage.house.clock.advance(25 * HOUR)
        assert refused(await ann.does("connect", "check", channel="UCann")) == "NothingToProve"

    async def test_works_once(self, stage: Stage, ann: Person) -> None:
        await stage.proves(ann)
        await ann.insists("connect", "remove")
        assert refused(await ann.does("connect", "check", channel="UCann")) == "NothingToProve"

    async def test_a_channel_that_nobody_knows(self, stage: Stage, ann: Person) -> None:
        refusal = await ann.does("connect", "youtube", channel="x" * 200)
        assert refused(refusal) == "NoSuchChannel"

    async def test_a_sign_in_is_not_weakened_by_a_code(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann, "UCann", "youtube")
        await stage.proves(ann)
        assert (await stage.again(account)).way is Way.OAUTH

    async def test_the_permission_that_it_stands_for_is_given_back(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann, "UCann", "youtube")
        stage.youtube.creators["UCann"].fails = AccessLost("YouTube", Loss.HIDDEN)
        await stage.run(DAY)
        stage.youtube.creators["UCann"].fails = None
        await stage.proves(ann)
        assert (await stage.again(account)).way is Way.CODE
        assert await stage.rows("metric_token") == []
        assert stage.youtube.revoked == ["UCann"]


class TestDemo:
    async def test_is_labelled_wherever_it_shows(self, stage: Stage, ann: Person) -> None:
        me = await ann.id()
        stage.demo.creator(f"steady-m{me}", name="Steady", handle="")
        done = await ann.does("connect", "demo")
        await stage.house.pass_time()
        assert "Demo Steady (demo, made-up figures) is connected" in text_of(done)
        assert "(demo, made-up figures)" in text_of(await ann.does("connect"))
        assert "1,000 (demo)" in text_of(await ann.does("profile"))
        (account,) = await stage.accounts(ann)
        (snapshot,) = await stage.snapshots(account)
        assert snapshot.source == "demo demo"

    async def test_a_story_that_there_is_not(self, stage: Stage, ann: Person) -> None:
        assert refused(await ann.does("connect", "demo", story="rocket")) == "NoSuchChannel"


class TestTwoMembers:
    async def test_the_second_is_refused_and_told_why(self, stage: Stage, ann: Person, bob: Person) -> None:
        await stage.signs_in(ann)
        await stage.returns(stage.tiktok.agrees(await stage.address(bob), "ann_t"))
        await stage.house.pass_time()
        assert any("is connected to another member here" in text for text in stage.house.postbox.to(bob))
        assert await stage.accounts(bob) == []
        assert stage.tiktok.revoked == [], "giving it back would take it from who has it"

    async def test_at_once_one_of_them_gets_it(self, stage: Stage, ann: Person, bob: Person) -> None:
        stage.youtube.creator("UC1")
        codes = [code_in(await person.does("connect", "youtube", channel="UC1")) for person in (ann, bob)]
        stage.youtube.creators["UC1"].description = " ".join(codes)
        outcomes = await asyncio.gather(*(person.does("connect", "check", channel="UC1") for person in (ann, bob)))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refusal", "Reply"]
        assert len(await stage.rows("metric_account")) == 1

    async def test_it_can_not_pay_a_second_one_at_once(self, stage: Stage, ann: Person, bob: Person) -> None:
        account = await stage.signs_in(ann)
        await ann.insists("connect", "remove")
        await stage.returns(stage.tiktok.agrees(await stage.address(bob), "ann_t"))
        await stage.house.pass_time()
        assert any("You can connect it from 13 June" in text for text in stage.house.postbox.to(bob))
        await stage.run(31 * DAY)
        mine = await stage.signs_in(bob)
        assert mine.id != account.id, "what was read of it for Ann is not Bob's"
        assert len(await stage.snapshots(mine)) == 1

    async def test_one_that_its_member_lost_for_long_can_be_proven_by_another(
        self, stage: Stage, ann: Person, bob: Person
    ) -> None:
        account = await stage.signs_in(ann)
        stage.tiktok.creators["ann_t"].refreshes = False
        await stage.run(DAY)
        stage.tiktok.creators["ann_t"].refreshes = True
        await stage.run(29 * DAY)
        await stage.returns(stage.tiktok.agrees(await stage.address(bob), "ann_t"))
        await stage.run()
        assert await stage.accounts(bob) == []
        await stage.run(2 * DAY)
        await stage.signs_in(bob)
        assert (await stage.again(account)).loss is Loss.DISCONNECTED
        assert any("connected by another member" in text for text in stage.house.postbox.to(ann))

    async def test_the_permission_of_who_lost_it_is_not_given_back_from_under_the_other(
        self, stage: Stage, ann: Person, bob: Person
    ) -> None:
        await stage.signs_in(ann)
        stage.tiktok.creators["ann_t"].fails = AccessLost("TikTok", Loss.HIDDEN)
        for _ in range(32):
            await stage.run(DAY)
        stage.tiktok.creators["ann_t"].fails = None
        mine = await stage.signs_in(bob)
        await stage.run(DAY)
        assert stage.tiktok.revoked == []
        assert (await stage.again(mine)).loss is None

    async def test_erased_at_the_door_it_is_not_taken_from_who_has_it(
        self, stage: Stage, ann: Person, bob: Person
    ) -> None:
        await stage.signs_in(bob)
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t"))
        await stage.house.runner.tick()  # the hook
        gate = stage.tiktok.gate = asyncio.Event()
        stage.tiktok.arrived.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(stage.house.runner.tick())
            await stage.tiktok.arrived.wait()
            stage.tiktok.gate = None
            await erase(stage, ann)
            gate.set()
        await stage.run()
        assert stage.tiktok.used_codes.total() == 2
        assert stage.tiktok.revoked == []

    async def test_erasing_oneself_does_not_free_it_at_once(self, stage: Stage, ann: Person, bob: Person) -> None:
        await stage.signs_in(ann)
        await erase(stage, ann)
        await stage.returns(stage.tiktok.agrees(await stage.address(bob), "ann_t"))
        await stage.run()
        assert any("You can connect it from" in text for text in stage.house.postbox.to(bob))
        await stage.run(31 * DAY)
        await stage.signs_in(bob)

    @pytest.fixture
    def limits(self, limits: MetricLimits) -> MetricLimits:
        return replace(limits, accounts_max=2)

    async def test_has_so_many_and_no_more(self, stage: Stage, ann: Person) -> None:
        for name in ("UC1", "UC2"):
            await stage.proves(ann, name)
        stage.youtube.creator("UC3")
        given = await ann.does("connect", "youtube", channel="UC3")
        stage.youtube.creators["UC3"].description = code_in(given)
        assert refused(await ann.does("connect", "check", channel="UC3")) == "TooManyAccounts"
        await ann.insists("connect", "remove", account=str((await stage.accounts(ann))[0].id))
        assert isinstance(await ann.does("connect", "check", channel="UC3"), Reply)


class TestFacts:
    async def test_lost_and_back_are_recorded_once_each(self, stage: Stage, ann: Person) -> None:
        heard = stage.hears(MetricAccountLost, MetricAccountBack)
        account, me = await stage.proves(ann), await ann.id()
        stage.youtube.creators["UCann"].fails = AccessLost("YouTube", Loss.HIDDEN)
        await stage.run(16 * HOUR)
        await stage.run(3 * HOUR)
        stage.youtube.creators["UCann"].fails = None
        await stage.run(3 * HOUR)
        await ann.insists("connect", "remove")
        found: list[Fact] = [replace(fact, at=NOON) for fact in heard]
        assert found == [
            MetricAccountLost(NOON, me, account.id, Loss.HIDDEN),
            MetricAccountBack(NOON, me, account.id),
            MetricAccountLost(NOON, me, account.id, Loss.DISCONNECTED),
        ]


class TestDisconnect:
    async def test_asks_first_and_then_stops(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        question = await ann.does("connect", "remove")
        assert "can then not be measured" in text_of(question)
        await ann.agrees(question)
        calls = stage.tiktok.calls["read"]
        await stage.run(3 * DAY)
        assert stage.tiktok.calls["read"] == calls
        assert (await stage.again(account)).loss is Loss.DISCONNECTED
        assert "Followers" not in text_of(await ann.does("profile"))

    async def test_with_nothing_or_with_several(self, stage: Stage, ann: Person) -> None:
        assert refused(await ann.does("connect", "remove")) == "NothingConnected"
        await stage.proves(ann, "UC1")
        await stage.proves(ann, "UC2")
        assert isinstance(await ann.does("connect", "remove"), Ask)

    async def test_of_somebody_elses_account(self, stage: Stage, ann: Person, bob: Person) -> None:
        account = await stage.proves(ann)
        await stage.signs_in(bob, "bob_t")
        assert isinstance(await bob.does("connect", "remove", account=str(account.id)), Ask)


class TestMerge:
    async def test_the_accounts_of_both_are_the_ones(self, stage: Stage, ann: Person, bob: Person) -> None:
        one, two = await stage.proves(ann), await stage.signs_in(bob)
        await merge(stage, ann, bob)
        assert [account.id for account in await stage.accounts(ann)] == [one.id, two.id]
        await stage.run(DAY)
        assert [len(await stage.snapshots(account)) for account in (one, two)] == [2, 2]

    async def test_of_an_account_that_both_had_the_one_that_is_held_stays(
        self, stage: Stage, ann: Person, bob: Person
    ) -> None:
        first = await stage.signs_in(ann)
        await ann.insists("connect", "remove")
        await stage.run(31 * DAY)
        await stage.signs_in(bob)
        await bob.insists("connect", "remove")
        await stage.run(31 * DAY)
        assert (await stage.signs_in(ann)).id == first.id
        await merge(stage, ann, bob)
        assert (await stage.signs_in(ann)).id == first.id
        assert [account.id for account in await stage.accounts(ann)] == [first.id]

    async def test_open_codes_come_along(self, stage: Stage, ann: Person, bob: Person) -> None:
        for name in ("UC1", "UC2"):
            stage.youtube.creator(name)
        await ann.does("connect", "youtube", channel="UC1")
        await bob.does("connect", "youtube", channel="UC1")
        given = await bob.does("connect", "youtube", channel="UC2")
        await merge(stage, ann, bob)
        stage.youtube.creators["UC2"].description = code_in(given)
        assert isinstance(await ann.does("connect", "check", channel="UC2"), Reply)


class TestErase:
    async def test_tokens_and_names_go_at_once_and_readings_right_after(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        stage.tiktok.creators["ann_t"].posts = [post("p1", NOON)]
        await stage.house.do(lambda uow: service.watch(uow, account.id, NOON - DAY, NOON + 9 * DAY))
        await stage.run(DAY)
        await stage.address(ann)
        await erase(stage, ann)
        assert await stage.rows("metric_token") == []
        assert await stage.rows("metric_sign_in") == []
        (row,) = await stage.rows("metric_account")
        assert (row["name"], row["handle"]) == ("", "")
        assert len(await stage.snapshots(account)) == 2, "contracts are settled by them in this very transaction"
        assert not (await stage.snapshots(account))[0].dropped
        await stage.run()
        assert stage.tiktok.revoked == ["ann_t"]
        assert await stage.rows("metric_post") == await stage.rows("metric_count") == []
        found = await stage.snapshots(account)
        assert [(snap.followers, snap.dropped, len(snap.digest)) for snap in found] == [(None, True, 64)] * 2
        kept = json.dumps([await stage.rows("metric_account"), await stage.rows("metric_failure")], default=str)
        assert "ann" not in kept.lower()


class TestExport:
    async def test_shows_what_was_read_and_no_key(self, stage: Stage, ann: Person) -> None:
        account, me = await stage.signs_in(ann), await ann.id()
        stage.tiktok.creators["ann_t"].posts = [post("p1", NOON)]
        await stage.house.do(lambda uow: service.watch(uow, account.id, NOON - DAY, NOON + 9 * DAY))
        await stage.run(DAY)
        stage.youtube.creator("UCann")
        given = await ann.does("connect", "youtube", channel="UCann")
        address = await stage.address(ann)
        rows: list[dict[str, Any]] = await stage.house.do(lambda uow: reactions.export(uow, me))
        assert {row["table"] for row in rows} == set(reactions.TABLES) - {"metric_failure"}
        text = json.dumps(rows, default=str)
        secrets = [
            *stage.tiktok._access,
            *stage.tiktok._refresh,
            code_in(given),
            address.split("state=")[1].split("&")[0],
        ]
        assert [secret for secret in secrets if secret in text] == []
        assert "sealed" not in text
        (count,) = [row for row in rows if row["table"] == "metric_count"]
        assert (count["external_id"], count["views"]) == ("p1", 10)


class TestProfile:
    async def test_another_platform_than_the_typed_one_fills_nothing(self, stage: Stage, ann: Person) -> None:
        await ann.does("profile", "basics", platform="instagram", followers="77", niche="food")
        await stage.signs_in(ann)
        assert "Followers: 77 (own)" in text_of(await ann.does("profile"))

    async def test_the_typed_one_is_measured_from_then_on(self, stage: Stage, ann: Person) -> None:
        await ann.does("profile", "basics", platform="tiktok", followers="77", niche="food")
        await stage.signs_in(ann)
        shown = text_of(await ann.does("profile"))
        assert "Followers: 1,000 (measured)" in shown
        assert "Niche: food (own)" in shown

    async def test_engagement_from_three_posts_on(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        await stage.house.do(lambda uow: service.watch(uow, account.id, NOON - DAY, NOON + 9 * DAY))
        stage.tiktok.creators["ann_t"].posts = [post(name, NOON, 150) for name in "ab"]
        await stage.run(DAY)
        assert "Engagement" not in text_of(await ann.does("profile"))
        stage.tiktok.creators["ann_t"].posts.append(post("c", NOON, 150))
        await stage.run(DAY)
        assert "Engagement rate in percent: 4% (measured)" in text_of(await ann.does("profile"))

    async def test_of_two_the_older_one_counts(self, stage: Stage, ann: Person) -> None:
        stage.youtube.creator("UC2", followers=5)
        await stage.proves(ann, "UC1")
        await stage.proves(ann, "UC2")
        await stage.run(DAY)
        assert "Followers: 1,000 (measured)" in text_of(await ann.does("profile"))


class TestNothingSetUp:
    async def test_says_so_plainly(self, database) -> None:
        from tests.household import Household

        ann = Household(database).person("Ann")
        shown = await ann.does("connect")
        assert "TikTok can not be connected here" in text_of(shown)
        assert "YouTube can not be connected here" in text_of(shown)
        assert buttons_of(shown) == {}
        for command in ("tiktok", "google", "demo"):
            assert refused(await ann.does("connect", command)) == "NotConfigured"
        assert refused(await ann.does("connect", "youtube", channel="x")) == "NotConfigured"
