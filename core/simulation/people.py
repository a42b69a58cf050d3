"""A simulated member: wallets, a month as the gate counts it, and what the product's rules make of a day."""

from dataclasses import field
from datetime import date, datetime

from core.coins.rules import Past
from core.contracts.rules import Case
from core.ledger.codes import LotSource
from core.money import split
from core.people import Plan
from core.simulation.behaviours import Behaviour
from core.simulation.terms import Rail
from core.values import dataclass

BURNED = sorted(LotSource, key=lambda source: source.rank)
"""The ledger's burn order."""


@dataclass(slots=True)
class Wallet:
    """Amounts by source, and the net dollars behind what was bought."""

    held: dict[LotSource, int] = field(default_factory=dict)
    net: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.held.values())

    def add(self, source: LotSource, amount: int, net: int = 0) -> None:
        """Put something in."""
        self.held[source] = self.held.get(source, 0) + amount
        self.net += net

    def drop(self, source: LotSource) -> int:
        """What lapses of a source."""
        return self.held.pop(source, 0)

    def take(self, amount: int, order: list[LotSource] | None = None) -> tuple[dict[LotSource, int], int]:
        """Take an amount that is there, in burn order: what of each source, and the net dollars of the bought part."""
        taken: dict[LotSource, int] = {}
        for source in order or BURNED:
            part = min(self.held.get(source, 0), amount)
            if part:
                taken[source] = part
                amount -= part
        assert amount == 0, "only what is there is taken"
        bought = taken.get(LotSource.BOUGHT, 0)
        net = self.net * bought // self.held[LotSource.BOUGHT] if bought else 0
        for source, part in taken.items():
            self.held[source] -= part
        self.net -= net
        return taken, net


@dataclass(frozen=True, slots=True)
class Stake:
    """Coins in escrow until a verdict."""

    earned: int
    bought: int
    net: int
    days: int

    @property
    def coins(self) -> int:
        """All of them."""
        return self.earned + self.bought

    def parts(self, amount: int) -> tuple[int, int]:
        """So many of them, pro rata, as (earned, bought)."""
        earned, bought = split(amount, (self.earned, self.bought))
        return earned, bought


@dataclass(slots=True)
class Person:
    """Everything that is known of one of them."""

    behaviour: Behaviour
    rail: Rail
    joined: datetime
    coins: Wallet = field(default_factory=Wallet)
    credits: Wallet = field(default_factory=Wallet)
    lapses: list[tuple[date, int]] = field(default_factory=list)
    """When earned credits lapse, the oldest first, and how many were granted."""
    gone: bool = False
    plan: Plan = Plan.FREE
    since: datetime | None = None
    """When the plan began."""
    starts: datetime | None = None
    ends: datetime | None = None
    spent: int = 0
    earned: int = 0
    trusted: bool = False
    """No newcomer any more: they paid."""
    paid: bool = False
    """Whether they paid in this month."""
    opened: datetime | None = None
    """Until when a partner visit keeps the gate open."""
    last: Past | None = None
    bridged: date | None = None
    rewards: dict[date, int] = field(default_factory=dict)
    asked: int = 0
    """Questionnaires answered."""
    again: date | None = None
    """When they can be answered again."""
    stake: Stake | None = None
    cases: list[Case] = field(default_factory=list)

    @property
    def profit(self) -> int:
        """P."""
        return self.earned - self.spent
