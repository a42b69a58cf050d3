"""What time does to a contract: it begins, is half over, ends, is judged, and its verdict stands."""

from datetime import datetime, timedelta

from core.chat import Again, Button, Due, Text
from core.chat.message import Message
from core.clock import day_start
from core.contracts.evidence import Ended
from core.contracts.rules import ChallengeLimits
from core.contracts.states import Event, State
from core.contracts.verdict import FRESH, judge
from core.db import UnitOfWork
from core.earnings.rules import EarningLimits
from core.outbox import service as outbox
from core.schedule import service as schedule
from core.sources import Way
from core.stakes import closing, measuring, messages, repository, words
from core.stakes.closing import STANDS
from core.stakes.repository import Contract

NUDGE = "challenges.nudge"
END = "challenges.end"
VERDICT = "challenges.verdict"
LOST = "challenges.lost"
DROP = "challenges.drop"
LOOKS_AGAIN = timedelta(minutes=10)
NUDGE_AT = timedelta(hours=10)
"""The local time of the word at half-time."""


def begin(uow: UnitOfWork, due: Due, *, limits: ChallengeLimits) -> Again | None:
    """The first midnight has come, and then the first reading; without one for a day the stake comes back."""
    contract = repository.locked(uow, int(due.key))
    if contract.state is State.SCHEDULED:
        closing.move(uow, contract, Event.BEGIN)
        contract = repository.locked(uow, contract.id)
    if contract.state is not State.AWAITING:
        return None
    terms = contract.agreed
    found = measuring.baseline(uow, contract, due.at)
    if found is None:
        over_at = terms.starts_at + timedelta(hours=terms.hours.baseline_again)
        if due.at < over_at:
            return Again(min(due.at + LOOKS_AGAIN, over_at), fresh=True)
        closing.end(uow, contract, Event.NO_BASELINE, "no reading at the beginning", due.at)
        ended = repository.locked(uow, contract.id)
        messages.tell(uow, ended, messages.returned(ended, "there was no reading at the beginning."), "end", due.at)
        return None
    closing.move(uow, contract, Event.BASELINE)
    uow.run(repository.BEGIN_WITH, challenge=contract.id, baseline_at=found.at)
    key = str(contract.id)
    half = day_start(terms.start + timedelta(days=terms.days // 2), terms.zone)
    schedule.plan(uow, NUDGE, key, half + NUDGE_AT)
    schedule.plan(uow, END, key, terms.ends_at)
    if terms.way == Way.CODE.value:
        schedule.plan(uow, DROP, key, terms.starts_at + timedelta(days=limits.code_raw_days))
    running = repository.locked(uow, contract.id)
    messages.tell(uow, running, messages.begun(running), "begun", due.at)
    return None


def nudge(uow: UnitOfWork, due: Due) -> None:
    """Half of it is over: how it stands, while there is time to do something about it."""
    contract = repository.locked(uow, int(due.key))
    if contract.state is not State.RUNNING or due.at >= contract.agreed.ends_at:
        return
    terms = contract.agreed
    found = judge(terms, measuring.gather(uow, contract, due.at, ended=Ended.LEFT))
    lines = [words.duty(item) for item in found.duties] + [words.grown(item) for item in found.goals]
    head = f"Half-way through {terms.title}, {words.left(terms, due.at)}."
    status = Button("Status", ("challenge", "status"), {"challenge": str(contract.id)})
    message = Message(tuple(Text(line) for line in (head, *lines)), buttons=(status,))
    key = f"challenge:{contract.id}:half-way"
    outbox.announce(uow, contract.member, messages.HALF_WAY, message, key=key, at=due.at)


def finish(uow: UnitOfWork, due: Due) -> None:
    """The last midnight has come; late posts are awaited."""
    contract = repository.locked(uow, int(due.key))
    if contract.state is not State.RUNNING:
        return
    closing.move(uow, contract, Event.END)
    schedule.plan(uow, VERDICT, due.key, contract.agreed.verdict_at)


def decide(uow: UnitOfWork, due: Due, *, earning: EarningLimits) -> Again | None:
    """Judge it, unless the member has taken the account away and may still bring it back."""
    contract = repository.locked(uow, int(due.key))
    if contract.state is not State.MEASURING:
        return None
    if contract.is_away and not _end_was_read(uow, contract, due.at):
        return Again(due.at + LOOKS_AGAIN, fresh=True)
    conclude(uow, contract, Event.JUDGE, Ended.NOTHING, due.at, earning=earning)
    return None


def _end_was_read(uow: UnitOfWork, contract: Contract, at: datetime) -> bool:
    after = measuring.gather(uow, contract, at).after
    return after is not None and after.at >= contract.agreed.ends_at - FRESH


def conclude(
    uow: UnitOfWork, contract: Contract, event: Event, ended: Ended, at: datetime, *, earning: EarningLimits
) -> Contract:
    """Judge a contract and tell its member."""
    found = closing.settle(uow, contract, event, ended, at, earning=earning)
    judged = repository.locked(uow, contract.id)
    messages.tell(uow, judged, messages.verdict(judged, found, judged.agreed.stands_at(at)), "verdict", at)
    return judged


def stand(uow: UnitOfWork, due: Due) -> None:
    """Nobody appealed in time: what waited is consumed."""
    contract = repository.locked(uow, int(due.key))
    if contract.state is State.VERDICT:
        closing.consume_rest(uow, contract, Event.STAND, "the verdict stands", due.at)


def lose(uow: UnitOfWork, due: Due, *, limits: ChallengeLimits, earning: EarningLimits) -> Again | None:
    """The account is still away: it counts as left, so long after the member heard of it, or could not be reached."""
    contract = repository.locked(uow, int(due.key))
    if contract.state not in {State.RUNNING, State.MEASURING} or not contract.is_away:
        return None
    assert contract.lost_at is not None
    heard_at = outbox.arrived_at(uow, contract.lost_key)
    unreachable = contract.lost_at + timedelta(hours=limits.lost_unreachable_hours)
    over_at = unreachable if heard_at is None else heard_at + timedelta(hours=limits.lost_hours)
    if due.at < over_at:
        return Again(min(over_at, due.at + timedelta(hours=1)) if heard_at is None else over_at, fresh=True)
    conclude(uow, contract, Event.LOSE, Ended.LOST, due.at, earning=earning)
    return None


def drop(uow: UnitOfWork, due: Due) -> Again | None:
    """The figures of an account that was proven by a code have to go; share, digest and source stay."""
    contract = repository.locked(uow, int(due.key))
    if not closing.is_over(contract):
        return Again(due.at + timedelta(days=1), fresh=True)
    uow.run(repository.DROP_EVIDENCE, challenge=contract.id)
    return None


JOBS_OF_TIME = (
    (closing.START, begin),
    (NUDGE, nudge),
    (END, finish),
    (VERDICT, decide),
    (STANDS, stand),
    (LOST, lose),
    (DROP, drop),
)
