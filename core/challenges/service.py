"""Up to the beginning: asking for a contract, being offered one, staking on it, taking the stake back."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.challenges.errors import (
    AccountAway,
    CoinsMissing,
    MetricTaken,
    NoAccount,
    NotOnThisPlatform,
    OfferOver,
    RechargedMissing,
    StakeOutOfBounds,
    TooManyOpen,
)
from core.clock import local_day
from core.contracts import rules
from core.contracts import terms as contract_terms
from core.contracts.catalogue import Challenge
from core.contracts.offers import Drawn
from core.contracts.rules import ChallengeLimits, Means
from core.contracts.states import OPEN, Event, State
from core.contracts.terms import Hours, Terms
from core.db import UnitOfWork
from core.growth.forecast import ForecastRules
from core.ids import MemberId
from core.ledger import holds, views
from core.ledger import rules as ledger_rules
from core.ledger.codes import Code, LotSource
from core.ledger.errors import InDebt
from core.ledger.posting import Least, Why
from core.members import service as members
from core.metrics import rules as metric_rules
from core.metrics import service as metrics
from core.metrics.reactions import label
from core.metrics.service import MetricAccount
from core.money import Coins, Unit
from core.people import Member
from core.schedule import service as schedule
from core.sources import Way
from core.stakes import choosing, closing, repository
from core.stakes.errors import NoSuchChallenge
from core.stakes.repository import Contract

OFFER = "challenges.offer"
EXPIRE = "challenges.expire"
TERMS = "terms"
RECHARGED = frozenset({LotSource.BOUGHT})
ONE_DAY = timedelta(days=1)


# Asking


def ask(
    uow: UnitOfWork,
    member: Member,
    challenge: Challenge,
    account: MetricAccount,
    *,
    key: str,
    at: datetime,
    limits: ChallengeLimits,
    forecasts: ForecastRules,
) -> Contract:
    """Have the account read, to draw up a contract. Once per key."""
    stands = repository.by_key(uow, key)
    if stands is not None:
        return stands
    check(uow, member, challenge, account, limits)
    row = {"key": key, "member_id": member.id, "account_id": account.id, "template": challenge.name, "asked_at": at}
    made = uow.run(repository.ASK, state=State.PREPARING.value, **row).scalar()
    back = max(forecasts.history_days_max, 2 * challenge.days)
    metrics.want(uow, account.id, at, key=f"challenge:{made}:offer", posts_since=at - timedelta(days=back))
    schedule.plan(uow, OFFER, str(made), at)
    return repository.locked(uow, made)


def check(
    uow: UnitOfWork, member: Member, challenge: Challenge, account: MetricAccount, limits: ChallengeLimits
) -> None:
    """Whether this member could stake on this challenge with this account. Raises what is in the way."""
    if account.member != member.id:
        raise NoAccount
    if account.loss is not None:
        raise AccountAway(label(account))
    why = refused_on(challenge, account, limits)
    if why:
        raise NotOnThisPlatform(challenge.title, metric_rules.shown(account.platform), why)
    if len(open_of(uow, member.id)) >= limits.open_max:
        raise TooManyOpen(limits.open_max)
    taken = repository.watched(uow, account.id) & {goal.metric for goal in challenge.goals}
    if taken:
        raise MetricTaken(min(taken).value.capitalize(), label(account))


def refused_on(challenge: Challenge, account: MetricAccount, limits: ChallengeLimits) -> str:
    """Why a challenge is not offered on an account's platform; empty if it is."""
    if account.platform not in challenge.platforms:
        return "lives have no official interface there" if challenge.actions.lives else "it is not offered there"
    if account.platform == "youtube" and not limits.youtube_amendment_accepted:
        return "YouTube asks for an agreement that this service does not have yet"
    if account.way is Way.CODE and challenge.days > limits.code_days_max:
        return f"an account proven by a code is measured for {limits.code_days_max} days at most; sign in for more"
    return ""


def open_of(uow: UnitOfWork, member: MemberId) -> list[Contract]:
    """A member's contracts that are at stake and not judged."""
    return [contract for contract in repository.live_of(uow, member) if contract.state in OPEN]


# Offering


