"""How long leaving takes, and how an export travels."""

from core.bounds import Positive, Whole
from core.values import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class PrivacyLimits:
    """`[privacy]` of config.toml."""

    erase_days: Whole = 30
    export_inline_mb: Positive = 10
    export_link_hours: Positive = 24


def fits_a_message(size: int, limits: PrivacyLimits) -> bool:
    """Whether an export is sent as a file; otherwise as a link."""
    return size <= limits.export_inline_mb * MEGABYTE


def size_in_words(size: int) -> str:
    """Bytes as people read them: 12 KB, 3.4 MB."""
    if size < MEGABYTE:
        return f"{max(1, size // 1000):,} KB"
    tenths = size * 10 // MEGABYTE
    return f"{tenths // 10:,}.{tenths % 10} MB"
