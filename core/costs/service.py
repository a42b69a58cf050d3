"""Booking what members cost and bring; each amount stands once in the ledger, once in a row, and in its month's sum."""

from datetime import UTC, date, datetime, timedelta

from core.clock import EPOCH
from core.costs import months, repository, rules
from core.costs.months import Month
from core.costs.rules import PAYING, Category, CostPrices, IncomeKind, Payer
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.ids import AccountId, MemberId, TransferId
from core.ledger import service as ledger
from core.ledger import views
from core.ledger.codes import Code, Dollars
from core.ledger.posting import Why
from core.members import service as members
from core.money import Nanos

__all__ = ["PAYING", "Category", "CostPrices", "IncomeKind", "Month", "Payer"]

BOUND = rules.nanos("2.00")
"""What a member's month may cost the service at most: P stays at or above minus this."""


def utc_day(at: datetime) -> date:
    """The service's day: budgets, breakers and reports run in UTC."""
    return at.astimezone(UTC).date()


def month(uow: UnitOfWork, member: MemberId, at: datetime) -> Month:
    """The member's month at an instant, locked; made on first sight. Nobody changes it until this unit ends."""
    return repository.lock_month(uow, member, months.month_of(entitlements.cycle(uow, member, at), at))


def month_by_id(uow: UnitOfWork, month_id: int) -> Month:
    """A month that something refers to, locked; after a merge the one that it became part of."""
    return repository.by_id(uow, month_id)


def peek(uow: UnitOfWork, member: MemberId, at: datetime) -> Month:
    """The member's month at an instant as it stands; changes and locks nothing, for pages and reports."""
    key = months.month_of(entitlements.cycle(uow, member, at), at)
    row = uow.run(repository.FIND_MONTH, member=member, plan=key.plan.value, starts_at=key.starts_at).first()
    if row is None:
        return Month(0, member, key.plan, key.starts_at, key.ends_at, 0, 0, 0, 0)
    return repository.as_month(row) if row.folded_into is None else repository.by_id(uow, row.folded_into, lock=False)


# Costs


def book(
    uow: UnitOfWork,
    month_id: int | None,
    category: Category,
    nanos: int,
    *,
    key: str,
    at: datetime,
    payer: Payer = Payer.HOUSE,
    purpose: str = "",
    on: date | None = None,
) -> bool:
    """Write a cost to the ledger and name whose it was; its month's sums are the caller's. False: the key was used.

    Without a month it is the service's own. `on` is the day it counts for, if that is not the instant's.
    """
    if nanos == 0 or uow.run(repository.COST_BY_KEY, key=key).first() is not None:
        return False
    why = Why(Code.COST_BOOKED, key, at, purpose)
    posted = ledger.book(uow, Dollars.PROFIT, Dollars(f"cost_{category.value}"), Nanos(nanos), why)
    row = {"key": key, "month_id": month_id, "category": category.value, "purpose": purpose, "payer": payer.value}
    uow.run(repository.INSERT_COST, **row, nanos=nanos, day=on or utc_day(at), at=at, transfer_id=posted.transfer)
    return True


def own(uow: UnitOfWork, category: Category, nanos: Nanos, *, key: str, at: datetime, purpose: str = "") -> bool:
    """Book a cost of the service itself: no member's doing, or what must be done whatever their month says."""
    booked = book(uow, None, category, nanos.value, key=key, at=at, purpose=purpose)
    if booked:
        repository.change_day(uow, utc_day(at), spent=nanos.value)
    return booked


def small(
    uow: UnitOfWork, member: MemberId, category: Category, times: int, at: datetime, *, prices: CostPrices
) -> bool:
    """Count something small that is about to be done for a member: a message, a reading, a request.

    False: their month has no room for it, nothing was counted, and it must not be done (or it is the service's `own`).
    """
    nanos = prices.of(category, times, at)
    if nanos == 0:
        return True
    now = month(uow, member, at)
    if not uow.run(repository.SPEND_SMALL, month=now.id, nanos=nanos, bound=BOUND).affected:
        return False
    uow.run(
        repository.ADD_SMALL,
        month=now.id,
        day=utc_day(at),
        category=category.value,
        times=times,
        nanos=nanos,
    )
    return True


