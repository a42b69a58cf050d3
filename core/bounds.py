"""Bounds of settings: a room's limits are a frozen dataclass of these, read from config.toml and checked at start."""

from typing import Annotated

from pydantic import Field

Whole = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
