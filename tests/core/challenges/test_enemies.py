"""Bad input and enemies: each with what comes of it, and coins that sum in the end."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from core.challenges import progress
from core.contracts.rules import Case
from core.contracts.states import State
from core.db import UnitOfWork
from core.members import service as members
from core.metrics import connecting
from core.metrics import service as metrics
from core.metrics.errors import AccountTaken
from core.metrics.rules import MetricLimits
from core.sources import AccessLost, Found, Loss, Post, Reading, SourceAway, Way
from core.stakes import repository
from core.stakes.repository import Contract
from tests.core.challenges.scene import DAY, HOUR, Scene, post
from tests.household import SALT, Person, refused


async def ends(scene: Scene, ann: Person, before: int, spent: int) -> None:
    """So much is gone a day later, and the books hold."""
    await scene.days(1)
    assert (await scene.coins(ann), await scene.held(ann)) == (before - spent, 0)
    await scene.books_are_right()


class TestTheMetric:
    async def test_missing_at_the_end_counts_as_it_was_last(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        await scene.days(5)
        scene.creators[account].followers = None
        judged = await scene.judged(ann, contract)
        # 68 of 184, read in the morning of the fifth day.
        assert (judged.verdict, judged.consumed) == (Case.PARTIAL, 36)
        await ends(scene, ann, before, 36)

    async def test_zero(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        scene.creators[account].followers, scene.gain = 0, 0
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed) == (Case.PARTIAL, 0)
        await ends(scene, ann, before, 0)

    async def test_falling(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        scene.gain = -20
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed, judged.returned) == (Case.PARTIAL, 0, 100)

    async def test_purged_at_the_end(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await scene.days(9)
        followers = scene.creators[account].followers
        assert followers is not None
        scene.creators[account].followers = followers - 500
        assert (await scene.judged(ann, contract)).consumed == 0

    async def test_rounded(self, scene: Scene, ann: Person) -> None:
        scene.gain = 0
        account = await scene.account(ann, "youtube", followers=45_600, step=100)
        await _history(scene, account, 45_600, 100)
        contract = await scene.running(ann, "ten_clips", 50)
        scene.gain = 0
        scene.creators[account].followers = 45_900
        judged = await scene.judged(ann, contract)
        (goal,) = contract.agreed.goals
        # From [45,600, 45,700) to 45,900 or more: at least 201.
        assert Fraction(judged.share) == Fraction(201, goal.target)

    async def test_late(self, scene: Scene, ann: Person) -> None:
        """What is read more than six hours after the end does not count, what is up to a day old does."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await scene.until(contract.agreed.ends_at - 6 * HOUR)
        scene.is_away(account)
        await scene.until(contract.agreed.ends_at + 7 * HOUR)
        scene.fails(account, None)
        scene.creators[account].followers = 99_999
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed) == (Case.PARTIAL, 80)  # 148 of 184, read on the last morning

    async def test_from_another_era(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "views_sprint", 50)
        await scene.days(3)
        scene.creators[account].era = "first frame"
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.state, judged.returned) == (Case.FAILED, State.RETURNED, 50)
        assert "the platform changed how it counts. That is on us" in scene.heard(ann)


async def _history(scene: Scene, account: int, followers: int, step: int) -> None:
    now, creator = scene.house.clock.now(), scene.creators[account]
    for day in range(29, 0, -1):
        true = followers - 60 * day
        at = now - day * DAY + HOUR
        reading = Reading(at, creator.name, creator.handle, true - true % step, step, creator.era, "past", None)
        await scene.house.do(partial(metrics.keep, account_id=account, reading=reading))


