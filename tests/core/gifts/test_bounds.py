"""How much fits in one gift, and in the giver's own day, wherever they move."""

from datetime import timedelta

import pytest

from core.chat import Ask, Confirm, Refusal
from tests.core.gifts.giving import DAY, buy, give, given, merge, move_to
from tests.household import Household, Person, refused


class TestBounds:
    async def test_one_gift_has_a_bound_and_the_amount_is_asked_again(self, ann: Person, bob: Person) -> None:
        outcome = await give(ann, bob, 501)
        assert isinstance(outcome, Ask)
        assert "At most 500 credits fit in one gift." in outcome.problems[0].text
        answer = await ann.answers(outcome, amount=500)
        assert isinstance(answer, Confirm)

    async def test_a_day_has_a_cap(self, ann: Person, bob: Person) -> None:
        for amount in (500, 460):
            await given(ann, bob, amount)
        outcome = await give(ann, bob, 41)
        assert refused(outcome) == "OverDailyCap"
        assert isinstance(outcome, Refusal)
        assert "You can give 1,000 credits a day; 40 credits are left today." in outcome.error.text
        await given(ann, bob, 40)

    async def test_the_day_is_the_givers_own(self, house: Household, ann: Person, bob: Person) -> None:
        await move_to(ann, "America/New_York")
        house.clock.advance(2 * DAY)
        await self.fill(ann, bob)
        house.clock.set(house.clock.now().replace(hour=3, minute=59))  # 23:59 in New York
        assert refused(await give(ann, bob, 1)) == "OverDailyCap"
        house.clock.advance(DAY + timedelta(minutes=1))
        await buy(ann, 100)
        await given(ann, bob, 100)

    @staticmethod
    async def fill(ann: Person, bob: Person) -> None:
        for _ in range(2):
            await given(ann, bob, 500)

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"])
    async def test_a_move_does_not_open_the_day_again(
        self, house: Household, ann: Person, bob: Person, zone: str
    ) -> None:
        await buy(ann, 1000)
        await self.fill(ann, bob)
        await move_to(ann, zone)
        assert refused(await give(ann, bob, 1)) == "OverDailyCap"
        house.clock.advance(timedelta(hours=11, minutes=59))
        assert refused(await give(ann, bob, 1)) == "OverDailyCap"
        house.clock.advance(2 * DAY)
        await given(ann, bob, 1)

    async def test_a_move_to_the_west_lives_a_day_once(self, house: Household, ann: Person, bob: Person) -> None:
        await move_to(ann, "Pacific/Kiritimati")
        house.clock.advance(31 * DAY)
        house.clock.set(house.clock.now().replace(hour=10, minute=5))  # five past midnight, there
        await buy(ann, 1000)
        await self.fill(ann, bob)  # of the day after, there
        await move_to(ann, "Pacific/Niue")
        for minutes in (24 * 60 + 30, 60):  # just before that day, and within it again
            house.clock.advance(timedelta(minutes=minutes))
            assert refused(await give(ann, bob, 1)) == "OverDailyCap"
        house.clock.advance(DAY)
        await given(ann, bob, 1)

    async def test_what_came_back_does_not_count(self, house: Household, ann: Person, bob: Person) -> None:
        friend = house.person("Friend", "telegram")
        for _ in range(2):
            await given(ann, friend, 500)
        assert refused(await give(ann, bob, 1)) == "OverDailyCap"
        await friend.does("start")
        await merge(ann, friend)  # collected on arrival: it was given
        assert refused(await give(ann, bob, 1)) == "OverDailyCap"
