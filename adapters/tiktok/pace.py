"""So many requests to an endpoint in any minute: refused here before TikTok refuses them. Pure but for its clock."""

import math
from collections import defaultdict, deque
from collections.abc import Callable

from adapters.tiktok.limits import MINUTE_S


class Pace:
    """`now` counts seconds from anywhere, and never backwards."""

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)
        self._rests_until: defaultdict[str, float] = defaultdict(float)

    def wait(self, endpoint: str) -> int:
        """The seconds until there is room for a request; 0: there is."""
        now, taken = self._now(), self._taken[endpoint]
        while taken and taken[0] <= now - MINUTE_S:
            taken.popleft()
        left = self._rests_until[endpoint] - now
        if len(taken) >= self._most:
            left = max(left, taken[0] + MINUTE_S - now)
        return math.ceil(left) if left > 0 else 0

    def take(self, endpoint: str) -> int:
        """0, and a request is counted; or the seconds until there is room again, and none is."""
        wait = self.wait(endpoint)
        if not wait:
            self._taken[endpoint].append(self._now())
        return wait

    def rest(self, endpoint: str, seconds: float) -> None:
        """TikTok wants nothing more there for a while."""
        self._rests_until[endpoint] = max(self._rests_until[endpoint], self._now() + seconds)
