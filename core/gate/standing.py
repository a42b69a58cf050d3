"""Where a member stands beyond the month's sums: new, disputed, throttled, visiting; and what they were told."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.chat import Button, Notice
from core.clock import local_day
from core.costs import service as costs
from core.costs.months import Month, month_of
from core.costs.rules import Payer, nanos
from core.db import UnitOfWork
from core.durations import day_in_words, in_words
from core.gate import pace, repository, rules, words
from core.gate.errors import AppealUsed, NothingToAppeal, PremiumNeeded, Throttled
from core.gate.pace import Pace
from core.gate.rules import CallAsk, GateLimits, Level, New, Offer, Standing
from core.ids import MemberId
from core.ledger import views
from core.ledger.codes import LotSource
from core.links import service as links
from core.members import service as members
from core.members.service import Salt
from core.outbox import service as outbox
from core.people import Member, Plan

LEVEL = Notice("level", "How much AI your month has left")
MONTH_AT_MOST = timedelta(days=31)
REWARDED = "visit:"
"""Purposes of links whose visits open the gate; those of other offers begin with `offer:`."""


# New identities


def why_new(uow: UnitOfWork, member: Member, at: datetime, limits: GateLimits) -> New | None:
    """Why the half ladder holds; None: it does not, or what they paid or proved has lifted it.

    One account that is old enough vouches for all of a person's.
    """
    if rules.is_new(member.joined_at, at, limits):
        why = New.MEMBER
    elif not rules.may_be_new(member.joined_at, at, limits):
        return None
    elif rules.is_young(members.oldest_account(uow, member.id), at, limits):
        why = New.ACCOUNT
    else:
        return None
    lifted = is_trusted(uow, member.id) or costs.has_paid(uow, member.id) or _has_bought(uow, member, at)
    return None if lifted else why


def is_new(uow: UnitOfWork, member: Member, at: datetime, limits: GateLimits) -> bool:
    """Whether the half ladder holds."""
    return why_new(uow, member, at, limits) is not None


def _has_bought(uow: UnitOfWork, member: Member, at: datetime) -> bool:
    """What was bought and not used yet is no income, and yet it was paid."""
    wallets = (member.credit_wallet, member.coin_wallet)
    return any(
        lot.source is LotSource.BOUGHT and lot.net_nanos > 0
        for wallet in wallets
        for lot in views.lots(uow, wallet, at)
    )


def trust(uow: UnitOfWork, member: MemberId, why: str, at: datetime) -> None:
    """Lift the half ladder from a new identity for good, such as when it connects a metric account."""
    uow.run(repository.TRUST, member=member, why=why, at=at)


def begin_later(uow: UnitOfWork, member: MemberId, at: datetime, *, salt: Salt | None = None) -> None:
    """Give no second free part in a calendar month to who was somebody else in it; with `salt`, only if they were."""
    month = month_of(None, at)
    if salt is None or members.was_here(uow, member, month.starts_at, salt):
        uow.run(repository.WAIT, member=member, at=month.ends_at)


def must_wait(uow: UnitOfWork, member: Member, at: datetime) -> bool:
    """Whether this month's free part was used under another name."""
    if at - member.joined_at > MONTH_AT_MOST:
        return False
    row = uow.run(repository.STANDING_OF, member=member.id).first()
    return row is not None and row.free_from is not None and at < row.free_from


def is_trusted(uow: UnitOfWork, member: MemberId) -> bool:
    """Whether the half ladder was lifted for good."""
    row = uow.run(repository.STANDING_OF, member=member).first()
    return row is not None and row.trusted_at is not None


def in_dispute(uow: UnitOfWork, member: Member) -> bool:
    """Whether a payment of theirs is in dispute or left a debt."""
    wallets = (member.credit_wallet, member.coin_wallet)
    return any(views.debt(uow, wallet) > 0 or views.disputed(uow, wallet) for wallet in wallets)


# Rewarded visits


def offers(uow: UnitOfWork, member: MemberId, limits: GateLimits) -> list[Offer]:
    """What a member is shown: offers of their language, the one that is expected to bring most first."""
    if not limits.offers:
        return []
    language = members.settings(uow, member).language
    fitting = [offer for offer in limits.offers if offer.language in {"", language}]
    return sorted(fitting, key=lambda offer: (-nanos(offer.expected), offer.name))


def below(uow: UnitOfWork, member: MemberId, level: Level, limits: GateLimits) -> tuple[Button, ...]:
    """What stands below an answer at a level: the way to partner pages, where there are some."""
    return (words.PARTNERS,) if level.has_offers and offers(uow, member, limits) else ()


def purpose(offer: Offer) -> str:
    """What the visits of an offer's link are counted for."""
    return f"{REWARDED if offer.rewarded else 'offer:'}{offer.name}"


def open_until(uow: UnitOfWork, member: MemberId, limits: GateLimits) -> datetime | None:
    """Until when the last partner visit opens the gate; None: there was none."""
    last = links.last_visit(uow, member, REWARDED)
    return None if last is None else last + timedelta(hours=limits.visit_hours)


