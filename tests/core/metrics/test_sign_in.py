"""Connecting by signing in: sent there, back once, and told in the chat whatever came of it."""

from datetime import timedelta

import pytest

from core.chat import Visit
from core.chat.room import Forged
from core.facts import MemberErased, MembersMerged
from core.sources import AccessLost, Loss, SourceAway, Way
from tests.core.metrics.stage import DAY, MINUTE, Stage
from tests.fakes.metrics import SCOPES
from tests.household import Household, Person, refused, text_of

MANY = "&".join(f"{letter}=1" for letter in "abcdefghijklmnopqrstuvwxyz")


class TestGoingThere:
    async def test_says_what_is_asked_for_and_how_long_it_works(self, stage: Stage, ann: Person) -> None:
        outcome = await ann.does("connect", "tiktok")
        assert isinstance(outcome, Visit)
        assert outcome.url.startswith("https://tiktok.example/auth?state=")
        said = text_of(outcome)
        assert "your followers" in said
        assert "for 15 minutes" in said
        assert "can not post" in said

    async def test_each_visit_has_a_state_and_a_verifier_of_its_own(self, stage: Stage, ann: Person) -> None:
        one, two = await stage.address(ann), await stage.address(ann)
        assert len({*one.split("?")[1].split("&"), *two.split("?")[1].split("&")}) == 4

    async def test_the_verifier_is_not_readable_in_the_database(self, stage: Stage, ann: Person) -> None:
        address = await stage.address(ann)
        found = await stage.rows("metric_sign_in")
        assert [row["used_at"] for row in found] == [None]
        assert stage.tiktok._challenge(found[0]["sealed"]) not in address


