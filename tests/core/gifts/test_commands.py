"""`/gift` as givers and receivers use it."""

from datetime import timedelta

from core.chat import Ask, Confirm, Reply
from core.gifts.rules import GiftLimits
from core.ledger import service as ledger
from core.ledger.codes import LotSource
from core.members import service as members
from core.money import Credits
from core.people import Plan
from tests.core.gifts.giving import (
    DAY,
    button,
    buy,
    credits_of,
    freeze,
    give,
    given,
    giver,
    held,
    is_member,
    lots,
    merge,
    met,
    named,
    on,
    rows,
    spend,
    why,
)
from tests.databases import AnyDatabase
from tests.household import Household, Person, refused, text_of


class TestGive:
    async def test_moves_bought_credits_and_says_what_is_left(self, ann: Person, bob: Person) -> None:
        words = await given(ann, bob, 50)
        assert "Sent 50 credits to Bob." in words
        assert "Left to give: 1,950 credits" in words
        assert (await credits_of(ann), await credits_of(bob)) == (1950, 50)
        assert [lot.source for lot in await lots(bob)] == [LotSource.GIFTED]
        await ann.house.books_hold()

    async def test_is_told_once_on_the_receivers_platform(self, house: Household, ann: Person, bob: Person) -> None:
        await given(ann, bob, 50, "for the thumbnails")
        await house.pass_time()
        await house.pass_time(DAY)
        assert house.postbox.to(bob) == ["Ann sent you 50 credits. They do not expire.\n“for the thumbnails”"]
        assert house.postbox.to(ann) == []

    async def test_takes_bought_credits_alone(self, house: Household, ann: Person, bob: Person) -> None:
        wallet = (await ann.member()).credit_wallet
        for source in set(LotSource) - {LotSource.BOUGHT}:
            await house.grant(wallet, Credits(100), source, days=60)
        await spend(ann, 1990, bought=True)
        assert refused(await give(ann, bob, 11)) == "NotEnoughBought"
        await given(ann, bob, 10)
        assert sorted(lot.source for lot in await lots(ann)) == sorted(set(LotSource) - {LotSource.BOUGHT})

    async def test_is_not_given_on(self, house: Household, ann: Person, bob: Person) -> None:
        house.clock.advance(3 * DAY)
        await on(bob, Plan.PRO)
        await given(ann, bob, 500)
        assert refused(await give(bob, ann, 1)) == "NothingToGive"
        assert (await credits_of(ann), await credits_of(bob)) == (1500, 500)

    async def test_there_and_back_mints_nothing(self, house: Household, ann: Person) -> None:
        ben = await giver(house, "Ben", "telegram", credits=500)
        for _ in range(5):
            await give(ann, ben, 100)
            await give(ben, ann, 100)
        assert await credits_of(ann) + await credits_of(ben) == 2500
        assert sum(lot.remaining for lot in await lots(ann) if lot.source is LotSource.BOUGHT) == 1500
        assert sum(lot.remaining for lot in await lots(ben) if lot.source is LotSource.BOUGHT) == 0
        await house.books_hold()

    async def test_needs_a_plan_that_gives(self, ann: Person, bob: Person) -> None:
        await on(ann, Plan.FREE)
        outcome = await give(ann, bob, 50)
        assert refused(outcome) == "GivingNeedsPlan"
        assert await credits_of(bob) == 0

    async def test_is_closed_to_new_accounts(self, house: Household, bob: Person) -> None:
        new = await met(house, "New", "discord")
        await on(new, Plan.PRO)
        await buy(new, 500)
        house.clock.advance(3 * DAY - timedelta(seconds=1))
        assert refused(await give(new, bob, 50)) == "AccountTooNew"
        house.clock.advance(timedelta(seconds=1))
        await given(new, bob, 50)

    async def test_counts_the_days_from_when_the_giver_came_and_not_from_when_they_were_named(
        self, house: Household, ann: Person, bob: Person, cleo: Person
    ) -> None:
        await given(ann, cleo, 50)
        house.clock.advance(10 * DAY)
        await cleo.does("start")
        await on(cleo, Plan.PRO)
        await buy(cleo, 500)
        assert refused(await give(cleo, bob, 50)) == "AccountTooNew"
        house.clock.advance(3 * DAY)
        await given(cleo, bob, 50)

    async def test_is_refused_while_in_debt_before_anything_is_asked(
        self, house: Household, ann: Person, bob: Person
    ) -> None:
        paid = await buy(ann, 100)
        await spend(ann, 2100)
        await house.do(lambda uow: ledger.reverse(uow, paid.transfer, why(house), debt_cap=1000))
        # What is bought now pays first; what is left is not, while anything is owed.
        await buy(ann, 60)
        assert refused(await ann.does("gift", to=named(bob), amount=150)) == "InDebt"
        assert refused(await ann.does("gift", to=named(bob), amount=5)) == "InDebt"
        await buy(ann, 100)
        await given(ann, bob, 5)

    async def test_leaves_frozen_lots_alone(self, ann: Person, bob: Person) -> None:
        await freeze(ann)
        assert refused(await give(ann, bob, 50)) == "NothingToGive"
        await buy(ann, 30)
        await given(ann, bob, 30)
        assert await credits_of(ann) == 2000

    async def test_is_closed_to_who_is_leaving(self, ann: Person, bob: Person) -> None:
        await ann.insists("privacy", "erase")
        assert refused(await ann.does("gift", to=named(bob), amount=50)) == "MemberLeaving"

    async def test_carries_net_dollars_along_and_never_more_than_there_were(
        self, house: Household, ann: Person, bob: Person
    ) -> None:
        ben = await giver(house, "Ben", credits=0)
        await buy(ben, 7, net=1_000_000_000)
        for amount in (1, 2, 3, 1):
            await given(ben, bob, amount)
        carried = [lot.net_nanos for lot in await lots(bob)]
        assert sorted(carried) == [142_857_142, 142_857_142, 285_714_285, 428_571_428]
        assert sum(carried) <= 1_000_000_000

    async def test_switched_off_by_the_operator(self, database: AnyDatabase) -> None:
        house = Household(database, gifts=GiftLimits(daily_cap=0))
        ann, bob = await giver(house), await met(house)
        assert refused(await give(ann, bob, 50)) == "GiftsClosed"


