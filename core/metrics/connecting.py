"""Who gets an account: proven, free, and not just left by somebody else."""

from datetime import datetime

from core.clock import local_day
from core.db import Row, UnitOfWork
from core.durations import day_in_words
from core.facts import MetricAccountBack
from core.ids import MemberId
from core.members import service as members
from core.members.service import Salt
from core.metrics import notices, repository, rules, service
from core.metrics.errors import AccountTaken, CoolingDown, TooManyAccounts
from core.metrics.reactions import buried
from core.metrics.repository import MetricAccount
from core.metrics.rules import MetricLimits
from core.schedule import service as schedule
from core.sources import Found, Way


def connect(
    uow: UnitOfWork,
    member: MemberId,
    platform: str,
    found: Found,
    at: datetime,
    *,
    way: Way,
    limits: MetricLimits,
    salt: Salt,
) -> MetricAccount:
    """Give a proven account to a member, and plan its first reading now. The same one again is the same row.

    Raises `AccountTaken`, `CoolingDown`, `TooManyAccounts`.
    """
    members.lock(uow, member)
    member = members.member(uow, member).id  # who was merged meanwhile is the other one
    known = {"of_platform": platform, "named": found.external_id, "buried": buried(platform, found.external_id, salt)}
    rows = list(uow.run(repository.SAME, **known))
    _check_free(uow, rows, member, at, found=found, limits=limits)
    mine = [row for row in rows if row.member_id == member and row.external_id == found.external_id]
    mine.sort(key=lambda row: row.disconnected_at is None)  # after a merge there may be two; who holds it is the last
    if not (mine and mine[-1].disconnected_at is None):
        count = len(service.accounts(uow, member))
        if count >= limits.accounts_max:
            raise TooManyAccounts(count)
    account = _again(uow, mine[-1], found, at, way) if mine else _new(uow, member, platform, found, at, way=way)
    schedule.plan(uow, service.READ, str(account), at, move=True)
    if way is Way.OAUTH:  # whatever is still to be given back of this account would take the new permission too
        for key in (service.unused(platform, found.external_id), *(str(row.id) for row in rows)):
            schedule.cancel(uow, service.REVOKE, key)
    return service.account(uow, account)


def _check_free(
    uow: UnitOfWork, rows: list[Row], member: MemberId, at: datetime, *, found: Found, limits: MetricLimits
) -> None:
    """Whether nobody else has it, and nobody else had it just now."""
    for row in rows:
        if row.member_id == member:
            continue
        if row.disconnected_at is not None:
            left_at = row.disconnected_at
        elif row.lost_at is None or at < rules.free_from(row.lost_at, limits):
            raise AccountTaken(found.name)
        else:  # whoever had it can not read it any more, for as long as a cool-down takes
            service.disconnect(uow, row.id, at)
            notices.lost(uow, service.account(uow, row.id), at)
            continue
        free_from = rules.free_from(left_at, limits)
        if at < free_from:
            raise CoolingDown(found.name, day_in_words(local_day(free_from, members.member(uow, member).zone)))


def _again(uow: UnitOfWork, row: Row, found: Found, at: datetime, way: Way) -> int:
    if row.loss is None and row.way == Way.OAUTH.value:
        way = Way.OAUTH  # a code proves less than the permission that stands
    named = {"called": found.name, "shown": found.handle, "by": way.value}
    uow.run(repository.CONNECT_AGAIN, account=row.id, moment=at, **named)
    if way is not Way.OAUTH:
        service.give_back(uow, row.id, at)
    regain(uow, row, at)
    return int(row.id)


def regain(uow: UnitOfWork, row: Row, at: datetime) -> None:
    """An account that was lost can be read again."""
    if row.loss is not None:
        uow.run(repository.REGAIN, account=row.id)
        uow.record(MetricAccountBack(at, MemberId(row.member_id), row.id))


def _new(uow: UnitOfWork, member: MemberId, platform: str, found: Found, at: datetime, *, way: Way) -> int:
    row = {"member_id": member, "platform": platform, "external_id": found.external_id, "way": way.value}
    row |= {"name": found.name, "handle": found.handle, "connected_at": at, "next_at": at}
    made = uow.run(repository.INSERT, **row).scalar()
    if made is None:  # somebody else connected it in this very moment
        raise AccountTaken(found.name)
    return int(made)
