"""What somebody usually gains: a two-level bootstrap of the quantity that will be judged.

First the history is drawn again in blocks (it is one sample of what this creator does), then the window's days are
drawn from it (they are another). The seed makes the same question have the same answer, so that anybody can check it.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeVar

from core.bounds import Positive
from core.growth import rules
from core.growth.rules import Clip, Count
from core.values import dataclass

T = TypeVar("T")
BLOCK_DAYS = 7
"""Days that are drawn together in the first level: a week keeps its pattern."""
DRAWS = 600
TREND_SURE = 3
"""A trend counts from so many standard errors on; a burst at one end of a history makes none."""
RISING_PERCENT, FALLING_PERCENT = (55, 191), (35, 146)
"""How much of a straight line goes on: growth that grows bends upwards, growth that ends flattens."""
EVEN_EXACT_PERCENT, EVEN_ROUNDED_PERCENT = 105, 95
"""How far an even history's band is widened. It is even if its days vary about as much as chance alone makes them."""
EVEN_VARIANCE = 4
# Percent of its views that a post has at the end of its day 0, 1, 2, …: half on the first day, most in a week.
RIPENESS = (40, 63, 76, 84, 89, 93, 95, 97, 98, 99, 99, 99, 100, 100)


@dataclass(frozen=True, slots=True)
class ForecastRules:
    """`[forecast]` of config.toml. The two factors are what `python -m tests.benchmarks.calibration` fits."""

    history_days_min: Positive = 14
    history_days_max: Positive = 56
    widen_exact_percent: Positive = 130
    widen_rounded_percent: Positive = 140


@dataclass(frozen=True, slots=True)
class Forecast:
    """The median, and the band that it lies in four times out of five. `estimate`: from the table, not from history."""

    median: int
    low: int
    high: int
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """What came of one day's posts, as ripe as they get: views, and reactions.

    `told` are the views of those posts whose reactions the platform tells; only they say how engaging the posts were.
    """

    views: int
    told: int
    reactions: int
    posts: int


