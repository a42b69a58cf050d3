"""Drawing up a contract: the account is read, the forecast is made outside any transaction, the offer is announced."""

import asyncio
from datetime import date, datetime, timedelta

from core.challenges import service
from core.challenges.errors import NotMeasurableHere
from core.chat import Again, Due
from core.clock import local_day
from core.contracts import offers
from core.contracts.catalogue import CATALOGUE, Challenge
from core.contracts.offers import Drawn, History, NotMeasurable
from core.contracts.rules import ChallengeLimits
from core.contracts.states import Event, State
from core.db import UnitOfWork
from core.growth.forecast import ForecastRules
from core.growth.rules import Clip, Count
from core.members import service as members
from core.metrics import service as metrics
from core.metrics.service import Snapshot
from core.stakes import closing, messages, repository, words
from core.stakes.repository import Contract
from core.values import dataclass

LOOKS_AGAIN = timedelta(seconds=2)
PATIENCE = timedelta(minutes=10)
"""How long a platform may take to be read before the member is told that it does not answer."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the forecast needs."""

    challenge: Challenge
    history: History
    limits: ForecastRules


def prepare(uow: UnitOfWork, due: Due, *, forecasts: ForecastRules) -> Drawing | Again | None:
    """The history of the account, once it was read for this; None if there is nothing to draw up any more."""
    contract = repository.locked(uow, int(due.key))
    challenge = CATALOGUE.get(contract.template)
    if contract.state is not State.PREPARING:
        return None
    since = contract.asked_at - timedelta(days=forecasts.history_days_max + 1)
    read = metrics.snapshots(uow, contract.account, since, due.at)
    fresh = bool(read) and read[-1].at >= contract.asked_at and read[-1].posts_read
    if fresh and challenge is not None:
        return Drawing(challenge, _history(uow, contract, read, due.at), forecasts)
    lost = metrics.account(uow, contract.account).loss is not None
    if challenge is not None and not lost and due.at < contract.asked_at + PATIENCE:
        return Again(due.at + LOOKS_AGAIN, fresh=True)
    title = challenge.title if challenge else contract.template
    give_up(uow, contract, title, "I could not read the account just now. Start it again in a while.", due.at)
    return None


def _history(uow: UnitOfWork, contract: Contract, read: list[Snapshot], at: datetime) -> History:
    member = members.member(uow, contract.member)
    counts: dict[date, Count] = {}
    for item in read:  # the last one of each local day
        if not item.dropped:
            counts[local_day(item.at, member.zone)] = Count(item.at, item.followers, item.step, item.era)
    seen = metrics.posts(uow, contract.account, read[-1].posts_since or at, at)
    posts = tuple(
        (local_day(post.published_at, member.zone), Clip(post.published_at, post.views, post.likes, post.comments,
                                                          post.shares))
        for post in seen
        if post.gone_at is None
    )  # fmt: skip
    niche = next((entry.value for entry in members.profile(uow, member.id) if entry.name == "niche"), "")
    now = Count(read[-1].at, read[-1].followers, read[-1].step, read[-1].era)
    return History(local_day(at, member.zone), now, tuple(sorted(counts.items())), posts, niche, str(contract.id))


async def forecast(work: Drawing) -> Drawn | NotMeasurable:
    """A second of arithmetic at most, in a thread of its own."""
    return await asyncio.to_thread(offers.draw, work.challenge, work.history, work.limits)


def finish(uow: UnitOfWork, due: Due, drawn: Drawn | NotMeasurable, *, limits: ChallengeLimits) -> None:
    """Announce the contract, or why there is none."""
    contract = repository.locked(uow, int(due.key))
    if contract.state is not State.PREPARING:
        return
    challenge = CATALOGUE[contract.template]
    if isinstance(drawn, NotMeasurable):
        why = NotMeasurableHere(words.METRICS[drawn.metric], words.listed(drawn.instead))
        give_up(uow, contract, challenge.title, why.text, due.at)
        return
    made = service.offer(uow, contract, challenge, drawn, due.at, limits=limits)
    member = members.member(uow, contract.member)
    means = service.means(uow, member, due.at)
    first = not service.has_accepted(uow, member.id)
    messages.tell(uow, made, messages.offer(made, means, limits, first=first), "offer", due.at)


def give_up(uow: UnitOfWork, contract: Contract, title: str, why: str, at: datetime) -> None:
    """Say that nothing could be drawn up."""
    closing.end(uow, contract, Event.EXPIRE, "no offer", at)
    messages.tell(uow, contract, messages.no_offer(title, why), "no-offer", at)


def expire(uow: UnitOfWork, due: Due) -> None:
    """Job: nobody agreed in time."""
    contract = repository.locked(uow, int(due.key))
    if contract.state is State.OFFERED:
        closing.end(uow, contract, Event.EXPIRE, "not agreed to", due.at)
