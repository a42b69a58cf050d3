"""Grant, spend, give, reverse, lapse, forfeit and merge, each with its refusals."""

from datetime import timedelta
from typing import Any

import pytest

from core.db import UnitOfWork
from core.ids import AccountId
from core.ledger import posting, repository, views
from core.ledger.codes import Code, LotSource, System
from core.ledger.errors import AlreadyReversed, InDebt, InsufficientFunds, KeyReused
from core.ledger.posting import Posted
from core.ledger.rules import Leg, Part
from core.money import Coins, Unit
from tests.ledger import A, B, Ledger


class TestGrant:
    async def test_issues_a_lot(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, net=700)
        assert await ledger.lots(A) == [("bought", 10, 700)]
        assert await ledger.system(System.ISSUANCE) == -10

    async def test_earned_coins_without_a_date_are_one_running_lot(self, ledger: Ledger) -> None:
        for _ in range(3):
            await ledger.grant(A, 2, LotSource.EARNED)
        await ledger.grant(A, 2, LotSource.EARNED, days=90)
        assert sorted(await ledger.lots(A)) == [("earned", 2, 0), ("earned", 6, 0)]

    async def test_the_same_call_again_moves_nothing(self, ledger: Ledger) -> None:
        first = await ledger.grant(A, 10, key="k")
        assert await ledger.grant(A, 10, key="k") == Posted(first.transfer, replayed=True)
        assert await ledger.balance(A) == 10

    async def test_refuses_a_key_with_other_content(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, key="k")
        for to, amount in ((A, 11), (B, 10)):
            with pytest.raises(KeyReused):
                await ledger.grant(to, amount, key="k")
        assert await ledger.balance(A) == 10
        assert await ledger.balance(B) == 0

    async def test_a_bought_lot_pays_the_debt_first(self, ledger: Ledger) -> None:
        await _owe(ledger, 6)
        await ledger.grant(A, 4)
        assert (await ledger.debt(A), await ledger.balance(A)) == (2, 0)
        await ledger.grant(A, 5, key="last")
        assert (await ledger.debt(A), await ledger.balance(A)) == (0, 3)
        await ledger.grant(A, 5, key="last")
        assert await ledger.balance(A) == 3

    @pytest.mark.parametrize("source", [source for source in LotSource if source is not LotSource.BOUGHT])
    async def test_no_other_lot_pays_debt(self, ledger: Ledger, source: LotSource) -> None:
        await _owe(ledger, 6)
        await ledger.grant(A, 10, source)
        assert (await ledger.debt(A), await ledger.balance(A)) == (6, 10)


class TestSpend:
    async def test_burns_in_order(self, ledger: Ledger) -> None:
        await ledger.grant(A, 5, LotSource.BOUGHT)
        await ledger.grant(A, 5, LotSource.EARNED)
        await ledger.grant(A, 5, LotSource.ALLOWANCE, days=3)
        await ledger.spend(A, 7)
        assert await ledger.lots(A) == [("earned", 3, 0), ("bought", 5, 0)]
        assert await ledger.system(System.SPENT) == 7

    async def test_refuses_more_than_there_is(self, ledger: Ledger) -> None:
        await ledger.grant(A, 5)
        with pytest.raises(InsufficientFunds) as caught:
            await ledger.spend(A, 6)
        assert (caught.value.available, caught.value.required) == (Coins(5), Coins(6))
        assert caught.value.text == "You have 5 coins; this needs 6 coins."
        assert await ledger.balance(A) == 5

    async def test_refuses_somebody_unknown(self, ledger: Ledger) -> None:
        with pytest.raises(InsufficientFunds):
            await ledger.spend(B, 1)

    async def test_lapsed_frozen_and_other_sources_do_not_count(self, ledger: Ledger) -> None:
        await ledger.grant(A, 5, LotSource.WELCOME, days=1)
        await ledger.grant(A, 5, LotSource.GIFTED)
        ledger.at += timedelta(days=1)
        with pytest.raises(InsufficientFunds) as caught:
            await ledger.spend(A, 6)
        assert caught.value.available == Coins(5)
        with pytest.raises(InsufficientFunds):
            await ledger.spend(A, 1, sources=frozenset({LotSource.BOUGHT}))
        assert await ledger.balance(A) == 10

    async def test_refuses_a_member_in_debt(self, ledger: Ledger) -> None:
        await _owe(ledger, 6)
        await ledger.grant(A, 50, LotSource.EARNED)
        with pytest.raises(InDebt) as caught:
            await ledger.spend(A, 1)
        assert caught.value.owed == Coins(6)
        assert await ledger.balance(A) == 50

    async def test_a_refused_call_may_come_again(self, ledger: Ledger) -> None:
        with pytest.raises(InsufficientFunds):
            await ledger.spend(A, 5, key="k")
        await ledger.grant(A, 5)
        assert not (await ledger.spend(A, 5, key="k")).replayed
        assert (await ledger.spend(A, 5, key="k")).replayed

    @pytest.mark.parametrize("amount", [0, -1])
    async def test_nothing_but_a_positive_amount_moves(self, ledger: Ledger, amount: int) -> None:
        await ledger.grant(A, 5)
        with pytest.raises(AssertionError):
            await ledger.spend(A, amount)


