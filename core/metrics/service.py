"""Connected accounts and what was read of them, for whoever shows them or judges by them."""

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import datetime, timedelta

from core.db import UnitOfWork
from core.facts import MetricAccountLost
from core.ids import MemberId
from core.metrics import repository, sealing
from core.metrics.counts import Counts
from core.metrics.repository import MetricAccount, Snapshot
from core.ports import Lookup, MetricsSource, SignIn
from core.schedule import service as schedule
from core.sources import Live, Loss, Reading
from core.values import dataclass

__all__ = ["Counts", "Failure", "MetricAccount", "SeenPost", "Snapshot", "Sources"]

READ = "metrics.read"
"""The daily reading; one row for each account, its key."""
WANTED = "metrics.wanted"
"""A reading that somebody asked for."""
REVOKE = "metrics.revoke"
WANTED_FOR = timedelta(hours=24)
"""How long a reading that somebody asked for is tried."""
AWAY = "away"
"""Why a reading failed when it was not the account: the platform, the network, us."""


@dataclass(frozen=True)
class Sources:
    """The platforms that can be read here, by name, and the ways to prove an account there. Made in wiring."""

    readers: Mapping[str, MetricsSource] = field(default_factory=dict)
    sign_ins: Mapping[str, SignIn] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenPost:
    """A post as far as it was ever seen. `id` is the platform's; counts are the latest, as at `counts_at`."""

    id: str
    published_at: datetime
    first_seen_at: datetime
    last_seen_at: datetime
    gone_at: datetime | None
    """The first reading that should have had it and did not."""
    views: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    counts_at: datetime | None
    live: Live | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A reading that did not succeed. `why` is `away` or the value of a `Loss`."""

    at: datetime
    why: str
    detail: str


# Accounts


def accounts(uow: UnitOfWork, member: MemberId) -> list[MetricAccount]:
    """What a member has connected, oldest first; lost ones are among them, disconnected ones are not."""
    return [repository.read_account(row) for row in uow.run(repository.HELD_BY, member=member)]


def account(uow: UnitOfWork, account_id: int) -> MetricAccount:
    """An account that is known to exist; a disconnected one says so."""
    return repository.read_account(uow.run(repository.BY_ID, account=account_id).one())


def disconnect(uow: UnitOfWork, account_id: int, at: datetime) -> bool:
    """Let go of an account: nothing is read any more, and our permission is given back. False if it was gone."""
    row = repository.lock(uow, account_id)
    if row is None or row.disconnected_at is not None:
        return False
    uow.run(repository.DISCONNECT, account=account_id, moment=at)
    schedule.cancel(uow, READ, str(account_id))
    give_back(uow, account_id, at)
    uow.record(MetricAccountLost(at, MemberId(row.member_id), account_id, Loss.DISCONNECTED))
    return True


def give_back(uow: UnitOfWork, account_id: int, at: datetime) -> None:
    """Forget an account's tokens, and tell the platform that we do not need them any more."""
    row = uow.run(repository.TOKEN_OF, account=account_id).first()
    if row is not None:
        payload = sealing.given_back(account(uow, account_id).platform, row._asdict())
        schedule.plan(uow, REVOKE, str(account_id), at, payload, move=True)
        uow.run(repository.FORGET_TOKEN, account=account_id)


def unused(platform: str, external_id: str) -> str:
    """The key under which a permission is given back that no account came of."""
    return f"unused:{platform}:{external_id}"


def lost_notice(account: MetricAccount) -> str:
    """The key under which the outbox has the message that an account was lost."""
    assert account.lost_at is not None, "it is not lost"
    return f"metric-lost:{account.id}:{account.lost_at.isoformat()}"


# What was read


def snapshots(uow: UnitOfWork, account_id: int, since: datetime, until: datetime) -> list[Snapshot]:
    """What was read of an account between two instants, both included, in order."""
    rows = uow.run(repository.SNAPSHOTS, account=account_id, after=since, before=until)
    return [repository.read_snapshot(row) for row in rows]


def posts(uow: UnitOfWork, account_id: int, since: datetime, until: datetime) -> list[SeenPost]:
    """Posts published between two instants, as far as they were ever seen, with their latest counts."""
    rows = list(uow.run(repository.POSTS, account=account_id, after=since, before=until))
    latest = repository.counts(uow, account_id, _END) if rows else {}
    nothing = Counts(_END, "", None, None, None, None)
    found = []
    for row in rows:
        seen = latest.get(row.external_id, nothing)
        live = None if row.live_started_at is None else Live(row.live_started_at, row.live_ended_at)
        found.append(
            SeenPost(
                row.external_id, row.published_at, row.first_seen_at, row.last_seen_at, row.gone_at, seen.views,
                seen.likes, seen.comments, seen.shares, None if seen is nothing else seen.at, live,
            )
        )  # fmt: skip
    return found


