"""What the fake can be told to answer."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

RETRY = "retry-after"


@dataclass(frozen=True)
class Say:
    """An answer of text. Cut at `max_tokens` like a real one, unless it says why it stopped."""

    text: str
    stop: str = ""
    usage: bool = True
    """False: without any figure of what was used, which a broken proxy can do."""


@dataclass(frozen=True)
class Use:
    """The model wants a tool."""

    name: str
    given: dict[str, Any]
    text: str = ""


@dataclass(frozen=True)
class Refuse:
    """Status 200, a refusal, and whatever was said before it."""

    text: str = ""
    category: str = "harmful"


@dataclass(frozen=True)
class Fail:
    """An error instead of an answer."""

    status: int
    kind: str = "api_error"
    wait_s: str | None = None
    code: str = ""


@dataclass(frozen=True)
class Break:
    """A stream that begins and does not end: after so many pieces an error event, or the connection is gone."""

    text: str
    after: int
    how: str = "error"
    """`error`, `cut` (connection closed), `hang` (nothing more, until the client goes)."""


@dataclass
class Slow:
    """An answer that waits until somebody lets it go."""

    answer: Say
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)


Answer = Say | Use | Refuse | Fail | Break | Slow

BUSY = Fail(429, "rate_limit_error", "7")
BUSY_SOMEHOW = Fail(429, "rate_limit_error")
SPENT = Fail(429, "rate_limit_error", code="enforced_spend_limit_reached")
UNPAID = Fail(402, "billing_error")
OVERLOADED = Fail(529, "overloaded_error")
BROKEN = Fail(500)
TOO_LATE = Fail(504, "timeout_error")
