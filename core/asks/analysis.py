"""What 28 days of an account say: three findings, each with its number and its date, and one challenge. Pure.

Everything here is counted from what was stored; a model words it later and adds no figure.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from core.asks.figures import Window
from core.clock import local_day
from core.contracts.catalogue import CATALOGUE, Challenge
from core.durations import day_in_words
from core.metrics.service import SeenPost
from core.money import plural
from core.values import dataclass

SPAN_LEAST = 14
"""Days between the first and the last count, at least."""
DAYS_LEAST = 10
"""Days with a count among them, at least."""
POSTS_LEAST = 3
WEEK = timedelta(days=7)
SELDOM, OFTEN = 8, 16
"""Posting days in 28: below the first a small start is proposed, from the second on growth itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the figures say."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """Three findings and what could be done next."""

    findings: tuple[Finding, ...]
    challenge: Challenge


Daily = list[tuple[date, int]]


def daily(seen: Window) -> Daily:
    """The last count of each of the member's days, in order."""
    found: dict[date, int] = {}
    for one in seen.counts:
        assert one.followers is not None, "counts have a number each"
        found[local_day(one.at, seen.zone)] = one.followers
    return sorted(found.items())


def missing_days(seen: Window) -> int:
    """How many days of counts are missing for an analysis; 0: there is enough."""
    counts = daily(seen)
    if not counts:
        return SPAN_LEAST
    span = (counts[-1][0] - counts[0][0]).days
    return max(0, SPAN_LEAST - span, DAYS_LEAST - len(counts))


def analyse(seen: Window) -> Analysis:
    """The findings of a window that has enough."""
    assert not missing_days(seen), "a window with too little is refused before"
    counts = daily(seen)
    viewed = [post for post in seen.posts if post.views is not None]
    if len(viewed) >= POSTS_LEAST:
        others = (_best_post(viewed, seen), _rhythm(seen.posts, seen))
    else:
        others = (_best_stretch(counts), _halves(counts))
    return Analysis((_growth(counts, seen), *others), _challenge(counts, seen))


def _growth(counts: Daily, seen: Window) -> Finding:
    (first_day, first), (last_day, last) = counts[0], counts[-1]
    change, days = last - first, (last_day - first_day).days
    step = max(one.step for one in seen.counts)
    exact = f", counted in steps of {step:,}" if step > 1 else ""
    a_day = tenths(Fraction(change, days))
    return Finding(
        "Followers",
        f"{signed(change)} from {day_in_words(first_day)} to {day_in_words(last_day)}, to {last:,}: "
        f"{a_day} a day over {days} days{exact}",
    )


def _best_stretch(counts: Daily) -> Finding:
    known = dict(counts)
    weeks = [(known[day + WEEK] - count, day, day + WEEK) for day, count in counts if day + WEEK in known]
    steps = [(later - count, day, next_day) for (day, count), (next_day, later) in pairwise(counts)]
    gain, since, until = max(weeks or steps, key=lambda one: (one[0], one[2]))
    days = (until - since).days
    return Finding(
        "Best stretch", f"{signed(gain)} in {plural(days, 'day')}, from {day_in_words(since)} to {day_in_words(until)}"
    )


def _halves(counts: Daily) -> Finding:
    middle = counts[0][0] + (counts[-1][0] - counts[0][0]) / 2
    day, count = min(counts[1:-1], key=lambda one: (abs(one[0] - middle), one[0]))
    before, after = count - counts[0][1], counts[-1][1] - count
    return Finding("Pace", f"{signed(before)} up to {day_in_words(day)}, {signed(after)} since then")


def _best_post(viewed: Sequence[SeenPost], seen: Window) -> Finding:
    best = max(viewed, key=lambda post: (post.views or 0, post.published_at))
    usual = median_low([post.views or 0 for post in viewed])
    times = f", {tenths(Fraction(best.views or 0, usual))} times the usual {usual:,}" if usual else ""
    return Finding(
        "Best post",
        f"{best.views or 0:,} views, published on {seen.day(best.published_at)}{times} ({len(viewed)} posts)",
    )


def _rhythm(posts: Sequence[SeenPost], seen: Window) -> Finding:
    days = _posting_days(posts, seen)
    gaps = [((later - day).days, day, later) for day, later in pairwise(days)]
    text = f"{plural(len(posts), 'post')} on {plural(len(days), 'day')}, the last on {day_in_words(days[-1])}"
    longest, since, until = max(gaps, default=(0, days[0], days[0]))
    if longest > 1:
        text += f"; the longest wait was {longest} days, from {day_in_words(since)} to {day_in_words(until)}"
    return Finding("Rhythm", text)


def _posting_days(posts: Iterable[SeenPost], seen: Window) -> list[date]:
    return sorted({local_day(post.published_at, seen.zone) for post in posts})


def _challenge(counts: Daily, seen: Window) -> Challenge:
    """One that fits the rhythm, of those that the platform allows."""
    grows = counts[-1][1] > counts[0][1]
    days = len(_posting_days(seen.posts, seen))
    wanted = ["weekly_rhythm"] if not seen.posts and grows else ["comeback"]
    if days >= OFTEN:
        wanted = ["followers_month"] if grows else ["views_sprint"]
    elif days >= SELDOM:
        wanted = ["steady_fortnight"]
    fitting = [item for item in CATALOGUE.values() if seen.account.platform in item.platforms]
    return next((item for name in wanted for item in fitting if item.name == name), fitting[0])


def signed(value: int) -> str:
    """A change with its sign."""
    return f"{value:+,}" if value else "±0"


def tenths(value: Fraction) -> str:
    """A number with one decimal, rounded half away from zero; whole where it is."""
    doubled = abs(value.numerator) * 20 // value.denominator
    whole, tenth = divmod((doubled + 1) // 2, 10)
    sign = "-" if value < 0 and (whole or tenth) else ""
    return f"{sign}{whole:,}.{tenth}" if tenth else f"{sign}{whole:,}"


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def uncounted(text: str, known: str) -> list[str]:
    """Numbers of two digits and more in a text that stand nowhere in what was known, in order."""
    counted = {_plain(number) for number in _NUMBER.findall(known)}
    found = dict.fromkeys(number for number in _NUMBER.findall(text) if len(_plain(number)) > 1)
    return [number for number in found if _plain(number) not in counted]


def _plain(number: str) -> str:
    return number.replace(",", "")


def ready_on(seen: Window, at: datetime) -> date:
    """The first day on which there will be enough, if the account is read daily from now on."""
    counts, today = daily(seen), local_day(at, seen.zone)
    # Days without a reading count for the span all the same: it runs from the first count.
    first = counts[0][0] if counts else today
    return max(first + timedelta(days=SPAN_LEAST), today + timedelta(days=max(0, DAYS_LEAST - len(counts))))


def there(seen: Window) -> str:
    """What there is to go by, as the question before an analysis says it."""
    days = f"{plural(len(daily(seen)), 'day')} with counts"
    return f"{days} and {plural(len(seen.posts), 'post')}" if seen.posts else f"{days}; I read the posts now"
