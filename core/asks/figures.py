"""The figures of a connected account over 28 days: counted from what was read, never by a model."""

from datetime import datetime, timedelta

from core.asks.rules import Source
from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.metrics import service as metrics
from core.metrics.reactions import label
from core.metrics.repository import MetricAccount, Snapshot
from core.metrics.service import SeenPost
from core.people import Member
from core.values import dataclass

WINDOW = timedelta(days=28)
POSTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Window:
    """What was read of one account in the 28 days before an instant. `counts` have a number of followers each."""

    account: MetricAccount
    zone: str
    counts: tuple[Snapshot, ...]
    posts: tuple[SeenPost, ...]

    def day(self, at: datetime) -> str:
        """A day where the member is."""
        return day_in_words(local_day(at, self.zone))

    @property
    def growth(self) -> int | None:
        """Followers more or fewer between the first and the last count; None with fewer than two."""
        if len(self.counts) < 2:
            return None
        first, last = self.counts[0].followers, self.counts[-1].followers
        assert first is not None and last is not None, "counts have a number each"  # noqa: PT018  one fact
        return last - first


def window(uow: UnitOfWork, account: MetricAccount, member: Member, at: datetime) -> Window:
    """Read what is stored."""
    since = at - WINDOW
    counts = [one for one in metrics.snapshots(uow, account.id, since, at) if one.followers is not None]
    posts = [one for one in metrics.posts(uow, account.id, since, at) if one.gone_at is None]
    return Window(account, member.zone, tuple(counts), tuple(posts))


def source(uow: UnitOfWork, account: MetricAccount, member: Member, at: datetime) -> Source | None:
    """An account as a source of an answer; None while nothing was read of it."""
    seen = window(uow, account, member, at)
    if not seen.counts and not seen.posts:
        return None
    lines = []
    if seen.counts:
        last = seen.counts[-1]
        exact = f" (counted in steps of {last.step:,})" if last.step > 1 else ""
        lines.append(f"Followers: {last.followers:,} on {seen.day(last.at)}{exact}")
    if seen.growth is not None:
        lines.append(f"Change since {seen.day(seen.counts[0].at)}: {seen.growth:+,} followers")
    if seen.posts:
        lines.append(f"Posts in 28 days: {len(seen.posts)}; the latest:")
        lines += [_post(one, seen) for one in reversed(seen.posts[-POSTS_SHOWN:])]
    return Source(label(account), "\n".join(lines))


def _post(post: SeenPost, seen: Window) -> str:
    counts = {"views": post.views, "likes": post.likes, "comments": post.comments, "shares": post.shares}
    told = ", ".join(f"{value:,} {name}" for name, value in counts.items() if value is not None)
    return f"- {seen.day(post.published_at)}: {told or 'no counts yet'}"
