"""When a time zone may change, when quiet hours are, how a profile is read. Pure functions."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Annotated

from pydantic import Field

from core.bounds import Whole
from core.clock import day_start, local_day, zone
from core.people import Identity
from core.values import dataclass

BETWEEN_HOURS = (
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Yangon", "Asia/Kabul", "Asia/Tehran", "America/St_Johns",
    "Australia/Adelaide", "Australia/Darwin", "Australia/Eucla", "Australia/Lord_Howe", "Pacific/Chatham",
    "Pacific/Marquesas",
)  # fmt: skip
"""Where clocks are not whole hours from UTC, the most people first."""
NONE, ONE_HOUR = timedelta(), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MemberRules:
    """`[members]` of config.toml."""

    time_zone_change_days: Whole = 30
    visit_after_change_hours: Annotated[int, Field(ge=0, le=48)] = 18


def zone_change_opens_at(changed_at: datetime | None, rules: MemberRules) -> datetime | None:
    """When the time zone may be changed again; None: now. The first setting is always free."""
    return None if changed_at is None else changed_at + timedelta(days=rules.time_zone_change_days)


def opens_again_at(
    last: tuple[date, datetime], days: int, zone_name: str, zone_changed_at: datetime | None, rules: MemberRules
) -> datetime:
    """When what is done once in some local days can be done again, after it was done on a day at an instant.

    A change of zone since then may have brought midnight nearer, so the last of those days has some hours at least.
    """
    day, at = last
    opens_at = day_start(day + timedelta(days=days), zone_name)
    # Done and changed at one instant: the day tells which of the two came first.
    since = zone_changed_at is not None and (zone_changed_at > at or local_day(at, zone_name) != day)
    if not since:
        return opens_at
    return max(opens_at, at + timedelta(days=days - 1, hours=rules.visit_after_change_hours))


def is_quiet(at: datetime, zone_name: str, start: time, end: time) -> bool:
    """Whether an instant lies in somebody's quiet hours, which may span midnight. Equal ends: never quiet."""
    now = at.astimezone(zone(zone_name)).time()
    return start <= now < end if start <= end else now >= start or now < end


def quiet_ends_at(at: datetime, zone_name: str, end: time) -> datetime:
    """The next instant after `at` at which the member's clock shows the end of their quiet hours."""
    local = at.astimezone(zone(zone_name))
    ends = datetime.combine(local.date(), end, tzinfo=local.tzinfo)
    if ends.astimezone(UTC) <= at:  # in an hour that comes twice, the end may still be ahead
        ends = ends.replace(fold=1)
    if ends.astimezone(UTC) <= at:
        ends = datetime.combine(local.date() + timedelta(days=1), end, tzinfo=local.tzinfo)
    return ends.astimezone(UTC)


def zone_for_local_time(at: datetime, local: time) -> str:
    """A zone in which it is `local` at an instant, to the nearest quarter of an hour, -11 to +12 hours from UTC.

    Whole hours become a fixed offset (`Etc/GMT-2` is two hours *ahead* of UTC), others a place that lives by them.
    """
    utc = at.astimezone(UTC)
    minutes = (local.hour * 60 + local.minute) - (utc.hour * 60 + utc.minute)
    ahead = timedelta(minutes=15 * round(minutes / 15))
    if ahead % ONE_HOUR:
        for name in BETWEEN_HOURS:
            offset = at.astimezone(zone(name)).utcoffset() or NONE
            if (offset - ahead) % timedelta(days=1) == NONE:
                return name
    hours = round(minutes / 60)
    hours = (hours + 11) % 24 - 11
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"


def tombstone(identity: Identity, salt: bytes) -> str:
    """What remains of an erased identity: a keyed hash that the same person makes again, and nobody else can read."""
    return blake2b(str(identity).encode(), key=salt[:64], digest_size=24).hexdigest()
