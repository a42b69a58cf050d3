"""What the owners are told of a day's cost, once a day each: money that runs out must have a reader."""

from datetime import date, datetime

from core.chat import Notice, said
from core.costs import repository as books
from core.costs import service as costs
from core.costs.rules import nanos
from core.db import UnitOfWork
from core.gate.rules import GateLimits
from core.gate.words import dollars
from core.members import service as members
from core.outbox import service as outbox
from core.roles.service import Owners

ALERT = Notice("costs", "What the service costs", counted=False)


def watch(uow: UnitOfWork, at: datetime, *, limits: GateLimits, owners: Owners) -> list[str]:
    """Announce every threshold that the day has passed. Which ones hold now."""
    day = costs.utc_day(at)
    said_so = []
    for name, text in _passed(uow, day, limits):
        said_so.append(name)
        for identity in sorted(owners.identities, key=str):
            known = members.known(uow, identity)
            if known is not None:
                key = f"cost alert:{name}:{day}:{known.member.id}"
                outbox.announce(uow, known.member.id, ALERT, said(text), key=key, at=at)
    return said_so


def _passed(uow: UnitOfWork, day: date, limits: GateLimits) -> list[tuple[str, str]]:
    row = uow.run(books.DAY_OF, on=day).first()
    small = int(uow.run(books.SMALL_OF_DAY, on=day).scalar())
    spent = small + (row.spent + row.reserved if row is not None else 0)
    free = row.free_spent + row.free_reserved if row is not None else 0
    budget, breaker = nanos(limits.service_day), nanos(limits.breaker_day)
    found = []
    if budget and free * 100 >= budget * limits.service_warn_percent:
        left = f"{dollars(free)} of {dollars(budget)}"
        found.append(
            ("service budget", f"Free AI has used {left} today; at the end of it come templates until 00:00 UTC.")
        )
    if spent >= nanos(limits.alert_day):
        found.append(("cost", f"Today has cost {dollars(spent)}. The breaker stops every call at {dollars(breaker)}."))
    if spent * 100 >= breaker * limits.breaker_house_percent:
        house = f"Today has cost {dollars(spent)}: the breaker stops the free AI now, then plans, then bought credits."
        found.append(("breaker", f"{house} It opens at 00:00 UTC; [gate] breaker_day moves it."))
    return found
