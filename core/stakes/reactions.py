"""What the challenge room does when somebody is banned, erased or merged, and when an account goes or comes back."""

from datetime import datetime
from typing import Any

from core.contracts.evidence import Ended
from core.contracts.rules import ChallengeLimits
from core.contracts.states import Event, State
from core.db import UnitOfWork
from core.earnings.rules import EarningLimits
from core.facts import MemberBanned, MemberErased, MembersMerged, MetricAccountBack, MetricAccountLost
from core.ids import MemberId
from core.metrics import service as metrics
from core.schedule import service as schedule
from core.stakes import cases, closing, jobs, measuring, messages, repository
from core.stakes.repository import Contract

_BEFORE = frozenset({State.PREPARING, State.OFFERED})
_MEASURED = frozenset({State.RUNNING, State.MEASURING})


def ban(uow: UnitOfWork, fact: MemberBanned, *, earning: EarningLimits) -> None:
    """Everything that has no verdict comes back, but for the contract that was cheated on: that is consumed."""
    for contract in _locked(uow, fact.member):
        cheated = contract.id == fact.contract
        if contract.state in _BEFORE:
            closing.end(uow, contract, Event.CHEAT if cheated else Event.BAN, "banned", fact.at)
        elif cheated and contract.verdict is None:
            jobs.conclude(uow, contract, Event.CHEAT, Ended.CHEATED, fact.at, earning=earning)
        elif cheated:
            cases.withdraw(uow, contract, fact.at)
            closing.consume_rest(uow, contract, Event.CHEAT, "banned for cheating on it", fact.at)
        elif contract.verdict is None:
            closing.end(uow, contract, Event.BAN, "banned", fact.at)
        else:
            closing.move(uow, contract, Event.BAN)


def erase(uow: UnitOfWork, fact: MemberErased, *, earning: EarningLimits) -> None:
    """What runs is consumed at its last verified share, the rest goes back before the wallet is emptied; words go."""
    for contract in _locked(uow, fact.member):
        if contract.state in _MEASURED:
            closing.settle(uow, contract, Event.ERASE, Ended.ERASED, fact.at, earning=earning)
        elif contract.verdict is not None:
            cases.withdraw(uow, contract, fact.at)
            closing.consume_rest(uow, contract, Event.ERASE, "", fact.at)
        else:
            closing.end(uow, contract, Event.ERASE, "", fact.at)
    for contract in repository.of_member(uow, fact.member):
        schedule.cancel(uow, jobs.DROP, str(contract.id))
    uow.run(repository.FORGET, member=fact.member)


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """The contracts of both are contracts of the one; each runs on under its terms, and both pasts count."""
    uow.run(repository.MERGE, kept=fact.kept, gone=fact.gone)


def lost(uow: UnitOfWork, fact: MetricAccountLost, *, limits: ChallengeLimits) -> None:
    """An account can not be read. By an act of the member it has to come back in time; else it is nobody's fault."""
    by_member = fact.loss in measuring.BY_MEMBER
    for contract in repository.live_on(uow, fact.account):
        if contract.state in _BEFORE:
            closing.end(uow, contract, Event.ACCOUNT_LOST, "the account can not be read", fact.at)
            continue
        if contract.state is State.SCHEDULED:
            closing.end(uow, contract, Event.ACCOUNT_LOST, "the account can not be read", fact.at)
            ended = repository.locked(uow, contract.id)
            message = messages.returned(ended, "the account can not be read, and it had not begun.")
            messages.tell(uow, ended, message, "end", fact.at)
            continue
        closing.move(uow, contract, Event.ACCOUNT_LOST)
        if by_member and contract.state in _MEASURED and not contract.is_away:
            if _was_seen_again(uow, contract, fact):
                _warn(uow, contract, fact, limits)
            else:
                _goes_on(uow, contract, fact)


def _warn(uow: UnitOfWork, contract: Contract, fact: MetricAccountLost, limits: ChallengeLimits) -> None:
    what = f"lost:{fact.at.isoformat()}"
    key = messages.tell(uow, contract, messages.away(contract, limits.lost_hours), what, fact.at)
    _is_away(uow, contract, fact, since=fact.at, told=key)


def _goes_on(uow: UnitOfWork, contract: Contract, fact: MetricAccountLost) -> None:
    """It was never back, so the time for that runs on from the first warning: or each sign-in would begin it anew."""
    _is_away(uow, contract, fact, since=contract.lost_at, told=contract.lost_key)


def _is_away(
    uow: UnitOfWork, contract: Contract, fact: MetricAccountLost, *, since: datetime | None, told: str
) -> None:
    uow.run(repository.LOSE, challenge=contract.id, lost_at=since, back_at=None, lost_key=told)
    schedule.plan(uow, jobs.LOST, str(contract.id), fact.at + jobs.LOOKS_AGAIN, move=True)


def _was_seen_again(uow: UnitOfWork, contract: Contract, fact: MetricAccountLost) -> bool:
    """Whether it was read since it was taken away the last time. Connecting it anew does not show what is hidden."""
    since = contract.lost_at
    return since is None or any(item.at > since for item in metrics.snapshots(uow, contract.account, since, fact.at))


def back(uow: UnitOfWork, fact: MetricAccountBack) -> None:
    """It can be read again: what was said of it is over."""
    for contract in repository.live_on(uow, fact.account):
        closing.move(uow, contract, Event.ACCOUNT_BACK)
        if contract.is_away:
            uow.run(repository.REGAIN, challenge=contract.id, back_at=fact.at)
            schedule.cancel(uow, jobs.LOST, str(contract.id))


def _locked(uow: UnitOfWork, member: MemberId) -> list[Contract]:
    return [repository.locked(uow, contract.id) for contract in repository.live_of(uow, member)]


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's contracts with their terms, and the evidence they were judged by."""
    rows: list[dict[str, Any]] = [
        {"table": "challenge", **row._asdict()} for row in uow.run(repository.OF_MEMBER, member=member)
    ]
    return rows