class TestBeforeTheFirstQuestion:
    """Who can not give is told so, rather than asked whom and how much."""

    async def test_asks_who_may_give(self, ann: Person) -> None:
        assert isinstance(await ann.does("gift"), Ask)

    async def test_without_a_plan_that_gives(self, ann: Person, bob: Person) -> None:
        await on(ann, Plan.FREE)
        assert refused(await ann.does("gift")) == "GivingNeedsPlan"
        assert refused(await ann.does("gift", to=named(bob))) == "GivingNeedsPlan"

    async def test_of_a_new_account(self, house: Household) -> None:
        new = await met(house, "New", "discord")
        await on(new, Plan.PRO)
        assert refused(await new.does("gift")) == "AccountTooNew"

    async def test_with_nothing_that_was_bought(self, house: Household) -> None:
        ben = await giver(house, "Ben", credits=0)
        assert refused(await ben.does("gift")) == "NothingToGive"

    async def test_in_debt(self, house: Household, ann: Person) -> None:
        paid = await buy(ann, 100)
        await spend(ann, 2100)
        await house.do(lambda uow: ledger.reverse(uow, paid.transfer, why(house), debt_cap=1000))
        assert refused(await ann.does("gift")) == "InDebt"

    async def test_on_a_day_that_is_full(self, ann: Person, bob: Person) -> None:
        for _ in range(2):
            await given(ann, bob, 500)
        assert refused(await ann.does("gift")) == "OverDailyCap"

    async def test_a_gift_too_large_is_refused_for_the_same_reason(self, ann: Person, bob: Person) -> None:
        await on(ann, Plan.FREE)
        assert refused(await ann.does("gift", to=named(bob), amount=501)) == "GivingNeedsPlan"


class TestReceiver:
    async def test_can_not_be_oneself(self, ann: Person) -> None:
        assert refused(await give(ann, ann, 50)) == "GivesToSelf"
        assert refused(await give(ann, ann, 150)) == "GivesToSelf"
        assert await credits_of(ann) == 2000

    async def test_can_not_be_ones_own_linked_identity(self, ann: Person, bob: Person) -> None:
        await merge(ann, bob)
        assert refused(await give(ann, bob, 50)) == "GivesToSelf"
        assert refused(await give(bob, ann, 50)) == "GivesToSelf"

    async def test_turned_gifts_off(self, ann: Person, bob: Person) -> None:
        await bob.does("settings", "gifts", on=False)
        outcome = await give(ann, bob, 50)
        assert refused(outcome) == "WantsNoGifts"
        await bob.does("settings", "gifts", on=True)
        await given(ann, bob, 50)

    async def test_turned_gifts_off_while_the_question_was_open(self, ann: Person, bob: Person) -> None:
        question = await ann.does("gift", to=named(bob), amount=150)
        await bob.does("settings", "gifts", on=False)
        assert refused(await ann.agrees(question)) == "WantsNoGifts"

    async def test_is_leaving(self, ann: Person, bob: Person) -> None:
        await bob.insists("privacy", "erase")
        assert refused(await give(ann, bob, 50)) == "WantsNoGifts"
        await bob.does("privacy", "stay")
        await given(ann, bob, 50)

    async def test_was_erased_and_is_somebody_never_met(self, house: Household, ann: Person, bob: Person) -> None:
        question = await ann.does("gift", to=named(bob), amount=150)
        await bob.insists("privacy", "erase", now=True, word="erase")
        assert refused(await ann.agrees(question)) == "Outdated"  # it named them
        assert "I have not met them yet" in await given(ann, bob, 150)
        assert await held(ann) == [150]
        assert not await is_member(bob)
        await house.books_hold()

    async def test_was_merged_and_is_the_one_they_are_now(self, house: Household, ann: Person, bob: Person) -> None:
        question = await ann.does("gift", to=named(bob), amount=150)
        other = await met(house, "bob_d", "discord")
        await merge(other, bob)
        assert isinstance(await ann.agrees(question), Reply)
        assert await credits_of(other) == 150
        await house.books_hold()

    async def test_is_told_on_any_platform_that_reaches_them(self, house: Household, ann: Person, bob: Person) -> None:
        other = await met(house, "bob_d", "discord")
        await merge(other, bob)
        now = house.clock.now()
        await house.do(lambda uow: members.unreachable(uow, other.identity, now))
        await given(ann, other, 50)
        await house.pass_time()
        assert len(house.postbox.to(bob)) == 1


