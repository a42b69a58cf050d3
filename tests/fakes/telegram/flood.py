"""Rate limits on the fake's clock, and answers that a test scripts: storms, lost answers, broken servers.

The figures are those of Telegram's FAQ; how long a burst may be is not published (assumed: 5).
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.fakes.telegram.faults import ApiError, too_many

A_CHAT_PER_SECOND: Final = 1
A_CHAT_BURST: Final = 5
A_GROUP_PER_MINUTE: Final = 20
ALL_PER_SECOND: Final = 30
COUNTED: Final = frozenset(
    [
        "sendmessage",
        "sendphoto",
        "senddocument",
        "sendinvoice",
        "sendmessagedraft",
        "editmessagetext",
        "editmessagecaption",
        "editmessagemedia",
        "editmessagereplymarkup",
    ]
)


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """429; until the time is over every counted request to the same chat gets it again."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Any refusal by its code and its words."""

    code: int
    description: str


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """The request takes effect and then the connection is cut: the bot can not know."""


@dataclass(frozen=True, slots=True)
class NoConnection:
    """The connection is cut before anything happens."""


@dataclass(frozen=True, slots=True)
class ServerError:
    """500 or 502 with a page instead of JSON; nothing happens."""

    code: int = 500


@dataclass(frozen=True, slots=True)
class BadJson:
    """200 with something that is no JSON; the request takes effect."""


@dataclass(frozen=True, slots=True)
class AsUsual:
    """Nothing special, to let requests pass before the storm."""


Scripted = RetryAfter | Refused | LostAnswer | NoConnection | ServerError | BadJson | AsUsual


class Window:
    """At most so many in so many seconds."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self.taken: deque[float] = deque()

    def wait(self, now: float) -> float:
        while self.taken and self.taken[0] <= now - self.seconds:
            self.taken.popleft()
        return self.taken[0] + self.seconds - now if len(self.taken) >= self.most else 0.0

    def take(self, now: float) -> None:
        self.taken.append(now)


class Bucket:
    """One a second after a short burst."""

    def __init__(self, now: float) -> None:
        self.left = float(A_CHAT_BURST)
        self.at = now

    def wait(self, now: float) -> float:
        self.left = min(float(A_CHAT_BURST), self.left + (now - self.at) * A_CHAT_PER_SECOND)
        self.at = now
        return 0.0 if self.left >= 1 else (1 - self.left) / A_CHAT_PER_SECOND

    def take(self, now: float) -> None:
        self.left -= 1


class Flood:
    """Counts what is sent and says how long to wait."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._overall = Window(ALL_PER_SECOND, 1)
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, Window] = {}
        self._blocked: dict[int, float] = {}
        self._scripts: dict[str, deque[Scripted]] = {}
        self.refused: list[tuple[str, int, int]] = []
        """Each 429 as (method, chat, seconds)."""
        self.too_early: list[str] = []
        """Requests that came before a retry_after was over."""

    def next_answers(self, method: str, *answers: Scripted) -> None:
        self._scripts.setdefault(method.lower(), deque()).extend(answers)

    def scripted(self, method: str) -> Scripted:
        """The next answer for a method; `*` meets any but the long polls, which are many."""
        name = method.lower()
        waiting = self._scripts.get(name) or (self._scripts.get("*") if name != "getupdates" else None)
        return waiting.popleft() if waiting else AsUsual()

    def block(self, method: str, chat: int, seconds: int) -> ApiError:
        self._blocked[chat] = self._now() + seconds
        self.refused.append((method, chat, seconds))
        return too_many(seconds)

    def check(self, method: str, chat: int) -> None:
        """Refuse with 429 if this is one too many; otherwise count it."""
        if method.lower() not in COUNTED:
            return
        now = self._now()
        left = self._blocked.get(chat, 0) - now
        if left > 0:
            self.too_early.append(f"{method} to {chat}, {left:.1f} s before retry_after was over")
            raise self.block(method, chat, math.ceil(left))
        limits: list[Window | Bucket] = [self._overall, self._chats.setdefault(chat, Bucket(now))]
        if chat < 0:
            limits.append(self._groups.setdefault(chat, Window(A_GROUP_PER_MINUTE, 60)))
        longest = max(limit.wait(now) for limit in limits)
        if longest > 0:
            raise self.block(method, chat, math.ceil(longest))
        for limit in limits:
            limit.take(now)
