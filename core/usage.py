"""What a call to a language model used, in the four token classes that have prices of their own."""

from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens by class. `input` is the uncached rest; the provider's total input is the sum of the first four."""

    input: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class Worst:
    """The most a call can use: counted input, full output, each in its dearest class."""

    model: str
    input: int
    output: int
