"""What the doctor says: one finding for each thing that was looked at."""

from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `fix` is empty when it is as it should be."""

    what: str
    said: str
    fix: str = ""
