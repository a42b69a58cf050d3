"""Reading time zones, times of day and percentages as people type them. Pure functions."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import available_timezones

from core.clock import zone
from core.members.rules import zone_for_local_time
from core.settings.errors import UnknownRate, UnknownTime, UnknownZone

_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})\s*(am|pm)?|(\d{1,2})\s*(am|pm)", re.IGNORECASE)


_NO_PLACES = {"Factory", "localtime"}
"""Names of the database that mean no place, or that of the machine."""
_OFFSET = re.compile(r"Etc/GMT([+-])(\d+)")
_APART = re.compile(r"(?:utc|gmt)?\s*([+−-])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)


def shown_zone(name: str) -> str:
    """A zone as people read it. `Etc/GMT-2` is two hours ahead of UTC, and nobody would guess."""
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        return name.replace("_", " ")
    return f"UTC{'+' if offset[1] == '-' else '−'}{offset[2]}"


WELL_KNOWN = (
    "UTC", "Europe/London", "Europe/Lisbon", "Europe/Paris", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul",
    "Europe/Moscow", "Africa/Lagos", "Africa/Cairo", "Africa/Johannesburg", "Asia/Dubai", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Dhaka", "Asia/Jakarta", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
    "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Mexico_City", "America/Denver",
    "America/Los_Angeles",
)  # fmt: skip
"""As many as a list of options holds: a platform that can not search in a form then lets people type."""


@cache
def zones() -> dict[str, str]:
    """Names that people type to IANA names: `berlin`, `europe/berlin`, `new york`, `utc`."""
    named: dict[str, str] = {}
    for name in sorted(available_timezones() - _NO_PLACES):
        named[_typed(name)] = name
        if "/" in name and not name.startswith("Etc/"):
            named.setdefault(_typed(name.rsplit("/", 1)[1]), name)
    return named


def _typed(name: str) -> str:
    return name.strip().replace("_", " ").casefold()


def matching_zones(prefix: str, most: int) -> list[str]:
    """IANA names that begin with, or whose city begins with, what was typed; without a prefix a few well-known ones."""
    if not prefix:
        return list(WELL_KNOWN[:most])
    known = zones()
    return list(dict.fromkeys(known[name] for name in known if name.startswith(_typed(prefix))))[:most]


def read_zone(text: str, at: datetime) -> str:
    """A zone from an IANA name, a city, hours from UTC, or the time that it is there. Raises `UnknownZone`."""
    named = zones().get(_typed(text)) or _apart(text, at)
    if named is not None:
        return named
    try:
        return zone_for_local_time(at, read_time("zone", text))
    except UnknownTime:
        words = "I do not know that place. Type your local time (14:05), a city (Berlin) or a zone (Europe/Berlin)."
        raise UnknownZone("zone", words) from None


def _apart(text: str, at: datetime) -> str | None:
    """A zone from its hours ahead of UTC or behind it, as `shown_zone` and most people write them. None: no zone is."""
    found = _APART.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3] or 0)
    apart = timedelta(hours=hours, minutes=minutes) * (1 if found[1] == "+" else -1)
    if minutes:
        name = zone_for_local_time(at, (at + apart).astimezone(UTC).time())
    else:
        name = f"Etc/GMT{'-' if found[1] == '+' else '+'}{hours}" if hours else "UTC"
    return name if name in zones().values() and at.astimezone(zone(name)).utcoffset() == apart else None


def read_time(field: str, text: str) -> time:
    """A time of day: 14:05, 8.30, 9 pm. Raises `UnknownTime`."""
    found = _TIME.fullmatch(text.strip())
    if found is not None:
        hour, minute = int(found[1] or found[4]), int(found[2] or 0)
        half = (found[3] or found[5] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise UnknownTime(field, "I could not read that time. Two numbers with a colon, for example 22:00.")


def read_rate(field: str, text: str) -> str:
    """A percentage with at most two decimals, between 0 and 100, as text: 3.4. Raises `UnknownRate`."""
    found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?", text.strip())
    if found is None or int(found[1]) > 100 or (int(found[1]) == 100 and int(found[2] or 0) > 0):
        raise UnknownRate(field, "I could not read that rate. A percentage from 0 to 100, for example 3.4.")
    decimals = (found[2] or "").rstrip("0")
    return f"{int(found[1])}.{decimals}" if decimals else str(int(found[1]))
