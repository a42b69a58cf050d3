"""Numbers on an axis: round steps, and as few digits as tell them apart. Whole numbers throughout."""

from collections.abc import Iterable

from core.values import dataclass

MINUS = "−"
_LARGE = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))
_FROM = 10_000
"""Below this every digit is shown."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values are on an axis of so many pixels, and the values that are named beside it."""

    low: int
    high: int
    pixels: int
    ticks: tuple[int, ...]

    def place(self, value: int) -> int:
        """Pixels above the lower end."""
        return (value - self.low) * self.pixels // (self.high - self.low)


def scale(values: Iterable[int], pixels: int, *, steps: int = 5) -> Scale:
    """An axis that holds all values, with some air and about so many round ticks."""
    found = sorted(values) or [0, 1]
    low, high = found[0], found[-1]
    if low == high:  # a flat line runs through the middle
        around = max(1, abs(low) // 20)
        low, high = low - around, high + around
    air = max(1, (high - low) // 12)
    # Whoever counts things has no fewer than none of them.
    low, high = (max(low - air, 0) if low >= 0 else low - air), high + air
    step = round_step(high - low, steps)
    first = -(-low // step) * step
    return Scale(low, high, pixels, tuple(range(first, high + 1, step)))


def round_step(span: int, steps: int) -> int:
    """The least of 1, 2, 2.5, 5 times a power of ten with which a span takes at most so many steps."""
    power = 1
    while True:
        for times in (2, 4, 5, 10):  # halves, so that 2.5 is whole
            step = power * times // 2
            if step * steps >= span and power * times % 2 == 0:
                return step
        power *= 10


def number(value: int, *, decimals: int = 0, exact: bool = True, sign: bool = False) -> str:
    """A value as people read it: `1,312`, `12.3M` unless exact, `4.37` with decimals, `+104` with a sign."""
    mark = MINUS if value < 0 else "+" if sign and value else ""
    size = abs(value)
    if decimals:
        whole, part = divmod(size, 10**decimals)
        digits = f"{part:0{decimals}}".rstrip("0")
        return f"{mark}{whole:,}.{digits}" if digits else f"{mark}{whole:,}"
    if exact or size < _FROM:
        return f"{mark}{size:,}"
    for large, name in _LARGE:
        if size >= large:
            tenths = (size * 10 + large // 2) // large
            return f"{mark}{tenths // 10:,}.{tenths % 10}{name}" if tenths % 10 else f"{mark}{tenths // 10:,}{name}"
    raise AssertionError("whatever is large has a name")


def labels(ticks: tuple[int, ...], *, decimals: int = 0, sign: bool = False) -> list[str]:
    """Ticks in words: short ones where these are still true, else every digit."""
    shown = [number(tick, decimals=decimals, exact=False, sign=sign) for tick in ticks]
    if not decimals and any(_cut(tick) for tick in ticks):
        return [number(tick, sign=sign) for tick in ticks]
    return shown


def _cut(tick: int) -> bool:
    """Whether a short word for a tick would leave something out."""
    size = abs(tick)
    for large, _ in _LARGE:
        if size >= max(large, _FROM):
            return size % (large // 10) != 0
    return False