class TestComingBack:
    async def test_connects_and_says_so_where_it_was_asked(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        assert (account.platform, account.way, account.name, account.loss) == ("tiktok", Way.OAUTH, "Ann_T", None)
        assert any("TikTok @ann_t is connected." in text for text in stage.house.postbox.to(ann))
        (snapshot,) = await stage.snapshots(account)
        assert (snapshot.followers, snapshot.source) == (1000, "tiktok oauth")

    async def test_a_redelivered_callback_changes_nothing(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        query = stage.tiktok.agrees(await stage.address(ann), "ann_t")
        assert await stage.returns(query)
        assert not await stage.returns(query)
        await stage.house.pass_time()
        assert not await stage.returns(query)
        await stage.house.pass_time()
        assert stage.tiktok.calls["exchange"] == 1
        assert len([text for text in stage.house.postbox.to(ann) if "is connected" in text]) == 1

    async def test_another_code_for_a_used_state_is_not_exchanged(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        stage.tiktok.creator("thief")
        address = await stage.address(ann)
        await stage.returns(stage.tiktok.agrees(address, "ann_t"))
        await stage.returns(stage.tiktok.agrees(address, "thief"))
        await stage.house.pass_time()
        assert [one.external_id for one in await stage.accounts(ann)] == ["ann_t"]
        assert stage.tiktok.calls["exchange"] == 1

    async def test_denied(self, stage: Stage, ann: Person) -> None:
        await stage.returns(stage.tiktok.denies(await stage.address(ann)))
        await stage.house.pass_time()
        assert any("You did not agree at TikTok" in text for text in stage.house.postbox.to(ann))
        assert await stage.accounts(ann) == []

    async def test_another_error_of_the_platform(self, stage: Stage, ann: Person) -> None:
        address = await stage.address(ann)
        state = address.split("?")[1].split("&")[0]
        await stage.returns(f"error=server_error&{state}")
        await stage.house.pass_time()
        assert any("The sign-in at TikTok did not work" in text for text in stage.house.postbox.to(ann))

    async def test_too_late(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        query = stage.tiktok.agrees(await stage.address(ann), "ann_t")
        stage.house.clock.advance(16 * MINUTE)
        await stage.returns(query)
        await stage.house.pass_time()
        assert any("took too long" in text for text in stage.house.postbox.to(ann))
        assert stage.tiktok.calls["exchange"] == 0

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "code=1",
            "code=1&state=",
            "code=1&state=abc.def",
            "code=1&state=%ff.%00",
            "&".join("abcdefghijklmnopqrstuvwxyz"),
        ],
    )
    async def test_a_state_that_we_never_sent_out_is_not_even_stored(self, stage: Stage, query: str) -> None:
        with pytest.raises(Forged) as caught:
            await stage.returns(query)
        assert "did not start here" in caught.value.text
        assert await stage.rows("inbox") == []

    async def test_a_state_is_stored_once_whatever_comes_with_it(self, stage: Stage, ann: Person) -> None:
        query = stage.tiktok.agrees(await stage.address(ann), "ann_t")
        assert [await stage.returns(f"{query}&n={number}") for number in range(3)] == [True, False, False]
        for novel, platform in ((f"{query}&n={'n' * 5000}", "tiktok"), (query, "tiktok2"), (query, "t" * 5000)):
            with pytest.raises(Forged):
                await stage.returns(novel, platform)
        assert sum(row["key"].startswith("hook:") for row in await stage.rows("inbox")) == 1

    async def test_a_forgotten_state_is_nobodys(self, stage: Stage, ann: Person) -> None:
        query = stage.tiktok.denies(await stage.address(ann))
        await stage.house.runner.plan_recurring()
        await stage.run(5 * DAY)
        assert await stage.rows("metric_sign_in") == []
        sent = len(stage.house.postbox.to(ann))
        await stage.returns(query)
        await stage.house.pass_time()
        assert len(stage.house.postbox.to(ann)) == sent

    async def test_at_the_address_of_another_platform(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        query = stage.tiktok.agrees(await stage.address(ann), "ann_t")
        await stage.returns(query, "youtube")
        await stage.house.pass_time()
        assert await stage.accounts(ann) == []
        await stage.returns(query)
        await stage.house.pass_time()
        assert len(await stage.accounts(ann)) == 1, "the state is not used up by it"

    async def test_a_link_that_somebody_else_opens_is_still_anns(self, stage: Stage, ann: Person, bob: Person) -> None:
        stage.tiktok.creator("bob_t")
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "bob_t"))
        await stage.house.pass_time()
        assert await stage.accounts(bob) == []
        assert stage.house.postbox.to(bob) == []
        assert any("@bob_t is connected" in text for text in stage.house.postbox.to(ann))

    async def test_of_somebody_who_was_merged_goes_to_who_they_are_now(
        self, stage: Stage, ann: Person, bob: Person
    ) -> None:
        stage.tiktok.creator("ann_t")
        query = stage.tiktok.agrees(await stage.address(ann), "ann_t")
        fact = MembersMerged(stage.house.clock.now(), await bob.id(), await ann.id())
        await stage.house.react(lambda uow: uow.record(fact))
        await stage.returns(query)
        await stage.house.pass_time()
        assert [one.member for one in await stage.accounts(bob)] == [fact.kept]

    async def test_of_somebody_who_was_erased_is_given_back(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t"))
        fact = MemberErased(stage.house.clock.now(), await ann.id())
        await stage.house.react(lambda uow: uow.record(fact))
        await stage.run()
        assert await stage.rows("metric_account") == []


class TestScopes:
    async def test_a_part_of_them_connects_nothing_and_says_which(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        some = SCOPES["tiktok"] - {"video.list"}
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t", scopes=some))
        await stage.house.pass_time()
        (text,) = [text for text in stage.house.postbox.to(ann) if "lets me in" in text]
        assert "your videos and their counts" in text
        assert "your followers" not in text
        assert await stage.accounts(ann) == []
        assert stage.tiktok.revoked == ["ann_t"], "what is of no use is given back"

    async def test_a_part_does_not_take_back_what_stands(self, stage: Stage, ann: Person) -> None:
        account = await stage.signs_in(ann)
        some = SCOPES["tiktok"] - {"video.list"}
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t", scopes=some))
        await stage.house.pass_time()
        assert stage.tiktok.revoked == []
        await stage.house.pass_time(DAY)
        assert (await stage.again(account)).loss is None

    async def test_taken_back_late_it_does_not_take_what_was_connected_since(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        some = SCOPES["tiktok"] - {"video.list"}
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t", scopes=some))
        for _ in range(2):  # the hook and the exchange; then the platform is away
            await stage.house.runner.tick()
        stage.tiktok.down = SourceAway("TikTok", "busy")
        await stage.run()
        stage.tiktok.down = None
        account = await stage.signs_in(ann)
        await stage.run(DAY)
        assert (stage.tiktok.calls["revoke"], stage.tiktok.revoked) == (1, [])
        assert (await stage.again(account)).loss is None


class TestExchange:
    async def test_a_code_whose_answer_was_lost_is_not_the_members_fault(
        self, stage: Stage, house: Household, ann: Person
    ) -> None:
        """A process that dies between the exchange and its storing: the next one finds the code used."""
        stage.tiktok.creator("ann_t")
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t"))
        await house.runner.tick()  # the hook
        with stage.dying(stage.tiktok, "exchange"):
            await house.runner.tick()
        assert stage.tiktok.used_codes.total() == 1
        house.clock.advance(2 * MINUTE)
        await house.runner.run_due()
        assert any("did not take the sign-in" in text for text in house.postbox.to(ann))
        assert await stage.accounts(ann) == []
        assert [row["sealed"] for row in await stage.rows("metric_sign_in")] == [""]

    async def test_an_answer_that_is_late_is_asked_for_again(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t"))
        stage.tiktok.down = SourceAway("TikTok", "busy")
        await stage.run()
        stage.tiktok.down = None
        await stage.run(MINUTE)
        assert len(await stage.accounts(ann)) == 1

    async def test_no_answer_until_the_end_is_said(self, stage: Stage, ann: Person) -> None:
        stage.tiktok.creator("ann_t")
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t"))
        stage.tiktok.down = SourceAway("TikTok", "busy")
        for _ in range(20):
            await stage.run(MINUTE)
        assert any("gave no answer in time" in text for text in stage.house.postbox.to(ann))
        assert [row for row in await stage.rows("due") if row["kind"] == "metrics.exchange"] == []

    async def test_a_bug_is_logged_and_the_member_is_told(self, stage: Stage, ann: Person) -> None:
        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "nobody"))
        for _ in range(20):
            await stage.run(MINUTE)
        assert any("did not take the sign-in" in text for text in stage.house.postbox.to(ann))
        assert {type(bug) for bug in stage.house.watch.bugs} == {KeyError}
        stage.house.watch.bugs.clear()

    async def test_words_of_the_platforms_own(self, stage: Stage, ann: Person) -> None:
        class NotConfirmed(AccessLost):
            words = "{platform} could not confirm it. Start again."

        await stage.returns(stage.tiktok.agrees(await stage.address(ann), "ann_t"))
        stage.tiktok.down = NotConfirmed("TikTok", Loss.REVOKED)
        await stage.run()
        assert any("TikTok could not confirm it." in text for text in stage.house.postbox.to(ann))


class TestAgain:
    async def test_the_same_account_keeps_its_row_and_what_was_read(self, stage: Stage, ann: Person) -> None:
        first = await stage.signs_in(ann)
        await stage.house.pass_time(timedelta(hours=3))
        second = await stage.signs_in(ann)
        assert second.id == first.id
        assert len(await stage.accounts(ann)) == 1
        assert len(await stage.snapshots(first)) == 2

    async def test_a_disconnected_one_comes_back_as_itself(self, stage: Stage, ann: Person) -> None:
        first = await stage.signs_in(ann)
        await ann.insists("connect", "remove")
        stage.tiktok.down = SourceAway("TikTok", "busy")
        await stage.run()
        stage.tiktok.down = None
        second = await stage.signs_in(ann)
        assert (second.id, second.loss) == (first.id, None)
        await stage.run(DAY)
        assert (await stage.again(first)).loss is None
        assert stage.tiktok.calls["revoke"] == 1, "giving back the old permission could take the new one too"


class TestWithoutAKey:
    @pytest.fixture
    def limits(self):
        from core.metrics.rules import MetricLimits

        return MetricLimits()

    async def test_signing_in_is_not_offered(self, stage: Stage, ann: Person) -> None:
        shown = await ann.does("connect")
        assert "TikTok can not be connected here" in text_of(shown)
        assert refused(await ann.does("connect", "tiktok")) == "NotConfigured"
        assert refused(await ann.does("connect", "google")) == "NotConfigured"

    async def test_a_code_is(self, stage: Stage, ann: Person) -> None:
        assert (await stage.proves(ann)).way is Way.CODE
