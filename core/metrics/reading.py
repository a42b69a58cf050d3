"""One round of reading: which accounts, what it costs, how it is asked, and what becomes of each answer.

A round is planned in one transaction, read outside of any, and settled in another. What one account does to a round,
hang, lie or raise anything at all, is that account's failure and no other's.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.chat import Due
from core.db import Row, UnitOfWork
from core.facts import MetricAccountLost
from core.ids import MemberId, new_code, new_trace
from core.members import service as members
from core.metrics import connecting, notices, profile, quota, repository, rules, sealing, service
from core.metrics.rules import MetricLimits
from core.metrics.sealing import Keys
from core.metrics.service import AWAY
from core.ports import MetricsSource, Observer
from core.schedule import service as schedule
from core.sources import AccessLost, Account, Loss, Reading, SourceAway, Way
from core.values import dataclass

REFRESH = "metrics.refresh"
FRESH_FOR = timedelta(minutes=2)
"""A token that ends sooner is refreshed before it is used."""


@dataclass(frozen=True, slots=True)
class Item:
    """One account of a round. `connected_at` tells whether it was connected anew meanwhile."""

    id: int
    account: Account
    connected_at: datetime
    posts_since: datetime | None
    alone: bool


@dataclass(frozen=True, slots=True)
class Round:
    """Accounts of one platform that are read together."""

    platform: str
    items: tuple[Item, ...]


Answers = list[tuple[Item, Reading | Exception]]


# Before


def item(uow: UnitOfWork, row: Row, due: Due, *, since: datetime | None, keys: Keys) -> Item | None:
    """What to ask about an account; None if its permission has to be refreshed first, which is planned, or is over.

    `due` is who waits for it.
    """
    at = due.at
    token = ""
    if row.way == Way.OAUTH.value:
        kept = uow.run(repository.TOKEN_OF, account=row.id).first()
        tokens = None if kept is None else sealing.opened_tokens(keys, kept)
        if tokens is None or tokens.refresh_until <= at:
            lose(uow, row, Loss.EXPIRED, at)
            return None
        if tokens.access_until <= at + FRESH_FOR:
            schedule.plan(uow, REFRESH, str(row.id), at, {"then": [due.kind, due.key]})
            return None
        token = tokens.access
    account = Account(row.external_id, Way(row.way), token)
    return Item(row.id, account, row.connected_at, since, alone=row.misses > 0)


def affordable(uow: UnitOfWork, round_: Round, at: datetime, limits: MetricLimits, *, daily: bool) -> datetime | None:
    """Take a round from the platform's allowance. None: it may go; else when to look again."""
    pace = limits.pace(round_.platform)
    with_posts = sum(one.posts_since is not None for one in round_.items)
    calls = rules.units(pace, len(round_.items) - with_posts, with_posts)
    most = pace.units_a_day * (100 - limits.reserved_percent) // 100 if daily else pace.units_a_day
    day, minute = rules.quota_day(at), at.replace(second=0, microsecond=0)
    if pace.units_a_day and not quota.room(uow, round_.platform, quota.DAY, day, calls, most):
        return rules.quota_day(day + timedelta(hours=30))
    if not quota.take(uow, round_.platform, quota.MINUTE, minute, calls, pace.requests_a_minute):
        return minute + timedelta(minutes=1)
    if pace.units_a_day:
        quota.take(uow, round_.platform, quota.DAY, day, calls, pace.units_a_day)
    return None


# Outside


async def ask(round_: Round, source: MetricsSource, limits: MetricLimits, observer: Observer) -> Answers:
    """Ask about every account of a round; whatever goes wrong stands where the answer would."""
    asking = _Asking(source, limits, observer)
    plain = [one for one in round_.items if one.posts_since is None and not one.alone]
    size = limits.pace(round_.platform).accounts_a_call
    groups = [plain[i : i + size] for i in range(0, len(plain), size)] if size > 1 else []
    single = [one for one in round_.items if size == 1 or one.posts_since is not None or one.alone]
    found = await asyncio.gather(*map(asking.together, groups), *map(asking.one, single))
    return [answer for answers in found for answer in answers]