def offer(
    uow: UnitOfWork, contract: Contract, challenge: Challenge, drawn: Drawn, at: datetime, *, limits: ChallengeLimits
) -> Contract:
    """Write down what the member may agree to: beginning at their next midnight. It replaces an older offer."""
    member = members.member(uow, contract.member)
    _withdraw_older(uow, contract, at)
    account = metrics.account(uow, contract.account)
    most = rules.stake_max(estimate=drawn.estimate, limits=limits)
    terms = Terms(
        template=challenge.name,
        title=challenge.title,
        account=account.id,
        platform=account.platform,
        handle=account.handle or account.name,
        way=account.way.value,
        zone=member.zone,
        start=local_day(at, member.zone) + ONE_DAY,
        days=challenge.days,
        actions=challenge.terms,
        goals=drawn.goals,
        stake=min(challenge.stake, most),
        penalty_percent=rules.penalty_percent(repository.past(uow, member.id), limits),
        reward_credits=limits.reward_credits,
        burns=limits.burn_rest,
        estimate=drawn.estimate,
        hours=_hours(limits),
    )
    closing.move(uow, contract, Event.OFFER)
    text = contract_terms.canonical(terms)
    frozen = {"terms": text, "digest": contract_terms.digest(text)}
    uow.run(repository.OFFER, challenge=contract.id, starts_at=terms.starts_at, ends_at=terms.ends_at, **frozen)
    schedule.plan(uow, EXPIRE, str(contract.id), offer_until(terms, at, limits), move=True)
    return repository.locked(uow, contract.id)


def _withdraw_older(uow: UnitOfWork, contract: Contract, at: datetime) -> None:
    """Two offers of one challenge with one account would be two equal buttons, and one of them has older numbers."""
    for other in repository.live_of(uow, contract.member):
        same = (other.template, other.account) == (contract.template, contract.account)
        if same and other.id != contract.id and other.state is State.OFFERED:
            older = repository.locked(uow, other.id)
            if older.state is State.OFFERED:  # it was not agreed to in this very moment
                closing.end(uow, older, Event.EXPIRE, "replaced by a newer offer", at)


def _hours(limits: ChallengeLimits) -> Hours:
    return Hours(
        limits.baseline_hours,
        limits.baseline_again_hours,
        limits.counts_hours,
        limits.verdict_hours,
        limits.escrow_hours,
    )


def offer_until(terms: Terms, at: datetime, limits: ChallengeLimits) -> datetime:
    """How long an offer of now can be agreed to."""
    return min(at + timedelta(minutes=limits.offer_minutes), terms.starts_at)


# Staking


def check_stake(
    uow: UnitOfWork, member: Member, contract: Contract, coins: Coins, at: datetime, *, limits: ChallengeLimits
) -> Least | None:
    """Whether a stake is possible; what of it has to be recharged coins. Raises what is in the way."""
    if contract.member != member.id:
        raise NoSuchChallenge
    if contract.state is State.LAPSED or contract.terms is None or at >= contract.terms.starts_at:
        raise OfferOver
    if contract.state is not State.OFFERED:
        closing.refuse(contract)
    account = metrics.account(uow, contract.account)
    if account.loss is not None:
        raise AccountAway(label(account))
    if len(open_of(uow, member.id)) >= limits.open_max:
        raise TooManyOpen(limits.open_max)
    taken = repository.watched(uow, contract.account) & {goal.metric for goal in contract.agreed.goals}
    if taken:
        raise MetricTaken(min(taken).value.capitalize(), label(account))
    most = rules.stake_max(estimate=contract.agreed.estimate, limits=limits)
    if not limits.stake_min <= coins.value <= most:
        why = " while the targets are estimates" if contract.agreed.estimate else ""
        raise StakeOutOfBounds("coins", f"A stake is {limits.stake_min} to {most} coins{why}.")
    return _funds(uow, member, coins, at, limits)


