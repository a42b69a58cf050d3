"""Reserve before, settle after: the one way by which a call that costs money may run.

`reserve` sets the worst case aside on the member's month and on the service's day, or refuses with the way back.
`settle` books what it cost in truth, `release` gives back what was never run; each reservation ends once.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.clock import local_day
from core.costs import repository as books
from core.costs import service as costs
from core.costs.months import Month
from core.costs.rules import Category, Payer, Prices, nanos
from core.db import UnitOfWork
from core.durations import day_in_words
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.gate import repository, rules, standing
from core.gate.errors import (
    BasicOnly,
    BreakerNear,
    BreakerOpen,
    BudgetUsed,
    Closed,
    Disputed,
    PlanUsed,
    PriceFrozen,
    SoldTooLow,
    TooMuchLost,
    VisitNeeded,
)
from core.gate.repository import Reservation
from core.gate.rules import CallAsk, GateLimits, Grant, Level
from core.ids import HoldId
from core.ledger import views
from core.ledger.codes import LotSource
from core.money import Amount, Nanos
from core.people import Member, Plan, wallet
from core.usage import Usage, Worst
from core.values import dataclass

__all__ = ["CallAsk", "GateLimits", "Grant", "Level", "Payer"]


def payer_of(uow: UnitOfWork, member: Member, hold: HoldId | None, at: datetime, plans: Plans) -> Payer:
    """Who pays for a call, by the lots that its price was held from; without a price the house does."""
    if hold is None:
        return Payer.HOUSE
    sources = [part.source for part in views.held_parts(uow, hold)]
    paid_plan = entitlements.of(uow, member.id, at, plans).plan is not Plan.FREE
    return rules.payer(sources, paid_plan=paid_plan)


def expected(
    uow: UnitOfWork, member: Member, price: Amount, at: datetime, *, plans: Plans, limits: GateLimits
) -> Level:
    """How a call of this price is served as the month stands, its own cost not counted; sold ones are always whole."""
    sources = views.drawn(uow, wallet(member.id, price.unit), price, at)
    paid_plan = entitlements.of(uow, member.id, at, plans).plan is not Plan.FREE
    if rules.payer(sources, paid_plan=paid_plan) is not Payer.HOUSE:
        return Level.NORMAL
    return standing.level_now(uow, member, costs.peek(uow, member.id, at), at, limits)


def reserve(
    uow: UnitOfWork, member: Member, ask: CallAsk, *, key: str, at: datetime, limits: GateLimits, prices: Prices
) -> Grant:
    """Set the worst case of a call aside, or refuse. The same key answers with the same grant.

    Raises `NoPrice` and everything in `errors.py`. A refusal ends the unit of work.
    """
    month = costs.month(uow, member.id, at)
    # Looked up behind the lock of the month: of two with the same key the second finds the first.
    stands = repository.by_key(uow, key)
    if stands is not None:
        return Grant(stands.id, stands.level, stands.worst)
    if count_prices(uow, at, month=month.id):
        month = costs.month(uow, member.id, at)
    standing.keep_pace(uow, member, ask, at, limits=limits, plan=month.plan)
    quote = _Quote(ask.worst, prices.worst(ask.worst, at))
    match ask.payer:
        case Payer.SELF:
            return _self_paid(uow, member, month, ask, quote, key=key, at=at, limits=limits)
        case Payer.PLAN:
            if month.profit - quote.nanos <= -rules.bound(limits):
                raise PlanUsed(_until(member, month))
            return _made(uow, month, ask, quote, key=key, at=at, limits=limits)
        case Payer.HOUSE:
            runs = _house_paid(uow, member, month, ask, quote, at=at, limits=limits, prices=prices)
            return _made(uow, month, ask, runs, key=key, at=at, limits=limits)


@dataclass(frozen=True, slots=True)
class _Quote:
    """What may run, the most it can cost, its level, and what the lots of a self-paid call brought."""

    worst: Worst
    nanos: int
    level: Level = Level.NORMAL
    net: int = 0

    @property
    def held(self) -> int:
        """How much of it the month has to hold."""
        return max(0, self.nanos - self.net)


def _self_paid(
    uow: UnitOfWork,
    member: Member,
    month: Month,
    ask: CallAsk,
    quote: _Quote,
    *,
    key: str,
    at: datetime,
    limits: GateLimits,
) -> Grant:
    """What was sold is delivered whatever the level. What its price fell short of must fit into the month."""
    parts = views.held_parts(uow, ask.hold) if ask.hold is not None else []
    if any(part.frozen for part in parts):
        raise PriceFrozen
    if month.lost + quote.nanos > costs.BOUND:
        raise TooMuchLost(_until(member, month))
    bought = any(part.source is LotSource.BOUGHT for part in parts)
    if bought and rules.may_be_new(member.joined_at, at, limits) and not standing.is_trusted(uow, member.id):
        standing.trust(uow, member.id, "bought", at)
    net = sum(part.net_nanos for part in parts)
    return _made(uow, month, ask, replace(quote, net=net), key=key, at=at, limits=limits)


def _house_paid(
    uow: UnitOfWork,
    member: Member,
    month: Month,
    ask: CallAsk,
    quote: _Quote,
    *,
    at: datetime,
    limits: GateLimits,
    prices: Prices,
) -> _Quote:
    """What runs at the level that the month has with this quote. Raises what is in the way."""
    if standing.in_dispute(uow, member):
        raise Disputed
    level = standing.level_now(uow, member, month, at, limits, quote=quote.nanos)
    if level is Level.CLOSED:
        raise Closed(_until(member, month), Nanos(nanos(limits.opens_with)))
    if level is Level.BASIC:
        raise BasicOnly(_until(member, month), Nanos(nanos(limits.opens_with)))
    if level.is_gated and standing.must_visit(uow, member, at, limits):
        free = nanos(limits.cost_normal) // (2 if standing.is_new(uow, member, at, limits) else 1)
        raise VisitNeeded(Nanos(free), limits.visit_hours)
    runs = ask.reduced if level.is_reduced and ask.reduced is not None else ask.worst
    return _Quote(runs, prices.worst(runs, at), level)


def _made(
    uow: UnitOfWork, month: Month, ask: CallAsk, quote: _Quote, *, key: str, at: datetime, limits: GateLimits
) -> Grant:
    """The guarded updates: the member's bound, then the service's day. Whoever comes too late changes nothing."""
    took = uow.run(books.TAKE, month=month.id, nanos=quote.held, bound=rules.bound(limits)).affected
    # A self-paid call that holds nothing passes whatever the month looks like.
    if not took and quote.held:
        raise SoldTooLow if ask.payer is Payer.SELF else PlanUsed(day_in_words(local_day(month.ends_at, "UTC")))
    free = ask.payer is Payer.HOUSE and month.earned == 0
    made = uow.run(
        repository.INSERT,
        key=key,
        month_id=month.id,
        purpose=ask.purpose,
        payer=ask.payer.value,
        level=quote.level.value,
        model=quote.worst.model,
        input=quote.worst.input,
        output=quote.worst.output,
        nanos=quote.nanos,
        held=quote.held,
        net=quote.net,
        free=free,
        hold_id=ask.hold,
        at=at,
        expires_at=at + timedelta(minutes=limits.reservation_minutes),
    ).scalar()
    assert made is not None, "the month is locked, so nobody else has used the key"
    _take_day(uow, quote.nanos, free=free, who=ask.payer, at=at, limits=limits)
    return Grant(made, quote.level, quote.worst)


def _take_day(uow: UnitOfWork, cost: int, *, free: bool, who: Payer, at: datetime, limits: GateLimits) -> None:
    """Set it aside on the service's day: the hottest row, and so the last that is locked."""
    on = costs.utc_day(at)
    asked = {"on": on, "nanos": cost, "free": cost if free else 0}
    asked |= {"most": rules.breaker(who, limits), "budget": nanos(limits.service_day)}
    if uow.run(books.TAKE_DAY, **asked).affected:
        return
    uow.run(books.MAKE_DAY, day=on)
    if uow.run(books.TAKE_DAY, **asked).affected:
        return
    day = uow.run(books.DAY_OF, on=on).one()
    would_be = day.spent + day.reserved + cost
    if would_be <= asked["most"]:
        raise BudgetUsed
    raise BreakerOpen if would_be > rules.breaker(Payer.SELF, limits) else BreakerNear


