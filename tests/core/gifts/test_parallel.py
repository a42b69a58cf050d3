"""Many gifts at once: what serial programs can not show."""

import asyncio
from collections import Counter

from core.chat import Confirm, Reply
from core.chat.outcome import Outcome
from core.entitlements.service import Plans
from core.gifts import service
from core.gifts.rules import GiftLimits
from core.gifts.service import Given
from core.money import Credits
from tests.core.gifts.giving import DAY, button, buy, credits_of, given, giver, held, lots, met, named, rows
from tests.household import Household, Person, refused, text_of


def kinds(outcomes: list[Outcome]) -> Counter[str]:
    return Counter("Reply" if isinstance(one, Reply) else refused(one) for one in outcomes)


class TestCap:
    async def test_of_two_at_its_edge_exactly_one_passes(self, house: Household) -> None:
        ann, bob = await giver(house), await met(house)
        other = await met(house, "Other", "console")
        for amount in (500, 410):
            await given(ann, bob, amount)
        both = await asyncio.gather(*(ann.does("gift", to=named(to), amount=60) for to in (bob, other)))
        assert kinds(list(both)) == {"Reply": 1, "OverDailyCap": 1}
        assert await credits_of(ann) == 1030

    async def test_of_many_lets_through_what_fits(self, house: Household) -> None:
        ann, bob = await giver(house), await met(house)
        answers = await asyncio.gather(*(ann.does("gift", to=named(bob), amount=90) for _ in range(14)))
        assert kinds(list(answers)) == {"Reply": 11, "OverDailyCap": 3}
        assert await credits_of(bob) == 990
        await house.books_hold()

    async def test_of_many_to_somebody_never_met_lets_through_what_fits(self, house: Household) -> None:
        ann, cleo = await giver(house), house.person("Cleo", "telegram")
        answers = await asyncio.gather(*(ann.does("gift", to=named(cleo), amount=100) for _ in range(12)))
        assert kinds(list(answers)) == {"Reply": 10, "OverDailyCap": 2}
        assert sum(await held(ann)) == 1000


class TestOnce:
    async def test_a_yes_from_many_fingers_gives_once(self, house: Household) -> None:
        ann, bob = await giver(house), await met(house)
        question = await ann.does("gift", to=named(bob), amount=150)
        assert isinstance(question, Confirm)
        answers = await asyncio.gather(*(ann.agrees(question) for _ in range(6)))
        assert kinds(list(answers)) == {"Reply": 1, "AlreadyAnswered": 5}
        assert await credits_of(bob) == 150

    async def test_a_button_from_many_fingers_gives_once_and_is_told_once(self, house: Household) -> None:
        ann, bob = await giver(house), await met(house)
        token = await button(ann, "Thank Bob", "gift", to=bob.identity, amount=60)
        answers = await asyncio.gather(*(ann.agrees(token) for _ in range(6)))
        assert all("Sent 60 credits to Bob." in text_of(answer) for answer in answers)
        assert await credits_of(bob) == 60
        await house.pass_time()
        assert len(house.postbox.to(bob)) == 1

    async def test_one_key_is_one_gift(self, house: Household) -> None:
        ann, bob = await giver(house), await met(house)
        who, to, now = await ann.member(), await bob.member(), house.clock.now()
        shared = {"key": "one", "at": now, "limits": GiftLimits(), "plans": Plans()}

        async def once() -> Given:
            return await house.do(lambda uow: service.give(uow, who, to.id, Credits(60), "", **shared))  # type: ignore[arg-type]

        answers = await asyncio.gather(*(once() for _ in range(6)))
        assert {answer.left for answer in answers} == {Credits(1940)}
        assert len(await rows(ann)) == 1


class TestBalance:
    async def test_nobody_gives_what_another_gift_took(self, house: Household) -> None:
        ann, bob = await giver(house, credits=100), await met(house)
        answers = await asyncio.gather(*(ann.does("gift", to=named(bob), amount=30) for _ in range(6)))
        assert kinds(list(answers)) == {"Reply": 3, "NotEnoughBought": 3}
        assert (await credits_of(ann), await credits_of(bob)) == (10, 90)

    async def test_to_each_other_at_once_all_arrive(self, house: Household) -> None:
        ann, ben = await giver(house), await giver(house, "Ben", "telegram")
        house.clock.advance(DAY)  # the first of the day, for both
        pairs = [(ann, ben), (ben, ann)] * 5
        answers = await asyncio.gather(*(who.does("gift", to=named(to), amount=20) for who, to in pairs))
        assert kinds(list(answers)) == {"Reply": 10}
        assert (await credits_of(ann), await credits_of(ben)) == (2000, 2000)
        assert sum(lot.remaining for lot in await lots(ann) if lot.source.value == "bought") == 1900
        await house.books_hold()


class TestArrival:
    async def test_during_gifts_leaves_none_behind(self, house: Household) -> None:
        givers: list[Person] = [await giver(house, name) for name in ("Ann", "Ben", "Cid")]
        for round_ in range(4):
            new = house.person(f"New{round_}", "telegram")
            gifts = [who.does("gift", to=named(new), amount=10) for who in givers]
            answers = await asyncio.gather(*gifts[:2], new.does("start"), gifts[2])
            assert kinds(list(answers)) == {"Reply": 4}
            assert await credits_of(new) == 30
            assert {row.state for row in await rows(new)} <= {"given", "collected"}
        await house.books_hold()

    async def test_as_the_days_run_out_is_one_or_the_other(self, house: Household) -> None:
        ann, cleo = await giver(house), house.person("Cleo", "telegram")
        await buy(ann, 10)
        await given(ann, cleo, 50)
        house.clock.advance(30 * DAY)
        await asyncio.gather(cleo.does("start"), house.pass_time())
        assert (await credits_of(ann), await credits_of(cleo)) in {(2010, 0), (1960, 50)}
        assert await held(ann) == []
        await house.books_hold()