def _funds(uow: UnitOfWork, member: Member, coins: Coins, at: datetime, limits: ChallengeLimits) -> Least | None:
    have = means(uow, member, at)
    if have.owed:
        raise InDebt(Coins(have.owed))
    if have.missing(coins.value):
        raise CoinsMissing(Coins(have.missing(coins.value)), Coins(have.earned + have.recharged))
    if have.recharged_missing(coins.value, limits):
        missing = Coins(have.recharged_missing(coins.value, limits))
        raise RechargedMissing(Coins(limits.escrow_earned_max), missing)
    least = rules.bought_least(coins.value, have.in_escrow, limits)
    return Least(RECHARGED, least) if least else None


def means(uow: UnitOfWork, member: Member, at: datetime) -> Means:
    """What a member has for one more stake."""
    lots = ledger_rules.burnable(views.lots(uow, member.coin_wallet, at), at)
    recharged = sum(lot.remaining for lot in lots if lot.source in RECHARGED)
    earned = sum(lot.remaining for lot in lots) - recharged
    return Means(earned, recharged, in_escrow(uow, member.id), views.debt(uow, member.coin_wallet))


def in_escrow(uow: UnitOfWork, member: MemberId) -> int:
    """How many coins a member has in escrow for challenges."""
    live = repository.live_of(uow, member)
    return sum(contract.stake - contract.returned for contract in live)


def stake(
    uow: UnitOfWork,
    member: Member,
    challenge: int,
    coins: Coins,
    *,
    key: str,
    at: datetime,
    limits: ChallengeLimits,
) -> Contract:
    """Agree to an offer: the stake goes into escrow, and the account is read at the beginning. Once per key."""
    # Two stakes of one member take turns, or both could be the third open one.
    members.lock(uow, member.id)
    contract = choosing.mine(uow, members.member(uow, member.id).id, challenge)
    if contract.staked_by == key:
        return contract
    least = check_stake(uow, member, contract, coins, at, limits=limits)
    members.agree(uow, member.id, TERMS, at)
    terms = replace(contract.agreed, stake=coins.value)
    text = contract_terms.canonical(terms)
    closing.move(uow, contract, Event.STAKE)
    why = Why(Code.STAKED, f"stake:{contract.id}", at, terms.title)
    held = holds.hold(uow, member.coin_wallet, coins, why, what=terms.title, least=least)
    frozen = {"terms": text, "digest": contract_terms.digest(text), "stake": coins.value, "hold_id": held}
    uow.run(repository.STAKE, challenge=contract.id, staked_by=key, staked_at=at, **frozen)
    for goal in terms.goals:
        known = {"challenge_id": contract.id, "metric": goal.metric.value, "account_id": contract.account}
        if uow.run(repository.WATCH, **known).first() is None:  # somebody was first in this very moment
            raise MetricTaken(goal.metric.value.capitalize(), terms.handle)
    _have_it_read(uow, contract.id, terms)
    schedule.cancel(uow, EXPIRE, str(contract.id))
    schedule.plan(uow, closing.START, str(contract.id), terms.starts_at)
    return repository.locked(uow, contract.id)


def _have_it_read(uow: UnitOfWork, challenge: int, terms: Terms) -> None:
    """At the beginning, at the end, and once more shortly before the verdict; and the posts on each day between."""
    since, account = closing.watched_since(terms), terms.account
    metrics.watch(uow, account, since, terms.verdict_at)
    for name, at in closing.readings(terms):
        metrics.want(uow, account, at, key=f"challenge:{challenge}:{name}", posts_since=since)


def cancel(uow: UnitOfWork, member: Member, challenge: int, at: datetime) -> Contract:
    """Take a stake back before the beginning, or an offer off the table. Free."""
    contract = choosing.mine(uow, member.id, challenge)
    if contract.state is State.SCHEDULED and at >= contract.agreed.starts_at:
        # The job that begins it is late; the promise ended at midnight.
        closing.refuse(contract)
    closing.end(uow, contract, Event.CANCEL, "cancelled", at)
    return repository.locked(uow, challenge)


def has_accepted(uow: UnitOfWork, member: MemberId) -> bool:
    """Whether the terms were accepted before."""
    return members.has_agreed(uow, member, TERMS)


def balance(uow: UnitOfWork, member: Member) -> Coins:
    """The coins in a member's wallet."""
    return Coins(views.balance(uow, member.coin_wallet, Unit.COIN).value)
