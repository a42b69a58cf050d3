"""Levels, thresholds, and who pays. Pure functions of nano-dollars."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from core.bounds import Positive, Whole
from core.costs.rules import Decimal, Payer, nanos
from core.ids import HoldId
from core.ledger.codes import SELF_PAID, LotSource
from core.usage import Worst
from core.values import dataclass

__all__ = ["CallAsk", "GateLimits", "Grant", "Level", "Offer", "Payer"]

Percent = Annotated[int, Field(ge=0, le=100)]


class Level(StrEnum):
    """How house-paid AI is served; the order is the order of getting worse."""

    NORMAL = "normal"
    """Everything."""
    REDUCED = "reduced"
    """Shorter answers, the cheaper model, templates first."""
    GATED = "gated"
    """A partner visit opens the next AI actions for a day."""
    GATED_OFFERS = "gated_offers"
    """The same, and partner pages stand below each answer."""
    GATED_REDUCED = "gated_reduced"
    """A partner visit opens it, and it is reduced."""
    BASIC = "basic"
    """Prewritten answers."""
    CLOSED = "closed"
    """Nothing until the next month or a payment."""

    @property
    def rank(self) -> int:
        """Place in the order; higher is worse."""
        return _RANKS[self]

    @property
    def is_gated(self) -> bool:
        """Whether a partner visit is asked for."""
        return self in {Level.GATED, Level.GATED_OFFERS, Level.GATED_REDUCED}

    @property
    def has_offers(self) -> bool:
        """Whether partner pages stand below answers."""
        return self in {Level.GATED_OFFERS, Level.GATED_REDUCED}

    @property
    def is_reduced(self) -> bool:
        """Whether the cheaper call runs instead."""
        return self in {Level.REDUCED, Level.GATED_REDUCED}


_RANKS = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of `[[gate.offers]]`: a partner. The link is labelled as what it is."""

    name: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9_]{1,40}$",
            description="up to 40 lower-case letters, digits and underscores",
        ),
    ]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+", description="a URL with http:// or https://")]
    about: Annotated[str, Field(max_length=200)] = ""
    commission: Annotated[str, Field(max_length=40)] = ""
    """As the member reads it: "up to 25%"."""
    expected: Decimal = "0"
    """Dollars that a visit brings on average; the offers stand in this order."""
    language: str = ""
    """Of whom it is shown to, such as "en"; empty: everybody."""
    rewarded: bool = False
    """Whether its programme allows rewarded visits; only those open the gate, and never count as commission clicks."""


@dataclass(frozen=True, slots=True)
class GateLimits:
    """`[gate]` of config.toml; dollars as text, so that they are exact."""

    profit_normal: Decimal = "3"
    profit_reduced: Decimal = "1"
    profit_basic: Decimal = "0"
    cost_normal: Decimal = "0.50"
    cost_gated: Decimal = "1.50"
    cost_offers: Decimal = "1.75"
    cost_closed: Decimal = "1.95"
    opens_with: Decimal = "5.00"
    new_days: Whole = 7
    account_days: Whole = 30
    visit_hours: Positive = 24
    service_day: Decimal = "15"
    service_warn_percent: Percent = 80
    alert_day: Decimal = "50"
    breaker_day: Decimal = "100"
    breaker_house_percent: Percent = 80
    breaker_plan_percent: Percent = 90
    reservation_minutes: Positive = 30
    burst_a_minute: Positive = 30
    copies: Positive = 5
    outlier_times: Positive = 10
    outlier_calls: Positive = 50
    throttle_minutes: tuple[Positive, ...] = (1, 10, 60, 1440)
    appeal_days: Positive = 30
    offers: tuple[Offer, ...] = ()

    def __post_init__(self) -> None:
        ladder = [nanos(text) for text in (self.cost_normal, self.cost_gated, self.cost_offers, self.cost_closed)]
        if ladder != sorted(ladder) or ladder[-1] > nanos("2"):
            raise ValueError("cost_normal, cost_gated, cost_offers and cost_closed should rise and end at 2 or below")
        names = [offer.name for offer in self.offers]
        if len(names) != len(set(names)):
            raise ValueError("offers should have different names")
        if not self.throttle_minutes:
            raise ValueError("throttle_minutes should name a pause at least")


