"""Calls to a model on one simulated day: who pays, whether the gate lets them run, and what they leave."""

import random
from datetime import datetime, timedelta
from functools import lru_cache

from core.costs.rules import nanos
from core.gate import rules as gate
from core.gate.rules import Level, Payer, Standing
from core.people import Plan
from core.simulation.people import BURNED, Person
from core.simulation.result import MonthSum
from core.simulation.terms import Rate, Tariff, World, tariffs


class Calls:
    """The service's day, and everybody's calls in it."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._payer = lru_cache(maxsize=256)(lambda sources, paid: gate.payer(sources, paid_plan=paid))
        self._bound = gate.bound(world.gate)
        self._service_day = nanos(world.gate.service_day)
        self._breakers = {payer: gate.breaker(payer, world.gate) for payer in Payer}
        self._offers = any(offer.rewarded for offer in world.gate.offers)

    def begin(self, now: datetime, month: MonthSum) -> None:
        """A day in a month."""
        self.now, self.sum = now, month
        self.spent = self.free = 0
        self.tariffs: dict[str, Tariff] = tariffs(self._world, now)

    def priced(self, person: Person, rate: Rate, times: int) -> bool:
        """So many calls: who pays by the lots of their price, then the gate's own order of questions.

        False: not even one could run. Of several False says only that they can not run as one, and nothing was done.
        """
        price = rate.credits * times
        if not price:
            return self.house_paid(person, rate, times)  # what is given away is the house's
        if person.credits.total >= price:
            purse = person.credits
        elif rate.coins and person.coins.total >= rate.coins * times:
            purse, price = person.coins, rate.coins * times
        else:
            if times == 1:
                self.sum.count("could not pay")
            return False
        source = next(source for source in BURNED if purse.held.get(source, 0))
        whole = purse.held[source] >= price
        if times > 1 and not whole:
            return False  # not all of one source, so each is looked at by itself
        before, net_before = ({source: purse.held[source]} if whole else dict(purse.held)), purse.net
        taken, net = purse.take(price, [source] if whole else None)
        payer = self._payer(tuple(taken), person.plan is not Plan.FREE)
        if payer is Payer.HOUSE:
            worked = self.house_paid(person, rate, times)
        else:
            worked = self._sold(person, rate, payer, net, times)
        if not worked:
            purse.held |= before
            purse.net = net_before
        elif purse is person.coins:
            self.sum.burnt += price
        return worked

    def _sold(self, person: Person, rate: Rate, payer: Payer, net: int, times: int) -> bool:
        """Calls that a plan or the member pays: one after the other, each settled before the next."""
        tariff, bound = self.tariffs[rate.name], self._bound
        # What the last of them finds: costs only grow, so where it passes, all do.
        settled = tariff.cost * (times - 1)
        if payer is Payer.SELF:
            # As the gate has it: what was sold runs down to the bound itself, a plan stops before it.
            held = max(0, tariff.worst - net // times)
            blocked = held > 0 and person.profit - max(0, settled - net) - held < -bound
        else:
            blocked = person.profit - settled - tariff.worst <= -bound
        if blocked:
            if times == 1:
                self.sum.count("stopped at the bound")
            return False
        if not self._has_day(settled + tariff.worst, payer, free=False, told=times == 1):
            return False
        cost = settled + tariff.cost
        self.sum.count(payer.value, times)
        self._book(cost, free=False)
        if payer is Payer.SELF:
            person.spent += max(0, cost - net)
            person.earned += max(0, net - cost)
            self.sum.bring("self_paid", net)
        else:
            person.spent += cost
        return True

    def house_paid(self, person: Person, rate: Rate, times: int) -> bool:
        """Calls that the house pays. Several run as one only where the first and the last find everything open."""
        limits, tariff = self._world.gate, self.tariffs[rate.name]
        free = person.earned == 0
        if free and self.free + tariff.worst_reduced > self._service_day:
            self.sum.count("service budget", times == 1)
            return False
        new = not person.trusted and gate.is_new(person.joined, self.now, limits)
        quote = tariff.cost * (times - 1) + tariff.worst
        level = gate.level(Standing(person.spent + quote, person.profit - quote, new), limits)
        if times > 1 and level is not Level.NORMAL:
            return False
        if level in {Level.CLOSED, Level.BASIC}:
            self.sum.count(level.value)
            return False
        if level.is_gated and self._offers and (person.opened is None or person.opened <= self.now):
            if not self._chance.random() * 100 < person.behaviour.visit_percent:
                self.sum.count("waited for a visit")
                return False
            person.opened = self.now + timedelta(hours=limits.visit_hours)
        worst, cost = tariff[2:] if level.is_reduced else tariff[:2]
        settled = cost * (times - 1)
        if person.profit - settled - worst < -self._bound:
            return False
        if not self._has_day(settled + worst, Payer.HOUSE, free=free, told=times == 1):
            return False
        self.sum.count("house", times)
        self._book(settled + cost, free=free)
        person.spent += settled + cost
        return True

    def _has_day(self, worst: int, payer: Payer, *, free: bool, told: bool) -> bool:
        """Whether the service's day has room for the worst."""
        if self.spent + worst > self._breakers[payer]:
            why = "breaker"
        elif free and self.free + worst > self._service_day:
            why = "service budget"
        else:
            return True
        if told:
            self.sum.count(why)
        return False

    def _book(self, cost: int, *, free: bool) -> None:
        self.spent += cost
        self.free += cost if free else 0
        self.sum.model += cost
