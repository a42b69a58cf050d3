"""Giving, collecting what waited, and returning what nobody collected."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.chat import Again, Due, Line, Notice, said
from core.clock import local_day
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.facts import MemberArrived, MemberErased, MembersMerged
from core.gifts import repository, rules
from core.gifts.errors import GivesToSelf, NotEnoughBought, NothingToGive, WantsNoGifts
from core.gifts.repository import Waiting
from core.gifts.rules import GIVEN, GiftLimits
from core.ids import MemberId
from core.ledger import holds, views
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.errors import InDebt
from core.ledger.posting import Why
from core.members import service as members
from core.money import Credits
from core.outbox import service as outbox
from core.people import Member
from core.schedule import service as schedule
from core.values import dataclass

RECEIVED = Notice("gift", "Somebody sent you credits", counted=False)
RETURN = "gifts.return"
TAKES_GIFTS = "gifts"
"""What `/settings` turns off to receive none."""


@dataclass(frozen=True, slots=True)
class Given:
    """A gift that stands. `waits` when the receiver has not been met; `left` is what the giver can still give."""

    receiver: Member
    amount: Credits
    left: Credits
    waits: bool


@dataclass(frozen=True, slots=True)
class Givable:
    """What somebody who may give can give yet: bought credits, and what was given today already."""

    bought: Credits
    given_today: int


def check_giver(uow: UnitOfWork, giver: Member, at: datetime, *, limits: GiftLimits, plans: Plans) -> Givable:
    """Whether a member may give anything to anybody now. Raises what is in the way."""
    rules.check_giver(giver, at, allowed=entitlements.of(uow, giver.id, at, plans), limits=limits)
    owed = views.debt(uow, giver.credit_wallet)
    if owed:
        raise InDebt(Credits(owed))
    given = _given_today(uow, giver, at)
    rules.check_day(given, Credits(1), limits)
    bought = givable(uow, giver, at)
    if not bought:
        raise NothingToGive
    return Givable(bought, given)


def check(
    uow: UnitOfWork,
    giver: Member,
    receiver: Member,
    amount: Credits,
    at: datetime,
    *,
    limits: GiftLimits,
    plans: Plans,
) -> Credits:
    """Whether a gift may be made now, and what will be left to give. Raises what is in the way."""
    if giver.id == receiver.id and limits.daily_cap:
        raise GivesToSelf
    there = check_giver(uow, giver, at, limits=limits, plans=plans)
    rules.check_amount(amount, limits)
    rules.check_day(there.given_today, amount, limits)
    if receiver.leaves_at is not None or not members.wants(uow, receiver.id, TAKES_GIFTS):
        raise WantsNoGifts(receiver.name)
    if there.bought < amount:
        raise NotEnoughBought(there.bought, amount)
    return there.bought - amount


def _given_today(uow: UnitOfWork, giver: Member, at: datetime) -> int:
    since = rules.counts_since(at, giver.zone_changed_at)
    return repository.given(uow, giver.id, local_day(at, giver.zone), since)


def givable(uow: UnitOfWork, giver: Member, at: datetime) -> Credits:
    """What a member could give: bought credits that are not frozen."""
    lots = [lot for source in GIVEN for lot in views.usable(uow, giver.credit_wallet, at, source)]
    return Credits(sum(lot.remaining for lot in lots))


def give(
    uow: UnitOfWork,
    giver: Member,
    receiver: MemberId,
    amount: Credits,
    note: str,
    *,
    key: str,
    at: datetime,
    limits: GiftLimits,
    plans: Plans,
) -> Given:
    """Give, once per key. To somebody never met the credits are set aside for `wait_days` and then come back."""
    # Two gifts of one member take turns, or both could see the same room under the daily cap.
    giver = members.member(uow, giver.id, lock=True)
    to = members.member(uow, receiver)
    if not to.arrived:
        # Whoever arrives just now either finds the gift waiting or is found here.
        to = members.member(uow, to.id, lock=True)
    stands = uow.run(repository.BY_KEY, key=key).first()
    if stands is not None:
        return Given(to, amount, givable(uow, giver, at), stands.state == "waiting")
    waits = not to.arrived
    left = check(uow, giver, to, amount, at, limits=limits, plans=plans)
    hold = None
    if waits:
        why = Why(Code.GIFT_HELD, key, at)
        hold = holds.hold(uow, giver.credit_wallet, amount, why, what="gift not yet collected", sources=GIVEN)
    else:
        why = Why(Code.GIFT, key, at)
        wallet = to.credit_wallet
        ledger.give(uow, giver.credit_wallet, wallet, amount, why, sources=GIVEN, become=LotSource.GIFTED)
    row = {"giver_id": giver.id, "receiver_id": to.id, "amount": amount.value, "note": note, "at": at}
    row |= {
        "key": key,
        "day": local_day(at, giver.zone),
        "state": "waiting" if waits else "given",
        "hold_id": hold,
    }
    gift = uow.run(repository.INSERT, **row).scalar()
    if waits:
        schedule.plan(uow, RETURN, str(gift), at + timedelta(days=limits.wait_days))
    else:
        _tell(uow, gift, at, giver=giver, receiver=to.id, amount=amount, note=note)
    return Given(to, amount, left, waits)


def _tell(
    uow: UnitOfWork, gift: int, at: datetime, *, giver: Member, receiver: MemberId, amount: Credits, note: str
) -> None:
    lines: list[Line] = [(members.mention_of(uow, giver), f" sent you {amount}. They do not expire.")]
    message = said(*lines, *([f"“{note}”"] if note else []))
    outbox.announce(uow, receiver, RECEIVED, message, key=f"gift:{gift}", at=at)


def collect(uow: UnitOfWork, fact: MemberArrived) -> Line | None:
    """Reaction: what waited for somebody is theirs on first contact. The reply says how much, a message each from whom.

    A public answer and an open form carry no line, and first contact may well be either.
    """
    collected = repository.waiting_for(uow, fact.member)
    for gift in collected:
        _collect(uow, gift, fact.at)
    if not collected:
        return None
    total = Credits(sum(gift.amount.value for gift in collected))
    givers = ", ".join(dict.fromkeys(members.member(uow, gift.giver).name for gift in collected))
    return f"{total} were waiting for you, from {givers}."


def _collect(uow: UnitOfWork, gift: Waiting, at: datetime) -> None:
    to = members.member(uow, gift.receiver).credit_wallet
    holds.capture(uow, gift.hold, None, Why(Code.GIFT, f"gift:{gift.id}", at), to=to, become=LotSource.GIFTED)
    _end(uow, gift, "collected")
    giver = members.member(uow, gift.giver)
    _tell(uow, gift.id, at, giver=giver, receiver=gift.receiver, amount=gift.amount, note=gift.note)


def give_back(uow: UnitOfWork, due: Due) -> Again | None:
    """Job: a gift that nobody collected returns to the lots it came from."""
    gift = repository.waiting_one(uow, int(due.key))
    if gift is not None:
        _give_back(uow, [gift], due.at)
        missed = members.mention(uow, gift.receiver)
        message = said((missed, f" did not come by, so your {gift.amount} are back in your wallet."))
        outbox.announce(uow, gift.giver, RECEIVED, message, key=f"gift-returned:{gift.id}", at=due.at)
    return None


def _give_back(uow: UnitOfWork, gifts: Sequence[Waiting], at: datetime) -> None:
    for gift in gifts:
        holds.release(uow, gift.hold, None, Why(Code.GIFT_RETURNED, f"gift:{gift.id}", at))
        _end(uow, gift, "returned")


def _end(uow: UnitOfWork, gift: Waiting, state: str) -> None:
    uow.run(repository.END, gift=gift.id, state=state)
    schedule.cancel(uow, RETURN, str(gift.id))


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: gifts of either are gifts of the one; what waited between the two goes back."""
    uow.run(repository.MOVE_GIVEN, kept=fact.kept, gone=fact.gone)
    uow.run(repository.MOVE_RECEIVED, kept=fact.kept, gone=fact.gone)
    mine = [gift for gift in repository.waiting_for(uow, fact.kept) if gift.giver == fact.kept]
    _give_back(uow, mine, fact.at)
    for gift in repository.waiting_for(uow, fact.kept):
        if members.has_arrived(uow, fact.kept):
            _collect(uow, gift, fact.at)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: what waits goes back, before the wallet is emptied; the words go, the sums stay."""
    _give_back(uow, repository.waiting_from(uow, fact.member), fact.at)
    for gift in repository.waiting_for(uow, fact.member):
        _give_back(uow, [gift], fact.at)
        message = said(f"A gift of {gift.amount} could not be collected, so it is back in your wallet.")
        outbox.announce(uow, gift.giver, RECEIVED, message, key=f"gift-returned:{gift.id}", at=fact.at)
    uow.run(repository.FORGET_NOTES, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's gifts: amounts and directions. Who the other one is belongs to the other one."""
    return [
        {
            "direction": "given" if row.giver_id == member else "received",
            "amount": row.amount,
            "note": row.note,
            "at": row.at,
            "state": row.state,
        }
        for row in uow.run(repository.OF_MEMBER, member=member)
    ]
