"""Every statement on accounts and on what was read of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Executable, and_, bindparam, delete, exists, func, insert, or_, select, update

from core.db import Row, UnitOfWork, columns, upsert
from core.ids import MemberId
from core.metrics.counts import Counts, latest
from core.metrics.tables import (
    MetricAccountRow,
    MetricCount,
    MetricFailure,
    MetricPost,
    MetricProof,
    MetricSignIn,
    MetricSnapshot,
    MetricToken,
    MetricWatch,
)
from core.sources import Loss, Way
from core.values import dataclass

ACCOUNT, TOKEN = columns(MetricAccountRow), columns(MetricToken)
SNAPSHOT, POST, COUNT = columns(MetricSnapshot), columns(MetricPost), columns(MetricCount)
FAILURE, WATCH = columns(MetricFailure), columns(MetricWatch)
PROOF, SIGN_IN = columns(MetricProof), columns(MetricSignIn)
_account: Any = bindparam("account")
_member: Any = bindparam("member")
_at = bindparam("moment", type_=ACCOUNT.c.connected_at.type)
_since = bindparam("after", type_=ACCOUNT.c.connected_at.type)
_until = bindparam("before", type_=ACCOUNT.c.connected_at.type)

# Accounts

BY_ID = select(ACCOUNT).where(ACCOUNT.c.id == _account)
LOCK = BY_ID.with_for_update()
_held = ACCOUNT.c.disconnected_at.is_(None)
OF_MEMBER = select(ACCOUNT).where(ACCOUNT.c.member_id == _member).order_by(ACCOUNT.c.id)
HELD_BY = OF_MEMBER.where(_held)
SAME = (
    select(ACCOUNT)
    .where(
        ACCOUNT.c.platform == bindparam("of_platform"),
        ACCOUNT.c.external_id.in_([bindparam("named"), bindparam("buried")]),
    )
    .order_by(ACCOUNT.c.id)
    .with_for_update()
)
HELD = select(ACCOUNT.c.id).where(
    ACCOUNT.c.platform == bindparam("of_platform"), ACCOUNT.c.external_id == bindparam("named"), _held
)
INSERT = (
    upsert(ACCOUNT)
    .values(
        {
            name: bindparam(name)
            for name in ("member_id", "platform", "external_id", "name", "handle", "way", "connected_at", "next_at")
        }
        | {"misses": 0}
    )
    .on_conflict_do_nothing()
    .returning(ACCOUNT.c.id)
)
_one = update(ACCOUNT).where(ACCOUNT.c.id == _account)
CONNECT_AGAIN = _one.values(
    name=bindparam("called"), handle=bindparam("shown"), way=bindparam("by"), connected_at=bindparam("moment"),
    next_at=bindparam("moment"), disconnected_at=None, reading_until=None, misses=0,
)  # fmt: skip
LOSE = _one.values(loss=bindparam("why"), lost_at=bindparam("moment"))
REGAIN = _one.values(loss=None, lost_at=None)
DISCONNECT = _one.values(
    loss=Loss.DISCONNECTED.value, lost_at=bindparam("moment"), disconnected_at=bindparam("moment"),
    next_at=None, reading_until=None,
)  # fmt: skip
NAMED = _one.values(name=bindparam("called"), handle=bindparam("shown"))
PLAN = _one.values(next_at=bindparam("next"), reading_until=None, misses=bindparam("missed"))
STOP = _one.values(next_at=None, reading_until=None)
TAKE = _one.values(reading_until=bindparam("moment"))
ALONG = (
    select(ACCOUNT)
    .where(
        ACCOUNT.c.platform == bindparam("of_platform"),
        ACCOUNT.c.next_at <= _until,
        ACCOUNT.c.misses == 0,
        ACCOUNT.c.id != _account,
        or_(ACCOUNT.c.reading_until.is_(None), ACCOUNT.c.reading_until <= _at),
    )
    .order_by(ACCOUNT.c.next_at, ACCOUNT.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
MOVE = update(ACCOUNT).where(ACCOUNT.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
BURY = _one.values(external_id=bindparam("buried"), name="", handle="")

# Tokens

KEEP_TOKEN = upsert(TOKEN).values(
    {name: bindparam(name) for name in ("account_id", "sealed", "access_until", "refresh_until", "scopes")}
    | {"asked_at": None}
)
KEEP_TOKEN = KEEP_TOKEN.on_conflict_do_update(
    index_elements=[TOKEN.c.account_id],
    set_={
        name: KEEP_TOKEN.excluded[name] for name in ("sealed", "access_until", "refresh_until", "scopes", "asked_at")
    },
)
TOKEN_OF = select(TOKEN).where(TOKEN.c.account_id == _account)
ASKED = update(TOKEN).where(TOKEN.c.account_id == _account).values(asked_at=bindparam("moment"))
FORGET_TOKEN = delete(TOKEN).where(TOKEN.c.account_id == _account)

# What was read

KEEP_SNAPSHOT = (
    upsert(SNAPSHOT)
    .values(
        {
            name: bindparam(name)
            for name in ("account_id", "at", "followers", "step", "era", "digest", "source", "posts_since")
        }
    )
    .on_conflict_do_nothing()
    .returning(SNAPSHOT.c.id)
)
SNAPSHOTS = (
    select(SNAPSHOT)
    .where(SNAPSHOT.c.account_id == _account, SNAPSHOT.c.at >= _since, SNAPSHOT.c.at <= _until)
    .order_by(SNAPSHOT.c.at)
)
ADD_POSTS = (
    update(SNAPSHOT)
    .where(SNAPSHOT.c.id == bindparam("snapshot"))
    .values(digest=bindparam("digested"), posts_since=bindparam("start"))
)
LAST_SNAPSHOT = (
    select(SNAPSHOT)
    .where(SNAPSHOT.c.account_id == _account, SNAPSHOT.c.dropped_at.is_(None))
    .order_by(SNAPSHOT.c.at.desc())
    .limit(1)
)
_post = upsert(POST).values(
    {
        name: bindparam(name)
        for name in ("account_id", "external_id", "published_at", "live_started_at", "live_ended_at")
    }
    | {"first_seen_at": bindparam("moment"), "last_seen_at": bindparam("moment")}
)
SEE_POST = _post.on_conflict_do_update(
    index_elements=[POST.c.account_id, POST.c.external_id],
    set_={"last_seen_at": _post.excluded.last_seen_at, "gone_at": None}
    # A live is known once it has ended; then it stays known.
    | {name: func.coalesce(_post.excluded[name], POST.c[name]) for name in ("live_started_at", "live_ended_at")},
).returning(POST.c.id)
KEEP_COUNT = (
    upsert(COUNT)
    .values({name: bindparam(name) for name in ("post_id", "snapshot_id", "views", "likes", "comments", "shares")})
    .on_conflict_do_nothing()
)
POSTS_GONE = (
    update(POST)
    .where(
        POST.c.account_id == _account,
        POST.c.published_at >= _since,
        POST.c.last_seen_at < _at,
        POST.c.gone_at.is_(None),
    )
    .values(gone_at=_at)
)
POSTS = (
    select(POST)
    .where(POST.c.account_id == _account, POST.c.published_at >= _since, POST.c.published_at <= _until)
    .order_by(POST.c.published_at, POST.c.id)
)
COUNTS = (
    select(
        POST.c.external_id, SNAPSHOT.c.at, SNAPSHOT.c.era, COUNT.c.views, COUNT.c.likes, COUNT.c.comments,
        COUNT.c.shares, COUNT.c.snapshot_id,
    )
    .join(POST, POST.c.id == COUNT.c.post_id)
    .join(SNAPSHOT, SNAPSHOT.c.id == COUNT.c.snapshot_id)
    .where(SNAPSHOT.c.account_id == _account, SNAPSHOT.c.at <= _until)
    .order_by(SNAPSHOT.c.at)
)  # fmt: skip
FAIL = insert(FAILURE).values({name: bindparam(name) for name in ("account_id", "at", "why", "detail")})
FAILURES = (
    select(FAILURE)
    .where(FAILURE.c.account_id == _account, FAILURE.c.at >= _since, FAILURE.c.at <= _until)
    .order_by(FAILURE.c.at, FAILURE.c.id)
)

# Who judges by posts

KEEP_WATCH = (
    upsert(WATCH).values({name: bindparam(name) for name in ("account_id", "since", "until")}).on_conflict_do_nothing()
)
END_WATCH = delete(WATCH).where(
    WATCH.c.account_id == _account, WATCH.c.since == bindparam("after"), WATCH.c.until == bindparam("before")
)
WATCHED_SINCE = select(func.min(WATCH.c.since)).where(WATCH.c.account_id == _account, WATCH.c.until >= _at)

# Proving an account

BEGIN_SIGN_IN = insert(SIGN_IN).values(
    {name: bindparam(name) for name in ("state", "member_id", "platform", "sealed", "place", "expires_at")}
)
_of_state = SIGN_IN.c.state == bindparam("of_state")
SIGN_IN_OF = select(SIGN_IN).where(_of_state)
USE_SIGN_IN = (
    update(SIGN_IN).where(_of_state, SIGN_IN.c.used_at.is_(None)).values(used_at=_at).returning(SIGN_IN.c.state)
)
SEAL_SIGN_IN = update(SIGN_IN).where(_of_state).values(sealed=bindparam("text"))
_proof = upsert(PROOF).values(
    {name: bindparam(name) for name in ("member_id", "platform", "external_id", "name", "code", "expires_at")}
)
# Asked for again: the code that may already stand in the description stays, for as long again.
KEEP_PROOF = _proof.on_conflict_do_update(
    index_elements=[PROOF.c.member_id, PROOF.c.platform, PROOF.c.external_id],
    set_={"expires_at": _proof.excluded.expires_at, "name": _proof.excluded.name},
).returning(PROOF.c.code)
PROOFS = select(PROOF).where(PROOF.c.member_id == _member, PROOF.c.expires_at > _at).order_by(PROOF.c.name)
ALL_PROOFS = select(PROOF).where(PROOF.c.member_id == _member).order_by(PROOF.c.name)
END_PROOF = (
    delete(PROOF)
    .where(
        PROOF.c.member_id == _member,
        PROOF.c.platform == bindparam("of_platform"),
        PROOF.c.external_id == bindparam("named"),
    )
    .returning(PROOF.c.code)
)

# Two members who are one, and one who goes

MOVE_SIGN_INS = update(SIGN_IN).where(SIGN_IN.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
MOVE_PROOFS = update(PROOF).where(PROOF.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
_same = PROOF.alias("same")
FORGET_PROOFS_OF_BOTH = delete(PROOF).where(
    PROOF.c.member_id == bindparam("gone"),
    exists().where(
        _same.c.member_id == bindparam("kept"),
        _same.c.platform == PROOF.c.platform,
        _same.c.external_id == PROOF.c.external_id,
    ),
)
FORGET_SIGN_INS = delete(SIGN_IN).where(SIGN_IN.c.member_id == _member)
FORGET_PROOFS = delete(PROOF).where(PROOF.c.member_id == _member)
_posts = select(POST.c.id).where(POST.c.account_id == _account).scalar_subquery()
FORGET_COUNTS = delete(COUNT).where(COUNT.c.post_id.in_(_posts))
FORGET_POSTS = delete(POST).where(POST.c.account_id == _account)
FORGET_WATCHES = delete(WATCH).where(WATCH.c.account_id == _account)
DROP_FIGURES = (
    update(SNAPSHOT)
    .where(SNAPSHOT.c.account_id == _account, SNAPSHOT.c.dropped_at.is_(None), SNAPSHOT.c.at <= _until)
    .values(followers=None, dropped_at=_at)
)

# What may not stay


def _old(*which: Any) -> Any:
    """Snapshots whose figures have to go."""
    return (
        select(SNAPSHOT.c.id)
        .join(ACCOUNT, ACCOUNT.c.id == SNAPSHOT.c.account_id)
        .where(SNAPSHOT.c.dropped_at.is_(None), *which)
        .order_by(SNAPSHOT.c.account_id, SNAPSHOT.c.at)
        .limit(bindparam("most"))
        .scalar_subquery()
    )


def _drop(*which: Any) -> tuple[Executable, Executable]:
    """Forget the counts and then the figures of some snapshots; the digests stay."""
    return (
        delete(COUNT).where(COUNT.c.snapshot_id.in_(_old(*which))),
        update(SNAPSHOT).where(SNAPSHOT.c.id.in_(_old(*which))).values(followers=None, dropped_at=_at),
    )


# What was read by a permission before a code took its place stays as long as that of an account that was let go.
_by_code = or_(SNAPSHOT.c.source.endswith(f" {Way.CODE.value}"), ACCOUNT.c.connected_at <= _until)
DROP_CODE = _drop(ACCOUNT.c.way == Way.CODE.value, SNAPSHOT.c.at <= _until, _by_code)
DROP_LEFT = _drop(ACCOUNT.c.disconnected_at <= _until)
DROP_OLD = _drop(SNAPSHOT.c.at <= _until)
_long_ago = bindparam("codes", type_=POST.c.last_seen_at.type)
_codes = (
    select(ACCOUNT.c.id)
    .where(or_(ACCOUNT.c.way == Way.CODE.value, ACCOUNT.c.disconnected_at <= _long_ago))
    .scalar_subquery()
)
FORGET_OLD_POSTS = delete(POST).where(
    or_(
        POST.c.last_seen_at <= bindparam("others", type_=POST.c.last_seen_at.type),
        and_(POST.c.last_seen_at <= _long_ago, POST.c.account_id.in_(_codes)),
    ),
    ~exists().where(COUNT.c.post_id == POST.c.id),
)
FORGET_OLD_FAILURES = delete(FAILURE).where(FAILURE.c.at <= _until)
END_WATCHES = delete(WATCH).where(WATCH.c.until < _until)
EXPIRE_SIGN_INS = delete(SIGN_IN).where(SIGN_IN.c.expires_at <= _until)
EXPIRE_PROOFS = delete(PROOF).where(PROOF.c.expires_at <= _until)

# What an export shows of an account and of a member: the table, its rows, the columns that are ours alone.
EXPORTED: tuple[tuple[str, Executable, tuple[str, ...]], ...] = (
    ("metric_token", select(TOKEN.c.scopes, TOKEN.c.refresh_until).where(TOKEN.c.account_id == _account), ()),
    ("metric_snapshot", select(SNAPSHOT).where(SNAPSHOT.c.account_id == _account), ("id", "account_id")),
    ("metric_post", select(POST).where(POST.c.account_id == _account), ("id", "account_id")),
    (
        "metric_count",
        select(POST.c.external_id, SNAPSHOT.c.at, COUNT)
        .join(POST, POST.c.id == COUNT.c.post_id)
        .join(SNAPSHOT, SNAPSHOT.c.id == COUNT.c.snapshot_id)
        .where(POST.c.account_id == _account)
        .order_by(SNAPSHOT.c.at, POST.c.id),
        ("post_id", "snapshot_id"),
    ),
    ("metric_failure", select(FAILURE).where(FAILURE.c.account_id == _account), ("id", "account_id")),
    ("metric_watch", select(WATCH).where(WATCH.c.account_id == _account), ("account_id",)),
)
EXPORTED_OF_MEMBER: tuple[tuple[str, Executable, tuple[str, ...]], ...] = (
    ("metric_proof", select(PROOF).where(PROOF.c.member_id == _member), ("member_id", "code")),
    ("metric_sign_in", select(SIGN_IN).where(SIGN_IN.c.member_id == _member), ("member_id", "state", "sealed")),
)


@dataclass(frozen=True, slots=True)
class MetricAccount:
    """An account as its member connected it. `loss` says why it can not be read; None while it can."""

    id: int
    member: MemberId
    platform: str
    external_id: str
    name: str
    handle: str
    way: Way
    loss: Loss | None
    lost_at: datetime | None
    connected_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read at an instant. `dropped`: its figures had to be forgotten, and the digest stayed."""

    id: int
    at: datetime
    followers: int | None
    step: int
    era: str
    digest: str
    posts_read: bool
    posts_since: datetime | None
    source: str
    dropped: bool


def read_account(row: Row) -> MetricAccount:
    """An account from its row."""
    loss = None if row.loss is None else Loss(row.loss)
    return MetricAccount(
        row.id, MemberId(row.member_id), row.platform, row.external_id, row.name, row.handle, Way(row.way), loss,
        row.lost_at, row.connected_at,
    )  # fmt: skip


def read_snapshot(row: Row) -> Snapshot:
    """A snapshot from its row."""
    return Snapshot(
        row.id, row.at, row.followers, row.step, row.era, row.digest, row.posts_since is not None, row.posts_since,
        row.source, row.dropped_at is not None,
    )  # fmt: skip


def counts(uow: UnitOfWork, account: int, until: datetime) -> dict[str, Counts]:
    """Each post's counts as at its last reading not later than an instant, by the platform's id of the post."""
    return latest(uow.run(COUNTS, account=account, before=until))


def lock(uow: UnitOfWork, account: int) -> Row | None:
    """An account's row, nobody else's until the end of the transaction."""
    return uow.run(LOCK, account=account).first()
