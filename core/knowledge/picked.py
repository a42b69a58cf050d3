"""Options that stand for a row of a member's own: what they stand for, and which row was picked or typed."""

from collections.abc import Sequence

from core.chat import Option
from core.ids import is_row_number


def stand_for(kind: str, row: int) -> str:
    """The value of a row's option. Never a bare number: typed, that means a place in a list."""
    return f"{kind}-{row}"


def row_of(kind: str, typed: str, options: Sequence[Option]) -> int | None:
    """The row whose option was picked, or typed as it reads. None: neither."""
    wanted = typed.casefold()
    value = next((option.value for option in options if option.label.casefold() == wanted), wanted)
    number = value.removeprefix(f"{kind}-")
    return int(number) if number != value and is_row_number(number) else None


def beginning(typed: str) -> str:
    """What to look for among labels, of which a long one ends in an ellipsis."""
    return typed.casefold().removesuffix("…")
