"""What stands in the way of a link, which side stays, when codes may be tried. Pure functions."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from core.bounds import Whole
from core.errors import TandemError
from core.linking.errors import BothOnOnePlatform, InDispute, OneIsLeaving, OneTooManyThere
from core.people import Member
from core.values import dataclass

WRONG_CODES_AN_HOUR = 5
WINDOW = timedelta(hours=1)
AGREE_WITHIN = timedelta(hours=1)
"""How long the first side has to agree once the code was given."""


@dataclass(frozen=True, slots=True)
class LinkingLimits:
    """`[linking]` of config.toml."""

    code_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    merge_hours: Whole = 24


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as far as it decides whether they may become one."""

    member: Member
    platforms: Collection[str]
    disputed: bool


def readable(typed: str) -> str:
    """A code as it was made: people type spaces, dashes and small letters."""
    return "".join(c for c in typed.upper() if c.isalnum())


def obstacle(one: Side, other: Side) -> TandemError | None:
    """Why two members can not become one; None: they can."""
    shared = sorted(set(one.platforms) & set(other.platforms))
    if shared:
        error = OneTooManyThere if max(len(one.platforms), len(other.platforms)) > 1 else BothOnOnePlatform
        return error(shared[0].capitalize())
    if one.member.leaves_at is not None or other.member.leaves_at is not None:
        return OneIsLeaving()
    if one.disputed or other.disputed:
        return InDispute()
    return None


def older_first(one: Member, other: Member) -> tuple[Member, Member]:
    """(who stays, who is merged into them): the one who was here first stays."""
    return (one, other) if (one.joined_at, one.id) <= (other.joined_at, other.id) else (other, one)


def tries_again_at(since: datetime | None, wrong: int, now: datetime) -> datetime | None:
    """When codes may be tried again; None: now."""
    if since is None or now >= since + WINDOW or wrong < WRONG_CODES_AN_HOUR:
        return None
    return since + WINDOW


def counted(since: datetime | None, wrong: int, now: datetime) -> tuple[datetime, int]:
    """The window and its count after one more wrong code."""
    if since is None or now >= since + WINDOW:
        return now, 1
    return since, wrong + 1
