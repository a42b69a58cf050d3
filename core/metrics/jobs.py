"""Reading by the clock: once a day for each account, when somebody wants it, and forgetting what may not stay."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.chat import Again, Due, Job
from core.db import Row, UnitOfWork
from core.metrics import quota, reading, repository, rules, service
from core.metrics.reading import Answers, Item, Round
from core.metrics.rules import HORIZON, ONE_DAY, MetricLimits
from core.metrics.sealing import Keys
from core.metrics.service import AWAY, READ, WANTED, Sources
from core.ports import Observer
from core.sources import AccessLost, Reading, SourceAway

ROUND_LASTS = timedelta(minutes=2)
"""A round that was cut off is nobody's after that."""
SOON = timedelta(seconds=30)
"""When to look again after a refresh was planned."""
LOST_LOOKS = timedelta(hours=1)
"""How often a wanted reading looks whether a lost account is back."""
LAST_LATE = timedelta(minutes=10)
"""By how much the last look at a wanted reading may be late: no clock strikes on the second."""
UPKEEP = "metrics.upkeep"
UPKEEP_LOOKS = timedelta(hours=6)
BATCH = 2_000
"""Snapshots forgotten in one transaction, so that nobody waits long behind it."""
SCRAPS = timedelta(days=3)
"""How long used sign-ins, ended codes and counted requests are remembered."""


# Once a day


def prepare_daily(
    uow: UnitOfWork, due: Due, *, limits: MetricLimits, sources: Sources, keys: Keys
) -> Round | Again | None:
    """Plan a round around an account that is due: with it go others that are due within the hour."""
    row = repository.lock(uow, int(due.key))
    if row is None or row.next_at is None:
        return None
    if row.platform not in sources.readers:
        return Again(due.at + ONE_DAY, fresh=True)
    taken = row.reading_until is not None and row.reading_until > due.at
    if taken or row.next_at > due.at:
        return Again(row.reading_until if taken else row.next_at, fresh=True)
    first = _item(uow, row, due, keys)
    if first is None:
        return _later(uow, row.id, due)
    round_ = Round(row.platform, (first, *_along(uow, row, due, limits, keys=keys)))
    round_ = _fitting(round_, limits)
    wait = reading.affordable(uow, round_, due.at, limits, daily=True)
    if wait is not None:
        if wait - due.at > timedelta(minutes=1):
            service.note_failure(uow, row.id, AWAY, "today's allowance of the platform is used up", due.at)
        return Again(wait, fresh=True)
    for one in round_.items:
        uow.run(repository.TAKE, account=one.id, moment=due.at + ROUND_LASTS)
    return round_


def _item(uow: UnitOfWork, row: Row, due: Due, keys: Keys) -> Item | None:
    since = uow.run(repository.WATCHED_SINCE, account=row.id, moment=due.at).scalar()
    return reading.item(uow, row, due, since=since, keys=keys)


def _later(uow: UnitOfWork, account: int, due: Due) -> Again | None:
    """A refresh comes first; or the account was lost, and there is nothing to come back for."""
    row = repository.lock(uow, account)
    if row is None or row.next_at is None:
        return None
    return Again(due.at + min(SOON * 2 ** min(due.attempt - 1, 10), rules.RETRY_MOST))


def _along(uow: UnitOfWork, row: Row, due: Due, limits: MetricLimits, *, keys: Keys) -> list[Item]:
    at = due.at
    if row.misses:  # what failed is read alone, so that it spoils no round
        return []
    most = max(limits.pace(row.platform).accounts_a_call, limits.side_by_side) - 1
    found = uow.run(
        repository.ALONG, account=row.id, of_platform=row.platform, before=at + HORIZON, moment=at, most=most
    )
    items = [_item(uow, one, replace(due, kind=READ, key=str(one.id)), keys) for one in found]
    return [one for one in items if one is not None]


def _fitting(round_: Round, limits: MetricLimits) -> Round:
    """As much of a round as one minute allows."""
    pace = limits.pace(round_.platform)
    items = list(round_.items)
    while len(items) > 1:
        with_posts = sum(one.posts_since is not None for one in items)
        if rules.units(pace, len(items) - with_posts, with_posts) <= pace.requests_a_minute:
            break
        items.pop()
    return Round(round_.platform, tuple(items))


