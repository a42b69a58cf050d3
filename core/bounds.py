"""Bounds of settings: a room's limits are a frozen dataclass of these, read from config.toml and checked at start."""

from typing import Annotated

from pydantic import Field

MOST = 2_000_000
"""So many days from now are still a date, and so much of a unit, many times over, is still a number of 64 bits."""

Whole = Annotated[int, Field(ge=0, le=MOST)]
Positive = Annotated[int, Field(ge=1, le=MOST)]
