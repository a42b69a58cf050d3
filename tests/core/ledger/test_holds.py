"""Setting aside, and resolving."""

from datetime import timedelta

import pytest

from core.ids import HoldId
from core.ledger.codes import Code, LotSource, System
from core.ledger.errors import HoldClosed, InDebt, InsufficientFunds, KeyReused
from core.ledger.posting import Least, Posted
from core.money import Coins
from tests.ledger import A, B, Ledger


class TestHold:
    async def test_sets_aside(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        hold = await ledger.hold(A, 4)
        (held,) = await ledger.holds(A)
        assert (held.id, held.amount, held.what, held.expires_at) == (hold, Coins(4), "work", None)
        assert await ledger.balance(A) == 6

    async def test_refuses_more_than_there_is(self, ledger: Ledger) -> None:
        await ledger.grant(A, 3)
        with pytest.raises(InsufficientFunds):
            await ledger.hold(A, 4)
        assert await ledger.holds(A) == []

    async def test_refuses_a_member_in_debt(self, ledger: Ledger) -> None:
        granted = await ledger.grant(A, 3)
        await ledger.spend(A, 3)
        await ledger.reverse(granted.transfer, cap=3)
        with pytest.raises(InDebt):
            await ledger.hold(A, 1)

    async def test_the_same_call_again_is_the_same_hold(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        assert await ledger.hold(A, 4, key="k") == await ledger.hold(A, 4, key="k")
        assert await ledger.balance(A) == 6

    async def test_refuses_a_key_with_other_content(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        await ledger.grant(B, 10)
        await ledger.hold(A, 4, key="k")
        for wallet, amount in ((A, 5), (B, 4)):
            with pytest.raises(KeyReused):
                await ledger.hold(wallet, amount, key="k")

    async def test_one_call_may_hold_for_two_reasons(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        work = await ledger.hold(A, 4, key="k", code=Code.PRICED_WORK)
        gift = await ledger.hold(A, 4, key="k", code=Code.GIFT_HELD)
        assert work != gift
        assert await ledger.balance(A) == 2


class TestLeast:
    """Some of a hold has to come from lots that would burn later."""

    BOUGHT = frozenset({LotSource.BOUGHT})

    @pytest.mark.parametrize(
        ("amount", "least", "left"),
        [
            (10, 0, [("earned", 0), ("bought", 20)]),
            (10, 5, [("earned", 5), ("bought", 15)]),
            (10, 10, [("earned", 10), ("bought", 10)]),
            (24, 12, [("earned", 0), ("bought", 6)]),
        ],
    )
    async def test_earned_first_as_far_as_it_may(
        self, ledger: Ledger, amount: int, least: int, left: list[tuple[str, int]]
    ) -> None:
        await ledger.grant(A, 10, LotSource.EARNED)
        await ledger.grant(A, 20)
        before = await ledger.lots(A)
        hold = await ledger.hold(A, amount, least=Least(self.BOUGHT, least))
        assert [lot[:2] for lot in await ledger.lots(A)] == [one for one in left if one[1]]
        await ledger.release(hold)
        assert await ledger.lots(A) == before

    async def test_refuses_without_them(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, LotSource.EARNED)
        await ledger.grant(A, 4)
        with pytest.raises(InsufficientFunds):
            await ledger.hold(A, 10, least=Least(self.BOUGHT, 5))
        assert await ledger.holds(A) == []


class TestCapture:
    async def test_all_of_it(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        hold = await ledger.hold(A, 4)
        await ledger.capture(hold)
        assert (await ledger.balance(A), await ledger.system(System.SPENT)) == (6, 4)
        assert await ledger.holds(A) == []

    async def test_a_part_pro_rata_and_the_rest_released(self, ledger: Ledger) -> None:
        await ledger.grant(A, 4, LotSource.EARNED)
        await ledger.grant(A, 8)
        hold = await ledger.hold(A, 12)
        await ledger.capture(hold, 3)
        (held,) = await ledger.holds(A)
        assert held.amount == Coins(9)
        await ledger.release(hold)
        assert await ledger.lots(A) == [("earned", 3, 0), ("bought", 6, 0)]

    async def test_to_a_wallet(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, net=1000)
        hold = await ledger.hold(A, 4)
        await ledger.capture(hold, to=B, become=LotSource.GIFTED)
        assert await ledger.lots(B) == [("gifted", 4, 400)]

    async def test_once_per_key(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        hold = await ledger.hold(A, 4)
        first = await ledger.capture(hold, 2, key="k")
        assert await ledger.capture(hold, 2, key="k") == Posted(first.transfer, replayed=True)
        with pytest.raises(KeyReused):
            await ledger.capture(hold, 1, key="k")
        assert await ledger.system(System.SPENT) == 2

    @pytest.mark.parametrize("amount", [5, 0, -1])
    async def test_refuses_what_it_does_not_hold(self, ledger: Ledger, amount: int) -> None:
        await ledger.grant(A, 10)
        hold = await ledger.hold(A, 4)
        with pytest.raises(HoldClosed):
            await ledger.capture(hold, amount)

    async def test_refuses_a_closed_one(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        hold = await ledger.hold(A, 4)
        await ledger.release(hold)
        for amount in (None, 1):
            with pytest.raises(HoldClosed):
                await ledger.capture(hold, amount)
            with pytest.raises(HoldClosed):
                await ledger.release(hold, amount)

    async def test_refuses_one_that_never_was(self, ledger: Ledger) -> None:
        with pytest.raises(HoldClosed):
            await ledger.capture(HoldId(77))


class TestExpireHolds:
    async def test_only_those_whose_time_is_over(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        await ledger.hold(A, 1)
        await ledger.hold(A, 2, days=1)
        await ledger.hold(A, 3, days=2)
        ledger.at += timedelta(days=1)
        assert await ledger.expire_holds() == 1
        assert await ledger.expire_holds() == 0
        assert [held.amount.value for held in await ledger.holds(A)] == [1, 3]
        assert await ledger.balance(A) == 6
