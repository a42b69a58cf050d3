"""Collecting evidence: what was read of an account, as a verdict needs it. Everything it leaves out can not matter."""

from datetime import datetime, timedelta

from core.contracts.evidence import Ended, Evidence, Failure, Reading, Seen
from core.contracts.terms import Terms
from core.contracts.verdict import FRESH
from core.db import UnitOfWork
from core.growth.rules import Metric
from core.metrics import service as metrics
from core.metrics.service import Counts, SeenPost, Snapshot
from core.sources import Loss
from core.stakes.repository import Contract

BY_MEMBER = frozenset({Loss.REVOKED, Loss.HIDDEN, Loss.GONE, Loss.DISCONNECTED})
"""Ways of losing an account that are an act of its member. A permission that ran out is none."""
_ACTS = frozenset(loss.value for loss in BY_MEMBER)
FAILURES_MAX = 20
INSTANT = timedelta(microseconds=1)


def gather(
    uow: UnitOfWork, contract: Contract, at: datetime, *, ended: Ended = Ended.NOTHING, note: str = ""
) -> Evidence:
    """All that is known of a contract at an instant."""
    terms, account = contract.agreed, contract.account
    before = _baseline(uow, contract)
    if before is None:
        return Evidence(at, ended=ended, note=note)
    until = min(at, terms.counts_until)
    seen = [item for item in metrics.snapshots(uow, account, before.at, at) if not item.dropped]
    in_time = [item for item in seen if before.at < item.at <= until]
    known = [item for item in seen if item.at <= until and item.followers is not None]
    failures = metrics.failures(uow, account, terms.ends_at - FRESH, at)
    return Evidence(
        at,
        before=before,
        after=_reading(in_time[-1]) if in_time else None,
        counted=_reading(known[-1]) if known else None,
        posts=_posts(uow, account, terms.starts_at, terms.ends_at, until),
        earlier=_earlier(uow, contract, before),
        reads=tuple(item.at for item in seen if item.posts_since is not None and item.posts_since <= terms.starts_at),
        failures=tuple(Failure(item.at, item.why) for item in failures[:FAILURES_MAX]),
        hidden=_hidden(contract, terms, {item.why for item in failures if item.at <= terms.counts_until}),
        ended=ended,
        note=note,
    )


def baseline(uow: UnitOfWork, contract: Contract, at: datetime) -> Snapshot | None:
    """The reading that a contract begins with, once it is there: the first after the beginning, or the last before.

    None while the account is away: nobody would be warned of it, and every day that was not seen would count as done.
    """
    terms = contract.agreed
    if metrics.account(uow, contract.account).loss is not None:
        return None
    around = timedelta(hours=terms.hours.baseline)
    latest = terms.starts_at + timedelta(hours=terms.hours.baseline_again)
    found = metrics.snapshots(uow, contract.account, terms.starts_at - around, min(at, latest))
    usable = [item for item in found if _can_begin(item, terms)]
    after = [item for item in usable if item.at >= terms.starts_at]
    if after:
        return after[0]
    return usable[-1] if usable and at >= terms.starts_at + around else None


def _can_begin(snapshot: Snapshot, terms: Terms) -> bool:
    """Whether a reading says all that will be compared."""
    wanted = {goal.metric for goal in terms.goals}
    counts = Metric.FOLLOWERS not in wanted or snapshot.followers is not None
    return counts and (Metric.ENGAGEMENT not in wanted or snapshot.posts_since is not None)


def _hidden(contract: Contract, terms: Terms, reasons: set[str]) -> bool:
    """Whether the member kept us from reading at the end."""
    if reasons & _ACTS:
        return True
    if contract.lost_at is None or contract.lost_at > terms.counts_until:
        return False
    return contract.back_at is None or contract.back_at >= terms.ends_at - FRESH


def _baseline(uow: UnitOfWork, contract: Contract) -> Reading | None:
    if contract.baseline_at is None:
        return None
    found = metrics.snapshots(uow, contract.account, contract.baseline_at, contract.baseline_at)
    # Its figures may have had to go: an account read by a code since keeps none for longer than a month.
    return _reading(found[0]) if found and not found[0].dropped else None


def _reading(item: Snapshot) -> Reading:
    return Reading(item.id, item.at, item.followers, item.step, item.era, item.digest, item.posts_read)


def _earlier(uow: UnitOfWork, contract: Contract, before: Reading) -> tuple[Seen, ...]:
    """The posts of the window before, as they were at the beginning; engagement alone asks for them."""
    terms = contract.agreed
    if all(goal.metric is not Metric.ENGAGEMENT for goal in terms.goals):
        return ()
    return _posts(uow, contract.account, terms.day_starts_at(-terms.days), terms.starts_at, before.at)


def _posts(uow: UnitOfWork, account: int, since: datetime, end: datetime, counted_until: datetime) -> tuple[Seen, ...]:
    found = metrics.posts(uow, account, since, end - INSTANT)
    counts = metrics.counts_at(uow, account, [post.id for post in found], counted_until)
    return tuple(_seen(post, counts.get(post.id)) for post in found)


def _seen(post: SeenPost, counts: Counts | None) -> Seen:
    live, told = post.live, counts and (counts.told or counts)
    minutes = 0 if live is None else int((live.ended_at - live.started_at).total_seconds()) // 60
    return Seen(
        post.id,
        post.published_at,
        post.first_seen_at,
        counts.views if counts else None,
        told.likes if told else None,
        told.comments if told else None,
        told.shares if told else None,
        live.started_at if live else None,
        minutes,
        counts.told.views if counts and counts.told else None,
    )
