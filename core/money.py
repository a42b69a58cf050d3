"""Units and amounts: integers only, and never one unit where another is meant."""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, Self

from core.values import dataclass


class Unit(StrEnum):
    """What an account is kept in."""

    COIN = "COIN"
    """Earned or recharged; for stakes and strategic answers."""
    CREDIT = "CREDIT"
    """From a plan, earned, bought or gifted; pays for AI features."""
    USD = "USD"
    """Nano-dollars (1e-9 $), because a cached model token costs less than a micro-dollar."""


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """A whole number of one unit. Arithmetic stays within the unit."""

    value: int
    unit: ClassVar[Unit]

    def __add__(self, other: Self) -> Self:
        self._same_unit(other)
        return type(self)(self.value + other.value)

    def __sub__(self, other: Self) -> Self:
        self._same_unit(other)
        return type(self)(self.value - other.value)

    def __neg__(self) -> Self:
        return type(self)(-self.value)

    def __bool__(self) -> bool:
        return self.value != 0

    def _same_unit(self, other: "Amount") -> None:
        if type(self) is not type(other):
            raise TypeError(f"{self.unit} and {other.unit} do not add up")


class Coins(Amount):
    """Coins; shown as "128 coins"."""

    __slots__ = ()
    unit = Unit.COIN

    def __str__(self) -> str:
        return plural(self.value, "coin")


class Credits(Amount):
    """Credits; shown as "1,950 credits"."""

    __slots__ = ()
    unit = Unit.CREDIT

    def __str__(self) -> str:
        return plural(self.value, "credit")


class Nanos(Amount):
    """Nano-dollars (1e-9 $); shown in dollars, to the cent, or to the last digit that counts below a cent."""

    __slots__ = ()
    unit = Unit.USD

    def __str__(self) -> str:
        sign = "-" if self.value < 0 else ""
        whole, nanos = divmod(abs(self.value), 1_000_000_000)
        decimals = f"{nanos:09d}".rstrip("0").ljust(2, "0")
        return f"{sign}${whole:,}.{decimals}"


AMOUNTS: dict[Unit, type[Amount]] = {Unit.COIN: Coins, Unit.CREDIT: Credits, Unit.USD: Nanos}


@lru_cache(maxsize=1024)  # mostly of the same few amounts, and a wallet asks for dozens
def plural(count: int, noun: str, many: str = "") -> str:
    """`plural(1, "coin")` is "1 coin", `plural(1950, "credit")` is "1,950 credits"; `many` for a noun without an s."""
    return f"{count:,} {noun}" if abs(count) == 1 else f"{count:,} {many or f'{noun}s'}"


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to `weights`, exactly, by largest remainder; ties go to the earlier weight.

    Every share is at most its weight when `total` is at most the sum of the weights.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("split wants a total of at least 0 and weights with a positive sum")
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
