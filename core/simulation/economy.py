"""Lets days pass. What a member may, earns, loses and costs is decided by the rules of the product, not by copies."""

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, NamedTuple

from core.coins import rules as coins
from core.coins.rules import Past
from core.contracts import rules as contracts
from core.contracts.catalogue import CATALOGUE
from core.costs import months
from core.costs.rules import DOLLAR, Category, nanos
from core.costs.service import BOUND
from core.earnings import rules as earnings
from core.earnings.rules import Used
from core.errors import TandemError
from core.gate.rules import GateLimits
from core.ledger.codes import LotSource
from core.money import split
from core.people import Plan
from core.questions.questionnaires import QUESTIONNAIRES
from core.simulation import result
from core.simulation.behaviours import BEHAVIOURS, Behaviour
from core.simulation.calls import Calls
from core.simulation.people import Person, Stake
from core.simulation.result import MonthSum, Result
from core.simulation.terms import Rate, World
from core.simulation.verdicts import verdict

BEGINS = datetime(2027, 1, 1, tzinfo=UTC)
"""A first of January: every simulation has the same calendar."""
JOINING = 14
"""Days over which everybody joins."""
PARTS = 2
DEALT_FROM = 1_000
"""Members from which they are dealt into parts."""
NOON = timedelta(hours=12)
ONE_DAY = timedelta(days=1)
CREDITS_LAST = timedelta(days=90)
COINS_FIRST = [LotSource.EARNED, LotSource.BOUGHT]
ASSUMED = (
    "plans, top-ups and recharges are not sold yet: they are bought at the prices of [simulation], on its rails",
    "agents, plans of content, ideas and posts are not built yet: they cost what [simulation] rates say",
    "no commission, data share, gift, dispute, refund or pay-as-you-go is assumed; no annual plan",
    "whoever leaves is followed by somebody new of the same behaviour, so that the number of members stays",
    f"from {DEALT_FROM:,} members on, the members and the day's budgets are dealt into {PARTS} even parts",
    "who behaves how, and how often, is in data/templates/simulation, each with its source",
)


class NoRate(TandemError):
    """Somebody took a rate away that a behaviour calls, or wrote a behaviour that calls what has none."""

    words: ClassVar[str] = "{rates}: data/templates/simulation calls it, [simulation] rates has no line. Add one there."

    rates: str


class Part(NamedTuple):
    """A part of the members, and the part of each day's budgets that is theirs: it can be played by itself."""

    world: World
    members: int
    months: int
    seed: int
    behaviours: tuple[Behaviour, ...]


Play = Callable[[Callable[[Part], list[MonthSum]], Iterable[Part]], Iterable[list[MonthSum]]]


def simulate(
    world: World,
    *,
    members: int,
    months_count: int,
    seed: int,
    behaviours: tuple[Behaviour, ...] = BEHAVIOURS,
    play: Play = map,
) -> Result:
    """A number of months of a number of members. The same arguments give the same result.

    `play` may be the map of a pool: the members are always dealt into the same parts, however many processors there
    are, and the day's budgets with them. Raises `NoRate`.
    """
    called = {name for one in behaviours for name in one.calls_permille}
    if unknown := sorted(called - {rate.name for rate in world.selling.rates}):
        raise NoRate(", ".join(unknown))
    sizes = [members] if members < DEALT_FROM else split(members, [1] * PARTS)
    gate_of = _dealt(world.gate, len(sizes))
    parts = [
        Part(replace(world, gate=gate_of), size, months_count, seed * PARTS + number, behaviours)
        for number, size in enumerate(sizes)
    ]
    found = tuple(result.together(months) for months in zip(*play(played, parts), strict=True))
    return Result(members, seed, found, result.warnings(world, BEGINS) + result.inflation(found), ASSUMED)


