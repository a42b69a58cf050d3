"""What the settings room refuses."""

from dataclasses import dataclass

from core.errors import InvalidField


@dataclass(eq=False)
class UnknownZone(InvalidField):
    """Neither a time, nor a place, nor a zone."""


@dataclass(eq=False)
class UnknownTime(InvalidField):
    """Not a time of day."""


@dataclass(eq=False)
class UnknownNotice(InvalidField):
    """No notice that can be turned off is called that."""


@dataclass(eq=False)
class UnknownRate(InvalidField):
    """Not a percentage."""