async def read(round_: Round, *, limits: MetricLimits, sources: Sources, observer: Observer) -> Answers:
    """Ask the platform."""
    return await reading.ask(round_, sources.readers[round_.platform], limits, observer)


def finish_daily(uow: UnitOfWork, due: Due, answers: Answers, *, limits: MetricLimits) -> Again | None:
    """Settle the round. The rows of the others look by themselves, and see that they were read."""
    reading.settle(uow, answers, due.at, limits, daily=True)
    row = repository.lock(uow, int(due.key))
    return None if row is None or row.next_at is None else Again(row.next_at, fresh=True)


# When somebody wants it


def prepare_wanted(
    uow: UnitOfWork, due: Due, *, limits: MetricLimits, sources: Sources, keys: Keys
) -> Round | Again | None:
    """Plan one reading; for an account that is lost, see for a day whether it comes back."""
    row = repository.lock(uow, due.payload["account"])
    if row is None or due.at > _until(due) + LAST_LATE:
        return None
    if row.disconnected_at is not None:
        service.note_failure(uow, row.id, row.loss, "nobody has it connected", due.at)
        return _again(due, LOST_LOOKS)
    if row.platform not in sources.readers:
        service.note_failure(uow, row.id, AWAY, "the platform is not set up here", due.at)
        return _again(due, LOST_LOOKS)
    if row.next_at is None:
        service.note_failure(uow, row.id, row.loss, "it needs connecting again", due.at)
        return _again(due, LOST_LOOKS)
    since = due.payload["since"]
    item = reading.item(uow, row, due, since=None if since is None else datetime.fromisoformat(since), keys=keys)
    if item is None:
        return _again(due, min(SOON * 2 ** min(due.attempt - 1, 10), LOST_LOOKS))
    round_ = Round(row.platform, (item,))
    wait = reading.affordable(uow, round_, due.at, limits, daily=False)
    if wait is not None:
        service.note_failure(uow, row.id, AWAY, "the allowance of the platform is used up", due.at)
        return _again(due, wait - due.at)
    return round_


def finish_wanted(uow: UnitOfWork, due: Due, answers: Answers, *, limits: MetricLimits) -> Again | None:
    """Settle it; what failed is tried again, until the day is over."""
    reading.settle(uow, answers, due.at, limits, daily=False)
    ((_, answer),) = answers
    match answer:
        case Reading():
            return None
        case AccessLost():
            return _again(due, LOST_LOOKS)
        case _:
            asked = answer.seconds if isinstance(answer, SourceAway) else 0
            return _again(due, rules.retry_in(due.attempt, asked))


def _until(due: Due) -> datetime:
    return datetime.fromisoformat(due.payload["until"])


def _again(due: Due, wait: timedelta) -> Again | None:
    """Later; a last time at the end of the day."""
    return Again(min(due.at + wait, _until(due))) if due.at < _until(due) else None


# What may not stay


def upkeep(uow: UnitOfWork, due: Due, *, limits: MetricLimits) -> Again | None:
    """Job: forget figures as old as the platforms' terms allow, and what was only needed for a while."""
    codes, others = due.at - timedelta(days=limits.code_days), due.at - timedelta(days=limits.figures_days)
    dropped = 0
    for (counts, figures), before in (
        (repository.DROP_CODE, codes),
        (repository.DROP_LEFT, codes),
        (repository.DROP_OLD, others),
    ):
        uow.run(counts, before=before, most=BATCH)
        dropped = max(dropped, uow.run(figures, before=before, moment=due.at, most=BATCH).affected)
    uow.run(repository.FORGET_OLD_POSTS, codes=codes, others=others)
    uow.run(repository.FORGET_OLD_FAILURES, before=others)
    uow.run(repository.END_WATCHES, before=due.at)
    for statement in (repository.EXPIRE_SIGN_INS, repository.EXPIRE_PROOFS, quota.EXPIRE):
        uow.run(statement, before=due.at - SCRAPS)
    return Again(due.at, fresh=True) if dropped == BATCH else None


JOBS = (
    Job(READ, prepare=prepare_daily, errand=read, finish=finish_daily),
    Job(WANTED, prepare=prepare_wanted, errand=read, finish=finish_wanted),
    Job(UPKEEP, run=upkeep, every=UPKEEP_LOOKS),
)
