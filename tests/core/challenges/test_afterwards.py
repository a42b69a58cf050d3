"""After a verdict: the evidence that makes it again, what staff and members see of it, and feedback that pays."""

import pytest

from core.appeals import explaining
from core.audit import service as audit
from core.chat import Ask, Image, Outcome, Reply
from core.contracts.rules import Case
from core.contracts.states import State
from core.db import UnitOfWork
from core.money import Coins, Unit
from core.people import wallet
from core.reviews import service as reviews
from core.sources import Way
from core.stakes import repository
from tests.core.challenges.scene import DAY, HOUR, Scene, decide, kept
from tests.core.gifts.giving import give, giver
from tests.household import Person, buttons_of, refused, text_of

REASON = "My posts of the last two days were live streams."


def picture_of(outcome: Outcome) -> str:
    """What the picture of an answer says."""
    assert isinstance(outcome, Reply), outcome
    return next(block.alt for block in outcome.message.blocks if isinstance(block, Image))


class TestExplain:
    async def test_shows_the_way_to_the_number(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        assert refused(await ann.does("challenge", "explain")) == "NothingToExplain"
        await kept(scene, ann)
        shown = text_of(await ann.does("challenge", "explain"))
        for words in (
            "Ten clips in ten days: kept",
            "At the beginning: 15 May 00:00",
            "At the end: 25 May 06:00",
            "Followers: at least 102, of 184: 55%, weight 1",
            "Share: 55% (51/92)",
            "Coins: 100 × 51/92, rounded down: 55 consumed, 45 returned",
            "Judged again just now from the stored evidence: the same.",
        ):
            assert words in shown

    async def test_says_what_can_be_done(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await kept(scene, ann)
        shown = await ann.does("challenge", "explain")
        assert list(buttons_of(shown)) == ["Appeal, until 28 May 00:00", "Next challenge"]
        asked = await ann.agrees(buttons_of(shown)["Appeal, until 28 May 00:00"].token)
        await ann.answers(asked, reason=REASON)
        assert list(buttons_of(await ann.does("challenge", "explain"))) == ["Next challenge", "History"]
        await decide(scene, "keep")
        assert list(buttons_of(await ann.does("challenge", "explain"))) == ["Next challenge", "History"]

    async def test_who_changes_the_evidence_is_found_out(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)

        def unit(uow: UnitOfWork) -> None:
            found = repository.locked(uow, contract.id)
            text = found.evidence.replace('"followers":10', '"followers":11', 1)
            assert text != found.evidence
            uow.run(_SET_EVIDENCE, challenge=contract.id, evidence=text)
            with pytest.raises(AssertionError, match="the evidence was changed"):
                explaining.explain(repository.locked(uow, contract.id))

        await scene.house.do(unit)

    async def test_figures_of_an_account_by_code_go_after_thirty_days(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann, "youtube", way=Way.CODE)
        contract = await kept(scene, ann)
        await scene.until(contract.agreed.starts_at + 30 * DAY)
        now = await scene.now(contract)
        assert (now.evidence, now.evidence_digest) == ("", contract.evidence_digest)
        shown = text_of(await ann.does("challenge", "explain", challenge=str(contract.id)))
        assert "Share: 51/92" in shown
        assert "youtube, proven by code" in shown

    async def test_somebody_elses(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        bob = await scene.person("Bob")
        for command in ("explain", "status", "cancel", "leave"):
            outcome = await bob.does("challenge", command, challenge=str(contract.id))
            assert refused(outcome) == "NoSuchChallenge"


class TestFeedback:
    async def test_pays_once(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        before = await scene.coins(ann)
        values = {
            "challenge": str(contract.id),
            "helped": "Filming three clips on Sunday made the week easy.",
            "learned": "I would write the hooks before I film anything.",
            "again": "yes",
        }
        outcome = await ann.does("challenge", "feedback", **values)
        assert "+15 coins" in text_of(outcome)
        assert await scene.coins(ann) == before + 15
        assert refused(await ann.does("challenge", "feedback", **values)) == "FeedbackGiven"
        assert "hooks before I film" in text_of(await ann.does("answers", "show", topic="challenges"))

    async def test_words_that_say_nothing_earn_nothing(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        before = await scene.coins(ann)
        outcome = await ann.does(
            "challenge", "feedback", challenge=str(contract.id), helped="good", learned="asdf asdf", again="no"
        )
        assert isinstance(outcome, Ask)
        assert await scene.coins(ann) == before

    async def test_before_the_verdict(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips")
        outcome = await ann.does(
            "challenge", "feedback", challenge=str(contract.id), helped="I filmed it all on Sunday.",
            learned="Nothing, it went as it should.", again="no",
        )  # fmt: skip
        assert refused(outcome) == "NoSuchChallenge"


class TestAdmin:
    async def test_lists_what_is_at_stake(self, scene: Scene, ann: Person) -> None:
        owner = scene.house.person("Owner")
        assert "No challenge" in text_of(await owner.does("admin", "challenges", "list"))
        await scene.account(ann)
        await scene.running(ann, "ten_clips")
        shown = text_of(await owner.does("admin", "challenges"))
        assert "Ann · running · 100 coins" in shown

    @pytest.mark.parametrize("state", ["scheduled", "running", "verdict", "appealed"])
    async def test_admits_an_error(self, scene: Scene, ann: Person, state: str) -> None:
        await scene.account(ann)
        before = await scene.coins(ann)
        if state == "scheduled":
            contract = await scene.staked(ann, "ten_clips")
        elif state == "running":
            contract = await scene.running(ann, "ten_clips")
        else:
            contract = await kept(scene, ann)
        if state == "appealed":
            await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        owner = scene.house.person("Owner")
        before = await scene.coins(ann) + await scene.held(ann)
        question = await owner.does(
            "admin", "challenges", "fail", challenge=str(contract.id), reason="we read the wrong account"
        )
        assert "settled as our failure" in text_of(await owner.agrees(question))
        now = await scene.now(contract)
        assert (now.state, await scene.coins(ann), await scene.held(ann)) == (State.RETURNED, before, 0)
        assert "challenge.fail" in text_of(await owner.does("admin", "audit"))
        log = await scene.house.do(lambda uow: audit.newest(uow, most=50))
        assert not any("wrong account" in str(entry.detail) for entry in log), "it names whom nobody can erase"
        await scene.house.pass_time()
        assert "we read the wrong account. That is on us." in scene.heard(ann)
        cases = await scene.house.do(lambda uow: reviews.waiting(uow, most=5))
        assert cases == []
        await scene.days(2)
        await scene.books_are_right()

    async def test_not_their_own(self, scene: Scene) -> None:
        owner = await scene.person("Owner")
        await scene.account(owner)
        contract = await scene.running(owner, "ten_clips")
        outcome = await owner.does(
            "admin", "challenges", "fail", challenge=str(contract.id), reason="it did not please me"
        )
        assert refused(outcome) == "OwnChallenge"

    async def test_nor_of_somebody_they_exchanged_gifts_with(self, scene: Scene) -> None:
        """What /admin decide refuses them is not to be had by another command."""
        bob = await giver(scene.house, "Bob", credits=500)
        await scene.house.grant(wallet(await bob.id(), Unit.COIN), Coins(100))
        owner = scene.house.person("Owner")
        await owner.does("start")
        assert isinstance(await give(bob, owner, 50), Reply)
        await scene.account(bob)
        contract = await scene.running(bob, "ten_clips")
        outcome = await owner.does(
            "admin", "challenges", "fail", challenge=str(contract.id), reason="it did not please him"
        )
        assert refused(outcome) == "FriendsChallenge"
        assert (await scene.now(contract)).state is State.RUNNING

    @pytest.mark.parametrize("number", ["99", "ten clips", "9" * 100])
    async def test_one_that_there_is_not_is_said_in_words_of_staff(self, scene: Scene, number: str) -> None:
        owner = await scene.person("Owner")
        outcome = await owner.does("admin", "challenges", "fail", challenge=number, reason="because of us")
        assert refused(outcome) == "NothingAtStake"
        assert "What is at stake" in [button.label for button in outcome.buttons]  # type: ignore[union-attr]

    async def test_only_staff(self, scene: Scene, ann: Person) -> None:
        for path in ("list", "fail"):
            outcome = await ann.does("admin", "challenges", path, challenge="1", reason="because")
            assert refused(outcome) in {"NotAllowed", "Forbidden", "NeedsRole", "UnknownCommand"}

    async def test_what_is_over_stays_over(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        await scene.days(2)
        owner = scene.house.person("Owner")
        outcome = await owner.does(
            "admin", "challenges", "fail", challenge=str(contract.id), reason="we were wrong after all"
        )
        assert refused(outcome) == "NotNow"


class TestStatus:
    async def test_while_it_runs(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await scene.running(ann, "ten_clips")
        await scene.days(3)
        outcome = await ann.does("challenge", "status")
        shown = text_of(outcome)
        assert "At stake: 100 coins" in shown
        assert "7 days left, verdict on 27 May 00:00" in shown
        assert set(buttons_of(outcome)) == {"Leave"}
        assert isinstance(outcome, Reply)
        images = [block for block in outcome.message.blocks if type(block).__name__ == "Image"]
        assert "Target" in images[0].alt  # type: ignore[union-attr]
        meters = [block for block in outcome.message.blocks if type(block).__name__ == "Meter"]
        # The post of this afternoon was not read yet.
        assert (meters[0].done, meters[0].total) == (2, 8)  # type: ignore[union-attr]

    async def test_of_more_than_was_asked_says_how_much_more(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "views_sprint", 50)
        target, high = contract.agreed.goals[0].target, contract.agreed.goals[0].high
        scene.views = 5 * target
        await scene.days(3)
        outcome = await ann.does("challenge", "status")
        assert f"Views: {10 * target:,} of {target:,} views (1000%)" in text_of(outcome)
        assert 10 * target > high
        assert "Likely between" not in picture_of(outcome)  # it is above all that was likely

    async def test_views_that_are_there_are_the_least_that_there_will_be(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "views_sprint", 50)
        goal = contract.agreed.goals[0]
        scene.views = (goal.low + goal.high) // 4
        await scene.days(3)
        there = 2 * scene.views
        assert goal.low < there < goal.high
        outcome = await ann.does("challenge", "status")
        assert f"Likely between {there:,} and {goal.high:,} at the end" in picture_of(outcome)

    @pytest.mark.parametrize("name", ["views_sprint", "conversation", "go_live", "big_month"])
    async def test_of_every_metric(self, scene: Scene, ann: Person, name: str) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, name, 30)
        await scene.days(4)
        assert isinstance(await ann.does("challenge", "status"), Reply)
        judged = await scene.judged(ann, contract)
        assert isinstance(await ann.does("challenge", "explain"), Reply)
        assert judged.verdict in {Case.FULL, Case.PARTIAL, Case.BROKEN}

    async def test_half_way_there_is_a_word(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await scene.running(ann, "ten_clips")
        await scene.days(6)
        heard = [text for text in scene.house.postbox.to(ann) if "Half-way through" in text]
        assert len(heard) == 1
        assert "Posted on 5 days, 8 asked" in heard[0]

    async def test_leave(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips")
        await scene.days(3)
        before = await scene.coins(ann)
        question = await ann.does("challenge", "leave", challenge=str(contract.id))
        assert "At least 50 coins of 100 are gone" in text_of(question)
        assert "You left it in the middle." in text_of(await ann.agrees(question))
        assert (await scene.coins(ann), await scene.held(ann)) == (before + 50, 50)
        await scene.days(1)
        assert await scene.held(ann) == 0
        await scene.books_are_right()

    async def test_leave_after_the_end(self, scene: Scene, ann: Person) -> None:
        """The job that ends it is late, and the promise was kept at midnight."""
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips")
        await scene.until(contract.agreed.ends_at - HOUR / 6)
        question = await ann.does("challenge", "leave", challenge=str(contract.id))
        scene.house.clock.set(contract.agreed.ends_at)
        assert refused(await ann.agrees(question)) == "NotNow"
        assert refused(await ann.does("challenge", "leave", challenge=str(contract.id))) == "NotNow"
        assert (await scene.judged(ann, contract)).verdict is Case.PARTIAL

    async def test_history(self, scene: Scene, ann: Person) -> None:
        assert "No challenge yet." in text_of(await ann.does("challenge", "history"))
        await scene.account(ann)
        await kept(scene, ann)
        assert "Ten clips in ten days: kept, 55 of 100 coins spent" in text_of(await ann.does("challenge", "history"))

    async def test_the_catalogue(self, scene: Scene, ann: Person) -> None:
        assert "Connect TikTok or YouTube" in buttons_of(await ann.does("challenge"))
        await scene.account(ann, "tiktok")
        shown = text_of(await ann.does("challenge", "list"))
        assert "Ten clips in ten days" in shown
        assert "Four lives" not in shown


class TestPenalty:
    async def test_a_second_time_costs_more(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        scene.hour = None
        assert (await kept(scene, ann)).consumed == 55
        made = await scene.offered(ann, "ten_clips")
        assert made.agreed.penalty_percent == 75
        assert "at least 75 are gone" in scene.heard(ann)


_SET_EVIDENCE = repository._set("evidence")