class TestGive:
    async def test_carries_dollars_and_becomes_a_gift(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, net=1000)
        await ledger.give(A, B, 3)
        assert await ledger.lots(A) == [("bought", 7, 1000)]
        assert await ledger.lots(B) == [("gifted", 3, 300)]

    async def test_a_gift_is_not_given_on(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        await ledger.give(A, B, 3)
        with pytest.raises(InsufficientFunds):
            await ledger.give(B, A, 1)

    async def test_refuses_oneself(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        with pytest.raises(AssertionError):
            await ledger.give(A, A, 1)

    async def test_somebody_in_debt_can_receive_and_not_give(self, ledger: Ledger) -> None:
        await ledger.grant(B, 10)
        await _owe(ledger, 6)
        await ledger.give(B, A, 4)
        assert (await ledger.balance(A), await ledger.debt(A)) == (4, 6)
        with pytest.raises(InDebt):
            await ledger.give(A, B, 1)


class TestReverse:
    async def test_a_grant_that_is_still_there(self, ledger: Ledger) -> None:
        granted = await ledger.grant(A, 10)
        await ledger.reverse(granted.transfer)
        assert await ledger.balance(A) == 0
        assert await ledger.system(System.ISSUANCE) == 0

    async def test_what_is_missing_becomes_debt_then_loss(self, ledger: Ledger) -> None:
        granted = await ledger.grant(A, 10)
        await ledger.spend(A, 8)
        await ledger.reverse(granted.transfer, cap=5)
        assert (await ledger.balance(A), await ledger.debt(A), await ledger.system(System.LOSS)) == (0, 5, -3)

    async def test_takes_only_from_its_own_lot(self, ledger: Ledger) -> None:
        granted = await ledger.grant(A, 10)
        await ledger.spend(A, 10)
        await ledger.grant(A, 7, LotSource.GIFTED)
        await ledger.reverse(granted.transfer, cap=100)
        assert (await ledger.balance(A), await ledger.debt(A)) == (7, 10)

    async def test_a_gift_goes_back_to_its_lot(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, net=1000)
        given = await ledger.give(A, B, 4)
        await ledger.reverse(given.transfer)
        assert await ledger.lots(A) == [("bought", 10, 1000)]
        assert await ledger.balance(B) == 0

    async def test_once_only(self, ledger: Ledger) -> None:
        granted = await ledger.grant(A, 10)
        first = await ledger.reverse(granted.transfer, key="k")
        assert await ledger.reverse(granted.transfer, key="k") == Posted(first.transfer, replayed=True)
        with pytest.raises(AlreadyReversed):
            await ledger.reverse(granted.transfer)
        assert await ledger.balance(A) == 0

    async def test_a_hold_is_resolved_instead(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        await ledger.hold(A, 5, key="h")
        with pytest.raises(AssertionError):
            await ledger.reverse((await _transfer(ledger, "h", Code.PRICED_WORK)).id)


class TestLapse:
    async def test_books_what_remains_as_expired(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, LotSource.ALLOWANCE, days=1)
        await ledger.grant(A, 5)
        await ledger.spend(A, 4)
        assert await ledger.lapse() == 0
        ledger.at += timedelta(days=1)
        assert await ledger.lapse() == 1
        assert await ledger.lapse() == 0
        assert (await ledger.balance(A), await ledger.system(System.EXPIRED)) == (5, 6)

    async def test_what_a_release_brings_back_later_lapses_too(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, LotSource.ALLOWANCE, days=1)
        hold = await ledger.hold(A, 4)
        ledger.at += timedelta(days=1)
        assert await ledger.lapse() == 1
        await ledger.release(hold)
        assert await ledger.lapse() == 1
        assert (await ledger.balance(A), await ledger.system(System.EXPIRED)) == (0, 10)


class TestForfeit:
    async def test_gives_up_everything(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        await ledger.grant(A, 3, LotSource.EARNED)
        assert await ledger.forfeit(A) == 13
        assert await ledger.forfeit(A) == 0
        assert (await ledger.balance(A), await ledger.system(System.FORFEITED)) == (0, 13)


class TestMoveAll:
    async def test_moves_lots_debt_and_the_way_back_of_holds(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10, net=1000)
        hold = await ledger.hold(A, 4)
        assert await ledger.move_all(A, B) == 6
        assert await ledger.lots(B) == [("bought", 6, 600)]
        assert [held.id for held in await ledger.holds(B)] == [hold]
        await ledger.release(hold)
        assert (await ledger.balance(A), await ledger.balance(B)) == (0, 10)

    async def test_when_all_of_it_is_on_hold(self, ledger: Ledger) -> None:
        await ledger.grant(A, 10)
        hold = await ledger.hold(A, 10, key="h")
        assert await ledger.move_all(A, B) == 0
        assert await ledger.hold(A, 10, key="h") == await ledger.hold(B, 10, key="h") == hold

    async def test_debt_goes_along(self, ledger: Ledger) -> None:
        await _owe(ledger, 6)
        await ledger.move_all(A, B)
        assert (await ledger.debt(A), await ledger.debt(B)) == (0, 6)

    async def test_what_is_frozen_stays_frozen(self, ledger: Ledger) -> None:
        def freeze(uow: UnitOfWork) -> None:
            repository.insert_transfer(uow, Code.DEMO_GRANT, "f", at=ledger.at, digest="")
            repository.credit(uow, A, Unit.COIN, 5)
            transfer = repository.transfer_by_key(uow, "f", Code.DEMO_GRANT)
            assert transfer is not None
            lot = repository.insert_lot(uow, A, 5, source=LotSource.BOUGHT, at=ledger.at, frozen=True)
            posting.write(uow, transfer.id, [Leg(A, 5, lot), Leg(System.ISSUANCE.account(Unit.COIN), -5)])

        await ledger.database.write(freeze)
        await ledger.move_all(A, B)
        assert await ledger.balance(B) == 5
        with pytest.raises(InsufficientFunds):
            await ledger.spend(B, 1)


class TestWrite:
    async def test_a_transfer_that_does_not_sum_to_zero_is_a_bug(self, ledger: Ledger) -> None:
        await ledger.grant(A, 1)
        with pytest.raises(AssertionError, match="sum to zero"):
            await ledger.database.write(
                lambda uow: posting.write(
                    uow,
                    posting.begin(uow, ledger.why(), "")[0],
                    [Leg(A, 3), Leg(System.SPENT.account(Unit.COIN), -2)],
                )
            )

    async def test_a_lot_gives_no_more_than_it_has(self, ledger: Ledger) -> None:
        await ledger.grant(A, 1)
        with pytest.raises(AssertionError, match="a lot changed"):
            await ledger.database.write(
                lambda uow: repository.take_from_lots(uow, [Part(lot.id, 2) for lot in repository.open_lots(uow, A)])
            )

    async def test_more_lines_than_one_statement_takes(self, ledger: Ledger) -> None:
        for _ in range(11):
            await ledger.grant(A, 1)
        await ledger.spend(A, 11)
        assert await ledger.balance(A) == 0


class TestHistory:
    async def test_newest_first_with_what_changed(self, ledger: Ledger) -> None:
        await ledger.grant(A, 5)
        await ledger.grant(A, 5)
        await ledger.spend(A, 7)
        other = AccountId("member:1:CREDIT")
        lines = await ledger.database.read(lambda uow: views.history(uow, A, other, most=2))
        assert [line.amount for line in lines] == [Coins(-7), Coins(5)]


async def _owe(ledger: Ledger, amount: int) -> None:
    granted = await ledger.grant(A, amount)
    await ledger.spend(A, amount)
    await ledger.reverse(granted.transfer, cap=amount)
    assert await ledger.debt(A) == amount


async def _transfer(ledger: Ledger, key: str, code: Code) -> Any:
    return await ledger.database.read(lambda uow: repository.transfer_by_key(uow, key, code))
