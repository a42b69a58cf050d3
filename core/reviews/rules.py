"""What a case is, when it is reminded of, and what an answer names. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from core.chat import Option, Review
from core.ids import CaseId, MemberId
from core.values import dataclass

REMIND_AFTER = timedelta(hours=24)


class State(StrEnum):
    """How far a case is."""

    OPEN = "open"
    DECIDED = "decided"
    """By a person, or by the deadline with the default."""
    WITHDRAWN = "withdrawn"
    """There is nothing left to decide."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something about a member that a person decides. `by` None on a decided one: the deadline did."""

    id: CaseId
    kind: str
    subject: str
    about: MemberId
    opened_at: datetime
    deadline: datetime
    note: str
    state: State
    option: str | None = None
    by: MemberId | None = None
    why: str = ""
    closed_at: datetime | None = None


def remind_at(opened_at: datetime, deadline: datetime) -> datetime:
    """When staff is reminded: after a day, or half-way to an earlier deadline."""
    return opened_at + min(REMIND_AFTER, (deadline - opened_at) / 2)


def named(review: Review, answer: str) -> Option | None:
    """The option that an answer names, by its value or as people read it."""
    wanted = answer.strip().casefold()
    return next((one for one in review.options if wanted in {one.value.casefold(), one.label.casefold()}), None)
