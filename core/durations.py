"""Durations and days in words."""

from datetime import date, datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TWO_DIGITS = tuple(f"{number:02}" for number in range(60))


def in_words(duration: timedelta) -> str:
    """Two units at most, rounded up to the minute: "7 h 12 min", "3 days", "1 min"."""
    minutes = max(1, -(-int(duration.total_seconds()) // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        shown = f"{days} day" if days == 1 else f"{days} days"
        return f"{shown} {hours} h" if hours and days < 3 else shown
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def day_in_words(day: date) -> str:
    """14 May; for days of this year or close to it."""
    return f"{day.day} {day:%B}"


def moment_in_words(local: datetime) -> str:
    """14 May 18:05, as the clock there shows it; a sixth of what `strftime` takes, and a wallet has twenty of them."""
    return f"{_TWO_DIGITS[local.day]} {_MONTHS[local.month - 1]} {_TWO_DIGITS[local.hour]}:{_TWO_DIGITS[local.minute]}"
