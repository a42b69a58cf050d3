"""What the settings room refuses."""

from core.errors import InvalidField


class UnknownZone(InvalidField):
    """Neither a time, nor a place, nor a zone."""


class UnknownTime(InvalidField):
    """Not a time of day."""


class UnknownNotice(InvalidField):
    """No notice that can be turned off is called that."""


class UnknownRate(InvalidField):
    """Not a percentage."""
