"""Gifts for who was never here: collected on first contact, or back with the giver."""

from datetime import timedelta

import pytest

from core.ledger.codes import LotSource
from tests.core.gifts.giving import DAY, credits_of, erase_unseen, freeze, give, given, held, lots, merge, rows
from tests.household import Household, Person, refused, text_of


class TestWaiting:
    async def test_is_set_aside_and_says_for_how_long(self, ann: Person, cleo: Person) -> None:
        words = await given(ann, cleo, 50)
        assert "I have not met them yet: it waits 30 days and then comes back to you by itself." in words
        assert (await credits_of(ann), await held(ann)) == (1950, [50])
        assert ann.house.postbox.sent == []

    async def test_counts_for_the_days_cap(self, ann: Person, bob: Person, cleo: Person) -> None:
        await given(ann, cleo, 500)
        await given(ann, bob, 500)
        assert refused(await give(ann, cleo, 1)) == "OverDailyCap"

    async def test_is_theirs_on_first_contact_and_the_reply_says_so(
        self, house: Household, ann: Person, cleo: Person
    ) -> None:
        await given(ann, cleo, 50, "welcome")
        await given(ann, cleo, 20)
        reply = await cleo.does("start")
        assert "70 credits were waiting for you, from Ann." in text_of(reply)
        assert (await credits_of(cleo), await held(ann)) == (70, [])
        assert {lot.source for lot in await lots(cleo)} == {LotSource.GIFTED}
        await house.books_hold()
        assert "waiting" not in text_of(await cleo.does("start"))

    @pytest.mark.parametrize("first", ["gift", "wallet", "unknown"])
    async def test_is_told_with_its_note_whatever_first_contact_was(
        self, house: Household, ann: Person, cleo: Person, first: str
    ) -> None:
        await given(ann, cleo, 50, "welcome")
        await cleo.does(first)
        await house.pass_time()
        await house.pass_time(DAY)
        assert house.postbox.to(cleo) == ["Ann sent you 50 credits. They do not expire.\n“welcome”"]
        assert await credits_of(cleo) == 50

    async def test_comes_back_after_its_days_with_a_message(self, house: Household, ann: Person, cleo: Person) -> None:
        await given(ann, cleo, 50)
        await house.pass_time(30 * DAY - timedelta(seconds=1))
        assert await held(ann) == [50]
        await house.pass_time(timedelta(seconds=1))
        await house.pass_time()
        assert (await credits_of(ann), await held(ann)) == (2000, [])
        assert [lot.source for lot in await lots(ann)] == [LotSource.BOUGHT]
        assert house.postbox.to(ann) == ["Cleo did not come by, so your 50 credits are back in your wallet."]
        await cleo.does("start")
        assert await credits_of(cleo) == 0
        await house.books_hold()

    async def test_collected_does_not_come_back(self, house: Household, ann: Person, cleo: Person) -> None:
        await given(ann, cleo, 50)
        await cleo.does("start")
        await house.pass_time(31 * DAY)
        assert (await credits_of(ann), await credits_of(cleo)) == (1950, 50)
        assert house.postbox.to(ann) == []

    async def test_frozen_meanwhile_arrives_frozen(self, house: Household, ann: Person, cleo: Person) -> None:
        await given(ann, cleo, 50)
        await freeze(ann)
        await cleo.does("start")
        assert [lot.frozen for lot in await lots(cleo)] == [True]
        await house.books_hold()

    async def test_of_an_erased_giver_is_gone_with_them(self, house: Household, ann: Person, cleo: Person) -> None:
        await given(ann, cleo, 50, "secret words")
        await ann.insists("privacy", "erase", now=True, word="erase")
        assert "waiting" not in text_of(await cleo.does("start"))
        await house.pass_time(31 * DAY)
        assert await credits_of(cleo) == 0
        assert [row.note for row in await rows(cleo)] == [""]
        await house.books_hold()

    async def test_of_a_leaving_giver_is_collected_all_the_same(
        self, house: Household, ann: Person, cleo: Person
    ) -> None:
        await given(ann, cleo, 50)
        await ann.insists("privacy", "erase")
        await cleo.does("start")
        assert await credits_of(cleo) == 50

    async def test_of_a_merged_giver_comes_back_to_who_they_are_now(
        self, house: Household, ann: Person, bob: Person, cleo: Person
    ) -> None:
        await given(ann, cleo, 50)
        await merge(bob, ann)
        await house.pass_time(30 * DAY)
        await house.pass_time()
        assert await credits_of(bob) == 2000
        assert any("Cleo did not come by" in text for text in house.postbox.to(ann) + house.postbox.to(bob))
        await house.books_hold()

    async def test_of_a_merged_giver_is_collected(
        self, house: Household, ann: Person, bob: Person, cleo: Person
    ) -> None:
        await given(ann, cleo, 50)
        await merge(bob, ann)
        await cleo.does("start")
        assert (await credits_of(cleo), await credits_of(bob)) == (50, 1950)
        await house.books_hold()

    async def test_for_oneself_under_another_name_is_kept_as_ones_own(
        self, house: Household, ann: Person, cleo: Person
    ) -> None:
        await given(ann, cleo, 50)
        await merge(ann, cleo)
        assert (await credits_of(ann), await held(ann)) == (2000, [])
        assert [row.state for row in await rows(ann)] == ["returned"]
        await house.books_hold()

    async def test_for_somebody_erased_unseen_comes_back_and_the_giver_hears(
        self, house: Household, ann: Person, cleo: Person
    ) -> None:
        await given(ann, cleo, 50)
        await erase_unseen(cleo)
        await house.pass_time()
        assert (await credits_of(ann), await held(ann)) == (2000, [])
        assert house.postbox.to(ann) == ["A gift of 50 credits could not be collected, so it is back in your wallet."]
        await house.books_hold()