@dataclass(frozen=True, slots=True)
class CallAsk:
    """What somebody wants to run: its worst case, who pays, and what may run instead when service is reduced."""

    purpose: str
    worst: Worst
    payer: Payer
    reduced: Worst | None = None
    hold: HoldId | None = None
    """The hold of the price; a self-paid call brings what its lots brought."""
    digest: str = ""
    """A hash of what the member wrote, by which copies are told; empty: nothing they wrote."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What may be run, at most, and under which reservation it is settled."""

    reservation: int
    level: Level
    worst: Worst


class Standing(NamedTuple):
    """X with the quote in it, P with the quote in it, and whether the half ladder holds."""

    cost: int
    profit: int
    new: bool


def level(now: Standing, limits: GateLimits) -> Level:
    """The better of two columns: by what is left of the month, and by what it has cost."""
    return min(_by_profit(now.profit, limits), _by_cost(now.cost, limits, now.new), key=lambda one: one.rank)


def _by_profit(profit: int, limits: GateLimits) -> Level:
    for above, found in (
        (limits.profit_normal, Level.NORMAL),
        (limits.profit_reduced, Level.REDUCED),
        (limits.profit_basic, Level.BASIC),
    ):
        if profit > nanos(above):
            return found
    return Level.CLOSED


def _by_cost(cost: int, limits: GateLimits, new: bool) -> Level:
    for to, found in (
        (limits.cost_normal, Level.NORMAL),
        (limits.cost_gated, Level.GATED),
        (limits.cost_offers, Level.GATED_OFFERS),
        (limits.cost_closed, Level.GATED_REDUCED),
    ):
        # Who is new has half of every step; doubling the cost is exact where halving the step may not be.
        if cost * (2 if new else 1) <= nanos(to) and nanos(to):
            return found
    return Level.CLOSED


def bound(limits: GateLimits) -> int:
    """How far below zero calls may bring P; the rest of the $2.00 is for what stays open."""
    return nanos(limits.cost_closed)


def payer(sources: Collection[LotSource], *, paid_plan: bool) -> Payer:
    """Who pays when a price was drawn from lots of these sources."""
    found = set(sources)
    if found and found <= SELF_PAID:
        return Payer.SELF
    # An allowance that ran out in the middle and was topped up from bought lots is still no gift of the house.
    if found and paid_plan and found <= SELF_PAID | {LotSource.ALLOWANCE}:
        return Payer.PLAN
    return Payer.HOUSE


def breaker(who: Payer, limits: GateLimits) -> int:
    """How much of the day's breaker a payer may use: the house stops first, self-paid calls last."""
    percent = {
        Payer.HOUSE: limits.breaker_house_percent,
        Payer.PLAN: limits.breaker_plan_percent,
        Payer.SELF: 100,
    }
    return nanos(limits.breaker_day) * percent[who] // 100


class New(StrEnum):
    """Why somebody counts as a new identity."""

    MEMBER = "member"
    """They were first seen a few days ago."""
    ACCOUNT = "account"
    """Every account of theirs whose age is known was made some weeks ago at most."""


def is_new(joined_at: datetime, at: datetime, limits: GateLimits) -> bool:
    """Whether somebody was first seen a few days ago."""
    return at < joined_at + timedelta(days=limits.new_days)


def may_be_new(joined_at: datetime, at: datetime, limits: GateLimits) -> bool:
    """Whether somebody can be a new identity at all: an account that was seen for so long is at least as old."""
    return at < joined_at + timedelta(days=max(limits.new_days, limits.account_days))


def is_young(oldest: datetime | None, at: datetime, limits: GateLimits) -> bool:
    """Whether the oldest account of somebody was made some weeks ago at most. None, no known age: it says nothing."""
    return oldest is not None and at < oldest + timedelta(days=limits.account_days)
