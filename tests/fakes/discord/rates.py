"""Rate limits: buckets of fixed windows, the global limit, and the storms that a test calls down."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.discord.errors import Json

# Requests per seconds. Real sizes are unpublished; these are customary.
BUCKETS = {
    "channel": (5, 5.0),
    "webhook": (5, 2.0),
    "commands": (5, 20.0),
    "other": (10, 10.0),
}
GLOBAL = (50, 1.0)
BAN_ANSWERS, BAN_SECONDS = 10_000, 600.0


@dataclass
class Window:
    """So many requests until it ends."""

    limit: int
    seconds: float
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        """Use one up; False where none is left."""
        if now >= self.ends:
            self.ends = now + self.seconds
            self.used = 0
        self.used += 1
        return self.used <= self.limit

    def left(self, now: float) -> float:
        """Seconds until it ends."""
        return max(0.0, self.ends - now)

    @property
    def remaining(self) -> int:
        """Requests that are left."""
        return max(0, self.limit - self.used)


@dataclass
class Verdict:
    """What a request gets told: headers, and the body of a 429 if it is one."""

    headers: dict[str, str]
    limited: Json | None = None


@dataclass
class Storm:
    """Answers that a test ordered for a route: some 429s, errors, or answers that get lost."""

    method: str
    template: str
    status: int
    times: int
    retry_after: float = 0.0
    scope: str = "user"
    # The request takes effect and the connection is cut before the answer.
    lost: bool = False
    via: bool = True
    body: Json | None = None

    def strikes(self, method: str, template: str) -> bool:
        """It meets this request; `*` is any."""
        fits = self.method in ("*", method) and self.template in ("*", template)
        return fits and self.times > 0


@dataclass
class Rates:
    """Windows run `pace` times as long as Discord's: a small pace keeps the counts and spares the waiting."""

    pace: float
    now: Callable[[], float] = time.monotonic
    buckets: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(BUCKETS))
    storms: list[Storm] = field(default_factory=list)
    # When answers of 401, 403 and 429 went out: too many, and Cloudflare bans the address.
    bad_answers: deque[float] = field(default_factory=deque)
    bad_answers_max: int = BAN_ANSWERS
    limited: int = 0
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    _global: Window | None = None

    def judge(self, bucket: str, major: str, *, exempt: bool) -> Verdict:
        """Count one request against the global limit and its bucket."""
        now = self.now()
        if self._global is None:
            self._global = Window(GLOBAL[0], GLOBAL[1] * self.pace)
        if not exempt and not self._global.take(now):
            return self.refuse(self._global.left(now), scope="global", headers={})
        limit, seconds = self.buckets.get(bucket, self.buckets["other"])
        window = self._windows.setdefault((bucket, major), Window(limit, seconds * self.pace))
        taken = window.take(now)
        headers = {
            "X-RateLimit-Limit": str(window.limit),
            "X-RateLimit-Remaining": str(window.remaining),
            "X-RateLimit-Reset": f"{time.time() + window.left(now):.3f}",
            "X-RateLimit-Reset-After": f"{window.left(now):.3f}",
            "X-RateLimit-Bucket": f"bucket-{bucket}",
        }
        if not taken:
            return self.refuse(window.left(now), scope="user", headers=headers)
        return Verdict(headers)

    def refuse(self, seconds: float, *, scope: str, headers: dict[str, str], via: bool = True) -> Verdict:
        """A 429. The Via header is what tells Discord's own from Cloudflare's."""
        self.limited += 1
        more = {**headers, "Retry-After": str(int(seconds) + 1), "X-RateLimit-Scope": scope}
        if via:
            more["Via"] = "1.1 google"
        if scope == "global":
            more["X-RateLimit-Global"] = "true"
        body = {
            "message": "You are being rate limited.",
            "retry_after": round(seconds, 3),
            "global": scope == "global",
        }
        return Verdict(more, body)

    def storm(self, method: str, template: str) -> Storm | None:
        """The next ordered answer for this request, used up by it."""
        for storm in self.storms:
            if storm.strikes(method, template):
                storm.times -= 1
                return storm
        return None

    def count(self, status: int) -> None:
        """Remember the kind of answers that lead to a ban."""
        if status in (401, 403, 429):
            self.bad_answers.append(self.now())

    @property
    def banned(self) -> bool:
        """Ten thousand bad answers in ten minutes."""
        oldest = self.now() - BAN_SECONDS
        while self.bad_answers and self.bad_answers[0] < oldest:
            self.bad_answers.popleft()
        return len(self.bad_answers) >= self.bad_answers_max
