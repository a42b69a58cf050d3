"""The four cases, each lived through day by day: exact coins, and books that hold after every step."""

from core.contracts.rules import Case
from core.contracts.states import State
from tests.core.challenges.scene import Scene, button, text_of
from tests.household import Person


class TestFourCases:
    async def test_a_full(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "ten_clips", 100)
        assert await scene.held(ann) == 100
        scene.gain = 200
        judged = await scene.judged(ann, contract)
        assert (judged.verdict, judged.consumed, judged.returned) == (Case.FULL, 100, 0)
        assert (judged.state, await scene.coins(ann), await scene.held(ann)) == (State.VERDICT, 900 + 0, 100)
        await scene.days(1)
        assert ((await scene.now(contract)).state, await scene.coins(ann), await scene.held(ann)) == (
            State.SETTLED, 900, 0
        )
        await scene.books_are_right()
