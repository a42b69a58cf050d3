"""Permission to read: refreshed by one at a time, stored before it is used, given back when it is not needed.

A platform may kill the old refresh token with each new one. If the answer to a refresh is lost, the next refusal is
nobody's fault: the account is lost as *expired*, never as *revoked by the member*.
"""

import asyncio
from datetime import datetime

from core.chat import Again, Due, Job
from core.db import UnitOfWork
from core.ids import new_code, new_trace
from core.metrics import quota, reading, repository, rules, sealing, service
from core.metrics.reading import FRESH_FOR, REFRESH
from core.metrics.rules import ONE_DAY, MetricLimits
from core.metrics.sealing import Keys
from core.metrics.service import AWAY, REVOKE, Sources
from core.ports import Observer, SignIn
from core.schedule import service as schedule
from core.sources import AccessLost, Loss, SourceAway, Tokens
from core.values import dataclass

GIVES_UP_AFTER = 6
"""Attempts to give a permission back; then it ends by itself."""


@dataclass(frozen=True, slots=True)
class Refreshing:
    """What to refresh. `unsure`: an earlier attempt was cut off, so the token may be dead already."""

    account: int
    platform: str
    connected_at: datetime
    tokens: Tokens
    unsure: bool


def prepare(
    uow: UnitOfWork, due: Due, *, limits: MetricLimits, sources: Sources, keys: Keys
) -> Refreshing | Again | None:
    """Note that the platform is being asked, before it is."""
    row = repository.lock(uow, int(due.key))
    kept = uow.run(repository.TOKEN_OF, account=int(due.key)).first()
    if row is None or kept is None or kept.access_until > due.at + FRESH_FOR:
        return None
    if row.platform not in sources.sign_ins:
        return Again(due.at + ONE_DAY, fresh=True)
    tokens = sealing.opened_tokens(keys, kept)
    if tokens is None or tokens.refresh_until <= due.at:
        reading.lose(uow, row, Loss.EXPIRED, due.at)
        return None
    minute = due.at.replace(second=0, microsecond=0)
    if not quota.take(uow, row.platform, quota.MINUTE, minute, 1, limits.pace(row.platform).requests_a_minute):
        return Again(due.at + rules.RETRY_FIRST, fresh=True)
    uow.run(repository.ASKED, account=row.id, moment=due.at)
    return Refreshing(row.id, row.platform, row.connected_at, tokens, unsure=kept.asked_at is not None)


Answer = tuple[Refreshing, Tokens | Exception]


async def refresh(work: Refreshing, *, limits: MetricLimits, sources: Sources, observer: Observer) -> Answer:
    """Ask for new tokens."""
    source = sources.sign_ins[work.platform]
    try:
        async with asyncio.timeout(limits.call_s):
            return work, await source.refresh(work.tokens)
    except Exception as error:  # noqa: BLE001  whatever it is, the row has to learn of it
        return work, known(error, source, observer)


def known(error: Exception, source: SignIn, observer: Observer) -> Exception:
    """An error as the room understands it; a bug is logged, and counts as no answer."""
    if isinstance(error, (SourceAway, AccessLost)):
        return error
    if not isinstance(error, TimeoutError):
        what = f"signing in at {source.platform}"
        observer.broken(what, error, trace=new_trace(), reference=new_code(4))
    return SourceAway(source.platform, f"{type(error).__name__} at a sign-in")


def finish(uow: UnitOfWork, due: Due, answer: Answer, *, keys: Keys) -> Again | None:
    """Store what came before anybody uses it."""
    work, result = answer
    if isinstance(result, Tokens):
        # Who waits for it, before the account is locked: they take the two in this order as well.
        for kind, key in ((service.READ, due.key), due.payload["then"]):
            schedule.hasten(uow, kind, due.at, key)
    row = repository.lock(uow, work.account)
    stands = row is not None and row.disconnected_at is None and row.connected_at == work.connected_at
    if isinstance(result, Tokens):
        columns = sealing.sealed_tokens(keys, result)
        if stands:
            uow.run(repository.KEEP_TOKEN, account_id=work.account, **columns)
        else:  # disconnected, or connected anew, while the platform was asked
            payload = sealing.given_back(work.platform, columns)
            disconnected = row is None or row.disconnected_at is not None
            if disconnected:
                schedule.plan(uow, REVOKE, str(work.account), due.at, payload, move=True)
        return None
    if not stands:
        return None
    if isinstance(result, AccessLost):
        loss = Loss.EXPIRED if work.unsure else result.loss
        service.note_failure(uow, work.account, loss.value, "at a refresh", due.at)
        reading.lose(uow, row, loss, due.at)
        return None
    why = result.why if isinstance(result, SourceAway) else ""
    service.note_failure(uow, work.account, AWAY, f"at a refresh: {why}", due.at)
    return Again(due.at + rules.retry_in(due.attempt, result.seconds if isinstance(result, SourceAway) else 0))


# Giving it back


def prepare_revoke(
    uow: UnitOfWork,  # noqa: ARG001  a job's signature
    due: Due,
    *,
    sources: Sources,
    keys: Keys,
) -> tuple[str, Tokens] | None:
    """The tokens that are not needed any more; None if nobody can read or revoke them."""
    platform = due.payload["platform"]
    values = keys.open(due.payload["sealed"]) if platform in sources.sign_ins and keys else None
    if values is None:
        return None
    access_until, refresh_until = (_ends(due, name) for name in ("access_until", "refresh_until"))
    return platform, Tokens(values["access"], values["refresh"], access_until, refresh_until, frozenset())


def _ends(due: Due, name: str) -> datetime:
    """When a token ends: one that counts as ended is not even asked with."""
    return datetime.fromisoformat(due.payload[name])


async def revoke(work: tuple[str, Tokens], *, limits: MetricLimits, sources: Sources, observer: Observer) -> bool:
    """Tell the platform. Whether there is nothing left to do."""
    platform, tokens = work
    source = sources.sign_ins[platform]
    try:
        async with asyncio.timeout(limits.call_s):
            await source.revoke(tokens)
    except Exception as error:  # noqa: BLE001  as above
        return isinstance(known(error, source, observer), AccessLost)
    return True


def finish_revoke(uow: UnitOfWork, due: Due, done: bool) -> Again | None:  # noqa: ARG001  a job's signature
    """Try again while it may help."""
    return None if done or due.attempt >= GIVES_UP_AFTER else Again(due.at + rules.retry_in(due.attempt))


JOBS = (
    Job(REFRESH, prepare=prepare, errand=refresh, finish=finish),
    Job(REVOKE, prepare=prepare_revoke, errand=revoke, finish=finish_revoke),
)
