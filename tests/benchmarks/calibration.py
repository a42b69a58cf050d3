"""How often a forecast's band holds what comes, on simulated creators: `python -m tests.benchmarks.calibration`.

Prints the table of core/growth/README.md. `--fit` looks for the factors that widen the band to what was promised.
"""

import argparse
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from core.growth import forecast, rules
from core.growth.forecast import Forecast, ForecastRules
from core.growth.rules import Clip, Count, Metric

START = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, tzinfo=UTC)
WINDOWS = (7, 14, 30)
CREATORS = ("poisson", "bursty", "trending")


class Run(NamedTuple):
    """One forecast, and what then came."""

    forecast: Forecast
    came: int


@dataclass(frozen=True)
class Line:
    """One line of the table, in percent of the runs."""

    metric: str
    source: str
    creator: str
    runs: int
    held: int
    reached: int

    @property
    def good(self) -> bool:
        """Whether it is as promised."""
        low, high = (60, 100) if self.creator == "trending" else (75, 90)
        return low <= self.held <= high and (self.creator == "trending" or 40 <= self.reached <= 60)

    def __str__(self) -> str:
        return f"| {self.metric} | {self.source} | {self.creator} | {self.runs} | {self.held}% | {self.reached}% |"


def poisson(draw: random.Random, mean: float) -> int:
    """A Poisson number; from 50 on as good as a normal one."""
    if mean > 50:
        return max(0, round(draw.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, draw.random()
    while product > limit:
        count, product = count + 1, product * draw.random()
    return count


def rates(draw: random.Random, creator: str, mean: float, days: int) -> Iterator[float]:
    """What each day is expected to bring."""
    trend = draw.uniform(-0.02, 0.02) if creator == "trending" else 0.0
    chance, size = draw.uniform(0.05, 0.2), draw.uniform(2, 8)
    for day in range(days):
        rate = mean * (1 + trend) ** (day - days / 2)
        if creator == "bursty" and draw.random() < chance:
            rate += mean * size * draw.expovariate(1)
        yield rate


def step_of(followers: int) -> int:
    """YouTube's: three digits are shown."""
    return int(10 ** max(0, len(str(followers)) - 3))


def shown(followers: int, at: datetime, source: str) -> Count:
    """What a source says of a true count."""
    step = step_of(followers) if source == "rounded" else 1
    return Count(at, followers - followers % step, step, "")


def of_followers(draw: random.Random, source: str, creator: str, limits: ForecastRules) -> Run | None:
    """One creator, some weeks of history, one window. None: not offered at this size."""
    days = draw.choice(WINDOWS)
    known = draw.choice([past for past in (14, 28, 42, 56) if past >= days])
    base = int(10 ** draw.uniform(3.3, 5.2))
    mean = base * draw.uniform(0.001, 0.01)
    total, counts = base, [(START, shown(base, NOON, source))]
    gains = [poisson(draw, rate) for rate in rates(draw, creator, mean, known + days)]
    for day, gain in enumerate(gains[:known], start=1):
        total += gain
        counts.append((START + timedelta(days=day), shown(total, NOON, source)))
    now = counts[-1][1]
    made = forecast.followers(forecast.daily_gains(counts), days, now, str(draw.random()), limits)
    if not rules.measurable(Metric.FOLLOWERS, made.median, now.step):
        return None
    low, _ = rules.follower_growth(now, shown(total + sum(gains[known:]), NOON, source))
    return Run(made, low)


def of_views(draw: random.Random, source: str, creator: str, limits: ForecastRules) -> Run | None:
    """Posts whose views ripen, read day by day: each rare enough for luck to matter."""
    del source
    days = draw.choice(WINDOWS)
    known = draw.choice([past for past in (28, 42, 56) if past >= days])
    posts, typical, spread = draw.uniform(0.4, 2), 10 ** draw.uniform(2.5, 4.5), draw.uniform(0.3, 0.8)
    ripening = draw.uniform(1.5, 2.5)
    today = START + timedelta(days=known)
    clips, came = [], 0
    for number, rate in enumerate(rates(draw, creator, 1.0, known + days)):
        day = START + timedelta(days=number)
        for _ in range(poisson(draw, posts)):
            ripe = typical * rate * draw.lognormvariate(0, spread)
            if number < known:
                seen = int(ripe * (1 - math.exp(-(known - number) / ripening)))
                clips.append((day, Clip(NOON, seen, seen // 20, 0, 0)))
            else:
                came += int(ripe * (1 - math.exp(-(known + days - number) / ripening)))
    history = forecast.daily_posts(clips, START, today)
    made = forecast.views(history, days, str(draw.random()), limits)
    return Run(made, came) if rules.measurable(Metric.VIEWS, made.median, 1) else None


Make = Callable[[random.Random, str, str, ForecastRules], Run | None]
KINDS: tuple[tuple[str, str, Make], ...] = (
    ("followers", "exact", of_followers),
    ("followers", "rounded", of_followers),
    ("views", "exact", of_views),
)


def table(runs: int, limits: ForecastRules, *, seed: int = 1) -> list[Line]:
    """The whole table."""
    lines = []
    for metric, source, make in KINDS:
        for creator in CREATORS:
            draw = random.Random(f"{seed}:{metric}:{source}:{creator}")
            made = [run for _ in range(runs) if (run := make(draw, source, creator, limits)) is not None]
            held = sum(run.forecast.low <= run.came <= run.forecast.high for run in made)
            reached = sum(run.came >= run.forecast.median for run in made)
            share = (round(100 * held / len(made)), round(100 * reached / len(made)))
            lines.append(Line(metric, source, creator, len(made), *share))
    return lines


def fit(runs: int) -> None:
    """The bands that a range of factors gives."""
    for percent in range(100, 161, 10):
        limits = replace(ForecastRules(), widen_exact_percent=percent, widen_rounded_percent=percent)
        lines = table(runs, limits)
        print(percent, " ".join(f"{line.metric[0]}/{line.source[0]}/{line.creator[0]} {line.held}%" for line in lines))


def main() -> int:
    """Print the table; 1 if it is not as promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    if arguments.fit:
        fit(arguments.runs)
        return 0
    lines = table(arguments.runs, ForecastRules())
    print("| metric | source | creator | runs | band holds | median reached |")
    print("| --- | --- | --- | --- | --- | --- |")
    for line in lines:
        print(line)
    return 0 if all(line.good for line in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
