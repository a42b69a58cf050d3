"""How often accounts are read, what a reading costs, who may connect what when. Pure functions."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from pydantic import Field, SecretStr

from core.bounds import Positive, Whole
from core.clock import day_start, local_day, zone
from core.values import dataclass

NAMES = {"tiktok": "TikTok", "youtube": "YouTube", "demo": "Demo"}
"""Platforms as people write them."""
QUOTA_ZONE = "America/Los_Angeles"
"""Where a platform's day begins, for its allowance."""
ONE_DAY = timedelta(days=1)
NO_KEYS = SecretStr("")


@dataclass(frozen=True, slots=True)
class PlatformPace:
    """`[metrics.<platform>]` of config.toml: what its interface allows us."""

    units_a_day: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    requests_a_minute: Annotated[int, Field(ge=10)] = 300
    accounts_a_call: Annotated[int, Field(ge=1, le=50)] = 1
    units_for_posts: Annotated[int, Field(ge=1, le=10)] = 3


@dataclass(frozen=True, slots=True)
class MetricLimits:
    """`[metrics]` of config.toml: when accounts are read, how long figures stay, how accounts change hands."""

    read_hour: Annotated[int, Field(ge=0, le=23)] = 4
    reserved_percent: Annotated[int, Field(ge=0, le=90)] = 20
    side_by_side: Annotated[int, Field(ge=1, le=64)] = 16
    call_s: Annotated[int, Field(ge=1, le=45)] = 20
    accounts_max: Positive = 6
    relink_days: Whole = 30
    sign_in_minutes: Annotated[int, Field(ge=5, le=60)] = 15
    code_hours: Annotated[int, Field(ge=1, le=72)] = 24
    code_days: Annotated[int, Field(ge=1, le=30)] = 30
    figures_days: Annotated[int, Field(ge=60)] = 400
    keys: SecretStr = NO_KEYS
    tiktok: PlatformPace = PlatformPace()
    youtube: PlatformPace = PlatformPace(units_a_day=9000, accounts_a_call=50)

    def pace(self, platform: str) -> PlatformPace:
        """What a platform allows; one that is made up allows anything."""
        return {"tiktok": self.tiktok, "youtube": self.youtube}.get(platform, PlatformPace(requests_a_minute=100_000))


def shown(platform: str) -> str:
    """A platform's name as people write it."""
    return NAMES.get(platform, platform.capitalize())


def next_reading(at: datetime, zone_name: str, limits: MetricLimits) -> datetime:
    """The next time a member's accounts are read: at the same local hour each day, and not twice within one."""
    earliest, hour = at + HORIZON, time(limits.read_hour, tzinfo=zone(zone_name))
    day = local_day(earliest, zone_name)
    slot = datetime.combine(day, hour).astimezone(UTC)
    return slot if slot > earliest else datetime.combine(day + ONE_DAY, hour).astimezone(UTC)


HORIZON = timedelta(hours=1)
"""Accounts that are due within it are read along, so that a call is full."""
RETRY_FIRST, RETRY_MOST = timedelta(minutes=5), timedelta(hours=3)


def retry_in(misses: int, asked: int = 0) -> timedelta:
    """How long to wait after so many failures in a row, and at least what the platform asks for."""
    wait = min(RETRY_MOST, RETRY_FIRST * 2 ** min(misses - 1, 10)) if misses else timedelta()
    return max(wait, timedelta(seconds=asked))


def units(pace: PlatformPace, plain: int, with_posts: int) -> int:
    """What a round takes from the day: plain ones share calls, posts cost calls of their own."""
    return -(-plain // pace.accounts_a_call) + with_posts * pace.units_for_posts


def quota_day(at: datetime) -> datetime:
    """When the platform's day began."""
    return day_start(local_day(at, QUOTA_ZONE), QUOTA_ZONE)


def free_from(left_at: datetime, limits: MetricLimits) -> datetime:
    """When an account that left one member may come to another."""
    return left_at + timedelta(days=limits.relink_days)


def missing(needed: Mapping[str, str], granted: Collection[str]) -> list[str]:
    """What was not allowed at a sign-in, in words."""
    return [what for scope, what in needed.items() if scope not in granted]
