"""When to try again, when to keep quiet, where to send. Pure functions."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import Field

from core.bounds import Positive, Whole
from core.people import Identity
from core.values import dataclass

TimeOfDay = Annotated[time, Field(description='a time of day such as "22:00"')]


@dataclass(frozen=True, slots=True)
class NoticeLimits:
    """`[notices]` of config.toml; times are the member's own."""

    unprompted_a_day: Whole = 2
    quiet_from: TimeOfDay = time(22, 0)
    quiet_to: TimeOfDay = time(8, 0)


@dataclass(frozen=True, slots=True)
class OutboxPace:
    """`[outbox]` of config.toml: tries, and seconds between them."""

    attempts_max: Positive = 16
    backoff_first_s: Positive = 5
    backoff_max_s: Positive = 3600

    def __post_init__(self) -> None:
        if self.backoff_first_s > self.backoff_max_s:
            first, most = self.backoff_first_s, self.backoff_max_s
            raise ValueError(f"backoff_first_s {first} should not be over backoff_max_s {most}")


def retry_at(now: datetime, attempt: int, asked_s: float, pace: OutboxPace) -> datetime:
    """When to try again: doubling from the first pause, never sooner than the platform asked for."""
    # 2**16 pauses are beyond any maximum; the bound keeps the number small.
    pause = min(pace.backoff_first_s * 2 ** min(attempt - 1, 16), pace.backoff_max_s)
    return now + timedelta(seconds=max(pause, asked_s))


def choose(reachable: Sequence[Identity], tried: str, prefers: str = "") -> Identity | None:
    """Where to send: the platform it is meant for, else the one used last; not where it just failed for good."""
    usable = [identity for identity in reachable if identity.platform != tried] or reachable
    meant = [identity for identity in usable if identity.platform == prefers]
    return next(iter(meant or usable), None)
