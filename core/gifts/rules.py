"""Who may give how much. Pure functions."""

from datetime import datetime, timedelta

from core.bounds import Positive, Whole
from core.gifts.errors import (
    AccountTooNew,
    GiftsClosed,
    GiftTooLarge,
    GivingNeedsPlan,
    OverDailyCap,
)
from core.ledger.codes import LotSource
from core.money import Credits
from core.people import Entitlements, Member
from core.values import dataclass

GIVEN = frozenset({LotSource.BOUGHT})
"""Only what was bought can be given; what was given can not be given on."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GiftLimits:
    """`[gifts]` of config.toml: credits, days."""

    daily_cap: Whole = 1000
    once_max: Positive = 500
    confirm_above: Whole = 100
    wait_days: Positive = 30
    min_account_days: Whole = 3

    def __post_init__(self) -> None:
        if self.once_max > self.daily_cap > 0:
            raise ValueError(f"once_max {self.once_max} should not be over daily_cap {self.daily_cap}")


def check_giver(giver: Member, at: datetime, *, allowed: Entitlements, limits: GiftLimits) -> None:
    """Whether this member may give anything to anybody. Raises what is in the way, the plainest reason first."""
    if limits.daily_cap == 0:
        raise GiftsClosed
    if not allowed.may_give:
        raise GivingNeedsPlan
    if at < giver.joined_at + timedelta(days=limits.min_account_days):
        raise AccountTooNew(limits.min_account_days)


def check_amount(amount: Credits, limits: GiftLimits) -> None:
    """Whether one gift may be as large. Raises `GiftTooLarge`."""
    if amount.value > limits.once_max:
        raise GiftTooLarge("amount", f"At most {Credits(limits.once_max)} fit in one gift.")


def counts_since(at: datetime, zone_changed_at: datetime | None) -> datetime:
    """From when on gifts count as today's beside those of the local day: for a day after a change of zone, a day.

    Or a move to the east would be a new day at once, with a cap of its own.
    """
    moved = zone_changed_at is not None and at - zone_changed_at < ONE_DAY
    return at - ONE_DAY if moved else at


def check_day(given_today: int, amount: Credits, limits: GiftLimits) -> None:
    """Whether the giver's day still has room. Raises `OverDailyCap`."""
    left = max(0, limits.daily_cap - given_today)
    if amount.value > left:
        raise OverDailyCap(Credits(limits.daily_cap), Credits(left))
