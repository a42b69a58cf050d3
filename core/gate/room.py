"""What the gate offers, and what it does when two members are one, or one goes."""

from datetime import timedelta
from typing import Any

from core.chat import Again, Due, Export, Job, Reaction, Room
from core.costs import repository as books
from core.db import UnitOfWork
from core.facts import MemberArrived, MemberErased, MemberParted, MembersMerged, MetricAccountConnected
from core.gate import alerts, pace, repository, service, standing
from core.gate.commands import COMMANDS
from core.gate.rules import GateLimits
from core.ids import MemberId
from core.members.service import Salt
from core.roles.service import Owners

EXPIRE = "gate.expire"
WATCH = "gate.watch"
EVERY = timedelta(minutes=5)
LOOKS = timedelta(minutes=1)


def expire(uow: UnitOfWork, due: Due, *, limits: GateLimits) -> Again | None:
    """Job: end reservations that a crash left open, and count the prices of self-paid calls."""
    done = service.expire(uow, due.at, limits=limits) + service.count_prices(uow, due.at)
    return Again(due.at, fresh=True) if done else None


def watch(uow: UnitOfWork, due: Due, *, limits: GateLimits, owners: Owners) -> None:
    """Job: tell the owners what the day costs."""
    alerts.watch(uow, due.at, limits=limits, owners=owners)


def connected(uow: UnitOfWork, fact: MetricAccountConnected) -> None:
    """Reaction: an account that is provably theirs makes somebody new a known creator."""
    standing.trust(uow, fact.member, "metric account", fact.at)


def arrived(uow: UnitOfWork, fact: MemberArrived, *, salt: Salt) -> None:
    """Reaction: who was erased and comes back begins their next free month when it begins."""
    standing.begin_later(uow, fact.member, fact.at, salt=salt)


def parted(uow: UnitOfWork, fact: MemberParted) -> None:
    """Reaction: an identity that leaves has had its part of the month with the others."""
    standing.begin_later(uow, fact.member, fact.at)


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: the stricter pace, the calls of both and the better trust are the one's.

    Reservations come along with their months.
    """
    kept, gone = (repository.lock_pace(uow, who) for who in (fact.kept, fact.gone))
    if gone is not None:
        repository.save_pace(uow, fact.kept, gone if kept is None else pace.merged(kept, gone, fact.at))
    row = uow.run(repository.STANDING_OF, member=fact.gone).first()
    if row is not None and row.trusted_at is not None:
        uow.run(repository.TRUST, member=fact.kept, why=row.trusted_by, at=row.trusted_at)
    _forget(uow, fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: sums stay; how fast somebody was and what they called for goes."""
    for month in uow.run(books.MONTHS_OF, member=fact.member):
        uow.run(repository.FORGET_PURPOSES, month=month.id)
    _forget(uow, fact.member)


def _forget(uow: UnitOfWork, member: MemberId) -> None:
    uow.run(repository.FORGET_PACE, member=member)
    uow.run(repository.FORGET_STANDING, member=member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """How the member is paced and trusted, and every call that was reserved for them."""
    rows: list[dict[str, Any]] = []
    for month in uow.run(books.MONTHS_OF, member=member):
        found = uow.run(repository.PURPOSES_OF, month=month.id)
        rows += [{"table": "reservation", **row._asdict()} for row in found]
    for table, statement in (("call_pace", repository.PACE_OF), ("gate_standing", repository.STANDING_OF)):
        rows += [{"table": table, **row._asdict()} for row in uow.run(statement, member=member)]
    return rows


ROOM = Room(
    "gate",
    commands=COMMANDS,
    jobs=(Job(EXPIRE, run=expire, every=EVERY), Job(WATCH, run=watch, every=LOOKS)),
    reactions=(
        Reaction(MemberArrived, arrived),
        Reaction(MemberParted, parted),
        Reaction(MembersMerged, merge),
        Reaction(MemberErased, erase),
        Reaction(MetricAccountConnected, connected),
    ),
    exports=(Export("gate", ("reservation", "call_pace", "gate_standing"), export),),
    notices=(standing.LEVEL, alerts.ALERT),
)
