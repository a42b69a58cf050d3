"""The figures of a made-up creator: a seeded random walk as a pure function of who, which day and which instant."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Self

from core.sources import Live, Post
from core.values import dataclass

SINCE: Final = date(2026, 3, 1)
"""The first day of a story whose id names none."""
BEFORE_DAYS: Final = 120
"""How far back posts and growth go; before that the account stands still."""
TURN_DAYS: Final = 3
"""Days until `hidden` and `away` become so: after the start of a challenge, before its end."""
SPEED: Final = 1.05
"""How much more a fast creator gains from day to day."""
RUSH_DAYS: Final = 120
"""Days until a fast creator gains no faster any more."""
VIEWS_HALF: Final = timedelta(hours=12)
"""The time in which a post gets half of the views that it still will get."""
DAY: Final = timedelta(days=1)

_ID = re.compile(r"demo-(?P<kind>[a-z]+)(?:-(?P<name>[a-z][a-z0-9]{0,19}))?(?:-(?P<day>\d{8}))?")


class Kind(StrEnum):
    """What becomes of a made-up creator."""

    FAST = "fast"
    STEADY = "steady"
    SHRINKING = "shrinking"
    IDLE = "idle"
    HIDDEN = "hidden"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Creator:
    """A made-up creator. Days are counted from `since`: negative ones are the past before it was found."""

    kind: Kind
    name: str
    since: date | None

    @classmethod
    def of(cls, external_id: str) -> Self | None:
        """The creator of an id; None if it is not one of ours."""
        found = _ID.fullmatch(external_id)
        if found is None or found["kind"] not in set(Kind):
            return None
        try:
            since = datetime.strptime(found["day"], "%Y%m%d").replace(tzinfo=UTC).date() if found["day"] else None
        except ValueError:
            return None
        return cls(Kind(found["kind"]), found["name"] or "", since)

    @property
    def handle(self) -> str:
        """What people type."""
        return "-".join(filter(None, ("demo", self.kind, self.name)))

    @property
    def external_id(self) -> str:
        """The handle and, where known, the day."""
        return f"{self.handle}-{self.since:%Y%m%d}" if self.since else self.handle

    @property
    def title(self) -> str:
        """A name that says that it is made up."""
        return f"{(self.name or self.kind).capitalize()} (demo)"

    def turned(self, at: datetime) -> bool:
        """Whether what is bound to happen to the account has happened."""
        return at >= self._start(TURN_DAYS)

    def followers(self, at: datetime) -> int:
        """How many there are at an instant; within a day they come evenly."""
        today = self._day_of(at)
        whole = _FIRST_FOLLOWERS[self.kind] + sum(self._gain(day) for day in range(-BEFORE_DAYS, today))
        part = self._gain(today) * (at - self._start(today)) // DAY if today >= -BEFORE_DAYS else 0
        return max(0, whole + part)

    def posts(self, since: datetime, at: datetime) -> Iterator[Post]:
        """The posts from one instant to another, oldest first, with their counts at the later one."""
        for day in range(max(self._day_of(since), -BEFORE_DAYS), self._day_of(at) + 1):
            for number in range(self._posts_on(day)):
                published = self._published(day, number)
                if since <= published <= at:
                    yield self._post(day, number, published, at)

    def _start(self, day: int) -> datetime:
        return datetime.combine(self.since or SINCE, time(), tzinfo=UTC) + day * DAY

    def _day_of(self, at: datetime) -> int:
        return (at - self._start(0)) // DAY

    def _dice(self, what: str, day: int, sides: int) -> int:
        """0 to sides − 1, always the same for the same creator, thing and day."""
        digest = hashlib.sha256(f"{self.external_id}|{what}|{day}".encode()).digest()
        return int.from_bytes(digest[:8]) % sides

    def _gain(self, day: int) -> int:
        match self.kind:
            case Kind.FAST:
                return int(100 * _rush(day) * (90 + self._dice("gain", day, 21)) / 100)
            case Kind.SHRINKING if day >= 0:
                return -5 - self._dice("gain", day, 6)
            case Kind.IDLE:
                return 3 + self._dice("gain", day, 5)
            case _:
                # 7 days bring 112, give or take 7: rarely the 15% more than usual that a target asks for.
                return 12 + self._dice("gain", day, 9)

    def _posts_on(self, day: int) -> int:
        match self.kind:
            case Kind.FAST:
                return 2
            case Kind.IDLE:
                return 1 if day < 0 else 0
            case Kind.SHRINKING:
                return 1
            case _:
                return 2 if self._dice("second", day, 4) == 0 else 1

    def _published(self, day: int, number: int) -> datetime:
        hour, minutes = (11, 180) if number == 0 else (17, 120)
        return self._start(day) + timedelta(hours=hour, minutes=self._dice(f"minute {number}", day, minutes))

    def _post(self, day: int, number: int, published: datetime, at: datetime) -> Post:
        total = 400 + self._dice(f"views {number}", day, 201)
        # Hundredths of a percent of the views.
        rate = 450 + self._dice(f"rate {number}", day, 101)
        if self.kind is Kind.FAST:
            total, rate = int(total * _rush(day)), min(max(400 + 15 * day, 100), 1300)
        views = int(total * (1 - 0.5 ** ((at - published) / VIEWS_HALF)))
        acts = views * rate // 10_000
        comments, shares = acts * 12 // 100, acts * 8 // 100
        ended = published + timedelta(minutes=45 + self._dice("live", day, 31))
        live = Live(published, ended) if number == 0 and day % 3 == 0 and ended <= at else None
        return Post(
            id=f"{published:%Y%m%d}-{number}",
            published_at=published,
            views=views,
            likes=acts - comments - shares,
            comments=comments,
            shares=shares,
            live=live,
        )


_FIRST_FOLLOWERS: Final = {
    Kind.FAST: 2_000,
    Kind.STEADY: 10_000,
    Kind.SHRINKING: 10_000,
    Kind.IDLE: 5_000,
    Kind.HIDDEN: 10_000,
    Kind.AWAY: 10_000,
}


def _rush(day: int) -> float:
    return float(SPEED ** max(-BEFORE_DAYS, min(day, RUSH_DAYS)))
