"""How people behave in a simulation: `data/templates/simulation`, read by whoever plays and by nobody else."""

from typing import Annotated, Literal

from pydantic import Field

from core.simulation.terms import Percent
from core.templates import Template, TemplateError, load


class Behaviour(Template):
    """A kind of member, in chances and numbers; `source` says where they are from."""

    about: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    members_permille: Annotated[int, Field(ge=0, le=1000)]
    active_percent: Annotated[int, Field(ge=1, le=100)]
    """Of days."""
    coach: Annotated[int, Field(ge=0, le=500)]
    """Messages to the coach on an active day."""
    calls_permille: dict[str, Annotated[int, Field(ge=0, le=20_000)]]
    """Calls of each rate on a thousand active days."""
    plan: Literal["free", "premium", "pro"]
    """What those take who take a plan."""
    plan_percent: Percent
    """Who takes it in a month, of those who have none; who has it keeps it."""
    top_up_percent: Percent
    """Who buys credits in a month."""
    top_up: Annotated[int, Field(ge=0, le=9)]
    """Which line of the price list."""
    recharge_percent: Percent
    recharge: Annotated[int, Field(ge=0, le=9)]
    check_in_percent: Percent
    """Of active days."""
    challenge_permille: Annotated[int, Field(ge=0, le=1000)]
    """Active days on which a challenge is begun, if none is open."""
    stake: Annotated[int, Field(ge=10, le=500)]
    kept_percent: Percent
    growth_percent: Annotated[int, Field(ge=0, le=300)]
    """Of the target, on average."""
    visit_percent: Percent
    """Who visits a partner page when the gate asks for it."""
    leave_percent: Percent
    """Who stops for good in a month."""


def everybody(found: tuple[Behaviour, ...]) -> tuple[Behaviour, ...]:
    """The same behaviours, if they are everybody. Raises `TemplateError`."""
    if (parts := sum(one.members_permille for one in found)) != 1000:
        raise TemplateError("data/templates/simulation", f"members_permille: all files sum to {parts:,}, not 1,000")
    return found


BEHAVIOURS = everybody(load("simulation", Behaviour))
