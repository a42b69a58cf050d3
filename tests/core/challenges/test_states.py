"""Every state × every event: handled, with each coin where the table says, or refused. Nothing is left out."""

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

import pytest

from core.challenges import service
from core.contracts.catalogue import CATALOGUE
from core.contracts.evidence import Ended
from core.contracts.offers import Drawn
from core.contracts.rules import ChallengeLimits
from core.contracts.states import ENDS, Coins, Event, Move, State, after
from core.contracts.terms import Goal
from core.db import UnitOfWork
from core.earnings.rules import EarningLimits
from core.growth.rules import Metric
from core.ledger import audit, views
from core.ledger.codes import System
from core.members import service as members
from core.money import Coins as Amount
from core.money import Unit
from core.stakes import closing, repository
from core.stakes.errors import NotNow
from core.stakes.repository import Contract
from tests.core.challenges.scene import DAY, HOUR, Scene
from tests.household import Person

EARNING, LIMITS = EarningLimits(), ChallengeLimits()
DRAWN = Drawn((Goal(Metric.FOLLOWERS, Fraction(1), 184, 160, 140, 180),), estimate=False)
ENDED = {Event.LEAVE: Ended.LEFT, Event.LOSE: Ended.LOST, Event.CHEAT: Ended.CHEATED, Event.ERASE: Ended.ERASED}


class Undone(Exception):
    """What was tried is taken back."""


async def in_state(scene: Scene, ann: Person, state: State) -> Contract:
    """A contract of Ann's that stands there, with 100 coins where it has some."""
    await scene.account(ann)
    if state is State.PREPARING:
        await ann.does("challenge", "start", challenge="ten_clips")
        return await scene.last(ann)
    if state is State.OFFERED:
        return await scene.offered(ann, "ten_clips")
    if state is State.LAPSED:
        made = await scene.offered(ann, "ten_clips")
        await scene.until(scene.house.clock.now() + 2 * HOUR)
        return await scene.now(made)
    made = await scene.staked(ann, "ten_clips", 100)
    if state is State.RETURNED:
        await ann.does("challenge", "cancel", challenge=str(made.id))
    elif state is State.AWAITING:
        scene.is_away(made.account)
        await scene.until(made.agreed.starts_at)
    elif state is not State.SCHEDULED:
        ends = {State.RUNNING: made.agreed.starts_at + 3 * DAY, State.MEASURING: made.agreed.ends_at + HOUR}
        scene.gain = 10
        await scene.until(ends.get(state, made.agreed.verdict_at))
        if state is State.SETTLED:
            await scene.days(1)
        if state is State.APPEALED:
            await ann.does("challenge", "appeal", challenge=str(made.id), reason="the last days were counted wrong")
    found = await scene.now(made)
    assert found.state is state
    return found


def happens(uow: UnitOfWork, contract: Contract, event: Event, move: Move, at: datetime) -> None:
    """Let an event happen, by the verb that knows its coins."""
    member = members.member(uow, contract.member)
    if event is Event.OFFER:
        service.offer(uow, contract, CATALOGUE["ten_clips"], DRAWN, at, limits=LIMITS)
    elif event is Event.STAKE:
        service.stake(uow, member, contract.id, Amount(100), key="stake", at=at, limits=LIMITS)
    elif move.coins is Coins.RETURNED or move.state is State.LAPSED is not contract.state:
        closing.end(uow, contract, event, "test", at)
    elif move.coins is Coins.CONSUMED and contract.verdict is not None:
        closing.consume_rest(uow, contract, event, "test", at)
    elif move.coins in {Coins.SHARED, Coins.LAST_SHARE, Coins.CONSUMED}:
        closing.settle(uow, contract, event, ENDED.get(event, Ended.NOTHING), at, earning=EARNING)
    else:
        closing.move(uow, contract, event)


def coins(uow: UnitOfWork, contract: Contract) -> tuple[int, int, int]:
    """(wallet, escrow, spent)."""
    wallet = members.member(uow, contract.member).coin_wallet
    held = sum(item.amount.value for item in views.holds(uow, wallet))
    spent = views.balance(uow, System.SPENT.account(Unit.COIN), Unit.COIN).value
    return views.balance(uow, wallet, Unit.COIN).value, held, spent


def check_coins(before: tuple[int, int, int], now: tuple[int, int, int], move: Move, contract: Contract) -> None:
    """Whether each coin went where the table says."""
    assert sum(before) == sum(now), "no coin is made or lost"
    assert min(now) >= 0
    wallet, escrow, spent = (b - a for a, b in zip(before, now, strict=True))
    match move.coins:
        case Coins.NONE | Coins.HELD:
            assert (wallet, escrow, spent) == (0, 0, 0)
        case Coins.STAKED:
            assert (wallet, escrow, spent) == (-100, 100, 0)
        case Coins.RETURNED:
            assert (wallet, escrow, spent) == (before[1], -before[1], 0)
        case Coins.CONSUMED:
            assert (wallet, escrow, spent) == (0, -before[1], before[1])
        case Coins.SHARED:
            assert (now[1], spent) == (contract.consumed, 0)
            assert wallet == contract.returned
        case Coins.LAST_SHARE:
            assert (now[1], spent, wallet) == (0, contract.consumed, contract.returned)


@pytest.mark.parametrize("state", list(State))
async def test_every_event(scene: Scene, ann: Person, state: State) -> None:
    contract = await in_state(scene, ann, state)
    for event in Event:
        move, at = after(state, event), scene.house.clock.now()

        def unit(uow: UnitOfWork, event: Event = event, move: Move | None = move, at: datetime = at) -> None:
            found = repository.locked(uow, contract.id)
            before = coins(uow, found)
            if move is None:
                with pytest.raises(NotNow):
                    closing.move(uow, found, event)
            else:
                happens(uow, found, event, move, at)
                now = repository.locked(uow, contract.id)
                assert now.state is move.state, event
                check_coins(before, coins(uow, now), move, now)
                assert (now.closed_at is not None) == (now.state in ENDS)
            assert list(audit.findings(uow)) == []
            raise Undone

        with pytest.raises(Undone):
            await scene.house.do(unit)


def _of(state: State) -> Callable[[Event], bool]:
    return lambda event: after(state, event) is not None


class TestTable:
    def test_every_state_can_be_left(self) -> None:
        for state in State:
            left = [event for event in Event if (move := after(state, event)) and move.state is not state]
            assert bool(left) == (state not in ENDS), state

    def test_coins_never_leave_an_end(self) -> None:
        for state in ENDS:
            moves = [move for event in Event if (move := after(state, event))]
            assert all(move == Move(state, Coins.NONE) for move in moves)

    def test_who_has_coins_in_escrow_can_always_be_returned(self) -> None:
        held = [state for state in State if after(state, Event.ERASE) and state not in ENDS]
        held = [state for state in held if state not in {State.PREPARING, State.OFFERED}]
        assert all(after(state, Event.FAIL) == Move(State.RETURNED, Coins.RETURNED) for state in held)

    def test_whatever_happens_to_a_member_is_known_everywhere(self) -> None:
        facts = (Event.BAN, Event.CHEAT, Event.ERASE, Event.MERGE, Event.ACCOUNT_LOST, Event.ACCOUNT_BACK)
        assert all(_of(state)(event) for state in State for event in facts)
