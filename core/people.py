"""People as everybody may name them: identities, members, what a plan allows, what a command costs."""

from datetime import datetime
from enum import StrEnum

from core.ids import AccountId, MemberId
from core.money import Amount, Unit
from core.values import dataclass


class Role(StrEnum):
    """What somebody may do beyond being a member; the order is the order of power."""

    OWNER = "owner"
    """Only through `[operator] owners`: a role that nobody can grant in chat."""
    ADMIN = "admin"
    MODERATOR = "moderator"
    SUPPORT = "support"
    PARTNER = "partner"
    """Reads the showcase and may veto a scheduled post; nothing else."""


class Plan(StrEnum):
    """A subscription."""

    FREE = "free"
    PREMIUM = "premium"
    PRO = "pro"


@dataclass(frozen=True, slots=True)
class Identity:
    """A member on one platform, as the platform names them."""

    platform: str
    user_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, as the adapter saw it: the identity, a name to show, the platform's idea of a language."""

    identity: Identity
    name: str
    language: str = "en"
    since: datetime | None = None
    """When the platform's account was made, in UTC; None: the platform does not tell."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person. `zone` is an IANA name; until it is changed for the first time, UTC is only assumed."""

    id: MemberId
    name: str
    zone: str
    zone_changed_at: datetime | None
    joined_at: datetime
    leaves_at: datetime | None = None
    arrived: bool = True
    """Whether they were ever here themselves, or only named by others."""

    @property
    def zone_known(self) -> bool:
        """Whether they have said where they are."""
        return self.zone_changed_at is not None

    @property
    def coin_wallet(self) -> AccountId:
        """The account that holds this member's coins."""
        return wallet(self.id, Unit.COIN)

    @property
    def credit_wallet(self) -> AccountId:
        """The account that holds this member's credits."""
        return wallet(self.id, Unit.CREDIT)


def wallet(member: MemberId, unit: Unit) -> AccountId:
    """The name of a member's account in a unit: derived, so that nobody has to look it up."""
    return AccountId(f"member:{member}:{unit}")


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What a member's plan allows. `credits_a_month` is the allowance."""

    plan: Plan
    credits_a_month: int
    may_give: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """What a command costs the member, shown before and held while it runs."""

    amount: Amount
    what: str
    self_paid: bool = False
    """Whether bought, recharged and gifted lots alone pay it, also where others would burn before them."""
