"""Booking what was earned, and paying it on the first local day with room for all of it.

Whoever earns is locked first, so that two rewards can not both see the same room.
"""

from datetime import date, datetime, timedelta
from typing import Any

from core.chat import Again, Due
from core.clock import local_day, next_midnight
from core.db import UnitOfWork
from core.earnings import repository, rules
from core.earnings.repository import Booked
from core.earnings.rules import EarningLimits
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Posted, Why
from core.members import service as members
from core.money import Coins, Credits
from core.people import Member
from core.schedule import service as schedule
from core.values import dataclass

PAY = "earnings.pay"


@dataclass(frozen=True, slots=True)
class Earned:
    """A reward that stands: paid, or to be paid on a local day."""

    paid: bool
    pays_on: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reward on its way: how much, what for, and when it is paid as things stand."""

    coins: Coins
    code: Code
    pays_on: date


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the caps leave room for, as things stand."""

    used: rules.Used
    waiting: tuple[int, ...]
    today: date
    limits: EarningLimits

    def pays_on(self, coins: Coins) -> date | None:
        """When a reward that is earned now would be paid; None: now."""
        if not coins:
            return None
        day = rules.places(self.used, [*self.waiting, coins.value], self.today, self.limits)[-1]
        return None if day == self.today else day

    @property
    def left_this_month(self) -> Coins:
        """The rest of the month's cap."""
        return Coins(max(0, self.limits.month_coins - self.used.in_month(self.today)))

    @property
    def left_today(self) -> Coins:
        """The rest of the day's cap, and no more than the month's."""
        return min(self.left_this_month, Coins(max(0, self.limits.day_coins - self.used.on(self.today))))


def earn(uow: UnitOfWork, member: Member, coins: Coins, why: Why, *, limits: EarningLimits) -> Earned:
    """Book a reward, once per key and code, and pay it now or on the next local day with room. Never a part of it."""
    if not coins:
        return Earned(paid=True)
    member = _locked(uow, member.id)
    repository.book(uow, member.id, coins.value, why)
    days = _pay(uow, member, why.at, limits)
    row = uow.run(repository.BY_KEY, key=why.key, code=why.code.value).one()
    if row.day is not None:
        return Earned(paid=True)
    return Earned(paid=False, pays_on=days.get(row.id))


def outlook(uow: UnitOfWork, member: Member, at: datetime, limits: EarningLimits) -> Outlook:
    """What could be earned now and when it would be paid, read once for any number of rewards. Changes nothing."""
    amounts = tuple(booked.amount for booked in repository.waiting(uow, member.id))
    return Outlook(repository.used(uow, member.id, at, member.zone), amounts, local_day(at, member.zone), limits)


def pays_on(uow: UnitOfWork, member: Member, coins: Coins, at: datetime, limits: EarningLimits) -> date | None:
    """When a reward that is earned now would be paid; None: now. Changes nothing."""
    return outlook(uow, member, at, limits).pays_on(coins)


def waiting(uow: UnitOfWork, member: Member, at: datetime, limits: EarningLimits) -> list[Waiting]:
    """What was earned and not paid yet, in the order it was earned. Changes nothing."""
    booked = repository.waiting(uow, member.id)
    if not booked:
        return []
    days = _days(uow, member, booked, at, limits)
    return [Waiting(Coins(one.amount), one.code, days[one.id]) for one in booked]


def reward_credits(uow: UnitOfWork, member: Member, credits: Credits, why: Why, limits: EarningLimits) -> Posted:  # noqa: A002  the product's word
    """Grant earned credits, once per key and code. They lapse; nothing caps them."""
    expires_at = why.at + timedelta(days=limits.credits_days)
    return ledger.grant(uow, member.credit_wallet, credits, why, source=LotSource.EARNED, expires_at=expires_at)


def pay_waiting(uow: UnitOfWork, due: Due, *, limits: EarningLimits) -> Again | None:
    """Job: at each local midnight while something waits, pay what the new day has room for."""
    member = _locked(uow, MemberId(int(due.key)))
    _pay(uow, member, due.at, limits)
    if not repository.waiting(uow, member.id):
        return None
    return Again(next_midnight(due.at, member.zone), fresh=True)


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: the history of both counts, and what waited for either is paid to the one.

    The job of who is gone is left alone: it may be waiting for the member that is locked here.
    """
    uow.run(repository.MOVE, kept=fact.kept, gone=fact.gone)
    if repository.waiting(uow, fact.kept):
        _look_at_midnight(uow, members.member(uow, fact.kept), fact.at)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: what was earned is the ledger's to know; what waited is given up with the wallet."""
    uow.run(repository.FORGET, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """What the member earned."""
    return [row._asdict() for row in uow.run(repository.OF_MEMBER, member=member)]


# Inside


def _locked(uow: UnitOfWork, member_id: MemberId) -> Member:
    members.lock(uow, member_id)
    member = members.member(uow, member_id)
    if member.id != member_id:  # merged while we waited
        members.lock(uow, member.id)
    return member


def _days(
    uow: UnitOfWork, member: Member, booked: list[Booked], at: datetime, limits: EarningLimits
) -> dict[int, date]:
    amounts = [one.amount for one in booked]
    days = rules.places(repository.used(uow, member.id, at, member.zone), amounts, local_day(at, member.zone), limits)
    return {one.id: day for one, day in zip(booked, days, strict=True)}


def _pay(uow: UnitOfWork, member: Member, at: datetime, limits: EarningLimits) -> dict[int, date]:
    """Pay what today has room for. The days of the rest, for which midnight is awaited."""
    booked = repository.waiting(uow, member.id)
    if not booked:
        return {}
    today, days = local_day(at, member.zone), _days(uow, member, booked, at, limits)
    for one in booked:
        if days[one.id] == today and uow.run(repository.PAY, earning=one.id, day=today, at=at).first() is not None:
            del days[one.id]
            why = Why(one.code, one.key, at)
            ledger.grant(uow, member.coin_wallet, Coins(one.amount), why, source=LotSource.EARNED)
    if days:
        _look_at_midnight(uow, member, at)
    return days


def _look_at_midnight(uow: UnitOfWork, member: Member, at: datetime) -> None:
    # Never moved: the job that runs holds its row and waits for the member.
    schedule.plan(uow, PAY, str(member.id), next_midnight(at, member.zone))