def target(median: int, uplift_percent: int) -> int:
    """The median with the template's uplift, rounded up to a whole number."""
    return -(-median * uplift_percent // 100)


def daily_gains(counts: Sequence[tuple[date, Count]]) -> list[Fraction]:
    """Followers gained on each day of a history, oldest first.

    Days without a reading share what came between. A rounded count stands still and jumps: what a jump brought came
    on all the days since the last one, or each quiet day would be drawn as a day without growth.
    """
    known = [(day, count.followers) for day, count in counts if count.followers is not None]
    gains: list[Fraction] = []
    rounded = any(count.step > 1 for _, count in counts)
    (last_day, last), waited = known[0], 0
    for day, followers in known[1:]:
        waited += (day - last_day).days
        last_day = day
        if not waited or (rounded and followers == last):
            continue
        gains += [Fraction(followers - last, waited)] * waited
        last, waited = followers, 0
    return gains + [Fraction(0)] * waited


def trend(units: Sequence[int]) -> int:
    """How much more each day brings than the one before, by least squares; 0 unless that is plain."""
    count = len(units)
    if count < BLOCK_DAYS * 2:
        return 0
    places = [2 * day - count + 1 for day in range(count)]  # twice the distance from the middle
    spread = sum(place * place for place in places)
    slope = 2 * sum(place * unit for place, unit in zip(places, units, strict=True)) / spread
    mean = sum(units) / count
    rest = sum((unit - mean - slope * place / 2) ** 2 for place, unit in zip(places, units, strict=True))
    error = (4 * rest / (count - 2) / spread) ** 0.5
    return round(slope) if abs(slope) > TREND_SURE * error else 0


def followers(gains: Sequence[Fraction], days: int, now: Count, seed: str, limits: ForecastRules) -> Forecast:
    """What the followers' judged growth will be: its lower end, so rounding takes off a step."""
    assert now.followers is not None, "a hidden count has no forecast"
    step = now.step
    # Whole numbers from here on: thousandths of a follower, for a jump shared by several days.
    units = [int(gain * 1000) for gain in gains]
    slope = trend(units)
    goes_on = RISING_PERCENT if slope > 0 else FALLING_PERCENT
    middle = len(units) - 1
    level = [unit - slope * (2 * day - middle) // 2 for day, unit in enumerate(units)]
    # What the trend adds to a window, if it goes on as it was.
    ahead = sum(slope * (2 * (len(units) + day) - middle) // 2 for day in range(days))

    def gained(draw: random.Random, window: Sequence[int]) -> int:
        return (sum(window) + ahead * draw.randrange(*goes_on) // 100) // 1000

    def read(draw: random.Random, gain: int) -> int:
        # Rounding takes off a step at its lower end, and by luck half a step more or less.
        return gain - step + 1 + draw.randrange(step) - step // 2

    percent = limits.widen_exact_percent if step == 1 else limits.widen_rounded_percent
    if not slope and _is_even(level, step):
        percent = EVEN_EXACT_PERCENT if step == 1 else EVEN_ROUNDED_PERCENT
    return _bootstrap(level, days, gained, seed, percent, read=read)


def _is_even(thousandths: Sequence[int], step: int) -> bool:
    """Whether days differ by what chance and rounding do. Chance alone: the variance is the mean."""
    gains = [unit / 1000 for unit in thousandths]
    mean = sum(gains) / len(gains)
    variance = sum((gain - mean) ** 2 for gain in gains) / len(gains)
    rounding = step * step / 6 if step > 1 else 0
    return variance - rounding <= EVEN_VARIANCE * max(mean, 1)


def daily_posts(clips: Sequence[tuple[date, Clip]], first: date, today: date) -> list[Day]:
    """What each day's posts bring when they are ripe, oldest first; days without posts bring nothing."""
    found = [Day(0, 0, 0, 0)] * max(0, (today - first).days)
    for day, clip in clips:
        if clip.views is None or not first <= day < today:
            continue
        ripeness = RIPENESS[min((today - day).days - 1, len(RIPENESS) - 1)]
        ripe = clip.views * 100 // ripeness
        told = reacted = 0
        if clip.likes is not None:
            told, reacted = ripe, (clip.likes + (clip.comments or 0) + (clip.shares or 0)) * 100 // ripeness
        before = found[(day - first).days]
        found[(day - first).days] = Day(
            before.views + ripe, before.told + told, before.reactions + reacted, before.posts + 1
        )
    return found


def views(history: Sequence[Day], days: int, seed: str, limits: ForecastRules) -> Forecast:
    """What the posts of a window will have been viewed at its end; the last ones are hardly a day old."""

    def came(_: random.Random, window: Sequence[Day]) -> int:
        left = range(len(window) - 1, -1, -1)
        last = len(RIPENESS) - 1
        return sum(day.views * RIPENESS[min(age, last)] for day, age in zip(window, left, strict=True)) // 100

    return _bootstrap(history, days, came, seed, limits.widen_exact_percent)


def engagement(history: Sequence[Day], days: int, now: Fraction, seed: str, limits: ForecastRules) -> Forecast:
    """How far a window's engagement will be from what it is now, in hundredths of a point."""

    def came(_: random.Random, window: Sequence[Day]) -> int:
        seen = sum(day.told for day in window)
        reacted = sum(day.reactions for day in window)
        return int(Fraction(reacted * rules.HUNDREDTHS, seen) - now) if seen else 0

    return _bootstrap(history, days, came, seed, limits.widen_exact_percent)


def _exactly(draw: random.Random, value: int) -> int:  # noqa: ARG001  as a source that rounds is read
    return value


def _bootstrap(
    history: Sequence[T],
    days: int,
    came: Callable[[random.Random, Sequence[T]], int],
    seed: str,
    percent: int,
    *,
    read: Callable[[random.Random, int], int] = _exactly,
) -> Forecast:
    """What comes of windows drawn from histories drawn from a history; spread by a factor, then read as the source is.

    A history tells less of how far things can go than it seems, so the factor is more than 1; rounding needs none.
    """
    draw = random.Random(seed)
    blocks = [history[start : start + BLOCK_DAYS] for start in range(max(1, len(history) - BLOCK_DAYS + 1))]
    count = -(-len(history) // BLOCK_DAYS)
    found = []
    for _ in range(DRAWS):
        again = [day for block in draw.choices(blocks, k=count) for day in block]
        found.append(came(draw, draw.choices(again, k=days)))
    found.sort()
    middle = found[DRAWS // 2]
    readings = sorted(read(draw, middle + (value - middle) * percent // 100) for value in found)
    low, median, high = (readings[DRAWS * part // 100] for part in (10, 50, 90))
    return Forecast(median, low, high)
