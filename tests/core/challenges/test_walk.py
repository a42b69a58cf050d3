"""The four cases, each lived through day by day: exact coins, and books that hold after every step."""

from sqlalchemy import select

from core.contracts.rules import Case
from core.contracts.states import State
from core.db import UnitOfWork, columns
from core.metrics import service as metrics
from core.metrics.tables import MetricWatch
from core.sources import AccessLost, Account, Loss, Way
from tests.core.challenges.scene import DAY, HOUR, Scene
from tests.household import Person, text_of


async def settled(scene: Scene, ann: Person, before: int, spent: int) -> None:
    """A day after the verdict nothing is left in escrow, and so much is gone."""
    await scene.books_are_right()
    await scene.days(1)
    assert (await scene.coins(ann), await scene.held(ann)) == (before - spent, 0)
    await scene.books_are_right()


class TestFourCases:
    async def test_a_reached(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        scene.gain = 200
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed, judged.returned) == (Case.FULL, 100, 0)
        assert (judged.state, await scene.held(ann)) == (State.VERDICT, 100)
        assert "100 coins spent. +50 credits for keeping it." in scene.heard(ann)
        await settled(scene, ann, before, 100)
        assert (await scene.now(contract)).state is State.SETTLED

    async def test_b_kept(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        (goal,) = contract.agreed.goals
        # 16 a day for ten days, with 15% on top as the target.
        assert (goal.usual, goal.target) == (160, 184)
        before = await scene.coins(ann) + 100
        scene.gain = 10  # 102 until the reading six hours after the end, which is the last that counts
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.share, judged.consumed, judged.returned) == (Case.PARTIAL, "51/92", 55, 45)
        assert await scene.coins(ann) == before - 55
        assert "55 coins spent, 45 are back. +50 credits for keeping it." in scene.heard(ann)
        await settled(scene, ann, before, 55)

    async def test_c_not_kept(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 101)
        before = await scene.coins(ann) + 101
        scene.hour, scene.gain = None, 10
        judged = await scene.judged(ann, contract)
        # 102 of 184 is more than half; rounded down.
        assert (judged.verdict, judged.consumed, judged.returned) == (Case.BROKEN, 55, 46)
        assert "Posted on 0 days, 8 asked" in scene.heard(ann)
        assert "credits for keeping" not in scene.heard(ann)
        await settled(scene, ann, before, 55)

    async def test_c_not_kept_and_not_grown(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 101)
        before = await scene.coins(ann) + 101
        scene.hour, scene.gain = None, 0
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed, judged.returned) == (Case.BROKEN, 50, 51)
        await settled(scene, ann, before, 50)

    async def test_d_not_measured(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        await scene.days(8)
        scene.is_away(account)
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed, judged.returned) == (Case.FAILED, 0, 100)
        assert (judged.state, await scene.coins(ann)) == (State.RETURNED, before)
        assert "That is on us: all 100 coins are back." in scene.heard(ann)
        shown = text_of(await ann.does("challenge", "explain"))
        assert "quota" not in shown
        assert "away" in shown
        await scene.books_are_right()

    async def test_c_hidden_for_good(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        before = await scene.coins(ann) + 100
        await scene.days(4)
        scene.fails(account, AccessLost("Demo", Loss.HIDDEN))
        await scene.days(1)
        assert "Bring it back within 48 hours" in "".join(scene.house.postbox.to(ann))
        await scene.days(3)
        judged = await scene.now(contract)
        assert (judged.verdict, judged.consumed, judged.returned) == (Case.BROKEN, 50, 50)
        await settled(scene, ann, before, 50)

    async def test_hidden_and_shown_again_in_time(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await scene.days(4)
        scene.hide(account)
        await scene.days(1)
        scene.fails(account, None)
        judged = await scene.judged(ann, contract)
        assert judged.verdict is Case.PARTIAL


class TestBeforeItBegins:
    async def test_cancel_is_free(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.staked(ann, "ten_clips", 100)
        before = await scene.coins(ann)
        outcome = await ann.does("challenge", "cancel", challenge=str(contract.id))
        assert "100 coins are back" in text_of(outcome)
        assert (await scene.coins(ann), await scene.held(ann)) == (before + 100, 0)
        await scene.days(3)
        assert (await scene.now(contract)).state is State.RETURNED
        await scene.books_are_right()

    async def test_no_reading_at_the_beginning(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.staked(ann, "ten_clips", 100)
        before = await scene.coins(ann)
        scene.is_away(account)
        await scene.until(contract.agreed.starts_at + 20 * HOUR)
        assert (await scene.now(contract)).state is State.AWAITING
        await scene.until(contract.agreed.starts_at + 24 * HOUR)
        assert (await scene.now(contract)).state is State.RETURNED
        assert "there was no reading at the beginning. Your 100 coins are back." in scene.heard(ann)
        assert await scene.coins(ann) == before + 100
        await scene.books_are_right()

    async def test_a_late_reading_is_a_beginning(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.staked(ann, "ten_clips", 100)
        scene.is_away(account)
        await scene.until(contract.agreed.starts_at + 10 * HOUR)
        scene.fails(account, None)
        await scene.until(contract.agreed.starts_at + 20 * HOUR)
        now = await scene.now(contract)
        assert now.state is State.RUNNING
        assert now.baseline_at is not None
        assert now.baseline_at > contract.agreed.starts_at + 6 * HOUR

    async def test_nothing_begins_with_an_account_that_is_away(self, scene: Scene, ann: Person) -> None:
        """Its days could not be seen, so they would count as done: all back, and a reward for nothing."""
        account = await scene.account(ann)
        scene.hour = None
        await scene.until(scene.house.clock.now().replace(hour=23))
        contract = await scene.staked(ann, "ten_clips")
        scene.is_away(account)
        await scene.until(contract.agreed.starts_at)
        at = scene.house.clock.now()
        assert (await scene.now(contract)).state is State.AWAITING

        def disconnect(uow: UnitOfWork) -> None:
            assert metrics.disconnect(uow, account, at)

        await scene.house.react(disconnect)
        await scene.until(at + 7 * HOUR)
        assert (await scene.now(contract)).state is State.AWAITING
        await scene.until(at + 25 * HOUR)
        ended = await scene.now(contract)
        assert (ended.state, ended.verdict, ended.returned) == (State.RETURNED, None, 100)
        assert (await scene.coins(ann), await scene.held(ann)) == (1000, 0)
        await scene.books_are_right()

    async def test_the_last_reading_before_it_is_one_too(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        contract = await scene.staked(ann, "ten_clips", 100)
        midnight = contract.agreed.starts_at
        await scene.until(midnight - 2 * HOUR)
        creator = scene.creators[account]
        reading = await scene.platforms["demo"].read(
            Account(creator.external_id, Way.DEMO), posts_since=midnight - 40 * DAY
        )
        await scene.house.do(lambda uow: metrics.keep(uow, account, reading, posts_since=midnight - 40 * DAY))
        scene.is_away(account)
        await scene.until(midnight + 7 * HOUR)
        assert (await scene.now(contract)).baseline_at == midnight - 2 * HOUR


class TestWatching:
    async def test_posts_are_read_as_long_as_a_contract_wants_them(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        first = await scene.staked(ann, "daily_week", 50)
        watches = select(columns(MetricWatch)).where(columns(MetricWatch).c.account_id == account)
        assert len(await scene.house.do(lambda uow: list(uow.run(watches)))) == 1
        await ann.does("challenge", "cancel", challenge=str(first.id))
        assert await scene.house.do(lambda uow: list(uow.run(watches))) == []