class TestThePlatform:
    @pytest.mark.parametrize("error", [SourceAway("Demo", "quota"), AccessLost("Demo", Loss.EXPIRED)])
    async def test_down_at_settlement(self, scene: Scene, ann: Person, error: Exception) -> None:
        """Through no act of the member: a permission that ran out is ours to keep alive."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        await scene.days(8)
        scene.fails(account, error)
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.state) == (Case.FAILED, State.RETURNED)
        await ends(scene, ann, before, 0)

    async def test_down_in_the_middle_changes_nothing(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await scene.days(2)
        scene.is_away(account)
        await scene.days(4)
        scene.fails(account, None)
        judged = await scene.judged(ann, contract)
        assert judged.verdict is Case.PARTIAL
        assert judged.share == "25/46"  # nobody followed meanwhile: 100 of 184

    async def test_days_that_nobody_saw_count_as_done(self, scene: Scene, ann: Person) -> None:
        """The posts can not be read from the eighth day on, the followers can: three days are taken for done."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await scene.days(5)
        scene.hour = None
        await scene.days(2)
        creator, demo = scene.creators[account], scene.platforms["demo"]
        real = demo._reading

        def without_posts(account, since):
            return replace(real(account, since), posts=None)

        demo._reading = without_posts  # type: ignore[method-assign]
        judged = await scene.judged(ann, contract)
        assert creator.followers
        assert judged.verdict is Case.PARTIAL


