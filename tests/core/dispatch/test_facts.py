"""What several rooms must do at once happens in one transaction, in the order of the floors."""

from core.chat import Reply
from tests.fakes.rooms.garden import GARDEN
from tests.fakes.rooms.tower import TOWER
from tests.house import House, refused, text_of


class TestFact:
    async def test_runs_the_reactions_in_the_order_of_the_floors(self, house: House):
        await house.person("ann").invokes("plant", name="Ash", amount=1)
        assert await house.happened("reaction") == ["below", "above", "watered"]
        house.move_in((TOWER, GARDEN))
        await house.person("ann").invokes("plant", name="Ash", amount=1)
        assert (await house.happened("reaction"))[3:] == ["above", "below", "watered"]

    async def test_recorded_by_a_reaction_has_its_reactions_too(self, house: House):
        told = text_of(await house.person("ann").invokes("plant", name="Ash", amount=1))
        assert told.splitlines()[-2:] == ["Watered 1.", "The soil is wet."]

    async def test_refused_by_one_room_undoes_the_others(self, house: House):
        ann = house.person("ann")
        assert refused(await ann.invokes("plant", name="Ash", amount=13)) == "Sorry"
        assert await house.happened("plant") == []
        assert await house.happened("reaction") == []
        assert await ann.coins() == 10

    async def test_of_one_interaction_does_not_reach_the_next(self, house: House):
        ann = house.person("ann")
        await ann.invokes("plant", name="Ash", amount=1)
        assert isinstance(await ann.invokes("ping"), Reply)
        assert len(await house.happened("reaction")) == 3
