"""From the verdict on: where each coin of a stake goes. Every state change of every contract passes through here."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.contracts import evidence as contract_evidence
from core.contracts import states
from core.contracts.evidence import Ended
from core.contracts.rules import Case
from core.contracts.states import ENDS, OPEN, Event
from core.contracts.states import Coins as Destination
from core.contracts.terms import Terms
from core.contracts.verdict import Verdict, judge
from core.db import UnitOfWork
from core.earnings import service as earnings
from core.earnings.rules import EarningLimits
from core.growth.rules import Metric
from core.ids import HoldId
from core.ledger import holds
from core.ledger.codes import Code
from core.ledger.posting import Why
from core.members import service as members
from core.metrics import service as metrics
from core.money import Coins, Credits
from core.schedule import service as schedule
from core.stakes import measuring, repository, words
from core.stakes.errors import NotNow
from core.stakes.repository import Contract

START = "challenges.start"
STANDS = "challenges.stands"
JOBS = ("challenges.offer", "challenges.expire", START, "challenges.nudge", "challenges.end",
        "challenges.verdict", "challenges.lost", STANDS)  # fmt: skip
AGAIN_BEFORE = timedelta(hours=1)
"""How long before the verdict the posts are read again."""


def readings(terms: Terms) -> Iterator[tuple[str, datetime]]:
    """When an account has to be read for a contract, beside the daily reading, and what each is for."""
    yield "beginning", terms.starts_at
    yield "end", terms.ends_at
    yield "posts", terms.verdict_at - AGAIN_BEFORE


def watched_since(terms: Terms) -> datetime:
    """From when on posts are read: engagement is compared with the window before."""
    compares = any(goal.metric is Metric.ENGAGEMENT for goal in terms.goals)
    return terms.day_starts_at(-terms.days) if compares else terms.starts_at


# Every change of state


def refuse(contract: Contract) -> None:
    """Say that an event is not possible now. Raises `NotNow`."""
    title = contract.terms.title if contract.terms else "This challenge"
    raise NotNow(title, words.STATES[contract.state])


def move(uow: UnitOfWork, contract: Contract, event: Event) -> Destination:
    """Take a contract on, by the table alone; where its coins go. Raises `NotNow` for what the table does not have."""
    to = states.after(contract.state, event)
    if to is None:
        refuse(contract)
    assert to is not None
    if to.state is not contract.state:
        moved = uow.run(repository.MOVE, challenge=contract.id, before=contract.state.value, state=to.state.value)
        assert moved.first() is not None, "whoever moves a contract has locked it"
    return to.coins


def end(uow: UnitOfWork, contract: Contract, event: Event, why: str, at: datetime) -> None:
    """End a contract before a verdict, or overturn one: what is still in escrow comes back."""
    coins = move(uow, contract, event)
    assert coins in {Destination.RETURNED, Destination.NONE}, coins
    if coins is Destination.RETURNED:
        _give_back_rest(uow, contract, at)
        uow.run(repository.RETURN, challenge=contract.id)
    if contract.verdict is not None:
        uow.run(repository.OVERTURN, challenge=contract.id, overturned=True)
    _close(uow, contract, at, why)


def consume_rest(uow: UnitOfWork, contract: Contract, event: Event, why: str, at: datetime) -> None:
    """What waited in escrow is consumed."""
    coins = move(uow, contract, event)
    assert coins is Destination.CONSUMED, coins
    _consume(uow, contract, at)
    _close(uow, contract, at, why)


# The verdict


def settle(
    uow: UnitOfWork,
    contract: Contract,
    event: Event,
    ended: Ended,
    at: datetime,
    *,
    earning: EarningLimits,
    note: str = "",
) -> Verdict:
    """Judge a contract by all that is known now. What comes back does so at once, what is consumed waits."""
    evidence = measuring.gather(uow, contract, at, ended=ended, note=note)
    verdict = judge(contract.agreed, evidence)
    assert verdict.consumed + verdict.returned + verdict.burned == contract.stake, "each coin goes to one place"
    failed = verdict.case is Case.FAILED
    coins = move(uow, contract, Event.FAIL if failed else event)
    repository.keep_verdict(uow, contract.id, verdict, contract_evidence.canonical(evidence), at)
    _release(uow, contract, verdict.returned, at)
    if verdict.case.kept and ended is Ended.NOTHING:
        _reward(uow, contract, at, earning)
    judged = repository.locked(uow, contract.id)
    _stop_measuring(uow, judged)
    if coins is Destination.SHARED:
        schedule.plan(uow, STANDS, str(contract.id), contract.agreed.stands_at(at), move=True)
    else:
        _consume(uow, judged, at)
        _close(uow, judged, at, verdict.why)
    return verdict


def overturn(uow: UnitOfWork, contract: Contract, note: str, at: datetime, earning: EarningLimits) -> None:
    """Staff admit an error of ours: all that is still in escrow comes back, with the reason as evidence."""
    if contract.verdict is None and contract.baseline_at is not None:
        settle(uow, contract, Event.FAIL, Ended.FAILED, at, earning=earning, note=note)
    else:
        end(uow, contract, Event.FAIL, note, at)


# Coins


def _hold(contract: Contract) -> HoldId:
    assert contract.hold is not None, "a contract with coins has a hold"
    return contract.hold


def _release(uow: UnitOfWork, contract: Contract, coins: int, at: datetime) -> None:
    if coins:
        why = Why(Code.STAKE_RETURNED, f"return:{contract.id}", at, contract.agreed.title)
        holds.release(uow, _hold(contract), Coins(coins), why)


def _give_back_rest(uow: UnitOfWork, contract: Contract, at: datetime) -> None:
    """Everything that is still in escrow; after a verdict that is what was to be consumed."""
    if not holds.is_open(uow, _hold(contract)):
        return
    why = Why(Code.STAKE_RETURNED, f"return:{contract.id}:rest", at, contract.terms.title if contract.terms else "")
    holds.release(uow, _hold(contract), None, why)


def _consume(uow: UnitOfWork, contract: Contract, at: datetime) -> None:
    """Everything that is still in escrow; nothing is left of a stake that came back whole.

    What is burned waits until here too: an appeal that is upheld brings back all of it.
    """
    title = contract.terms.title if contract.terms else ""
    if contract.burned:
        why = Why(Code.STAKE_BURNED, f"burn:{contract.id}", at, title)
        holds.capture(uow, _hold(contract), Coins(contract.burned), why)
    if holds.is_open(uow, _hold(contract)):
        holds.capture(uow, _hold(contract), None, Why(Code.STAKE_CONSUMED, f"consume:{contract.id}", at, title))


def _reward(uow: UnitOfWork, contract: Contract, at: datetime, earning: EarningLimits) -> None:
    if contract.agreed.reward_credits:
        member = members.member(uow, contract.member)
        why = Why(Code.CHALLENGE_KEPT, f"kept:{contract.id}", at, contract.agreed.title)
        earnings.reward_credits(uow, member, Credits(contract.agreed.reward_credits), why, limits=earning)


# What goes on around it


def _stop_measuring(uow: UnitOfWork, contract: Contract) -> None:
    """The account is free for another contract, and nothing of this one is read or planned any more."""
    uow.run(repository.UNWATCH, challenge=contract.id)
    for kind in JOBS:
        schedule.cancel(uow, kind, str(contract.id))
    metrics.unwant(uow, f"challenge:{contract.id}:offer")
    if contract.terms is not None:
        for name, _ in readings(contract.terms):
            metrics.unwant(uow, f"challenge:{contract.id}:{name}")
        if contract.stake:
            _unwatch(uow, contract, contract.terms)


def _unwatch(uow: UnitOfWork, contract: Contract, terms: Terms) -> None:
    """Posts are read for open contracts alone; another one may have the very same window."""
    window = (watched_since(terms), terms.verdict_at)
    others = [item.terms for item in repository.live_on(uow, contract.account) if item.id != contract.id and item.stake]
    if all(other is None or (watched_since(other), other.verdict_at) != window for other in others):
        metrics.unwatch(uow, contract.account, *window)


def _close(uow: UnitOfWork, contract: Contract, at: datetime, why: str) -> None:
    uow.run(repository.CLOSE, challenge=contract.id, closed_at=at, why=why[:200])
    _stop_measuring(uow, contract)


def is_over(contract: Contract) -> bool:
    """Whether nothing can become of a contract any more."""
    return contract.state in ENDS


def is_open(contract: Contract) -> bool:
    """Whether it is at stake and not judged."""
    return contract.state in OPEN
