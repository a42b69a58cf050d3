"""The catalogue: challenges as `data/templates/challenges` has them, checked when the program starts."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from core.contracts.terms import Actions
from core.growth.rules import Metric
from core.templates import Part, Template, load

Platform = Literal["tiktok", "youtube", "demo"]
PLATFORMS: tuple[Platform, ...] = ("tiktok", "youtube", "demo")
WITH_LIVES = ("youtube", "demo")
"""Where a live broadcast can be verified. TikTok has no official interface for them."""

Number = Annotated[int, Field(ge=0)]


class AskedGoal(Part):
    """One success metric, and its part of the verdict as a fraction such as "3/5"."""

    metric: Metric
    weight: Annotated[str, Field(pattern=r"^\d+(/[1-9]\d*)?$")]

    @property
    def part(self) -> Fraction:
        """The weight."""
        return Fraction(self.weight)


class AskedActions(Part):
    """What the member does; as `core.contracts.terms.Actions`."""

    posts_a_week: Annotated[int, Field(ge=0, le=28)] = 0
    posting_days: Number = 0
    lives: Number = 0
    live_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    live_days: Number = 0


class Challenge(Template):
    """One challenge of the catalogue. The targets are the member's own, so none stands here."""

    title: Annotated[str, Field(min_length=1, max_length=40)]
    about: Annotated[str, Field(min_length=1, max_length=100)]
    days: Annotated[int, Field(ge=7, le=30)]
    platforms: tuple[Platform, ...] = PLATFORMS
    actions: AskedActions
    goals: Annotated[tuple[AskedGoal, ...], Field(min_length=1, max_length=3)]
    stake: Annotated[int, Field(ge=10, le=500)]
    uplift_percent: Annotated[int, Field(ge=100, le=300)] = 115

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        asked = self.actions
        if not (asked.posts_a_week or asked.posting_days or asked.lives or asked.live_days):
            raise ValueError("a challenge asks for something to be done")
        if max(asked.posting_days, asked.live_days) > self.days:
            raise ValueError(f"there are {self.days} days to do it on")
        if asked.live_days > asked.lives:
            raise ValueError("lives on so many days are at least so many lives")
        return self

    @model_validator(mode="after")
    def _can_be_judged(self) -> Self:
        if sum(goal.part for goal in self.goals) != 1 or any(not goal.part for goal in self.goals):
            raise ValueError("the weights sum to 1, and none is 0")
        if len({goal.metric for goal in self.goals}) < len(self.goals):
            raise ValueError("a metric is judged once")
        if self.actions.lives and not set(self.platforms) <= set(WITH_LIVES):
            raise ValueError("lives can be verified on YouTube alone")
        return self

    @property
    def terms(self) -> Actions:
        """The actions as the terms have them."""
        return Actions(**self.actions.model_dump())


CATALOGUE: dict[str, Challenge] = {
    item.name: item for item in sorted(load("challenges", Challenge), key=lambda item: (item.days, item.stake))
}
"""By name; short ones with a small stake first."""
