"""Fakes of the ports, and of whoever watches: they keep what they were told, and answer as they were told to."""

from base64 import b64decode
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from core.people import Identity
from core.ports import Delivered, Delivery

DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
"""A PNG of one pixel."""


@dataclass(frozen=True)
class Sent:
    identity: Identity
    message: Any
    key: str

    @property
    def text(self) -> str:
        return "\n".join(str(block.content) for block in self.message.blocks if hasattr(block, "content"))


class RecordingMessenger:
    """The Messenger port. `answers` are given in turn, then everything arrives."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.answers: deque[Delivery | Exception] = deque()
        self.served = {"discord", "telegram", "console"}
        self.safe = {"discord"}

    def serves(self, identity: Identity) -> bool:
        return identity.platform in self.served

    def repeats_safely(self, platform: str) -> bool:
        return platform in self.safe

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:
        self.sent.append(Sent(identity, message, key))
        answer = self.answers.popleft() if self.answers else Delivered()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Outside:
    """Somebody's server: does a thing once per key. `answers` are raised in turn, before or after it was done."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.made: Counter[str] = Counter()
        self.fails: deque[BaseException] = deque()
        self.sulks: deque[BaseException] = deque()
        self.fails_after: deque[BaseException] = deque()

    async def make(self, key: str) -> str:
        self.calls.append(key)
        if self.fails:
            raise self.fails.popleft()
        if key not in self.made:
            self.made[key] += 1
        if self.fails_after:
            raise self.fails_after.popleft()
        return f"made {key}"


class Sketches:
    """The Painter port: keeps what it was to draw, and draws a dot. `fails` are raised in turn."""

    def __init__(self) -> None:
        self.drawn: list[Any] = []
        self.fails: deque[Exception] = deque()

    def paint(self, picture: Any) -> bytes:
        self.drawn.append(picture)
        if self.fails:
            raise self.fails.popleft()
        return DOT


class RecordingObserver:
    """Keeps what the log and the counters would get."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, str]] = []
        self.busy: list[tuple[str, Exception]] = []
        self.bugs: list[tuple[str, Exception, str]] = []

    def handled(self, command: str, outcome: str, *, trace: str) -> None:
        self.outcomes.append((command, outcome))

    def operational(self, what: str, error: Exception, *, trace: str) -> None:
        self.busy.append((what, error))

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        self.bugs.append((what, error, reference))
