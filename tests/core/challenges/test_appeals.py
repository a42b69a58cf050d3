"""Appeals against a verdict: what is upheld comes back, what is not stands, and a deadline decides for nobody."""

from core.contracts.rules import Case, ChallengeLimits
from core.contracts.states import State
from core.stakes import repository
from tests.core.challenges.scene import HOUR, Scene, decide, kept
from tests.databases import AnyDatabase
from tests.household import Person, refused, text_of

REASON = "My posts of the last two days were live streams."


async def burned(database: AnyDatabase) -> tuple[Scene, Person, repository.Contract]:
    """A verdict after which half of the stake is to be burned, in a house where the rest always is."""
    scene = Scene.made(database, ChallengeLimits(burn_rest=True))
    ann = await scene.person("Ann")
    await scene.account(ann)
    contract = await scene.running(ann, "ten_clips")
    scene.gain, scene.hour = 4, None
    judged = await scene.judged(ann, contract)
    assert (judged.consumed, judged.returned, judged.burned) == (50, 0, 50)
    return scene, ann, judged


class TestAppeal:
    async def test_upheld(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        before = await scene.coins(ann)
        outcome = await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        assert "55 coins stay in escrow" in text_of(outcome)
        await scene.days(3)
        assert await scene.held(ann) == 55
        await decide(scene, "return")
        now = await scene.now(contract)
        assert (now.state, now.overturned, await scene.coins(ann)) == (State.RETURNED, True, before + 55)
        await scene.house.pass_time()
        assert "55 coins are back in your wallet" in scene.heard(ann)
        await scene.books_are_right()

    async def test_upheld_brings_back_what_was_to_be_burned(self, database: AnyDatabase) -> None:
        scene, ann, contract = await burned(database)
        assert (await scene.coins(ann), await scene.held(ann)) == (900, 100)
        await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        await decide(scene, "return")
        assert (await scene.coins(ann), await scene.held(ann)) == (1000, 0)
        await scene.house.pass_time()
        assert "100 coins are back in your wallet." in scene.heard(ann)
        await scene.books_are_right()

    async def test_what_is_burned_is_gone_when_it_stands(self, database: AnyDatabase) -> None:
        scene, ann, contract = await burned(database)
        await scene.days(1)
        ended = await scene.now(contract)
        assert (ended.state, ended.consumed, ended.burned) == (State.SETTLED, 50, 50)
        assert (await scene.coins(ann), await scene.held(ann)) == (900, 0)
        await scene.books_are_right()

    async def test_refused(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        before = await scene.coins(ann)
        await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        await decide(scene, "keep")
        assert (await scene.now(contract)).state is State.SETTLED
        assert (await scene.coins(ann), await scene.held(ann)) == (before, 0)
        again = await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        assert refused(again) == "AppealedBefore"

    async def test_nobody_answers(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        before = await scene.coins(ann)
        await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        await scene.days(6)
        assert (await scene.now(contract)).state is State.APPEALED
        await scene.days(2)
        assert (await scene.now(contract)).state is State.RETURNED
        assert await scene.coins(ann) == before + 55

    async def test_nobody_answers_who_was_refused_twice(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        for _ in range(2):
            contract = await kept(scene, ann)
            await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
            await decide(scene, "keep")
        contract = await kept(scene, ann)
        await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        await scene.days(8)
        assert (await scene.now(contract)).state is State.SETTLED
        await scene.books_are_right()

    async def test_a_day_later_it_stands(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await kept(scene, ann)
        await scene.until(contract.agreed.verdict_at + 24 * HOUR)
        outcome = await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        assert refused(outcome) == "NotNow"

    async def test_two_at_once(self, scene: Scene, ann: Person) -> None:
        made = []
        for name in ("ten_clips", "ten_clips", "ten_clips"):
            made.append(await scene.running(ann, name, 50, await scene.account(ann)))
            scene.house.clock.advance(HOUR)
        for contract in made:
            judged = await scene.judged(ann, contract)
            outcome = await ann.does("challenge", "appeal", challenge=str(judged.id), reason=REASON)
        assert refused(outcome) == "TooManyAppeals"

    async def test_an_upheld_appeal_is_no_broken_commitment(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        scene.hour = None
        contract = await kept(scene, ann)
        assert contract.verdict is Case.BROKEN
        await ann.does("challenge", "appeal", challenge=str(contract.id), reason=REASON)
        await decide(scene, "return")
        member = await ann.id()
        assert await scene.house.do(lambda uow: repository.past(uow, member)) == []