def settle(
    uow: UnitOfWork,
    reservation: int,
    used: Usage | None,
    *,
    at: datetime,
    prices: Prices,
    limits: GateLimits | None = None,
    delivered_share: tuple[int, int] | None = None,
) -> bool:
    """Book what a call cost, once. False: the reservation had ended before.

    What is not known is supposed to have cost the worst: `used=None` books all that was reserved. The price is that of
    the instant of the reservation. What a call brought is counted when the ledger has taken its price, unless
    the caller's `delivered_share` is 0 and there is nothing to wait for. With `limits` a changed level is announced.
    """
    found = repository.lock_open(uow, reservation)
    if found is None:
        return False
    cost = found.nanos if used is None else prices.cost(found.worst.model, used, found.at)
    _end(uow, found, cost, "settled", at, limits=limits)
    if delivered_share is not None and delivered_share[0] == 0:
        uow.run(repository.PAID, reservation=found.id)
    _give_day_back(uow, [(found, cost)])
    return True


def release(uow: UnitOfWork, reservation: int, at: datetime) -> bool:
    """Give back what was reserved for a call that never ran. False: the reservation had ended before."""
    found = repository.lock_open(uow, reservation)
    if found is None:
        return False
    _end(uow, found, 0, "released", at)
    uow.run(repository.PAID, reservation=found.id)
    _give_day_back(uow, [(found, 0)])
    return True


