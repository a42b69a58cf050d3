"""Telling for coins: may it be told now, does it say something, keep it, pay it; all of it once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words, in_words
from core.earnings import service as earnings
from core.earnings.rules import EarningLimits
from core.earnings.service import Earned
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.knowledge import service as knowledge
from core.ledger.posting import Why
from core.members import service as members
from core.members.rules import MemberRules, opens_again_at
from core.people import Member
from core.questions import repository
from core.questions.errors import AnsweredLately, CheckedIn
from core.questions.rules import Task
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a form: the question as it was put, and whether it has to say something of its own."""

    question: str
    answer: str
    weighed: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Where a task stands: told lately and open again at an instant; or open, and paid on a day (None: at once)."""

    task: Task
    told_on: date | None
    opens_at: datetime | None
    pays_on: date | None


def states(
    uow: UnitOfWork, member: Member, tasks: Sequence[Task], at: datetime, *, earning: EarningLimits, zones: MemberRules
) -> list[State]:
    """Where tasks stand, each as if it were the next. Changes nothing."""
    outlook = earnings.outlook(uow, member, at, earning)
    closed = _closed(uow, member, tasks, at, zones)
    return [closed.get(task.name) or State(task, None, None, outlook.pays_on(task.coins)) for task in tasks]


def first_open(
    uow: UnitOfWork, member: Member, tasks: Sequence[Task], at: datetime, *, earning: EarningLimits, zones: MemberRules
) -> State | None:
    """The first task that can be told now, with when it pays. Changes nothing."""
    closed = _closed(uow, member, tasks, at, zones)
    task = next((task for task in tasks if task.name not in closed), None)
    if task is None:
        return None
    return State(task, None, None, earnings.outlook(uow, member, at, earning).pays_on(task.coins))


def check(
    uow: UnitOfWork, member: Member, task: Task, at: datetime, *, earning: EarningLimits, zones: MemberRules
) -> State:
    """A task that can be told now, with when it pays. Changes nothing. Raises `CheckedIn`, `AnsweredLately`."""
    (state,) = states(uow, member, [task], at, earning=earning, zones=zones)
    if state.opens_at is None:
        return state
    if task.days == 1:
        raise CheckedIn(in_words(state.opens_at - at))
    assert state.told_on is not None, "what was never told is open"
    again = local_day(state.opens_at, member.zone)
    raise AnsweredLately(task.title, day_in_words(state.told_on), day_in_words(again))


def tell(
    uow: UnitOfWork,
    member: Member,
    task: Task,
    said: Mapping[str, Said],
    at: datetime,
    *,
    earning: EarningLimits,
    zones: MemberRules,
) -> Earned:
    """Keep what was said, by field, and pay for it. Raises `CheckedIn`, `AnsweredLately`, and what `honest` raises."""
    # Two answers of one member take turns, or both could find the task open.
    members.lock(uow, member.id)
    member = members.member(uow, member.id)
    check(uow, member, task, at, earning=earning, zones=zones)
    weighed = {field: one.answer for field, one in said.items() if one.weighed}
    knowledge.honest(uow, member.id, task.name, weighed)
    today = local_day(at, member.zone)
    assert repository.insert(uow, member.id, task.name, today, at), "an open task was not done today"
    for field, one in said.items():
        # What is told daily is kept side by side; what is asked again later replaces what was.
        key = f"{today}:{field}" if task.days == 1 else field
        knowledge.tell(uow, member.id, task.name, key, one.question, one.answer, at)
    why = Why(task.code, f"{task.name}:{member.id}:{today}", at)
    return earnings.earn(uow, member, task.coins, why, limits=earning)


def _closed(
    uow: UnitOfWork, member: Member, tasks: Sequence[Task], at: datetime, zones: MemberRules
) -> dict[str, State]:
    """Those that can not be told now, by name."""
    last = repository.last(uow, member.id)
    if not last:
        return {}
    changed_at, found = members.settings(uow, member.id).zone_changed_at, {}
    for task in tasks:
        if task.name in last:
            opens_at = opens_again_at(last[task.name], task.days, member.zone, changed_at, zones)
            if at < opens_at:
                found[task.name] = State(task, last[task.name][0], opens_at, None)
    return found


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: what either told counts, so that nothing is told twice."""
    uow.run(repository.MOVE, kept=fact.kept, gone=fact.gone)
    uow.run(repository.FORGET, member=fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: when somebody told something is nobody's business any more."""
    uow.run(repository.FORGET, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """When the member told what."""
    return [row._asdict() for row in uow.run(repository.OF_MEMBER, member=member)]