def post_small(uow: UnitOfWork, before: date, at: datetime, *, most: int = 200) -> int:
    """Post the small costs of days that are over. How many rows; call again while not 0."""
    rows = list(uow.run(repository.SMALL_BEFORE, before=before, most=most))
    for row in rows:
        taken = uow.run(repository.DROP_SMALL, month=row.month_id, on=row.day, of=row.category).scalar()
        if taken is None:
            continue
        # A merge may bring another row of the same month, day and category later: the instant tells them apart.
        key = f"small:{row.month_id}:{row.day}:{row.category}:{at.isoformat()}"
        book(uow, row.month_id, Category(row.category), taken, key=key, at=at, purpose="small costs", on=row.day)
        repository.change_day(uow, row.day, spent=taken)
    return len(rows)


# Income


def income(uow: UnitOfWork, member: MemberId, nanos: Nanos, kind: IncomeKind, *, key: str, at: datetime) -> bool:
    """Book net dollars that a member brought, in their month at that instant. False: the key was used, or it is 0."""
    if not nanos:
        return False
    now = month(uow, member, at)
    if not _book_income(uow, now.id, nanos, kind.value, key=key, at=at):
        return False
    repository.change(uow, now.id, earned=nanos.value)
    return True


def reversed_income(uow: UnitOfWork, member: MemberId, nanos: Nanos, *, key: str, at: datetime) -> bool:
    """Book what a dispute or a forced refund took back. It is told as a loss and leaves P as it was: we did not do it.

    What the member owes for it is the ledger's debt.
    """
    return bool(nanos) and _book_income(uow, month(uow, member, at).id, nanos, "reversal", key=key, at=at)


def _book_income(uow: UnitOfWork, month_id: int, nanos: Nanos, kind: str, *, key: str, at: datetime) -> bool:
    assert nanos.value > 0, "income is positive; what is taken back is a reversal"
    if uow.run(repository.INCOME_BY_KEY, key=key).first() is not None:
        return False
    if kind == "reversal":
        giver, taker, code = Dollars.PROFIT, Dollars.REVERSAL_LOSS, Code.REVERSAL_BOOKED
    else:
        giver, taker, code = Dollars(f"income_{kind}"), Dollars.PROFIT, Code.INCOME_BOOKED
    posted = ledger.book(uow, giver, taker, nanos, Why(code, key, at))
    row = {"key": key, "month_id": month_id, "kind": kind, "nanos": nanos.value, "day": utc_day(at), "at": at}
    uow.run(repository.INSERT_INCOME, **row, transfer_id=posted.transfer)
    return True


def self_paid(uow: UnitOfWork, into: Month, net: int, cost: int) -> None:
    """Count the cost of a self-paid call before anybody knows whether its price was taken.

    What the price list fell short of is the member's X; the rest is the platform's loss until `self_paid_for`.
    """
    repository.change(uow, into.id, spent=max(0, cost - net), lost=min(cost, net))


def self_paid_for(uow: UnitOfWork, into: Month, brought: int, *, net: int, cost: int, key: str, at: datetime) -> None:
    """Count the dollars of the lots that the ledger says a call consumed: what is left over is the Y.

    `cost` is what they have to cover, so 0 where it is X already. What was not delivered, was not paid and cost us all
    the same stays the platform's loss.
    """
    if brought and _book_income(uow, into.id, Nanos(brought), IncomeKind.SELF_PAID.value, key=key, at=at):
        covered = min(cost, net)
        still_lost = max(0, covered - brought)
        repository.change(uow, into.id, earned=max(0, brought - cost), lost=still_lost - covered)


def has_paid(uow: UnitOfWork, member: MemberId) -> bool:
    """Whether a member ever brought money of their own."""
    return uow.run(repository.PAID, member=member).first() is not None


def post_stakes(uow: UnitOfWork) -> int:
    """Book the recharged coins that verdicts have consumed. How many were new."""
    last: datetime | None = uow.run(repository.LAST_STAKE).scalar()
    # Who began earlier may commit later: the last minutes are looked at again, and the keys part old from new.
    since = EPOCH if last is None else last - timedelta(minutes=10)
    sums: dict[TransferId, tuple[AccountId, datetime, int]] = {}
    for item in views.stakes_consumed(uow, since):
        _, at, so_far = sums.get(item.transfer, (item.wallet, item.at, 0))
        sums[item.transfer] = (item.wallet, at, so_far + item.net_nanos)
    return sum(
        income(uow, _owner(uow, wallet), Nanos(nanos), IncomeKind.STAKE, key=f"stake:{transfer}", at=at)
        for transfer, (wallet, at, nanos) in sums.items()
    )


def _owner(uow: UnitOfWork, wallet: AccountId) -> MemberId:
    """Whose wallet it is, after every merge."""
    return members.member(uow, MemberId(int(wallet.split(":")[1]))).id