def expire(uow: UnitOfWork, at: datetime, *, limits: GateLimits, most: int = 200) -> int:
    """End reservations that nobody came back for, as if they had cost the worst. How many; again while not 0."""
    expired = sorted(repository.expired(uow, at, most), key=lambda one: (one.month, one.id))
    for found in expired:
        _end(uow, found, found.nanos, "expired", at, limits=limits)
    _give_day_back(uow, [(found, found.nanos) for found in expired])
    return len(expired)


def _end(
    uow: UnitOfWork,
    found: Reservation,
    cost: int,
    ended: str,
    at: datetime,
    *,
    limits: GateLimits | None = None,
) -> None:
    """Close a reservation and book its cost on the member's month; the day is the caller's, and comes last."""
    uow.run(repository.END, reservation=found.id, ended=ended, at=at, paid=cost)
    month, key = costs.month_by_id(uow, found.month), f"call:{found.id}"
    on = costs.utc_day(found.at)
    costs.book(uow, month.id, Category.MODEL, cost, key=key, at=at, payer=found.payer, purpose=found.purpose, on=on)
    books.change(uow, month.id, reserved=-found.held)
    if found.payer is Payer.SELF:
        costs.self_paid(uow, month, found.net, cost)
    else:
        books.change(uow, month.id, spent=cost)
        if limits is not None and found.payer is Payer.HOUSE:
            standing.tell(uow, costs.month_by_id(uow, month.id), at, limits)


def count_prices(uow: UnitOfWork, at: datetime, *, month: int | None = None) -> int:
    """Count what ended calls brought, by what the ledger has taken of their holds. How many; again while > 0.

    A price that is still held waits; one that went back, after a crash or a broken stream, brought nothing. What was
    bought may also be a part of a price that free lots make the house's to pay: then what the call cost is X already.
    """
    done = 0
    for found in repository.unpaid(uow, month):
        assert found.hold is not None, "only these are looked for"
        into = costs.month_by_id(uow, found.month)
        if not views.is_resolved(uow, found.hold) or not uow.run(repository.PAID, reservation=found.id).affected:
            continue
        brought, cost, net = views.captured_net(uow, found.hold), 0, 0
        if found.payer is Payer.SELF:
            brought, cost, net = min(found.net, brought), found.cost or 0, found.net
        costs.self_paid_for(uow, into, brought, net=net, cost=cost, key=f"call:{found.id}", at=at)
        done += 1
    return done


def _give_day_back(uow: UnitOfWork, ended: Iterable[tuple[Reservation, int]]) -> None:
    """What was set aside on the days of reservations goes; what they cost counts on those days too."""
    days: dict[date, list[int]] = {}
    for found, cost in ended:
        sums = days.setdefault(costs.utc_day(found.at), [0, 0, 0, 0])
        free = found.free
        for i, value in enumerate((cost, -found.nanos, cost if free else 0, -found.nanos if free else 0)):
            sums[i] += value
    for day, (spent, reserved, free_spent, free_reserved) in sorted(days.items()):
        books.change_day(uow, day, spent=spent, reserved=reserved, free_spent=free_spent, free_reserved=free_reserved)


def _until(member: Member, month: Month) -> str:
    return day_in_words(local_day(month.ends_at, member.zone))