_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def counts_at(uow: UnitOfWork, account_id: int, post_ids: Collection[str], until: datetime) -> dict[str, Counts]:
    """Counts of these posts as at their last reading not later than an instant; a post never read by then is absent."""
    wanted = set(post_ids)
    found = repository.counts(uow, account_id, until) if wanted else {}
    return {post: counts for post, counts in found.items() if post in wanted}


def failures(uow: UnitOfWork, account_id: int, since: datetime, until: datetime) -> list[Failure]:
    """Readings that did not succeed between two instants, in order."""
    rows = uow.run(repository.FAILURES, account=account_id, after=since, before=until)
    return [Failure(row.at, row.why, row.detail) for row in rows]


# What is to be read


def want(uow: UnitOfWork, account_id: int, at: datetime, *, key: str, posts_since: datetime | None = None) -> None:
    """Plan a reading at an instant, once for a key. It is tried for 24 hours; each failure is kept as one."""
    since = None if posts_since is None else posts_since.isoformat()
    payload = {"account": account_id, "since": since, "until": (at + WANTED_FOR).isoformat()}
    schedule.plan(uow, WANTED, key, at, payload)


def unwant(uow: UnitOfWork, key: str) -> bool:
    """A planned reading is not needed any more."""
    return schedule.cancel(uow, WANTED, key)


def watch(uow: UnitOfWork, account_id: int, since: datetime, until: datetime) -> None:
    """Let daily readings include posts published since then, until an instant."""
    uow.run(repository.KEEP_WATCH, account_id=account_id, since=since, until=until)


def unwatch(uow: UnitOfWork, account_id: int, since: datetime, until: datetime) -> None:
    """Take `watch` back: nobody judges by the posts any more."""
    uow.run(repository.END_WATCH, account=account_id, after=since, before=until)


def keep(uow: UnitOfWork, account_id: int, reading: Reading, *, posts_since: datetime | None = None) -> bool:
    """Keep what was read; posts published since `posts_since` that it does not have are gone. Once for an instant."""
    since = posts_since if reading.posts is not None else None
    snapshot = _kept(uow, account_id, reading, since)
    if snapshot is None:
        return False
    for post in reading.posts or ():
        live: dict[str, datetime | None] = {"live_started_at": None, "live_ended_at": None}
        if post.live is not None:
            live = {"live_started_at": post.live.started_at, "live_ended_at": post.live.ended_at}
        known = {"account_id": account_id, "external_id": post.id, "published_at": post.published_at}
        seen = uow.run(repository.SEE_POST, moment=reading.at, **known, **live).scalar()
        counts = {"views": post.views, "likes": post.likes, "comments": post.comments, "shares": post.shares}
        uow.run(repository.KEEP_COUNT, post_id=seen, snapshot_id=snapshot, **counts)
    if since is not None:
        uow.run(repository.POSTS_GONE, account=account_id, after=since, moment=reading.at)
    return True


def _kept(uow: UnitOfWork, account_id: int, reading: Reading, since: datetime | None) -> int | None:
    """The snapshot of a reading; None if the same instant has one that says as much."""
    row = uow.run(repository.BY_ID, account=account_id).one()
    figures = {"followers": reading.followers, "step": reading.step, "era": reading.era, "digest": reading.digest}
    what = {"source": f"{row.platform} {row.way}", "posts_since": since, **figures}
    made: int | None = uow.run(repository.KEEP_SNAPSHOT, account_id=account_id, at=reading.at, **what).scalar()
    if made is not None or since is None:
        return made
    # Without posts it was read at the very same instant: where time stands still, that is quickly done.
    stands = uow.run(repository.SNAPSHOTS, account=account_id, after=reading.at, before=reading.at).one()
    if stands.posts_since is not None and stands.posts_since <= since:
        return None
    uow.run(repository.ADD_POSTS, snapshot=stands.id, digested=reading.digest, start=since)
    return int(stands.id)


def note_failure(uow: UnitOfWork, account_id: int, why: str, detail: str, at: datetime) -> None:
    """Keep that a reading did not succeed. `why` is `away` or the value of a `Loss`."""
    uow.run(repository.FAIL, account_id=account_id, at=at, why=why, detail=detail[:200])
