"""What things cost, and what kinds of cost and income there are. Fractions and whole nano-dollars, never floats."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, NamedTuple, Protocol, TypeVar

from pydantic import Field

from core.bounds import Positive, Whole
from core.costs.errors import NoPrice
from core.usage import Usage, Worst
from core.values import dataclass

DOLLAR = 1_000_000_000
PER_MILLION = 1_000_000
Decimal = Annotated[
    str,
    Field(pattern=r"^\d{1,7}(\.\d{1,9})?$", description='dollars as text with up to nine decimals, such as "0.125"'),
]


@lru_cache(maxsize=1024)
def nanos(written: str) -> int:
    """Dollars as they are written in config.toml, in nano-dollars; nine decimals are exact."""
    return int(Fraction(written) * DOLLAR)


class Payer(StrEnum):
    """Who pays for a call."""

    SELF = "self"
    """All its credits or coins come from bought, recharged or gifted lots."""
    PLAN = "plan"
    """The allowance of a paid plan."""
    HOUSE = "house"
    """Everything else: the coach, free allowances, welcome and earned lots, notices, snapshots."""


class Category(StrEnum):
    """What was paid for."""

    MODEL = "model"
    """Tokens of a language model."""
    MESSAGE = "message"
    """A message that a platform bills."""
    EXTERNAL = "external"
    """A call to somebody else's interface."""
    REQUEST = "request"
    """A request through a gateway that bills it."""
    DATABASE = "database"
    """A read or a write that a database bills."""
    COMPUTE = "compute"
    """A gigabyte of memory for a second."""
    STORAGE = "storage"
    """A gigabyte kept for a month."""
    FEE = "fee"
    """A payment fee that came apart from a sale; those of a sale are inside its net figure, once."""


class IncomeKind(StrEnum):
    """What a member brought."""

    PLAN = "plan"
    """The net price of one cycle; a year brings a twelfth each month."""
    SELF_PAID = "self_paid"
    """The net dollars of the bought or gifted lots that a call consumed."""
    PAY_AS_YOU_GO = "pay_as_you_go"
    """A paid invoice for what was used beyond the allowance."""
    STAKE = "stake"
    """The net dollars of recharged coins that a verdict consumed."""
    COMMISSION = "commission"
    """A partner's commission past its hold."""
    DATA_SHARE = "data_share"
    """The member's part of an aggregate report that was sold."""


PAYING = (IncomeKind.PLAN, IncomeKind.PAY_AS_YOU_GO, IncomeKind.STAKE)
"""What shows that somebody paid us themselves; a self-paid call may have been a gift."""


class Dated(Protocol):
    """Something that holds from a day on."""

    @property
    def since(self) -> date:
        """The first day, in UTC."""
        ...


D = TypeVar("D", bound=Dated)


def latest(rows: Iterable[D], at: datetime) -> D | None:
    """The row that holds at an instant: the last that has begun, before all of them the first."""
    day, known = at.astimezone(UTC).date(), sorted(rows, key=lambda row: row.since)
    begun = [row for row in known if row.since <= day]
    return begun[-1] if begun else next(iter(known), None)


# Models


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """One line of `[[models.prices]]`: dollars for a million tokens of each class, from a day on."""

    model: Annotated[str, Field(min_length=1)]
    since: date
    input: Decimal
    output: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    cache_read: Decimal
    long_from: Whole = 0
    """Above so many tokens of input every price is `long_times` as high; 0: never."""
    long_times: Positive = 1


class Rates(NamedTuple):
    """Nano-dollars a token, by class."""

    input: Fraction
    cache_write_5m: Fraction
    cache_write_1h: Fraction
    cache_read: Fraction
    output: Fraction


@lru_cache(maxsize=256)
def rates(price: ModelPrice) -> Rates:
    """The prices of a token."""
    written = (price.input, price.cache_write_5m, price.cache_write_1h, price.cache_read, price.output)
    return Rates(*(Fraction(text) * DOLLAR / PER_MILLION for text in written))


@dataclass(frozen=True, slots=True)
class Prices:
    """`[models]` of config.toml: what a token of each model costs, from when on."""

    prices: tuple[ModelPrice, ...] = (
        ModelPrice("claude-sonnet-5-5", date(2026, 9, 28), "2", "10", "2.50", "4", "0.20"),
        ModelPrice("claude-sonnet-5-5", date(2026, 10, 7), "2", "10", "2.50", "4", "0.10"),
        ModelPrice(
            "claude-haiku-5-5", date(2026, 10, 7), "0.10", "0.50", "0.125", "0.20", "0.01",
            long_from=100_000, long_times=5,
        ),
    )  # fmt: skip

    def __post_init__(self) -> None:
        seen = set()
        for price in self.prices:
            if (price.model, price.since) in seen:
                raise ValueError(f"prices should name {price.model} from {price.since} once")
            seen.add((price.model, price.since))
            # A class at 0 would be free without end: what is not known is not free.
            if min(rates(price)) <= 0:
                raise ValueError(f"prices of {price.model} from {price.since} should all be above 0")

    def require(self, models: Iterable[str], at: datetime) -> None:
        """Refuse to start with a model that has no price. Raises `NoPrice`."""
        for model in models:
            self._of(model, at)

    def cost(self, model: str, used: Usage, at: datetime) -> int:
        """What a call cost, in nano-dollars; a fraction of one counts as one. Raises `NoPrice`."""
        price = self._of(model, at)
        known = rates(price)
        inputs = (used.input, used.cache_write_5m, used.cache_write_1h, used.cache_read)
        tokens = (*inputs, used.output)
        if min(tokens) < 0:
            raise ValueError("a call uses no negative tokens")
        total = sum((rate * count for rate, count in zip(known, tokens, strict=True)), Fraction(0))
        return -(-total // 1) * _times(price, sum(inputs))

    def worst(self, most: Worst, at: datetime) -> int:
        """The most a call can cost: every token of input in its dearest class, all of the output. Raises `NoPrice`."""
        price = self._of(most.model, at)
        if min(most.input, most.output) < 0:
            raise ValueError("a call uses no negative tokens")
        known = rates(price)
        total = max(known[:-1]) * most.input + known.output * most.output
        return -(-total // 1) * _times(price, most.input)

    def _of(self, model: str, at: datetime) -> ModelPrice:
        found = latest((price for price in self.prices if price.model == model), at)
        if found is None:
            raise NoPrice(model)
        return found


def _times(price: ModelPrice, tokens: int) -> int:
    return price.long_times if price.long_from and tokens > price.long_from else 1


# Small things


@dataclass(frozen=True, slots=True)
class CostPrice:
    """One line of `[[costs.prices]]`: dollars for one of each, from a day on. 0 costs nothing."""

    since: date
    message: Decimal = "0"
    external: Decimal = "0.001"
    request: Decimal = "0.0000035"
    database: Decimal = "0"
    compute: Decimal = "0"
    storage: Decimal = "0"


@dataclass(frozen=True, slots=True)
class CostPrices:
    """`[costs]` of config.toml."""

    prices: tuple[CostPrice, ...] = (CostPrice(date(2026, 1, 1)),)

    def __post_init__(self) -> None:
        if not self.prices:
            raise ValueError("prices should have a line; 0 costs nothing")

    def of(self, category: Category, times: int, at: datetime) -> int:
        """What so many of a category cost. Models and fees have no price for one: they bring their own figure."""
        price = latest(self.prices, at)
        if price is None:
            raise NoPrice(category.value)
        return nanos(getattr(price, category.value)) * times