class TestTheAccount:
    @pytest.mark.parametrize("loss", [Loss.REVOKED, Loss.HIDDEN, Loss.GONE])
    async def test_taken_away_for_good(self, scene: Scene, ann: Person, loss: Loss) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        await scene.days(3)
        scene.fails(account, AccessLost("Demo", loss))
        await scene.days(4)
        judged = await scene.now(contract)
        assert (judged.verdict, judged.consumed) == (Case.BROKEN, 50)
        assert "The account stayed away, so the rest could not be seen." in "".join(scene.house.postbox.to(ann))
        await ends(scene, ann, before, 50)

    async def test_disconnected_and_another_one_connected(self, scene: Scene, ann: Person) -> None:
        """The contract is on the account, not on the member: a switched channel is one that was taken away."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await scene.days(2)
        now = scene.house.clock.now()

        def disconnect(uow: UnitOfWork) -> None:
            assert metrics.disconnect(uow, account, now)

        await scene.house.react(disconnect)
        await scene.account(ann, followers=50)
        await scene.days(3)
        judged = await scene.now(contract)
        assert (judged.verdict, judged.consumed) == (Case.BROKEN, 50)

    async def test_taken_away_around_the_end_and_shown_again(self, scene: Scene, ann: Person) -> None:
        """Counts as it was last seen, or hiding it for a day would return everything."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        await scene.until(contract.agreed.ends_at - 30 * HOUR)
        scene.hide(account)
        await scene.until(contract.agreed.ends_at + 12 * HOUR)
        scene.fails(account, None)
        judged = await scene.judged(ann, contract)
        # Until the morning before, 132 of 184; days that were hidden were seen afterwards.
        assert (judged.verdict, judged.share) == (Case.PARTIAL, "33/46")
        await ends(scene, ann, before, 71)

    async def test_signing_in_again_does_not_show_what_is_hidden(self, scene: Scene, ann: Person) -> None:
        """Or whoever does it every other day is never judged."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        scene.hour = None
        await scene.days(1)
        scene.hide(account)
        await scene.days(1)
        lost_at = (await scene.now(contract)).lost_at
        for _ in range(3):
            await _connects_again(scene, ann, account, Way.DEMO)
            await scene.until(scene.house.clock.now() + 30 * HOUR)
        judged = await scene.now(contract)
        assert (judged.verdict, judged.consumed, judged.lost_at) == (Case.BROKEN, 50, lost_at)
        await ends(scene, ann, before, 50)

    async def test_shown_for_a_while_it_was_back(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        for _ in range(2):
            scene.hide(account)
            await scene.until(scene.house.clock.now() + 44 * HOUR)
            scene.fails(account, None)
            await scene.until(scene.house.clock.now() + 6 * HOUR)
        assert (await scene.now(contract)).state is State.RUNNING
        assert (await scene.judged(ann, contract)).verdict is Case.PARTIAL

    async def test_proven_by_a_code_in_the_middle(self, scene: Scene, ann: Person) -> None:
        """What a code shows may stay for 30 days, and this contract is judged two days after that."""
        account = await scene.account(ann, "youtube")
        await scene.house.runner.plan_recurring()
        contract = await scene.running(ann, "followers_month", 100)
        before = await scene.coins(ann) + 100
        await scene.days(3)
        await _connects_again(scene, ann, account, Way.CODE)
        judged = await scene.judged(ann, contract)
        # All of it is known: 484 of 552.
        assert (judged.verdict, judged.share) == (Case.PARTIAL, "121/138")
        await ends(scene, ann, before, judged.consumed)

    async def test_proven_by_a_code_at_the_beginning(self, scene: Scene, ann: Person) -> None:
        """Where the beginning had to be forgotten there is nothing to judge by, and the stake is not held for ever."""
        account = await scene.account(ann, "youtube")
        await scene.house.runner.plan_recurring()
        contract = await scene.running(ann, "followers_month", 100)
        before = await scene.coins(ann) + 100
        await _connects_again(scene, ann, account, Way.CODE)
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.returned) == (Case.FAILED, 100)
        await ends(scene, ann, before, 0)

    async def test_the_member_can_not_be_reached(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await scene.days(2)
        at = scene.house.clock.now()
        await scene.house.do(lambda uow: members.unreachable(uow, ann.identity, at))
        scene.hide(account)
        await scene.days(1)
        lost_at = (await scene.now(contract)).lost_at
        assert lost_at is not None
        await scene.until(lost_at + 71 * HOUR)
        assert (await scene.now(contract)).state is State.RUNNING
        await scene.until(lost_at + 78 * HOUR)
        assert (await scene.now(contract)).verdict is Case.BROKEN

    async def test_two_members_on_one_account(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        bob = await scene.person("Bob")
        creator = next(iter(scene.creators.values()))
        member, now = await bob.id(), scene.house.clock.now()
        with pytest.raises(AccountTaken):
            await scene.house.do(
                lambda uow: connecting.connect(
                    uow, member, "demo", Found(creator.external_id, "x", "x"), now, way=Way.DEMO,
                    limits=MetricLimits(), salt=SALT,
                )
            )  # fmt: skip
        assert refused(await bob.does("challenge", "start", challenge="ten_clips")) == "NoAccount"


async def _connects_again(scene: Scene, ann: Person, account: int, way: Way) -> None:
    """Disconnects and proves the same account once more."""
    member, now, creator = await ann.id(), scene.house.clock.now(), scene.creators[account]
    found = Found(creator.external_id, creator.name, creator.handle)

    def unit(uow: UnitOfWork) -> None:
        platform = metrics.account(uow, account).platform
        metrics.disconnect(uow, account, now)
        made = connecting.connect(uow, member, platform, found, now, way=way, limits=MetricLimits(), salt=SALT)
        assert made.id == account

    await scene.house.react(unit)
    await scene.house.pass_time()


class TestThePosts:
    async def test_hidden_before_the_end(self, scene: Scene, ann: Person) -> None:
        """A post once seen stays done, and keeps the views that it had."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "views_sprint", 50)
        await scene.until(contract.agreed.ends_at - 2 * HOUR)
        fair = await _share_if_judged(scene, contract.id)
        creator = scene.creators[account]
        creator.posts = [item for item in creator.posts if item.published_at < contract.agreed.starts_at]
        judged = await scene.judged(ann, contract)
        assert judged.verdict is not Case.BROKEN
        assert judged.share == fair

    async def test_backdated(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        scene.hour = None
        await scene.until(contract.agreed.ends_at - 2 * HOUR)
        for day in range(10):
            scene.creators[account].posts.append(post(contract.agreed.day_starts_at(day) + 9 * HOUR))
        judged = await scene.judged(ann, contract)
        # The last three could not have been seen earlier; the others were looked for.
        assert judged.verdict is Case.BROKEN

    async def test_shown_only_after_the_counting(self, scene: Scene, ann: Person) -> None:
        """One post that nobody could see before is no failure of the platform: or it would return everything."""
        account = await scene.account(ann)
        contract = await scene.running(ann, "views_sprint", 50)
        before = await scene.coins(ann) + 50
        scene.hour = None
        await scene.until(contract.agreed.counts_until + HOUR)
        scene.creators[account].posts.append(post(contract.agreed.ends_at - 3 * HOUR))
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.share, judged.consumed) == (Case.BROKEN, "0", 25)
        await ends(scene, ann, before, 25)

    @pytest.mark.parametrize(
        "switched_off", [{}, {"likes": None}, {"comments": None}, {"likes": None, "comments": None}]
    )
    async def test_reactions_switched_off_before_the_end(
        self, scene: Scene, ann: Person, switched_off: dict[str, Any]
    ) -> None:
        """They count as they were told last, with the views of then: or nobody would have reacted."""
        account = await scene.account(ann)
        contract = await scene.staked(ann, "conversation", 50)
        creator = scene.creators[account]
        await scene.until(contract.agreed.ends_at - 30 * HOUR)
        creator.posts = [replace(item, comments=65) if _is_of(contract, item) else item for item in creator.posts]
        await scene.until(contract.agreed.ends_at - 6 * HOUR)
        scene.hour = None
        creator.posts = [replace(item, **switched_off) for item in creator.posts]
        await scene.until(contract.agreed.ends_at - HOUR)
        creator.posts = [replace(item, views=9_000) if switched_off else item for item in creator.posts]
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed) == (Case.FULL, 50)

    async def test_bought_views_cost_no_more_than_the_stake_and_are_pointed_at(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "views_sprint", 50)
        before = await scene.coins(ann) + 50
        await scene.days(6)
        creator = scene.creators[account]
        creator.posts = [replace(item, views=5_000_000) for item in creator.posts]
        judged = await scene.judged(ann, contract)
        assert judged.consumed == 50
        assert "If somebody else bought it, appeal and say so." in scene.heard(ann)
        await ends(scene, ann, before, 50)


