"""What several rooms must act on at once. A service records a fact; before the commit every room's reaction runs."""

from datetime import date, datetime

from core.ids import MemberId
from core.people import Identity
from core.sources import Loss
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """Base of all facts: something that has just become true, in the past tense, at an instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class MemberArrived(Fact):
    """Somebody made their first contact, or the first after others had already given them something."""

    member: MemberId


@dataclass(frozen=True, slots=True)
class MemberVisited(Fact):
    """The first command, button or complete form of a member's local day.

    The rooms react to it before the command asks or does anything, so that what the visit pays is there by then.
    `/start`, `/help` and a form that was only opened do not count.
    """

    member: MemberId
    day: date


@dataclass(frozen=True, slots=True)
class VisitPaid(Fact):
    """The coins of a member's local day were paid."""

    member: MemberId
    day: date


@dataclass(frozen=True, slots=True)
class MemberParted(Fact):
    """An identity became a member of its own, new and empty; the others stay with who they were."""

    member: MemberId


@dataclass(frozen=True, slots=True)
class MembersMerged(Fact):
    """Two members turned out to be one person. Every row of `gone` becomes a row of `kept`."""

    kept: MemberId
    gone: MemberId


@dataclass(frozen=True, slots=True)
class MemberErased(Fact):
    """A member's data must go or be pseudonymised, now, in this transaction.

    `identities` is who they were: by it a room finds where others' rows name them.
    """

    member: MemberId
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeTurned(Fact):
    """A member turned a kind of notice on or off."""

    member: MemberId
    notice: str
    on: bool


@dataclass(frozen=True, slots=True)
class MemberBanned(Fact):
    """A member may not use Tandem any more. `contract`: the challenge they cheated on, if that was why."""

    member: MemberId
    contract: int | None = None


@dataclass(frozen=True, slots=True)
class MetricAccountConnected(Fact):
    """A member has proved that a creators' account is theirs. `account` is the id in `core/metrics`."""

    member: MemberId
    account: int


@dataclass(frozen=True, slots=True)
class MetricAccountLost(Fact):
    """A connected account can not be read any more, and why. `account` is the id in `core/metrics`."""

    member: MemberId
    account: int
    loss: Loss


@dataclass(frozen=True, slots=True)
class MetricAccountBack(Fact):
    """An account that was lost can be read again."""

    member: MemberId
    account: int