def _dealt(limits: GateLimits, parts: int) -> GateLimits:
    """The day's budgets of one of so many parts."""
    day, breaker = (nanos(text) // parts for text in (limits.service_day, limits.breaker_day))
    return replace(limits, service_day=_written(day), breaker_day=_written(breaker))


def _written(amount: int) -> str:
    return f"{amount // DOLLAR}.{amount % DOLLAR:09d}"


def played(part: Part) -> list[MonthSum]:
    """All months of a part."""
    economy = Economy(part.world, random.Random(part.seed), part.behaviours)
    economy.join(part.members)
    last = months.months_after(BEGINS, part.months)
    day = BEGINS
    while day < last:
        economy.day(day)
        day += ONE_DAY
    economy.close()
    return economy.sums


class Economy:
    """Everybody, and the day that it is."""

    def __init__(self, world: World, chance: random.Random, behaviours: tuple[Behaviour, ...]) -> None:
        self.world = world
        self.chance = chance
        self.behaviours = behaviours
        self.people: list[Person] = []
        self.sums: list[MonthSum] = []
        self._active: defaultdict[date, list[Person]] = defaultdict(list)
        self._later: defaultdict[date, list[Callable[[], None]]] = defaultdict(list)
        self._rates: dict[str, Rate] = {rate.name: rate for rate in world.selling.rates}
        self._now = BEGINS
        self._today = BEGINS.date()
        self._staked: list[Person] = []
        self._questions = [one.coins for one in QUESTIONNAIRES]
        self._asked_again = timedelta(days=world.questions.again_days)
        self._days = sorted(one.days for one in CATALOGUE.values())
        self._external = self._request = 0
        self._logs = {one.name: math.log(1 - min(one.active_percent, 99) / 100) for one in behaviours}
        self.calls = Calls(world, chance)

    @property
    def sum(self) -> MonthSum:
        """The month that it is."""
        return self.sums[-1]

    def join(self, members: int) -> None:
        """Everybody joins over the first days, each behaviour in its share."""
        shares = [one.members_permille for one in self.behaviours]
        for number in range(members):
            behaviour = self.chance.choices(self.behaviours, shares)[0]
            self._admit(behaviour, BEGINS + timedelta(days=number * JOINING // members))

    def _admit(self, behaviour: Behaviour, day: datetime) -> None:
        rails = self.world.selling.rails
        rail = self.chance.choices(rails, [rail.used_percent for rail in rails])[0]
        person = Person(behaviour, rail, day)
        self.people.append(person)
        self._active[day.date()].append(person)

    # Days

    def day(self, day: datetime) -> None:
        """Everything that happens on one."""
        self._now, self._today = day + NOON, day.date()
        if self._today.day == 1:
            self._begin_month()
        self.calls.begin(self._now, self.sum)
        self._external = self.world.costs.of(Category.EXTERNAL, 1, self._now)
        self._request = self.world.costs.of(Category.REQUEST, 1, self._now)
        for happens in self._later.pop(self._today, ()):
            happens()
        self._staked = [person for person in self._staked if person.stake is not None]
        for person in self._staked:
            self._small(person, self._external)
        for person in self._active.pop(self._today, ()):
            if not person.gone:
                self._live(person)
                self._active[self._next(person)].append(person)

    def _begin_month(self) -> None:
        if self.sums:
            self._end_month()
        self.sums.append(MonthSum(self._today))
        for person in list(self.people):
            if self._today > person.joined.date() and not person.gone and self._happens(person.behaviour.leave_percent):
                person.gone = True
                self._admit(person.behaviour, self._now - NOON)

    def _end_month(self) -> None:
        here = [person for person in self.people if not person.gone]
        self.sum.members = len(here)
        for person in here:
            self.sum.plans[person.plan.value] += 1
        escrow = sum(person.stake.coins for person in self.people if person.stake)
        self.sum.outstanding = escrow + sum(person.coins.total for person in self.people)

    def close(self) -> None:
        """The last month is over, and every member's month is looked at."""
        self._end_month()
        for person in self.people:
            self._close(person)
        for month in self.sums:
            month.profits.sort()

    def _next(self, person: Person) -> date:
        how = person.behaviour
        if how.active_percent == 100:
            return self._today + ONE_DAY
        skipped = int(math.log(1 - self.chance.random()) / self._logs[how.name])
        return self._today + timedelta(days=1 + skipped)

    def _happens(self, percent: int, of: int = 100) -> bool:
        return percent > 0 and self.chance.random() * of < percent

    # A member's day

    def _live(self, person: Person) -> None:
        if person.ends is None or self._now >= person.ends:
            self._turn(person)
        self._small(person, self._request)
        self._visit(person)
        how = person.behaviour
        if self._happens(how.check_in_percent):
            self._reward(person, self.world.questions.check_in_coins)
        self._question(person)
        if person.stake is None and self._happens(how.challenge_permille, 1000):
            self._begin_challenge(person)
        # Who is refused comes back on another day.
        random, prepared = self.chance.random, self.world.selling.prepared_percent / 100
        asked = len([None for _ in range(how.coach) if random() >= prepared])
        if asked and not self.calls.house_paid(person, self._rates["coach"], asked):
            while asked and self.calls.house_paid(person, self._rates["coach"], 1):
                asked -= 1
        for name, permille in how.calls_permille.items():
            times = permille // 1000 + self._happens(permille % 1000, 1000)
            if times and not self.calls.priced(person, self._rates[name], times):
                while times and self.calls.priced(person, self._rates[name], 1):
                    times -= 1

    def _turn(self, person: Person) -> None:
        """A new month of theirs: what the last one came to, and what they buy."""
        self._close(person)
        how, selling = person.behaviour, self.world.selling
        if person.plan is Plan.FREE and not person.gone and self._happens(how.plan_percent):
            person.plan, person.since = Plan(how.plan), self._now
        cycle = None if person.since is None else (person.plan, person.since)
        key = months.month_of(cycle, self._now)
        person.starts, person.ends = key.starts_at, key.ends_at
        if person.gone:
            return  # what is still at stake outlives them; they buy and renew nothing
        terms = getattr(self.world.plans, person.plan.value)
        person.credits.drop(LotSource.ALLOWANCE)
        person.credits.add(LotSource.ALLOWANCE, terms.credits_a_month)
        if person.plan is not Plan.FREE:
            self._earn(person, person.rail.net(selling.price_of(person.plan)), "plan")
            self._paid(person, person.rail.net(selling.price_of(person.plan)))
        if self._happens(how.top_up_percent):
            pack = selling.top_ups[min(how.top_up, len(selling.top_ups) - 1)]
            person.credits.add(LotSource.BOUGHT, pack.amount, person.rail.net(pack.price))
            self._paid(person, person.rail.net(pack.price))
        if self._happens(how.recharge_percent):
            pack = selling.recharges[min(how.recharge, len(selling.recharges) - 1)]
            person.coins.add(LotSource.BOUGHT, pack.amount, person.rail.net(pack.price))
            self.sum.recharged += pack.amount
            self._paid(person, person.rail.net(pack.price))

    def _paid(self, person: Person, net: int) -> None:
        self.sum.sold += net
        self.sum.payers += not person.paid
        person.trusted = person.paid = True

    def _close(self, person: Person) -> None:
        if person.starts is not None and (person.spent or person.earned):
            index = (person.starts.year - BEGINS.year) * 12 + person.starts.month - BEGINS.month
            month = self.sums[max(0, index)]
            if not month.profits or person.profit < month.profits[0]:
                month.worst = person.behaviour.name
                month.profits.insert(0, person.profit)
            else:
                month.profits.append(person.profit)
            month.active += 1
        person.spent = person.earned = 0
        person.paid = False

    # Coins

    def _visit(self, person: Person) -> None:
        found = coins.streak(person.last, self._today, person.bridged, self.world.coins)
        person.bridged = found.bridged or person.bridged
        person.last = Past(self._today, self._now, found.days)
        self._mint(person, coins.reward(found.days, self.world.coins).value)

    def _mint(self, person: Person, amount: int) -> None:
        person.coins.add(LotSource.EARNED, amount)
        self.sum.minted += amount

    def _question(self, person: Person) -> None:
        if person.asked < len(self._questions):
            self._reward(person, self._questions[person.asked])
            person.asked += 1
            person.again = self._today + self._asked_again
        elif person.again is not None and self._today >= person.again:
            person.asked = 0

    def _reward(self, person: Person, amount: int) -> None:
        """Pays on the first day with room, as the caps have it."""
        if amount:
            if person.rewards and max(person.rewards) < self._today.replace(day=1):
                person.rewards.clear()
            (day,) = earnings.places(Used(person.rewards), [amount], self._today, self.world.earnings)
            person.rewards[day] = person.rewards.get(day, 0) + amount
            if day == self._today:
                self._mint(person, amount)
            else:
                self._later[day].append(lambda: self._mint(person, amount))

    # Challenges

    def _begin_challenge(self, person: Person) -> None:
        limits, purse = self.world.challenges, person.coins
        stake = min(person.behaviour.stake, contracts.stake_max(estimate=False, limits=limits), purse.total)
        if stake < limits.stake_min:
            return
        least = contracts.bought_least(stake, 0, limits)
        if purse.held.get(LotSource.BOUGHT, 0) < least:
            return
        _, first_net = purse.take(least, [LotSource.BOUGHT]) if least else ({}, 0)
        taken, net = purse.take(stake - least, COINS_FIRST)
        days = self.chance.choice(self._days)
        bought = least + taken.get(LotSource.BOUGHT, 0)
        person.stake = Stake(stake - bought, bought, first_net + net, days)
        self._staked.append(person)
        due = self._today + timedelta(days=days + limits.verdict_hours // 24)
        self._later[due].append(lambda: self._judge(person))

    def _judge(self, person: Person) -> None:
        stake, how, limits = person.stake, person.behaviour, self.world.challenges
        assert stake is not None, "a verdict has a stake"
        kept = not person.gone and self._happens(how.kept_percent)
        grown = max(0, round(self.chance.gauss(how.growth_percent, 30)))
        penalty = contracts.penalty_percent(person.cases, limits)
        found = verdict(stake.days, stake.coins, penalty, min(grown, 300), kept=kept, burns=limits.burn_rest)
        person.cases.append(found.case)
        person.stake = None
        consumed_earned, consumed_bought = stake.parts(found.consumed)
        gone_earned, gone_bought = stake.parts(found.consumed + found.burned)
        net_of = [stake.net * part // stake.bought if stake.bought else 0 for part in (consumed_bought, gone_bought)]
        person.coins.add(LotSource.EARNED, stake.earned - gone_earned)
        person.coins.add(LotSource.BOUGHT, stake.bought - gone_bought, stake.net - net_of[1])
        self.sum.burnt += gone_earned + gone_bought
        assert consumed_earned <= gone_earned, "what is burned comes on top"
        if person.ends is None or self._now >= person.ends:
            self._turn(person)
        self._earn(person, net_of[0], "stake")
        if found.case.kept:
            person.credits.add(LotSource.EARNED, limits.reward_credits)
            day = self._today + CREDITS_LAST
            # What was not used of a grant lapses; what was used since is taken to be of the oldest.
            self._later[day].append(lambda: self._lapse(person, limits.reward_credits))

    def _lapse(self, person: Person, amount: int) -> None:
        left = person.credits.held.get(LotSource.EARNED, 0)
        person.credits.held[LotSource.EARNED] = max(0, left - amount)

    # Dollars

    def _earn(self, person: Person, amount: int, kind: str) -> None:
        if amount:
            person.earned += amount
            self.sum.bring(kind, amount)

    def _small(self, person: Person, cost: int) -> None:
        """A reading or a request: not done where the month has no room for it."""
        if cost and person.profit - cost >= -BOUND:
            if person.ends is None or self._now >= person.ends:
                self._turn(person)
            person.spent += cost
            self.calls.spent += cost
            self.sum.small += cost