def _is_of(contract: Contract, item: Post) -> bool:
    return item.published_at >= contract.agreed.starts_at


async def _share_if_judged(scene: Scene, challenge: int) -> str:
    at = scene.house.clock.now()

    def unit(uow):
        contract = repository.one(uow, challenge)
        assert contract is not None
        return str(progress.now(uow, contract, at)[1].share)

    return await scene.house.do(unit)


class TestTime:
    async def test_hopping_between_zones_moves_no_day(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await ann.does("settings", "zone", zone="Pacific/Kiritimati")
        now = await scene.now(contract)
        assert (now.agreed.zone, now.agreed.ends_at) == ("UTC", contract.agreed.ends_at)
        judged = await scene.judged(ann, contract)
        assert judged.judged_at == contract.agreed.verdict_at

    async def test_a_clock_change_in_the_window(self, scene: Scene, ann: Person) -> None:
        scene.house.clock.set(scene.house.clock.now().replace(month=10, day=20))
        await ann.does("settings", "zone", zone="Europe/Paris")
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        assert contract.agreed.ends_at - contract.agreed.starts_at == 10 * DAY + HOUR
        judged = await scene.judged(ann, contract)
        assert judged.verdict is Case.PARTIAL
        await scene.days(1)
        await scene.books_are_right()

    async def test_a_process_that_slept_over_all_of_it(self, scene: Scene, ann: Person) -> None:
        """Nobody read anything in time: that is our failure, not the member's."""
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        scene.house.clock.advance(timedelta(days=40))
        await scene.house.pass_time()
        await scene.house.pass_time(timedelta(hours=49))
        judged = await scene.now(contract)
        assert (judged.verdict, judged.state) == (Case.FAILED, State.RETURNED)
        await ends(scene, ann, before, 0)
