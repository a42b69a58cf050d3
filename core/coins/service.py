"""Paying the daily visit, once a local day."""

from datetime import date, datetime
from typing import Any

from core.clock import local_day, next_midnight
from core.coins import repository, rules
from core.coins.errors import AlreadyVisited
from core.coins.rules import ONE_DAY, CoinRules, Streak
from core.db import UnitOfWork
from core.durations import in_words
from core.facts import MemberErased, MembersMerged, VisitPaid
from core.ids import MemberId
from core.ledger import service as ledger
from core.ledger import views
from core.ledger.codes import Code, LotSource, System
from core.ledger.posting import Why
from core.members import service as members
from core.members.rules import MemberRules, opens_again_at
from core.money import Coins, Unit
from core.people import Member, wallet
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit that paid. `grace_on` is when a grace day is back in hand; None: it is in hand."""

    coins: Coins
    streak: Streak
    first: bool
    grace_on: date | None
    next_at: datetime


def visit(uow: UnitOfWork, member: Member, at: datetime, limits: CoinRules, zones: MemberRules) -> Visited:
    """Pay the visit of the member's local day. Raises `AlreadyVisited`."""
    today = local_day(at, member.zone)
    last, bridged_before = repository.last_and_bridged(uow, member.id, rules.grace_since(today, limits))
    if last is not None:
        opens_at = opens_again_at((last.day, last.at), 1, member.zone, member.zone_changed_at, zones)
        if at < opens_at:
            raise AlreadyVisited(in_words(opens_at - at))
    now = rules.streak(last, today, bridged_before, limits)
    if not repository.insert(uow, member.id, today, at, streak=now.days, bridged=now.bridged):
        raise AlreadyVisited(in_words(next_midnight(at, member.zone) - at))
    uow.record(VisitPaid(at, member.id, today))
    coins = rules.reward(now.days, limits)
    if coins:
        why = Why(Code.DAILY_VISIT, f"visit:{member.id}:{today}", at)
        ledger.grant(uow, member.coin_wallet, coins, why, source=LotSource.EARNED)
    returns_on = _grace_on(now.bridged or bridged_before, today, limits)
    return Visited(coins, now, last is None, returns_on, next_midnight(at, member.zone))


def is_unpaid(uow: UnitOfWork, member: MemberId, day: date) -> bool:
    """Whether a local day has not come yet for the visits of a member: it may still pay."""
    last = repository.last(uow, member)
    return last is None or last.day < day


def was_paid_just_now(uow: UnitOfWork, member: MemberId) -> bool:
    """Whether this very transaction paid a visit: `/daily` does so by itself."""
    return any(type(fact) is VisitPaid and fact.member == member for fact in uow.facts)


def _grace_on(bridged: date | None, today: date, limits: CoinRules) -> date | None:
    """When a missed day could be bridged again; None if tomorrow could."""
    if bridged is None:
        return None
    returns_on = rules.grace_returns_on(bridged, limits)
    return returns_on if returns_on > today + ONE_DAY else None


def merge(uow: UnitOfWork, fact: MembersMerged, *, limits: CoinRules) -> None:
    """Reaction: days of either count as visited (so that no day pays twice from now on); the longer streak stays."""
    member = members.member(uow, fact.kept)
    today = local_day(fact.at, member.zone)
    since = rules.grace_since(today, limits)
    pasts = [repository.last_and_bridged(uow, who, since) for who in (fact.kept, fact.gone)]
    alive = [
        past.streak
        for past, bridged in pasts
        # Whether the next visit goes on with it: today's, if it is open; who was further east may have had tomorrow's.
        if past is not None and rules.streak(past, max(today, past.day + ONE_DAY), bridged, limits).days > 1
    ]
    paid = [rules.reward(past.streak, limits).value for past, _ in pasts if past is not None and past.day == today]
    if len(paid) == 2:
        _take_back_second(uow, fact, today, min(paid))
    uow.run(repository.MOVE, kept=fact.kept, gone=fact.gone)
    uow.run(repository.FORGET, member=fact.gone)
    last = repository.last(uow, fact.kept)
    if last is not None and alive:
        uow.run(repository.SET_STREAK, member=fact.kept, on_day=last.day, streak=max(alive))


def _take_back_second(uow: UnitOfWork, fact: MembersMerged, today: date, paid: int) -> None:
    """A day pays once: or who parts and links again every day would be paid for two.

    The ledger has moved the coins by now; what is spent of them stays spent.
    """
    account = wallet(fact.kept, Unit.COIN)
    left = sum(lot.remaining for lot in views.usable(uow, account, fact.at, LotSource.EARNED))
    second = Coins(min(paid, left))
    if second and not views.debt(uow, account):
        why = Why(Code.VISIT_TAKEN_BACK, f"visit-twice:{fact.gone}:{today}", fact.at)
        ledger.spend(uow, account, second, why, to=System.ISSUANCE, sources=frozenset({LotSource.EARNED}))


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: when somebody was here is nobody's business any more."""
    uow.run(repository.FORGET, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's visits."""
    return [row._asdict() for row in uow.run(repository.OF_MEMBER, member=member)]