def must_visit(uow: UnitOfWork, member: Member, at: datetime, limits: GateLimits) -> bool:
    """Whether a gated call has to wait for a partner visit. Never, where there is no offer to visit."""
    if not any(offer.rewarded for offer in offers(uow, member.id, limits)):
        return False
    until = open_until(uow, member.id, limits)
    return until is None or until <= at


# Throttling


def keep_pace(uow: UnitOfWork, member: Member, ask: CallAsk, at: datetime, *, limits: GateLimits, plan: Plan) -> None:
    """Count a call. Raises `Throttled` while a pause holds, `PremiumNeeded` when pauses did not help.

    Whoever pays for it, a call counts and waits; that pauses did not help is for the free AI alone to say.
    """
    now = repository.lock_pace(uow, member.id) or pace.fresh(at)
    if now.until is not None and at < now.until:
        raise Throttled(words.held_up(now, limits), in_words(now.until - at))
    count = pace.strikes(now, at)
    if count > len(limits.throttle_minutes) and plan is Plan.FREE and ask.payer is Payer.HOUSE:
        opens_at = _forgiven_at(now, at, limits)
        raise PremiumNeeded(words.struck_for(now.cause), day_in_words(local_day(opens_at, member.zone)))
    repository.save_pace(uow, member.id, pace.paced(now, ask.digest, at, limits))


def _forgiven_at(now: Pace, at: datetime, limits: GateLimits) -> datetime:
    """When so many strikes will be forgotten that pauses alone are left."""
    assert now.struck_at is not None, "who has strikes was struck"
    count = pace.strikes(now, at)
    over = count - len(limits.throttle_minutes)
    return now.struck_at + pace.FORGIVEN * (now.strikes - count + over)


def appeal(uow: UnitOfWork, member: Member, at: datetime, limits: GateLimits) -> None:
    """Lift a pause and its strikes; once in a while without anybody looking. Raises what is in the way."""
    now = repository.lock_pace(uow, member.id)
    if now is None or not (_pauses(now, at) or pace.strikes(now, at) > len(limits.throttle_minutes)):
        raise NothingToAppeal
    if now.appealed_at is not None and at - now.appealed_at < timedelta(days=limits.appeal_days):
        ends = now.until if now.until is not None and _pauses(now, at) else _forgiven_at(now, at, limits)
        raise AppealUsed(day_in_words(local_day(now.appealed_at, member.zone)), in_words(ends - at))
    repository.save_pace(uow, member.id, replace(_eased(now), appealed_at=at))


def ease(uow: UnitOfWork, member: MemberId, at: datetime) -> bool:
    """Lift a pause by decision of staff. False: none held."""
    now = repository.lock_pace(uow, member)
    if now is None or not (_pauses(now, at) or pace.strikes(now, at)):
        return False
    repository.save_pace(uow, member, _eased(now))
    return True


def _pauses(now: Pace, at: datetime) -> bool:
    return now.until is not None and at < now.until


def _eased(now: Pace) -> Pace:
    # What a habit was is no fault and stays; so does the day of an outlier, or the next call would be another one.
    return replace(now, strikes=0, struck_at=None, until=None, lately=(), copies=0, cause=None)


# Levels


def level_now(
    uow: UnitOfWork, member: Member, month: Month, at: datetime, limits: GateLimits, *, quote: int = 0
) -> Level:
    """The level of the month as it stands, with what is about to be reserved in it."""
    # What they had before as somebody else is not known any more, so it counts as all there is.
    used = rules.bound(limits) + 1 if must_wait(uow, member, at) else 0
    new = is_new(uow, member, at, limits)
    return rules.level(Standing(max(used, month.cost + quote), month.profit - quote, new), limits)


def tell(uow: UnitOfWork, month: Month, at: datetime, limits: GateLimits) -> None:
    """Announce a level that has changed, once in a month, with its reason, its cost and the way back."""
    member = members.member(uow, month.member)
    now = level_now(uow, member, month, at, limits)
    row = uow.run(repository.STANDING_OF, member=member.id).first()
    told = Level(row.level) if row is not None and row.month_id == month.id else Level.NORMAL
    if now is told:
        return
    uow.run(repository.TOLD, member=member.id, month=month.id, level=now.value)
    has_offers = any(offer.rewarded for offer in offers(uow, member.id, limits))
    if not has_offers and {now, told} == {Level.GATED, Level.GATED_OFFERS}:
        return  # without partners they are the same
    better = now.rank < told.rank
    visit = open_until(uow, member.id, limits)
    new = why_new(uow, member, at, limits)
    message = words.changed(
        now, month, member.zone, limits, better=better, has_offers=has_offers, new=new,
        open_until=visit if visit is not None and visit > at else None,
    )  # fmt: skip
    key = f"level:{month.id}:{now.value}{':back' if better else ''}"
    outbox.announce(uow, member.id, LEVEL, message, key=key, at=at)
