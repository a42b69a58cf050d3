"""A member who is banned, erased or merged with a stake open: one stated destination for every coin."""

import pytest

from core.contracts.rules import Case
from core.contracts.states import State
from core.facts import MemberBanned, MemberErased, MembersMerged
from core.ledger import views
from core.ledger.codes import System
from core.money import Unit
from core.reviews import service as reviews
from core.stakes import repository
from tests.core.challenges.scene import Scene
from tests.household import Person, text_of


async def system(scene: Scene, which: System) -> int:
    """What a system account has taken."""
    account = which.account(Unit.COIN)
    return await scene.house.do(lambda uow: views.balance(uow, account, Unit.COIN).value)


async def in_state(scene: Scene, ann: Person, state: str) -> repository.Contract:
    if state == "offered":
        return await scene.offered(ann, "ten_clips")
    contract = await scene.staked(ann, "ten_clips", 100)
    if state == "scheduled":
        return contract
    await scene.until(contract.agreed.starts_at)
    await scene.days(5)
    if state == "running":
        return await scene.now(contract)
    scene.gain = 10
    judged = await scene.judged(ann, contract)
    if state == "appealed":
        await ann.does("challenge", "appeal", challenge=str(contract.id), reason="The last days are missing.")
    return judged


class TestBan:
    @pytest.mark.parametrize(("state", "back"), [("offered", 0), ("scheduled", 100), ("running", 100)])
    async def test_for_something_else_returns_it(self, scene: Scene, ann: Person, state: str, back: int) -> None:
        await scene.account(ann)
        contract = await in_state(scene, ann, state)
        before = await scene.coins(ann)
        fact = MemberBanned(scene.house.clock.now(), await ann.id())
        await scene.house.react(lambda uow: uow.record(fact))
        ended = {State.LAPSED, State.RETURNED}
        assert (await scene.now(contract)).state in ended
        assert (await scene.coins(ann), await scene.held(ann)) == (before + back, 0)
        await scene.books_are_right()

    async def test_after_the_verdict_the_verdict_stands(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await in_state(scene, ann, "verdict")
        before = await scene.coins(ann)
        fact = MemberBanned(scene.house.clock.now(), await ann.id())
        await scene.house.react(lambda uow: uow.record(fact))
        await scene.days(1)
        assert (await scene.now(contract)).state is State.SETTLED
        assert (await scene.coins(ann), await scene.held(ann)) == (before, 0)

    @pytest.mark.parametrize("state", ["scheduled", "running", "verdict", "appealed"])
    async def test_for_cheating_on_it_consumes_it(self, scene: Scene, ann: Person, state: str) -> None:
        await scene.account(ann)
        contract = await in_state(scene, ann, state)
        before = await scene.coins(ann)
        fact = MemberBanned(scene.house.clock.now(), await ann.id(), contract.id)
        await scene.house.react(lambda uow: uow.record(fact))
        assert (await scene.now(contract)).state is State.SETTLED
        assert (await scene.coins(ann), await scene.held(ann)) == (before, 0)
        assert await scene.house.do(lambda uow: reviews.waiting(uow, most=5)) == []
        await scene.books_are_right()


class TestErase:
    @pytest.mark.parametrize(
        ("state", "spent", "forfeited"),
        [("offered", 0, 1000), ("scheduled", 0, 1000), ("running", 36, 964), ("verdict", 71, 929)],
    )
    async def test_consumes_the_last_verified_share(
        self, scene: Scene, ann: Person, state: str, spent: int, forfeited: int
    ) -> None:
        await scene.account(ann)
        contract = await in_state(scene, ann, state)
        fact = MemberErased(scene.house.clock.now(), await ann.id(), (ann.identity,))
        await scene.house.react(lambda uow: uow.record(fact))
        now = await scene.now(contract)
        assert now.state in {State.LAPSED, State.RETURNED, State.SETTLED}
        assert (now.terms, now.evidence) == (None, "")
        assert now.digest == contract.digest
        assert await system(scene, System.SPENT) == spent
        assert await system(scene, System.FORFEITED) == forfeited
        await scene.days(30)
        await scene.books_are_right()

    async def test_thirty_days_are_enough_to_settle(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        await ann.insists("privacy", "erase")
        outcome = await ann.does("challenge", "start", challenge="views_sprint")
        assert "leav" in text_of_refusal(outcome)
        judged = await scene.judged(ann, contract)
        assert judged.verdict is Case.PARTIAL
        await scene.days(1)
        assert (await scene.now(contract)).state is State.SETTLED


def text_of_refusal(outcome: object) -> str:
    return str(getattr(outcome, "error", outcome))


class TestMerge:
    async def test_the_contract_goes_along_and_settles(self, scene: Scene, ann: Person) -> None:
        bob = await scene.person("Bob", coins=50)
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        fact = MembersMerged(scene.house.clock.now(), await bob.id(), await ann.id())
        await scene.house.react(lambda uow: uow.record(fact))
        assert (await scene.now(contract)).member == await bob.id()
        scene.gain = 10
        judged = await scene.judged(bob, contract)
        assert (judged.verdict, judged.returned) == (Case.PARTIAL, 45)
        assert await scene.coins(bob) == 50 + 900 + 45
        await scene.days(1)
        await scene.books_are_right()

    async def test_both_pasts_count(self, scene: Scene, ann: Person) -> None:
        bob = await scene.person("Bob")
        scene.hour = None
        for person in (ann, bob):
            await scene.account(person)
            contract = await scene.running(person, "daily_week", 50)
            await scene.judged(person, contract)
        fact = MembersMerged(scene.house.clock.now(), await ann.id(), await bob.id())
        await scene.house.react(lambda uow: uow.record(fact))
        member = await ann.id()
        assert await scene.house.do(lambda uow: repository.past(uow, member)) == [Case.BROKEN, Case.BROKEN]

    async def test_two_offers_and_six_contracts_run_on(self, scene: Scene, ann: Person) -> None:
        bob = await scene.person("Bob")
        for person in (ann, bob):
            for _ in range(2):
                await scene.staked(person, "ten_clips", 50, await scene.account(person))
        fact = MembersMerged(scene.house.clock.now(), await ann.id(), await bob.id())
        await scene.house.react(lambda uow: uow.record(fact))
        assert await scene.held(ann) == 200
        assert "Ten clips in ten days" in text_of(await ann.does("challenge", "status"))
        await scene.days(16)
        assert await scene.held(ann) == 0
        await scene.books_are_right()


class TestExport:
    async def test_has_terms_and_evidence(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await in_state(scene, ann, "verdict")
        export = next(item for item in scene.house.catalog.exports if item.name == "challenges")
        member = await ann.id()
        (row,) = await scene.house.do(lambda uow: export.rows(uow, member))
        assert row["consumed"] + row["returned"] == 100
        assert '"followers"' in row["evidence"]