class _Asking:
    """How a round asks: not too many at once, and none for too long."""

    def __init__(self, source: MetricsSource, limits: MetricLimits, observer: Observer) -> None:
        self._source = source
        self._observer = observer
        self._slots = asyncio.Semaphore(limits.side_by_side)
        self._call_s = limits.call_s
        # The lease of the round's row must outlast it.
        self._ends = asyncio.get_running_loop().time() + 2 * limits.call_s

    async def one(self, one: Item) -> Answers:
        """An account by itself."""
        try:
            async with self._slots, self._patience():
                return [(one, await self._source.read(one.account, posts_since=one.posts_since))]
        except Exception as error:  # noqa: BLE001  it is this account's failure, whatever it is
            return [(one, self._noted(error))]

    async def together(self, group: Sequence[Item]) -> Answers:
        """Accounts in one call. A call that breaks is halved, until the one that breaks it stands alone."""
        try:
            async with self._slots, self._patience():
                found = await self._source.read_many(tuple(one.account for one in group))
        except (SourceAway, TimeoutError) as error:
            return [(one, self._noted(error)) for one in group]
        except Exception as error:  # noqa: BLE001  as above
            if len(group) == 1:
                return [(group[0], self._noted(error))]
            half = len(group) // 2
            return await self.together(group[:half]) + await self.together(group[half:])
        nothing = SourceAway(self._source.platform, "it said nothing of this account")
        return [(one, found.get(one.account.external_id, nothing)) for one in group]

    def _patience(self) -> asyncio.Timeout:
        now = asyncio.get_running_loop().time()
        return asyncio.timeout_at(min(now + self._call_s, self._ends))

    def _noted(self, error: Exception) -> Exception:
        if isinstance(error, TimeoutError):
            return SourceAway(self._source.platform, f"no answer in {self._call_s} s")
        if not isinstance(error, (SourceAway, AccessLost)):
            what = f"reading {self._source.platform}"
            self._observer.broken(what, error, trace=new_trace(), reference=new_code(4))
        return error


# After


def settle(uow: UnitOfWork, answers: Answers, at: datetime, limits: MetricLimits, *, daily: bool) -> None:
    """Keep what was read and what failed. Whoever left, or was connected anew meanwhile, is left alone."""
    for one, answer in sorted(answers, key=lambda pair: pair[0].id):
        row = repository.lock(uow, one.id)
        if row is None or row.disconnected_at is not None or row.connected_at != one.connected_at:
            continue
        if isinstance(answer, Reading):
            _keep(uow, row, one, answer, at)
        else:
            _miss(uow, row, answer, at)
        if daily:
            _plan(uow, row, answer, at, limits)


def _keep(uow: UnitOfWork, row: Row, one: Item, reading: Reading, at: datetime) -> None:
    service.keep(uow, row.id, reading, posts_since=one.posts_since)
    if (reading.name, reading.handle) != (row.name, row.handle):
        uow.run(repository.NAMED, account=row.id, called=reading.name, shown=reading.handle)
    if row.loss is not None:
        connecting.regain(uow, row, at)
        notices.back(uow, service.account(uow, row.id), at)
    profile.fill(uow, service.account(uow, row.id), reading, at)


def _miss(uow: UnitOfWork, row: Row, error: Exception, at: datetime) -> None:
    match error:
        case AccessLost(loss=loss):
            service.note_failure(uow, row.id, loss.value, "", at)
            lose(uow, row, loss, at)
        case SourceAway(why=why):
            service.note_failure(uow, row.id, AWAY, why, at)
        case _:
            service.note_failure(uow, row.id, AWAY, f"{type(error).__name__}: this was on us", at)


def _plan(uow: UnitOfWork, row: Row, answer: Reading | Exception, at: datetime, limits: MetricLimits) -> None:
    """When it is read next: on the next day, or sooner if it failed."""
    after = rules.next_reading(at, members.member(uow, MemberId(row.member_id)).zone, limits)
    misses = 0
    match answer:
        case Reading():
            pass
        case AccessLost(loss=Loss.HIDDEN | Loss.GONE):
            after = min(after, at + rules.RETRY_MOST)
        case AccessLost():
            return  # it can only be connected again
        case _:
            misses = row.misses + 1
            asked = answer.seconds if isinstance(answer, SourceAway) else 0
            after = min(after, at + rules.retry_in(misses, asked))
    uow.run(repository.PLAN, account=row.id, next=after, missed=misses)


def lose(uow: UnitOfWork, row: Row, loss: Loss, at: datetime) -> None:
    """An account can not be read any more: say so once, to the rooms and to its member."""
    if row.disconnected_at is not None:
        return
    if loss in {Loss.REVOKED, Loss.EXPIRED}:
        uow.run(repository.FORGET_TOKEN, account=row.id)
        uow.run(repository.STOP, account=row.id)
    if row.loss is not None:
        if loss in {Loss.REVOKED, Loss.EXPIRED}:  # what brings it back has changed, and since when it is away has not
            uow.run(repository.LOSE, account=row.id, why=loss.value, moment=row.lost_at)
        return
    uow.run(repository.LOSE, account=row.id, why=loss.value, moment=at)
    uow.record(MetricAccountLost(at, MemberId(row.member_id), row.id, loss))
    notices.lost(uow, service.account(uow, row.id), at)