class TestConfirm:
    async def test_is_asked_above_the_threshold_alone(self, ann: Person, bob: Person) -> None:
        assert isinstance(await ann.does("gift", to=named(bob), amount=100), Reply)
        question = await ann.does("gift", to=named(bob), amount=101)
        assert isinstance(question, Confirm)
        for part in ("Give 101 credits to Bob?", "1,799 credits left to give", "can not be taken back"):
            assert part in text_of(question)
        assert await credits_of(bob) == 100

    async def test_a_yes_twice_gives_once(self, ann: Person, bob: Person) -> None:
        question = await ann.does("gift", to=named(bob), amount=150)
        assert isinstance(await ann.agrees(question), Reply)
        assert refused(await ann.agrees(question)) == "AlreadyAnswered"
        assert await credits_of(bob) == 150

    async def test_a_no_gives_nothing(self, ann: Person, bob: Person) -> None:
        question = await ann.does("gift", to=named(bob), amount=150)
        await ann.agrees(question, agreed=False)
        assert refused(await ann.agrees(question)) == "AlreadyAnswered"
        assert await credits_of(bob) == 0

    async def test_is_nobody_elses_to_answer(self, ann: Person, bob: Person) -> None:
        question = await ann.does("gift", to=named(bob), amount=150)
        assert isinstance(question, Confirm)
        assert refused(await bob.agrees(question.token)) == "NotYours"

    async def test_is_not_asked_for_what_is_not_possible(self, ann: Person, bob: Person) -> None:
        ann.house.clock.advance(DAY)
        await on(ann, Plan.FREE)
        assert refused(await ann.does("gift", to=named(bob), amount=150)) == "GivingNeedsPlan"

    async def test_a_credit_spent_meanwhile_is_missed(self, ann: Person, bob: Person) -> None:
        question = await ann.does("gift", to=named(bob), amount=150)
        await spend(ann, 1900)
        assert refused(await ann.agrees(question)) == "NotEnoughBought"


class TestButton:
    async def test_pressed_twice_gives_once_and_says_so_twice(self, ann: Person, bob: Person) -> None:
        token = await button(ann, "Thank Bob", "gift", to=bob.identity, amount=60)
        first, second = await ann.agrees(token), await ann.agrees(token)
        for outcome in (first, second):
            assert "Sent 60 credits to Bob." in text_of(outcome)
        assert await credits_of(bob) == 60

    async def test_pressed_again_with_nothing_left_still_stands(self, house: Household, bob: Person) -> None:
        ben = await giver(house, "Ben", credits=60)
        token = await button(ben, "Thank Bob", "gift", to=bob.identity, amount=60)
        await ben.agrees(token)
        assert "Sent 60 credits" in text_of(await ben.agrees(token))
        assert await credits_of(bob) == 60

    async def test_of_a_waiting_gift_says_that_it_waits(self, ann: Person, cleo: Person) -> None:
        token = await button(ann, "Thank Cleo", "gift", to=cleo.identity, amount=60)
        for _ in range(2):
            assert "I have not met them yet" in text_of(await ann.agrees(token))
        assert await held(ann) == [60]


class TestErase:
    async def test_forgets_the_words_on_both_sides_and_keeps_the_sums(
        self, house: Household, ann: Person, bob: Person
    ) -> None:
        await given(ann, bob, 50, "secret words")
        await bob.insists("privacy", "erase", now=True, word="erase")
        (row,) = await rows(ann)
        assert (row.amount, row.note, row.state) == (50, "", "given")
        await house.pass_time()
        assert await credits_of(ann) == 1950
        await house.books_hold()

    async def test_of_the_giver_leaves_the_receiver_what_they_have(
        self, house: Household, ann: Person, bob: Person
    ) -> None:
        await given(ann, bob, 50)
        await ann.insists("privacy", "erase", now=True, word="erase")
        await house.pass_time(2 * DAY)
        assert await credits_of(bob) == 50
        assert not any("Ann" in text for text in house.postbox.to(bob))
        await house.books_hold()
