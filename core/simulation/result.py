"""What a simulation found, month by month, and what it warns of."""

from collections.abc import Iterable
from dataclasses import asdict, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from core.costs.rules import DOLLAR, nanos
from core.gate import rules as gate
from core.money import plural
from core.people import Plan
from core.simulation.terms import World, tariffs
from core.values import dataclass


@dataclass(slots=True)
class MonthSum:
    """One calendar month of everybody; dollars in nanos, coins whole."""

    first: date
    members: int = 0
    active: int = 0
    payers: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    sold: int = 0
    """Net dollars of what was bought, used or not: unspent it is a liability."""
    model: int = 0
    small: int = 0
    calls: dict[str, int] = field(default_factory=dict)
    """Calls by who paid, and refused ones by why."""
    minted: int = 0
    recharged: int = 0
    burnt: int = 0
    outstanding: int = 0
    plans: dict[str, int] = field(default_factory=lambda: {plan.value: 0 for plan in Plan})
    profits: list[int] = field(default_factory=list)
    """P of each member's month that began in it and saw cost or income, in rising order."""
    worst: str = ""
    """The behaviour of the worst of them."""

    def bring(self, kind: str, amount: int) -> None:
        """Count income."""
        self.revenue[kind] = self.revenue.get(kind, 0) + amount

    def count(self, what: str, times: int = 1) -> None:
        """Count calls."""
        self.calls[what] = self.calls.get(what, 0) + times

    @property
    def cost(self) -> int:
        """All of it."""
        return self.model + self.small

    @property
    def brought(self) -> int:
        """All of it."""
        return sum(self.revenue.values())

    def above(self, amount: int) -> int:
        """Percent of members' months above an amount."""
        return sum(one > amount for one in self.profits) * 100 // len(self.profits) if self.profits else 0

    def at_percent(self, percent: int) -> int:
        """The member's month below which so many lie."""
        return self.profits[(len(self.profits) - 1) * percent // 100] if self.profits else 0


def together(parts: Iterable[MonthSum]) -> MonthSum:
    """The same month of several parts of the members."""
    found = list(parts)
    whole = MonthSum(found[0].first)
    for name in (
        "members",
        "active",
        "payers",
        "sold",
        "model",
        "small",
        "minted",
        "recharged",
        "burnt",
        "outstanding",
    ):
        setattr(whole, name, sum(getattr(one, name) for one in found))
    for name in ("revenue", "calls", "plans"):
        sums: dict[str, int] = {}
        for one in found:
            for key, amount in getattr(one, name).items():
                sums[key] = sums.get(key, 0) + amount
        setattr(whole, name, sums)
    whole.profits = sorted(one for month in found for one in month.profits)
    whole.worst = min(found, key=lambda one: one.at_percent(0)).worst
    return whole


@dataclass(frozen=True, slots=True)
class Result:
    """A simulation, its months in order."""

    members: int
    seed: int
    months: tuple[MonthSum, ...]
    warnings: tuple[str, ...]
    assumed: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON has it; members' months as a distribution instead of one by one."""
        rows = []
        for month in self.months:
            row = asdict(month) | {"first": month.first.isoformat(), "cost": month.cost, "brought": month.brought}
            row["profits"] = {f"p{part}": month.at_percent(part) for part in (0, 5, 25, 50, 75, 95, 100)}
            row |= {"above_3_percent": month.above(nanos("3")), "above_0_percent": month.above(0)}
            rows.append(row)
        return {
            "members": self.members,
            "seed": self.seed,
            "dollars": "nano",
            "months": rows,
            "warnings": list(self.warnings),
            "assumed": list(self.assumed),
        }


class Expected(NamedTuple):
    """What seed 5 expects of a month: dollars a member, and percent; None where it says nothing."""

    month: int
    profit: str
    cost: str
    buyers: int | None
    profitable: int


SEED = (
    Expected(1, "4.50", "1.20", 60, 95),
    Expected(3, "7.20", "0.80", 75, 99),
    Expected(6, "12.50", "0.50", None, 100),
)


def warnings(world: World, at: datetime) -> tuple[str, ...]:
    """Every line of the rate card and every plan that costs more at worst than it brings."""
    selling, prices = world.selling, tariffs(world, at)
    dearest = min(selling.rails, key=lambda rail: rail.net("10"))
    found = []
    for rate in selling.rates:
        for amount, packs, unit in (
            (rate.credits, selling.top_ups, "credit"),
            (rate.coins, selling.recharges, "coin"),
        ):
            pack = min(packs, key=lambda pack: Fraction(nanos(pack.price), pack.amount))
            net, of = dearest.net(pack.price), pack.amount
            if amount and prices[rate.name].worst * of > net * amount:
                found.append(
                    f"rate {rate.name}: a call for {plural(amount, unit)} brings ${_cents(net * amount // of)} on "
                    f"{dearest.name} at the largest pack, and costs ${_cents(prices[rate.name].worst)} at worst"
                )
    sold = [rate for rate in selling.rates if rate.credits]
    for plan in (Plan.PREMIUM, Plan.PRO):
        allowance, net = getattr(world.plans, plan.value).credits_a_month, dearest.net(selling.price_of(plan))
        worst = max((prices[rate.name].worst * (allowance // rate.credits) for rate in sold), default=0)
        if worst > net:
            found.append(
                f"plan {plan.value}: {allowance:,} credits can cost ${_cents(worst)} at worst, and a month brings "
                f"${_cents(net)} on {dearest.name}; the gate stops it at -${_cents(gate.bound(world.gate))}"
            )
    return tuple(found)


def inflation(months: tuple[MonthSum, ...]) -> tuple[str, ...]:
    """Whether coins are made faster than they are burnt, in the last month."""
    last = months[-1]
    made = last.minted + last.recharged
    if made <= 2 * last.burnt:
        return ()
    return (
        f"coins: the last month made {made:,} and burnt {last.burnt:,}; {last.outstanding:,} are outstanding and grow",
    )


def _cents(amount: int) -> str:
    thousandths = amount * 1000 // DOLLAR
    return f"{thousandths // 1000:,}.{thousandths % 1000:03d}"
