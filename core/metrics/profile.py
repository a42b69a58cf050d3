"""What a connected account says of its member as a creator, marked as measured."""

from datetime import datetime
from fractions import Fraction

from core.db import UnitOfWork
from core.facts import MetricAccountLost
from core.members import service as members
from core.metrics import service
from core.metrics.repository import MetricAccount
from core.sources import Loss, Post, Reading, Way

MEASURED, MADE_UP = "measured", "demo"
POSTS_LEAST, VIEWS_LEAST = 3, 300
"""With fewer, a rate of engagement says nothing."""


def fill(uow: UnitOfWork, account: MetricAccount, reading: Reading, at: datetime) -> None:
    """Keep what was measured, if this is the account that the profile is about."""
    known = {entry.name: (entry.value, entry.origin) for entry in members.profile(uow, account.member)}
    # The oldest readable one on the platform that the member named, or else that they connected first.
    platform, _ = known.get("platform", (account.platform, ""))
    if platform != account.platform or _main(uow, account) != account.id:
        return
    origin = MADE_UP if account.way is Way.DEMO else MEASURED
    values = {"platform": account.platform}
    if reading.followers is not None:
        values["followers"] = str(reading.followers)
    rate = engagement(reading.posts or ())
    if rate is not None:
        whole, tenth = divmod(round(rate * 1000), 10)
        values["engagement"] = f"{whole}.{tenth}" if tenth else str(whole)
    for name, value in values.items():
        if known.get(name) != (value, origin):
            members.tell(uow, account.member, name, value, at, origin=origin)


def _main(uow: UnitOfWork, account: MetricAccount) -> int | None:
    mine = service.accounts(uow, account.member)
    return next((one.id for one in mine if one.loss is None and one.platform == account.platform), None)


def engagement(posts: tuple[Post, ...]) -> Fraction | None:
    """Likes, comments and shares for each view. None: too little, or the platform does not say."""
    told = [post for post in posts if post.views is not None and post.likes is not None and post.comments is not None]
    views = sum(post.views or 0 for post in told)
    if len(told) < POSTS_LEAST or views < VIEWS_LEAST:
        return None
    return Fraction(sum((post.likes or 0) + (post.comments or 0) + (post.shares or 0) for post in told), views)


def clear(uow: UnitOfWork, fact: MetricAccountLost) -> None:
    """Reaction: what was measured at an account that was disconnected is nobody's figure any more."""
    if fact.loss is not Loss.DISCONNECTED:
        return
    account = service.account(uow, fact.account)
    known = {entry.name: entry for entry in members.profile(uow, account.member)}
    if "platform" in known and known["platform"].value == account.platform:
        for name in ("followers", "engagement", "platform"):
            if name in known and known[name].origin in {MEASURED, MADE_UP}:
                members.untell(uow, account.member, name)
